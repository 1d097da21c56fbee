"""What a worker is told and what it should answer, as bytes: nothing that is expected is in what it is told."""

from __future__ import annotations

import dataclasses
import json

from grader.core import wire
from grader.core.observation import Turn
from grader.judging.reference import Trial
from grader.sandbox.protocol import Frame


class Requests:
    """Calls, and what the reference shows of them as bytes, each made once for a seed.

    An answer that is the reference's to the last bit is known by its bytes, and need not be read. A trial is known by
    what it is: it lives as long as its seed does, and so does this.
    """

    def __init__(self) -> None:
        self.calls: dict[tuple[int, Turn, str], Frame] = {}
        self.repeats: dict[tuple[int, Turn, str], Frame] = {}
        self.answers: dict[tuple[int, Turn, str], bytes] = {}

    def call(self, trial: Trial, turn: Turn, device: str) -> Frame:
        """What a worker is asked."""
        key = (id(trial), turn, device)
        if key not in self.calls:
            self.calls[key] = Frame(b"CALL", request(trial, turn, device))
        return self.calls[key]

    def again(self, trial: Trial, turn: Turn, device: str) -> Frame:
        """What a worker is asked that has had the case already."""
        key = (id(trial), turn, device)
        if key not in self.repeats:
            self.repeats[key] = Frame(b"AGIN", turn_to_json(turn, device))
        return self.repeats[key]

    def answer(self, trial: Trial, turn: Turn, device: str) -> bytes:
        """What one would answer that runs the reference."""
        key = (id(trial), turn, device)
        if key not in self.answers:
            expected = dataclasses.replace(trial.expected(turn, device), before=())  # as a worker tells it
            self.answers[key] = wire.dumps(expected)
        return self.answers[key]


def what_to_see(trial: Trial) -> bytes:
    """All that a worker learns of an exercise: what is to be written down of its calls."""
    told = {
        "name": trial.name,
        "labels": trial.parameters,
        "also": sorted(trial.promised.also),
        "under": trial.under,
    }
    return json.dumps(told).encode()


def request(trial: Trial, turn: Turn, device: str) -> bytes:
    """A call as bytes: all that a worker learns of a case, and nothing of what is expected."""
    return turn_to_json(turn, device) + b"\n" + wire.dumps(trial.cases[turn.number])


def turn_to_json(turn: Turn, device: str) -> bytes:
    """Which call is meant, as the JSON of a list."""
    return json.dumps([*turn, device]).encode()

"""What a worker is told and what it should answer, as bytes: nothing that is expected is in what it is told."""

from __future__ import annotations

import dataclasses
import json

from grader.core import wire
from grader.judging.reference import Trial
from grader.sandbox.protocol import Frame


class Requests:
    """Calls, and what the reference shows of them as bytes, each made once for a seed.

    An answer that is the reference's to the last bit is known by its bytes, and need not be read. A trial is known by
    what it is: it lives as long as its seed does, and so does this.
    """

    def __init__(self) -> None:
        self.calls: dict[tuple[int, int, str], Frame] = {}
        self.answers: dict[tuple[int, int, str], bytes] = {}

    def call(self, trial: Trial, number: int, device: str) -> Frame:
        """What a worker is asked."""
        key = (id(trial), number, device)
        if key not in self.calls:
            self.calls[key] = Frame(b"CALL", request(trial, number, device))
        return self.calls[key]

    def answer(self, trial: Trial, number: int, device: str) -> bytes:
        """What one would answer that runs the reference."""
        key = (id(trial), number, device)
        if key not in self.answers:
            expected = dataclasses.replace(trial.expected(number, device), before=())  # as a worker tells it
            self.answers[key] = wire.dumps(expected)
        return self.answers[key]


def what_to_see(trial: Trial) -> bytes:
    """All that a worker learns of an exercise: what is to be written down of its calls."""
    told = {
        "name": trial.name,
        "labels": trial.parameters,
        "also": sorted(trial.promised.also),
        "gradient": trial.promised.gradient,
        "under": trial.under,
    }
    return json.dumps(told).encode()


def request(trial: Trial, number: int, device: str) -> bytes:
    """A call as bytes: all that a worker learns of a case, and nothing of what is expected."""
    return json.dumps([number, device]).encode() + b"\n" + wire.dumps(trial.cases[number])

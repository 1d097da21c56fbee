"""A reference that was recorded to bytes and read back says what the live one says, of every answer of the course."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.core import wire
from grader.core.errors import CourseError
from grader.core.observation import Case, Observation, Turn
from grader.core.report import Outcome
from grader.core.rules import Rules
from grader.core.values import Function, Value
from grader.course.manifest import load_course
from grader.judging.judge import Judge
from grader.judging.live import LiveReference, LiveTrial
from grader.judging.reference import KnownMistake, Reference, Trial
from grader.runtime.devices import choose

COURSE = load_course(Path(__file__).resolve().parents[2])
DEVICES = ("cpu", "sim")
SEED = 5


def recorded(trial: LiveTrial, devices: tuple[str, ...]) -> bytes:
    """All that a live trial says, as bytes: a line of JSON, then the records one after the other."""
    places: dict[str, tuple[int, int]] = {}
    records = bytearray()

    def keep(name: str, record: Case | Observation | Rules) -> None:
        raw = wire.dumps(record)
        places[name] = len(records), len(raw)
        records.extend(raw)

    keep("promised", trial.promised)
    for number, case in enumerate(trial.cases):
        keep(f"case {number}", case)
        keep(f"transposed {number}", Observation(returned=trial.transposed(number)))
    for device in devices if trial.knows_devices else ("cpu",):
        for turn in trial.turns(device):
            keep(f"rules {turn} {device}", trial.rules(turn, device))
            keep(f"expected {turn} {device}", trial.expected(turn, device))
            for mistake in trial.mistakes:
                keep(f"{mistake.name} {turn} {device}", trial.mistaken(mistake.name, turn, device))
    told = {
        "name": trial.name,
        "parameters": trial.parameters,
        "points": trial.points,
        "hints": trial.hints,
        "under": trial.under,
        "mistakes": [dataclasses.asdict(mistake) for mistake in trial.mistakes],
        "cases": len(trial.cases),
        "places": places,
    }
    return json.dumps(told).encode() + b"\n" + records


class RecordedTrial(Trial):
    """One exercise of which only bytes are left."""

    def __init__(self, raw: bytes, given: Callable[[str], Function]) -> None:
        super().__init__()
        head, _, self.records = raw.partition(b"\n")
        told = json.loads(head)
        self.places: dict[str, tuple[int, int]] = told["places"]
        self.name, self.points, self.under = told["name"], told["points"], told["under"]
        self.parameters, self.hints = tuple(told["parameters"]), tuple(told["hints"])
        self.mistakes = tuple(KnownMistake(**mistake) for mistake in told["mistakes"])
        self.promised = self.read("promised", Rules)
        self.drawn = tuple(self.read(f"case {number}", Case) for number in range(told["cases"]))
        self.given = given

    def read(self, name: str, kind: Any) -> Any:
        """A record by its name."""
        start, size = self.places[name]
        return wire.loads(self.records[start : start + size], kind)

    @property
    def cases(self) -> tuple[Case, ...]:
        return self.drawn

    def rules(self, turn: Turn, device: str) -> Rules:
        found: Rules = self.read(f"rules {turn} {device}", Rules)
        return found

    def expected(self, turn: Turn, device: str) -> Observation:
        found: Observation = self.read(f"expected {turn} {device}", Observation)
        return found

    def mistaken(self, mistake: str, turn: Turn, device: str) -> Observation:
        found: Observation = self.read(f"{mistake} {turn} {device}", Observation)
        return found

    def transposed(self, number: int) -> Value:
        found: Observation = self.read(f"transposed {number}", Observation)
        return found.returned


class RecordedReference:
    """A reference that knows no solutions, for the one seed that it was recorded with."""

    def __init__(self, seed: int, recordings: dict[tuple[str, str], bytes], given: Callable[[str], Function]) -> None:
        self.seed = seed
        self.trials = {key: RecordedTrial(raw, given) for key, raw in recordings.items()}

    def drawn(self, seed: int) -> RecordedReference:
        if seed != self.seed:
            raise CourseError(f"This course was recorded for the seed {self.seed}, and {seed} is another one.")
        return self

    def trial(self, chapter: str, name: str) -> Trial:
        return self.trials[chapter, name]


def quiet() -> contextlib.ExitStack:
    """What hundreds of answers print and warn of reaches nobody."""
    stack = contextlib.ExitStack()
    stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
    stack.enter_context(warnings.catch_warnings(action="ignore"))
    return stack


def outcomes(judge: Judge, chapter: str, name: str, answer: Function) -> list[Outcome]:
    """What a judge says of an answer on each device, times aside."""
    trial = judge.trial(chapter, name)
    found: list[Outcome] = []
    for device in DEVICES if trial.knows_devices else ("cpu",):
        on_cpu = found[0] if found else None
        found.append(dataclasses.replace(judge.outcome(trial, answer, device, on_cpu=on_cpu), seconds=0.0))
    return found


@pytest.mark.parametrize("chapter", COURSE.chapters)
def test_a_recording_says_what_the_live_reference_says(chapter: str) -> None:
    """The solution, the other right answers and the mistakes of a chapter: the same verdicts, rows and sentences."""
    choose(DEVICES)
    live = LiveReference(COURSE, SEED)
    names = list(COURSE.catalogue[chapter])
    with quiet():
        recordings = {(chapter, name): recorded(live.trial(chapter, name), DEVICES) for name in names}
        reference: Reference = RecordedReference(SEED, recordings, live.given)
        first, second = (Judge(COURSE, DEVICES, SEED, each) for each in (live, reference))
        for name in names:
            trial = live.trial(chapter, name)
            mistakes = [mistake.function for mistake in trial.exercise.mistakes]
            for answer in (trial.reference, *trial.exercise.rights, *mistakes):
                due, told = (outcomes(judge, chapter, name, answer) for judge in (first, second))
                assert told == due, (name, answer.__name__)


def test_another_seed_is_an_error_where_it_was_not_recorded() -> None:
    """A judge cannot draw other cases than those of the recording."""
    reference = RecordedReference(SEED, {}, lambda name: len)
    assert Judge(COURSE, DEVICES, SEED, reference).seed == SEED
    with pytest.raises(CourseError, match="recorded for the seed 5, and 6 is another one"):
        Judge(COURSE, DEVICES, 6, reference)
    with pytest.raises(CourseError, match="another one"):
        Judge(COURSE, DEVICES, SEED, reference).draw_again(7)

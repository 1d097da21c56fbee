"""A course's answers as they were recorded: no solution is at hand, and nothing of it runs."""

from __future__ import annotations

from functools import cached_property
from types import ModuleType
from typing import Any

from grader.core import wire
from grader.core.errors import CourseError, WireError
from grader.core.observation import Case, Observation, Turn
from grader.core.rules import Rules
from grader.core.text import printable
from grader.core.values import Function, Value
from grader.course.manifest import Course, check_seed
from grader.course.recording import Recording, damaged
from grader.course.release.wheel import engine_fingerprint
from grader.judging.live import given_function
from grader.judging.reference import KnownMistake, Trial, Way
from grader.runtime.importing import import_authored

ON_CPU, ON_ACCELERATOR = "cpu", "accelerator"
"""The devices of a recording, by role: what was seen on the simulated accelerator stands for every one."""


class RecordedReference:
    """What a course's recordings say, for the one seed that they were made with."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.trials: dict[tuple[str, str], RecordedTrial] = {}

    @property
    def seed(self) -> int:
        """What the recorded cases were drawn from."""
        return self.course.seed

    def drawn(self, seed: int) -> RecordedReference:
        """Itself. Raises `CourseError` for another seed than that of the recordings."""
        check_seed(self.course, seed)
        return self

    @cached_property
    def given_module(self) -> ModuleType:
        """The functions that cases hand in."""
        return import_authored(self.course.given_file)

    def given(self, name: str) -> Function:
        """One of them."""
        return given_function(self.course.given_file, name, lambda: self.given_module)

    def trial(self, chapter: str, name: str) -> RecordedTrial:
        """An exercise with its recorded cases."""
        key = (chapter, name)
        if key not in self.trials:
            recording = self.course.recording(chapter)
            if recording.engine != engine_fingerprint():
                raise CourseError(
                    f"The recordings were made for another version of the grader than the one that is installed: run"
                    f" `pip install -r requirements.txt` in {printable(str(self.course.root))}."
                )
            self.trials[key] = RecordedTrial(recording, name, self)
        return self.trials[key]


class RecordedTrial(Trial):
    """One exercise as it was recorded; what is read is kept."""

    runs = False

    def __init__(self, recording: Recording, name: str, reference: RecordedReference) -> None:
        super().__init__()
        told = recording.trials[name]
        self.recording = recording
        self.name = name
        self.given = reference.given
        self.places: dict[str, list[int]] = told["places"]
        self.under = told["under"]
        self.parameters = tuple(told["parameters"])
        entry = next(entry for entry in recording.entries if entry.name == name)
        self.points, self.hints = entry.points, entry.hints
        self.mistakes = tuple(KnownMistake(**mistake) for mistake in told["mistakes"])
        self.way = way_from(told["way"])
        self.promised = self.read("promised", Rules)
        self.kept: dict[str, Any] = {}

    def read(self, place: str, kind: type[Any]) -> Any:
        """A record by its name. Raises `CourseError` where it is not there, or no record."""
        try:
            start, size = self.places[place]
            return wire.loads(self.recording.records[start : start + size], kind)
        except (KeyError, ValueError, TypeError, WireError):
            raise damaged(self.recording.path) from None

    def once(self, place: str, kind: type[Any]) -> Any:
        """The same, read once."""
        if place not in self.kept:
            self.kept[place] = self.read(place, kind)
        return self.kept[place]

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The recorded cases."""
        count = sum(place.startswith("case ") for place in self.places)
        return tuple(self.read(f"case {number}", Case) for number in range(count))

    def rules(self, turn: Turn, device: str) -> Rules:
        """What is compared for one call; a text that names the device names the run's."""
        found: Rules = self.once(record_name("rules", turn, ON_CPU), Rules)
        return found if device == ON_CPU else self.once(record_name("rules", turn, role(device)), Rules)

    def expected(self, turn: Turn, device: str) -> Observation:
        """What the reference has shown."""
        found: Observation = self.once(record_name("expected", turn, role(device)), Observation)
        return found

    def mistaken(self, mistake: str, turn: Turn, device: str) -> Observation:
        """What a known mistake has shown."""
        found: Observation = self.once(record_name(f"mistake {mistake}", turn, role(device)), Observation)
        return found

    def transposed(self, number: int) -> Value:
        """What the reference has returned for the case with its matrices transposed."""
        found: Observation = self.once(f"transposed {number}", Observation)
        return found.returned


def way_from(told: dict[str, Any] | None) -> Way | None:
    """The way of an exercise as it was recorded."""
    return None if told is None else Way(tuple(told["uses"]), tuple(told["instead"]), told["sentence"])


def role(device: str) -> str:
    """The device of a recording that stands for one of a run."""
    return ON_CPU if device == ON_CPU else ON_ACCELERATOR


def record_name(what: str, turn: Turn, role: str) -> str:
    """The name of a record about one call."""
    return f"{what} {turn.number}{'∇' if turn.gradient else ''} {role}"

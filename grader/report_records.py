"""Verdicts, messages, outcomes, results and reports: what the judge says, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.rules import Aspect

if TYPE_CHECKING:
    pass


# ---------------------------------------------------------------- verdicts and reports

Verdict = Literal["passed", "failed", "to do", "skipped", "timed out", "crashed", "not loaded"]


@dataclass(frozen=True)
class Row:
    """One labelled line of a message: `x = [[1., 2.]]  float32, shape (1, 2)`."""

    label: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Message:
    """What a learner reads about one failure, in parts, so that each view can set it its own way."""

    call: str = ""
    rows: tuple[Row, ...] = ()
    sentence: str = ""
    traceback: tuple[str, ...] = ()
    paste: str = ""


@dataclass(frozen=True)
class Outcome:
    """The verdict on one exercise on one device (`cpu` where the exercise knows no device)."""

    exercise: str
    device: str
    verdict: Verdict
    message: Message = Message()
    aspects: tuple[Aspect, ...] = ()
    mistake: str = ""
    case: int | None = None
    seconds: float = 0.0
    output: str = ""
    """What the function printed, where its process was another one; pytest shows it by itself."""


@dataclass(frozen=True)
class Result:
    """All outcomes of one exercise, with its place in the learner's file and what it is worth."""

    chapter: str
    exercise: str
    file: str
    line: int
    points: int
    outcomes: tuple[Outcome, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict over all devices: the worst one; skipped only where every device skipped it."""
        verdicts = [outcome.verdict for outcome in self.outcomes]
        for bad in ("not loaded", "crashed", "timed out", "failed", "to do"):
            if bad in verdicts:
                return bad
        return "passed" if "passed" in verdicts else "skipped"


@dataclass(frozen=True)
class Report:
    """All results of one submission in the order of the course, and the score.

    `notes` tell what the run could not do (a device that is not there, a wall that could not be built), `problem` why
    the submission as a whole could not be read.
    """

    course: str
    version: str
    seed: int
    devices: tuple[str, ...]
    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    submission: str = ""
    problem: str = ""
    scale: int = 100

    @property
    def earned(self) -> int:
        """Points of the exercises that pass on every device of the run where they are not skipped."""
        return sum(result.points for result in self.results if result.verdict == "passed")

    @property
    def possible(self) -> int:
        """Points of all exercises but those skipped on every device."""
        return sum(result.points for result in self.results if result.verdict != "skipped")

    @property
    def score(self) -> int:
        """The score on the course's scale, rounded down."""
        return self.scale * self.earned // self.possible if self.possible else 0

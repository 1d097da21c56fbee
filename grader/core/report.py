"""Verdicts, messages, outcomes, results and reports: what the judge says, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grader.core.rules import Aspect

__all__ = ["Message", "Outcome", "Report", "Result", "Row", "Verdict"]

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


RIGHT: tuple[Verdict, ...] = ("passed", "skipped")
"""What is no reason to look at an exercise again: it passes, or nothing of it can be checked here."""
TRIED: tuple[Verdict, ...] = ("passed", "failed", "timed out", "crashed")
"""What shows that somebody has written an answer that could be run."""


class Judged:
    """What follows from a verdict, for one device or for all of them."""

    verdict: Verdict

    @property
    def passed(self) -> bool:
        """Whether it is right."""
        return self.verdict == "passed"

    @property
    def counts(self) -> bool:
        """Whether it has a say in a score: what was skipped has none."""
        return self.verdict != "skipped"

    @property
    def is_wrong(self) -> bool:
        """Whether something is wrong with it: it was begun, and does not pass."""
        return not self.is_done and self.verdict != "to do"

    @property
    def is_done(self) -> bool:
        """Whether there is nothing more to do about it."""
        return self.verdict in RIGHT

    @property
    def was_tried(self) -> bool:
        """Whether an answer was run."""
        return self.verdict in TRIED


@dataclass(frozen=True)
class Outcome(Judged):
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
class Result(Judged):
    """All outcomes of one exercise, with its place in the learner's file and what it is worth."""

    chapter: str
    exercise: str
    file: str
    line: int
    points: int
    outcomes: tuple[Outcome, ...]

    @property
    def verdict(self) -> Verdict:  # type: ignore[override]
        """The verdict over all devices: the worst one; skipped only where every device skipped it."""
        verdicts = [outcome.verdict for outcome in self.outcomes]
        for bad in ("not loaded", "crashed", "timed out", "failed", "to do"):
            if bad in verdicts:
                return bad
        return "passed" if "passed" in verdicts else "skipped"

    @property
    def remark(self) -> str:
        """What is said of an exercise that passes, where there is something to say."""
        said = (outcome.message.sentence for outcome in self.outcomes if outcome.passed)
        return next(filter(None, said), "") if self.passed else ""


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
        return sum(result.points for result in self.results if result.passed)

    @property
    def possible(self) -> int:
        """Points of all exercises but those skipped on every device."""
        return sum(result.points for result in self.results if result.counts)

    @property
    def score(self) -> int:
        """The score on the course's scale, rounded down."""
        return self.scale * self.earned // self.possible if self.possible else 0

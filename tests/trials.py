"""Exercises that a test makes on the spot, and what the judge says of an answer to one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from grader.authoring import Chapter, Draw
from grader.core.report import Outcome
from grader.core.rules import Mismatch
from grader.course.manifest import Course
from grader.judging.compare.observations import compare
from grader.judging.judge import Judge
from grader.judging.live import LiveReference, LiveTrial

Answer = Callable[..., Any]
Cases = Callable[[Draw], Any]

COURSE = Course(Path("a course"), "Tests", "1", ("chapter",))


def first_given() -> None: ...


def second_given() -> None: ...


GIVEN: dict[str, Answer] = {"first": first_given, "second": second_given}


def live(judge: Judge) -> LiveReference:
    """The solutions and the checks that a judge has imported, where it judges by these and not by a recording."""
    assert isinstance(judge.reference, LiveReference)
    return judge.reference


def trial_of(reference: Answer, cases: Cases, **options: Any) -> LiveTrial:
    """An exercise made on the spot, with its cases for seed 0."""
    chapter = Chapter("chapter.py")

    @chapter.exercise(hints=[], **options)
    def exercise(draw: Draw) -> Any:
        yield from cases(draw)

    return LiveTrial(exercise, reference, 0, GIVEN.__getitem__)


def outcome(trial: LiveTrial, answer: Answer, device: str) -> Outcome:
    """The verdict on one answer."""
    return Judge(COURSE, (device,)).outcome(trial, answer, device)


def first_mismatch(trial: LiveTrial, answer: Answer, device: str) -> Mismatch:
    """What explains the first case that fails."""
    for turn in trial.turns(device):
        got, expected = trial.see(answer, turn, device), trial.expected(turn, device)
        if found := compare(got, expected, trial.rules(turn, device)):
            return found[0]
    raise AssertionError("nothing differs")


def matrix(draw: Draw) -> Any:
    yield torch.tensor([[1.0, 2.0, 4.0], [3.0, 6.0, 5.0]])


def matrix_and_copy(draw: Draw) -> Any:
    yield draw.integers(2, 3, low=1), draw.integers(2, 3, low=1)


def vector(draw: Draw) -> Any:
    yield draw.integers(4, low=1)

"""The protocol of an executor: submissions to grade → what came of each, as it becomes known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from grader.core.report import Report
from grader.grading.options import Options
from grader.grading.submissions.find import Submission


@dataclass(frozen=True)
class Task:
    """One submission to grade with the cases of a seed, and the key of what is known of it already."""

    submission: Submission
    seed: int
    known: str = ""
    alone: bool = False
    """Whether no other is graded at the same time."""


@dataclass(frozen=True)
class Graded:
    """What came of a task: a report with its key, none where the known one still holds, or why there is none."""

    task: Task
    key: str = ""
    report: Report | None = None
    failure: str = ""


class Executor(Protocol):
    """Grades submissions, here or elsewhere, one at a time or many."""

    def grade(self, tasks: Sequence[Task], options: Options) -> Iterator[Graded]:
        """What came of each task, in whatever order it becomes known. Closed before its end, it leaves nothing behind.

        Raises `GradingError` for what would come of every other task too.
        """

"""Submissions in, reports out: found, staged, judged from outside."""

from typing import TYPE_CHECKING, Any

from grader.grading.executors.base import Executor, Graded, Task
from grader.grading.options import Options
from grader.grading.submissions.find import Submission

if TYPE_CHECKING:
    from grader.grading.grader import Grader

__all__ = ["Executor", "Graded", "Grader", "Options", "Submission", "Task"]


def __getattr__(name: str) -> Any:
    """`Grader` is imported where it is asked for, because it needs PyTorch."""
    if name == "Grader":
        from grader.grading.grader import Grader

        return Grader
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

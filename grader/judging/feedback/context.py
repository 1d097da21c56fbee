"""What a sentence may look at beside the difference itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grader.core.observation import Turn
from grader.core.values import Value
from grader.judging.feedback.written import NOT_SEEN, Written

FIRST = Turn(0)


@dataclass(frozen=True)
class Context:
    """The call that failed, and how the answer is written where that is known."""

    device: str = "cpu"
    turn: Turn = FIRST
    gradient: bool = False
    """Whether gradients are compared in this exercise, in this call or another one."""
    written: Written = NOT_SEEN
    transposed: Callable[[], Value] | None = None
    """What the reference returns for the case with its matrices transposed, looked up where it is needed."""

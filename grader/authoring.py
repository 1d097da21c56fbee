"""What a course's author imports: the chapter to declare exercises with, the source of their cases, tolerances."""

from __future__ import annotations

from grader.core.rules import Tolerance
from grader.judging.declare import Chapter, Draw

__all__ = ["Chapter", "Draw", "Tolerance"]

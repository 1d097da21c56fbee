"""The options of a grading run: what holds for every submission of it, as plain data that travels between processes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grader
from grader.course.manifest import MANIFEST, Course
from grader.sandbox.limits import Limits

DEFAULT_DEVICES = ("cpu", "sim")
"""Every machine has them, so that everybody is graded alike."""
ENGINE = Path(grader.__file__).parent
"""The package whose files are part of what a grade depends on: all of it, wherever this module stands in it."""


@dataclass(frozen=True)
class Options:
    """What holds for every submission of a run."""

    course: str
    """The course's folder."""
    course_fingerprint: str
    devices: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    """The chapters to grade; none named: all."""
    exercise: str = ""
    """The one exercise to grade, if it is only one."""
    check: float = 0.0
    """Seconds for one exercise; 0: the course's own limit."""
    submission: float = 600.0
    """Seconds for a whole submission."""
    memory: int = Limits.memory
    """Bytes that a worker may take."""
    require_isolation: bool = False

    @classmethod
    def of(cls, course: Course, **rest: Any) -> Options:
        """The options for grading a course; `rest` are the fields to set otherwise than they are by default."""
        limits = {"check": course.timeout, "submission": course.timeout_submission}
        return cls(str(course.root), fingerprint(course), **{**limits, **rest})


def fingerprint(course: Course) -> str:
    """What a course's grades depend on, in one number: its files and those of the grader."""
    digest = hashlib.sha256((course.root / MANIFEST).read_bytes())
    for folder, pattern in (
        (course.solutions_folder, "*.py"),
        (course.recordings_folder, "*"),
        (course.solutions_folder / "checks", "*.py"),
        (course.exercises_folder, "*.py"),
        (ENGINE, "**/*.py"),
    ):
        for file in sorted(folder.glob(pattern)):
            digest.update(f"\0{file.relative_to(folder).as_posix()}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()

"""The terms of a grading run: what holds for every submission of it, as plain data that travels between processes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course import Course


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
    memory: int = 1 << 30
    """Bytes that a worker may take."""
    require_isolation: bool = False


def options_from_plain(data: dict[str, Any]) -> Options:
    """Terms that were JSON."""
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    return Options(**plain)


def fingerprint(course: Course) -> str:
    """What a course's grades depend on, in one number: its files and those of the grader."""
    digest = hashlib.sha256()
    folders = (course.solutions_folder, course.solutions_folder / "checks", course.exercises_folder)
    files = [course.root / "course.toml", *(file for folder in folders for file in sorted(folder.glob("*.py")))]
    for file in [*files, *sorted(Path(__file__).parent.glob("*.py"))]:
        digest.update(f"{file.name}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()

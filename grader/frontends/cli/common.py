"""What commands have in common: the course that they are about."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click

from grader.core.errors import CommandError, CourseError
from grader.core.text import printable
from grader.course.manifest import Course, find_course, load_course


def the_course(ctx: click.Context) -> Course:
    """The course that a command is about."""
    root = ctx.obj or find_course(Path.cwd())
    if root is None:
        raise CourseError("There is no course here: no course.toml in this folder or above it.")
    return load_course(root.resolve())


def check_not_the_learners(ctx: click.Context, course: Course, graded: Iterable[Path]) -> None:
    """Raise `CommandError` where nobody named the course and it stands in what is graded: its checks would be theirs.

    The course's own folders, and any below it, may be graded.
    """
    if ctx.obj is not None:
        return
    root = course.root.resolve()
    for path in graded:
        if any(is_same(folder, path) for folder in (root, *root.parents)):
            raise CommandError(
                f"The course in {printable(str(root))} is part of what is to be graded, so its checks could be the"
                f" learner's own. Name the course with --course: `grader --course DIR grade ...`."
            )


def is_same(folder: Path, path: Path) -> bool:
    """Whether two paths lead to one place, by whatever links and names."""
    try:
        return os.path.samefile(folder, path)
    except (OSError, ValueError):  # one of them leads nowhere, which is told elsewhere
        return False

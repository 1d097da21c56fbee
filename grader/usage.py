"""What commands have in common: the course that they are about, and an error as a sentence with an exit status."""

from __future__ import annotations

from pathlib import Path

import click

from grader.course import Course, CourseError, find_course, load_course


class Problem(click.ClickException):
    """An error as its sentence and an exit status."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]


def the_course(ctx: click.Context) -> Course:
    """The course that a command is about."""
    root = ctx.obj or find_course(Path.cwd())
    if root is None:
        raise CourseError("There is no course here: no course.toml in this folder or above it.")
    return load_course(root.resolve())

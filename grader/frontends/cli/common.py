"""What commands have in common: the course that they are about."""

from __future__ import annotations

from pathlib import Path

import click

from grader.core.errors import CourseError
from grader.course.manifest import Course, find_course, load_course


def the_course(ctx: click.Context) -> Course:
    """The course that a command is about."""
    root = ctx.obj or find_course(Path.cwd())
    if root is None:
        raise CourseError("There is no course here: no course.toml in this folder or above it.")
    return load_course(root.resolve())

"""`grader reset`: a stub put back."""

from __future__ import annotations

import click

from grader.course.reset import reset_chapter, reset_exercise
from grader.frontends.cli.common import the_course


@click.command(short_help="Put a stub back; what you wrote is kept beside it.")
@click.argument("name")
@click.pass_context
def reset_command(ctx: click.Context, name: str) -> None:
    """Put the stub of an exercise, or a whole chapter, back; what you wrote is kept beside it."""
    course = the_course(ctx)
    chapter, exercise = course.find_either(name)
    kept = reset_exercise(course, chapter, exercise) if exercise else reset_chapter(course, chapter)
    what = exercise or chapter
    click.echo(f"{what} is its stub again.")
    if kept:
        click.echo(f"What you had is in {kept.parent.name}/{kept.name}")

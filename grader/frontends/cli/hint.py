"""`grader hint`: one more hint at each call."""

from __future__ import annotations

import click

from grader.core.errors import CourseError
from grader.course.hints import forget_hints, next_hint
from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course
from grader.frontends.cli.common import the_course


@click.command(short_help="Show one more hint for an exercise.")
@click.argument("name")
@click.option("--all", "everything", is_flag=True, help="Show all hints at once.")
@click.option("--reset", "again", is_flag=True, help="Begin again with the first hint.")
@click.pass_context
def hint_command(ctx: click.Context, name: str, everything: bool, again: bool) -> None:
    """Show one more hint for an exercise, or for the first of a chapter that is to do."""
    course = the_course(ctx)
    chapter, exercise = course.find_either(name)
    exercise = exercise or first_to_do(course, chapter)
    if again:
        forget_hints(course, chapter, exercise)
    shown = next_hint(course, chapter, exercise, everything=everything)
    click.echo(f"{chapter}.{exercise}")
    for number, text in enumerate(shown.hints, start=1):
        click.echo(click.wrap_text(f"{number}. {text}", width=80, initial_indent="  ", subsequent_indent="     "))
    left = shown.total - len(shown.hints)
    if left:
        named = f"--course {ctx.obj} " if ctx.obj else ""
        click.echo(f"{left} more: grader {named}hint {exercise}")
    if not shown.total:
        click.echo("It has no hints.")
    if shown.read:
        click.echo(f"To read on: {shown.read}")


def first_to_do(course: Course, chapter: str) -> str:
    """The first exercise of a chapter that is to do; its first one where none is."""
    names = list(course.catalogue[chapter])
    if not names:
        raise CourseError(f"{chapter} has no exercises.")
    learner_file = LearnerFile(course, chapter, course.exercises_folder / f"{chapter}.py")
    return next((name for name in names if learner_file.to_do(name)), names[0])

"""`grader hint`: one more hint at each call."""

from __future__ import annotations

from collections.abc import Sequence

import click

from grader.core.errors import CourseError
from grader.course.hints import forget_hints, next_hint
from grader.course.last_run import last_runs
from grader.course.manifest import Course
from grader.course.progress import standings, upcoming
from grader.frontends.cli.common import the_course


@click.command(short_help="Show one more hint for an exercise.")
@click.argument("name", default="")
@click.option("--all", "everything", is_flag=True, help="Show all hints at once.")
@click.option("--reset", "again", is_flag=True, help="Begin again with the first hint.")
@click.pass_context
def hint_command(ctx: click.Context, name: str, everything: bool, again: bool) -> None:
    """Show one more hint for an exercise; for a chapter or without a name, for the first that does not pass."""
    course = the_course(ctx)
    if name:
        chapter, exercise = course.find_either(name)
        exercise = exercise or next_of(course, (chapter,))[1]
    else:
        course.check_built()
        chapter, exercise = next_of(course, course.chapters)
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


def next_of(course: Course, chapters: Sequence[str]) -> tuple[str, str]:
    """Chapter and name of the next exercise of these chapters, the very first where that cannot be told."""
    names = [(chapter, name) for chapter in chapters for name in course.catalogue[chapter]]
    if not names:
        raise CourseError(f"{chapters[0]} has no exercises." if chapters else "The course has no exercises.")
    runs = last_runs(course)
    following = upcoming(tuple(each for chapter in chapters for each in standings(course, chapter, runs)), runs)
    return (following.chapter, following.name) if following else names[0]

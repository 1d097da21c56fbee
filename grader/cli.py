"""The command `grader`: what an author, an instructor or a learner asks for besides running `pytest`.

Exit status: 1 for a learner's problem, 2 for the course author's or the command line's, 3 for ours.
"""

from __future__ import annotations

from pathlib import Path

import click

from grader.build import build as build_stubs
from grader.build import drifted
from grader.course import Course, CourseError, find_course, load_course


class Group(click.Group):
    """Turns errors that have a sentence into that sentence and an exit status."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CourseError as error:
            raise click.UsageError(str(error)) from None


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="torch-grader")
@click.option("--course", type=click.Path(path_type=Path), help="The course's folder; else the nearest course.toml.")
@click.pass_context
def main(ctx: click.Context, course: Path | None) -> None:
    """Exercises in PyTorch's foundations that check themselves. Learners run `pytest`."""
    ctx.obj = course


def the_course(ctx: click.Context) -> Course:
    """The course that a command is about."""
    root = ctx.obj or find_course(Path.cwd())
    if root is None:
        raise CourseError("There is no course here: no course.toml in this folder or above it.")
    return load_course(root.resolve())


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 2 if a stub differs from its solution.")
@click.option("--force", is_flag=True, help="Write also over stubs that somebody has begun.")
@click.pass_context
def build(ctx: click.Context, check: bool, force: bool) -> None:
    """Derive exercises/ from solutions/."""
    course = the_course(ctx)
    if check:
        stale = drifted(course)
        for path in stale:
            click.echo(f"{path.name} is not what its solution makes of it: run `grader build`.", err=True)
        ctx.exit(2 if stale else 0)
    written = build_stubs(course, force=force)
    for path in written:
        click.echo(f"wrote {path}")
    if not written:
        click.echo("Nothing to do: every stub is what its solution makes of it.")

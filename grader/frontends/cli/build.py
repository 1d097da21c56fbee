"""`grader build`: stubs from solutions."""

from __future__ import annotations

import click

from grader.course.manifest import check_solutions
from grader.course.stubs import drifted, write_stubs
from grader.frontends.cli.common import the_course


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 2 if a stub differs from its solution.")
@click.option("--force", is_flag=True, help="Write also over stubs that somebody has begun.")
@click.pass_context
def build_command(ctx: click.Context, check: bool, force: bool) -> None:
    """Derive exercises/ from solutions/."""
    course = the_course(ctx)
    check_solutions(course, "build")
    if check:
        stale = drifted(course)
        for path in stale:
            click.echo(f"{path.name} is not what its solution makes of it: run `grader build`.", err=True)
        ctx.exit(2 if stale else 0)
    written = write_stubs(course, force=force)
    for path in written:
        click.echo(f"wrote {path}")
    if not written:
        click.echo("Nothing to do: every stub is what its solution makes of it.")

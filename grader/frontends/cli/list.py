"""`grader list`: where somebody stands, without running anything."""

from __future__ import annotations

import click

from grader.course.progress import progress
from grader.frontends.cli.common import the_course


@click.command()
@click.pass_context
def list_command(ctx: click.Context) -> None:
    """Show where you stand, without running anything."""
    for line in progress(the_course(ctx)):
        click.echo(line)

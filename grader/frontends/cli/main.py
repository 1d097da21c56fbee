"""The command `grader`: what an author, an instructor or a learner asks for besides running `pytest`.

Exit status: 1 for a learner's problem, 2 for the course author's or the command line's, 3 for ours.
"""

from __future__ import annotations

import traceback
from pathlib import Path

import click

from grader.core.errors import GraderError, NoPyTorch
from grader.frontends.cli.build import build_command
from grader.frontends.cli.grade import grade_command
from grader.frontends.cli.hint import hint_command
from grader.frontends.cli.list import list_command
from grader.frontends.cli.release import release_command
from grader.frontends.cli.reset import reset_command
from grader.frontends.cli.verify import verify_command


class Told(click.ClickException):
    """An error as click tells it: its sentence on standard error, its exit status at the end."""

    def __init__(self, error: GraderError) -> None:
        super().__init__(str(error))
        self.exit_code = error.exit_status  # type: ignore[misc]


class Group(click.Group):
    """Turns errors into a sentence and an exit status."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; whatever it raises has a sentence and an exit status of its own, or is a mistake of ours."""
        try:
            return super().invoke(ctx)
        except GraderError as error:
            raise Told(error) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if isinstance(error, ImportError) and (error.name or "").partition(".")[0] != "grader":
                raise Told(NoPyTorch.of(error)) from None
            click.echo(traceback.format_exc(), err=True)
            raise Told(GraderError("This is a mistake in the grader, not yours.")) from None


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="torch-grader")
@click.option("--course", type=click.Path(path_type=Path), help="The course's folder; else the nearest course.toml.")
@click.pass_context
def main(ctx: click.Context, course: Path | None) -> None:
    """Exercises in PyTorch's foundations that check themselves. Learners run `pytest`."""
    ctx.obj = course


for name, command in {
    "build": build_command,
    "grade": grade_command,
    "hint": hint_command,
    "list": list_command,
    "release": release_command,
    "reset": reset_command,
    "verify": verify_command,
}.items():
    main.add_command(command, name)

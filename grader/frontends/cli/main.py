"""The command `grader`: what an author, an instructor or a learner asks for besides running `pytest`.

Exit status: 1 for a learner's problem, 2 for the course author's or the command line's, 3 for ours.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import click
from click.termui import progressbar

from grader.core.errors import CourseError, GraderError
from grader.course import hints, reset
from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course
from grader.course.progress import progress
from grader.course.stubs import drifted
from grader.course.stubs import write_stubs as build_stubs
from grader.frontends.cli.common import the_course
from grader.frontends.cli.grade import grade_command


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
        except Exception:
            click.echo(traceback.format_exc(), err=True)
            raise Told(GraderError("This is a mistake in the grader, not yours.")) from None


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="torch-grader")
@click.option("--course", type=click.Path(path_type=Path), help="The course's folder; else the nearest course.toml.")
@click.pass_context
def main(ctx: click.Context, course: Path | None) -> None:
    """Exercises in PyTorch's foundations that check themselves. Learners run `pytest`."""
    ctx.obj = course


main.add_command(grade_command, "grade")


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


@main.command("list")
@click.pass_context
def list_(ctx: click.Context) -> None:
    """Show where you stand, without running anything."""
    for line in progress(the_course(ctx)):
        click.echo(line)


@main.command(short_help="Show one more hint for an exercise.")
@click.argument("name")
@click.option("--all", "everything", is_flag=True, help="Show all hints at once.")
@click.option("--reset", "again", is_flag=True, help="Begin again with the first hint.")
@click.pass_context
def hint(ctx: click.Context, name: str, everything: bool, again: bool) -> None:
    """Show one more hint for an exercise, or for the first of a chapter that is to do."""
    course = the_course(ctx)
    chapter, exercise = course.find_either(name)
    exercise = exercise or first_to_do(course, chapter)
    if again:
        hints.forget_hints(course, chapter, exercise)
    shown = hints.next_hint(course, chapter, exercise, everything=everything)
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


@main.command("reset", short_help="Put a stub back; what you wrote is kept beside it.")
@click.argument("name")
@click.pass_context
def reset_(ctx: click.Context, name: str) -> None:
    """Put the stub of an exercise, or a whole chapter, back; what you wrote is kept beside it."""
    course = the_course(ctx)
    chapter, exercise = course.find_either(name)
    kept = reset.reset_exercise(course, chapter, exercise) if exercise else reset.reset_chapter(course, chapter)
    what = exercise or chapter
    click.echo(f"{what} is its stub again.")
    if kept:
        click.echo(f"What you had is in {kept.parent.name}/{kept.name}")


@main.command(short_help="Prove that a course tells right from wrong.")
@click.argument("name", default="")
@click.option("--mutants", is_flag=True, help="Also change each solution in many small ways; checks must notice.")
@click.option("--device", "devices", multiple=True, help="Prove it on this device (repeatable); default as for pytest.")
@click.option("--seed", default=0, help="Draw the cases from this number.")
@click.option("--jobs", default=2, help="How many processes run mutants.", show_default=True)
@click.pass_context
def verify(ctx: click.Context, name: str, mutants: bool, devices: tuple[str, ...], seed: int, jobs: int) -> None:
    """Prove the course, or the chapter or exercise NAME: what passes must, what is wrong fails and is named."""
    from grader.judging.live import LiveReference
    from grader.runtime.devices import choose
    from grader.verify.prove import proof_summary, prove, stray_files

    course = the_course(ctx)
    chapter, exercise = course.find_either(name) if name else ("", "")
    names = tuple(
        (c, e) for c in course.chapters if chapter in ("", c) for e in course.catalogue[c] if exercise in ("", e)
    )
    chosen, notes = choose(devices)
    for note in notes:
        click.echo(f"note: {note}")
    with progressbar(length=len(names), label="exercises", file=sys.stderr) as bar:
        found = prove(LiveReference(course, seed), chosen, names, lambda chapter, name: bar.update(1))
    complaints = [complaint for counts in found.values() for complaint in counts.complaints]
    if not name:
        complaints += stray_files(course)
    for complaint in complaints:
        click.echo(str(complaint))
    for line in proof_summary(found):
        click.echo(line)
    holds = not complaints
    click.echo(f"On {' and '.join(chosen)}, seed {seed}: {'all of it holds' if holds else 'not all of it holds'}.")
    if mutants:
        holds &= mutate(course, chosen, seed, names, jobs)
    ctx.exit(0 if holds else 1)


def mutate(course: Course, devices: tuple[str, ...], seed: int, names: tuple[tuple[str, str], ...], jobs: int) -> bool:
    """Run the mutants of these exercises and tell what became of them; whether none survived."""
    from grader.verify.mutants import Tried, mutants_summary, run_mutants

    with progressbar(length=1, label="mutants", file=sys.stderr) as bar:

        def progress(tried: Tried, done: int, total: int) -> None:
            bar.length = total
            bar.update(1)

        report = run_mutants(course, devices, seed, exercises=names, jobs=jobs, progress=progress)
    for line in mutants_summary(course, report):
        click.echo(line)
    return report.holds

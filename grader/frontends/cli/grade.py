"""`grader grade`: what is asked for on the command line, from there to the run, and from the run to its end."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import click
from click.termui import progressbar

from grader.core.errors import CommandError, GradingError, SubmissionError
from grader.core.files import remove
from grader.core.text import printable
from grader.course.manifest import Course, check_seed
from grader.frontends.cli.common import check_not_the_learners, the_course
from grader.frontends.cli.grade_output import Ending, commands_stopped
from grader.frontends.pytorch import require_pytorch
from grader.grading.executors.base import Graded
from grader.grading.executors.local import LocalExecutor
from grader.grading.judge_process import UNNAMED_OUT
from grader.grading.options import Options
from grader.grading.results import Results
from grader.grading.run import fresh_seed, run
from grader.grading.submissions.find import Found, Submission, find, listed
from grader.grading.submissions.stage import refusal_of
from grader.reporters.base import find_reporter, installed
from grader.runtime.devices import check_names
from grader.sandbox.limits import Limits

GIB = 1 << 30


class FormatOption(click.Option):
    """`--format`, whose help names the reporters that are installed when somebody asks."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its help."""
        self.help = f"Repeatable: {', '.join(installed())}; default: terminal."
        return super().get_help_record(ctx)


@click.command(short_help="Grade submissions, each walled off from the rest.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Keep results, gradebook and summary here."
)
@click.option("--format", "formats", multiple=True, cls=FormatOption, metavar="NAME")
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), help="Draw the cases from this number; default: a fresh one."
)
@click.option("--seed-from-name", "from_name", is_flag=True, help="A seed for each submission, made from its name.")
@click.option("--device", "devices", multiple=True, help="Repeatable; default: cpu and sim.")
@click.option("--chapter", "chapters", multiple=True, help="Grade this chapter only (repeatable).")
@click.option("--only", "exercise", default="", metavar="EXERCISE", help="Grade this exercise only.")
@click.option("--show", is_flag=True, help="Show every message in full, and what was printed.")
@click.option(
    "--jobs", default=max(1, os.cpu_count() or 1), type=click.IntRange(1), help="At a time; default: all cores."
)
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), help="Seconds for one exercise; default: the course's."
)
@click.option(
    "--memory",
    default=Limits.memory / GIB,
    type=click.FloatRange(0.1),
    show_default=True,
    help="GiB for one submission.",
)
@click.option("--resume", is_flag=True, help="Go on with the run in --out; what holds already is not done again.")
@click.option("--fresh", is_flag=True, help="Begin again in --out; what is there is removed.")
@click.option("--fail-under", type=float, help="Exit with 1 if any score is below this.")
@click.option("--require-isolation", is_flag=True, help="Grade nothing where a wall cannot be built.")
@click.pass_context
def grade_command(
    ctx: click.Context,
    paths: tuple[str, ...],
    out: Path | None,
    formats: tuple[str, ...],
    seed: int | None,
    from_name: bool,
    devices: tuple[str, ...],
    chapters: tuple[str, ...],
    exercise: str,
    show: bool,
    jobs: int,
    timeout: float | None,
    memory: float,
    resume: bool,
    fresh: bool,
    fail_under: float | None,
    require_isolation: bool,
) -> None:
    """Grade submissions: a folder or archive of one, a folder of many, or `-` for a list on standard input.

    Each chapter runs in a process of its own, without network, the rest of the disk, or the course's answers.
    """
    if sys.platform == "win32":
        raise CommandError("`grader grade` does not run on Windows: use WSL, and run it there. `pytest` runs here too.")
    course = the_course(ctx)
    if (resume or fresh) and out is None:
        raise CommandError("--resume and --fresh are about a folder with results: name it with --out.")
    if resume and fresh:
        raise CommandError("--resume and --fresh exclude each other.")
    if seed is not None and from_name:
        raise CommandError("--seed and --seed-from-name exclude each other.")
    check_seed(course, seed)
    if from_name and course.is_release:
        raise CommandError("--seed-from-name needs the course's solutions, and this is a copy without them.")
    if fail_under is not None and not 0 <= fail_under <= course.scale:
        within = f"between 0 and {course.scale}, this course's scale"
        raise CommandError(f"--fail-under must lie {within}, and {fail_under:g} does not.")
    if chapters and exercise:
        raise CommandError("--chapter and --only exclude each other.")
    selected = tuple(course.find_chapter(name) for name in chapters)
    if exercise:
        chapter, exercise = course.find(exercise)
        selected = (chapter,)
    options = Options.of(
        course,
        devices=devices,
        chapters=selected,
        exercise=exercise,
        check=timeout or course.timeout,
        memory=int(memory * GIB),
        require_isolation=require_isolation,
    )
    require_pytorch()
    ending = Ending(course, [find_reporter(f) for f in formats or ("terminal",)], out, not selected, show)
    try:
        check_names(devices)
        named, failures = listed_too(paths, course.chapters)
        check_not_the_learners(ctx, course, named)
        found = found_at(named, course.chapters, out, empty=bool(failures))
        check_one_person_each(paths, found, course)
        ending.check(len(every(found, failures)))
        with temporary_folder() as folder:
            results = Results(out or folder / UNNAMED_OUT)
            otherwise = (
                course.seed
                if course.is_release
                else int(options.course_fingerprint[:7], 16)
                if from_name
                else fresh_seed()
            )
            drawn = results.begin(seed, otherwise, resume=resume, fresh=fresh, graded=exercise or ", ".join(selected))
            tell_notes(found)
            local = LocalExecutor(jobs, folder)
            graded = run(found.submissions, options, drawn, local, from_name=from_name, results=results)
            failures |= follow(graded, len(found.submissions))
            lowest = ending.tell(every(found, failures), results, failures)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f" to {error.filename}" if error.filename else ""
        raise GradingError(f"Not everything could be written{where}: {error.strerror or error}.", 3) from None
    except KeyboardInterrupt:
        left = f" What was graded is in {out}; --resume goes on with it." if out else ""
        raise GradingError(f"Stopped.{left}", 130) from None
    if failures:
        ctx.exit(3)
    ctx.exit(1 if fail_under is not None and lowest < fail_under else 0)


# ---------------------------------------------------------------- what is graded


def listed_too(paths: Sequence[str], chapters: Sequence[str]) -> tuple[list[Path], dict[str, str]]:
    """The paths that were named, and for `-` those on standard input; what is wrong in that list costs only itself."""
    named: list[Path] = []
    failures: dict[str, str] = {}
    for path in paths:
        for each in listed(sys.stdin.buffer.read()) if path == "-" else [Path(path)]:
            try:
                if path == "-":
                    find((each,), chapters)
                named.append(each)
            except SubmissionError as error:
                name = printable(os.path.abspath(each))
                failures[name] = str(error).removeprefix(f"{name} ")
    return named, failures


def found_at(named: Sequence[Path], chapters: Sequence[str], out: Path | None, *, empty: bool) -> Found:
    """The submissions at these paths, of which there may be none where `empty` says so.

    Raises `SubmissionError` for a path that leads nowhere.
    """
    found = Found(()) if empty and not named else find(named, chapters)
    results = os.path.realpath(out) if out else ""  # it may stand among the submissions of an earlier run
    return Found(tuple(s for s in found.submissions if s.path != results), found.notes)


def check_one_person_each(paths: Sequence[str], found: Found, course: Course) -> None:
    """Raise `SubmissionError` where what was named as one submission is a class, or nothing at all.

    In a folder of many, or a list, it costs only itself, and stands in the gradebook.
    """
    named = {os.path.realpath(path) for path in paths if path != "-"}
    for submission in found.submissions:
        alone = len(found.submissions) == 1 and "-" not in paths
        if submission.path in named or alone:
            why = refusal_of(submission.path, course.chapters)
            if why and (len(found.submissions) == 1 or "is empty" not in why):
                raise SubmissionError(why)


def every(found: Found, failures: dict[str, str]) -> list[Submission]:
    """The submissions in their order, and after them what was listed and could not be found."""
    names = {submission.name for submission in found.submissions}
    return [*found.submissions, *(Submission(name, "") for name in failures if name not in names)]


def tell_notes(found: Found) -> None:
    """What was passed over."""
    if found.notes:
        with commands_stopped(os.environ):
            for note in found.notes:
                click.echo(f"note: {note}", err=True)


# ---------------------------------------------------------------- the run


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """The one folder with all temporary files of a run, which goes away."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="grader-"))
    except OSError as error:
        raise GradingError(f"There is no place for temporary files: {error.strerror or error}.", 3) from None
    os.chmod(folder, 0o711)  # workers are other users where that is possible
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):  # a process that gives up removes its part at the same time
            remove(folder)


def follow(run: Generator[Graded, None, None], total: int) -> dict[str, str]:
    """Watch a run to its end, with a bar where there is something to wait for; why what was not graded was not."""
    failures: dict[str, str] = {}
    started = time.monotonic()
    done = 0

    def beside(_: object) -> str:
        return f"{done / max(1e-9, time.monotonic() - started):.1f}/s, {len(failures)} not graded"

    hidden = total < 2 or not sys.stderr.isatty()
    with (
        contextlib.closing(run),
        progressbar(
            length=total, label="graded", file=sys.stderr, width=0, show_pos=True, item_show_func=beside, hidden=hidden
        ) as bar,
    ):
        for graded in run:
            done += 1
            if graded.failure:
                failures[graded.task.submission.name] = graded.failure
            bar.update(1, graded)
    return failures

"""`grader grade`: what is asked for on the command line, and what is shown and written at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from click.termui import progressbar

from grader import delivery, gradebook
from grader.batch import BatchError, Results, grade
from grader.course import Course, CourseError
from grader.devices import DeviceError, check_names
from grader.files import replace_text
from grader.jobs import Graded, GradingError
from grader.markdown import markdown
from grader.records import Report
from grader.render import render
from grader.report import report_to_json
from grader.sanitize import one_line, sanitized
from grader.submission import Submission, SubmissionError, find, listed
from grader.summary import Tally
from grader.terminal import Line, Screen, closing
from grader.terms import Terms, fingerprint
from grader.usage import Problem, the_course

FORMATS = ("terminal", "json", "csv", "markdown", *delivery.FORMATS)
COLOURS: dict[str, dict[str, Any]] = {
    "plain": {},
    "good": {"fg": "green"},
    "bad": {"fg": "red"},
    "open": {"dim": True},
    "strong": {"bold": True},
}
GIB = 1 << 30


@click.command(short_help="Grade submissions, each walled off from the rest.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Keep results, gradebook and summary here."
)
@click.option("--format", "formats", multiple=True, type=click.Choice(FORMATS), help="Repeatable; default: terminal.")
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
@click.option("--memory", default=1.0, type=click.FloatRange(0.1), show_default=True, help="GiB for one submission.")
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
    course = the_course(ctx)
    if (resume or fresh) and out is None:
        raise Problem("--resume and --fresh are about a folder with results: name it with --out.", 2)
    if resume and fresh:
        raise Problem("--resume and --fresh exclude each other.", 2)
    selected = tuple(only_chapter(course, name) for name in chapters)
    if exercise:
        chapter, exercise = course.find(exercise)
        selected = (chapter,)
    try:
        check_names(devices)
        found = find(tuple(asked(paths)), course.chapters)
    except (DeviceError, SubmissionError) as error:
        raise Problem(str(error), 2) from None
    receivers = [form for form in formats if form in delivery.FORMATS]
    if receivers and len(found.submissions) > 1:
        raise Problem(f"--format {receivers[0]} is about one submission, and there are {len(found.submissions)}.", 2)
    with delivery.unheard(os.environ):
        for note in found.notes:
            click.echo(f"note: {note}", err=True)
    terms = Terms(
        course=str(course.root),
        course_fingerprint=fingerprint(course),
        devices=devices,
        chapters=selected,
        exercise=exercise,
        check=timeout or course.timeout,
        memory=int(memory * GIB),
        require_isolation=require_isolation,
    )
    with folder_for(out) as folder:
        results = Results(folder)
        try:
            drawn = results.begin(seed, resume=resume, fresh=fresh or out is None)
            run = grade(found.submissions, terms, drawn, jobs, from_name=from_name, results=results)
            failures = follow(run, len(found.submissions))
        except (BatchError, OSError) as error:
            raise Problem(str(error), 2) from None
        except GradingError as error:
            raise Problem(str(error), error.status) from None
        except KeyboardInterrupt:
            left = f" What was graded is in {out}; --resume goes on with it." if out else ""
            raise Problem(f"Stopped.{left}", 130) from None
        whole = not (selected or exercise)
        lowest = show_all(course, found.submissions, results, failures, formats or ("terminal",), out, whole, show)
    if failures:
        ctx.exit(3)
    ctx.exit(1 if fail_under is not None and lowest < fail_under else 0)


def only_chapter(course: Course, name: str) -> str:
    """A chapter by its name or a beginning of it."""
    chapter, exercise = course.find_either(name)
    if exercise:
        raise CourseError(f"{name} is an exercise: name it with --only.")
    return chapter


def asked(paths: Sequence[str]) -> Iterator[Path]:
    """The paths that were named, those on standard input for `-`."""
    for path in paths:
        if path == "-":
            yield from listed(sys.stdin.buffer.read())
        else:
            yield Path(path)


@contextlib.contextmanager
def folder_for(out: Path | None) -> Iterator[Path]:
    """Where results are kept: the folder that was named, else one that goes away."""
    if out is not None:
        yield out
        return
    folder = Path(tempfile.mkdtemp(prefix="grader-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def follow(run: Iterator[Graded], total: int) -> dict[str, str]:
    """Watch a run to its end, with a bar where there is something to wait for; why what was not graded was not."""
    failures: dict[str, str] = {}
    started = time.monotonic()
    done = 0

    def beside(_: object) -> str:
        rate = done / max(1e-9, time.monotonic() - started)
        return f"{rate:.1f} a second, {len(failures)} not graded"

    with progressbar(
        length=total, label="submissions", file=sys.stderr, show_pos=True, item_show_func=beside, hidden=total < 2
    ) as bar:
        for graded in run:
            done += 1
            if graded.failure:
                failures[graded.task.submission.name] = graded.failure
            bar.update(1, graded)
    return failures


# ---------------------------------------------------------------- the end


def show_all(
    course: Course,
    submissions: Sequence[Submission],
    results: Results,
    failures: dict[str, str],
    formats: Sequence[str],
    out: Path | None,
    whole: bool,
    show: bool,
) -> float:
    """Show and write what was asked for, one report in memory at a time; the lowest score."""
    tally = Tally()
    lowest = float(course.scale)
    single = len(submissions) == 1
    with (
        delivery.unheard(os.environ),
        tempfile.TemporaryFile("w+", encoding="utf-8", newline="", errors="replace") as rows,
    ):
        rows.write(gradebook.header(course.catalogue))
        for submission in submissions:
            if submission.name in failures:
                report = sanitized(not_graded(course, submission, failures[submission.name]))
                click.echo(f"{one_line(report.submission)}: {report.problem}", err=True)
            else:
                report = results.report(submission.name)
                tally.add(report)
                lowest = min(lowest, report.score)
                present(report, formats, out, single=single, whole=whole, show=show)
            rows.write(gradebook.row(report, course.catalogue))
        rows.seek(0)
        text = rows.read()
        if out is not None:
            replace_text(out / "gradebook.csv", text)
            replace_text(out / "summary.md", tally.markdown())
        elif "csv" in formats:
            click.echo(text, nl=False)
        if not single:
            if "markdown" in formats and out is None:
                click.echo(tally.markdown(), nl=False)
            if "terminal" in formats:
                put(tally.lines(screen()))
        if out is not None and "terminal" in formats:
            click.echo(f"Kept in {out}: gradebook.csv, summary.md, and each report in results/.")
    for form in delivery.FORMATS:
        if form in formats and not failures:
            report, path = results.report(submissions[0].name), Path(submissions[0].path)
            told = delivery.deliver(report, form, os.environ, datetime.now(UTC), here=Path.cwd(), submission=path)
            if told:
                click.echo(told)
    return lowest


def present(report: Report, formats: Sequence[str], out: Path | None, *, single: bool, whole: bool, show: bool) -> None:
    """One report in the formats that are about one."""
    if "terminal" in formats and (single or show):
        put_report(sanitized(report), whole=whole, show=show)
    if "json" in formats and out is None:
        click.echo(report_to_json(report), nl=False)
    if single and "markdown" in formats:
        if out is None:
            click.echo(markdown(report), nl=False)
        else:
            replace_text(out / "report.md", markdown(report))


def put_report(report: Report, *, whole: bool, show: bool) -> None:
    """A report as a learner's own run would show it."""
    if report.problem:
        click.echo(f"{report.submission}: {report.problem}")
        return
    said = set()
    for result in report.results:
        lines = render(result, screen().width)
        if result.verdict in ("passed", "skipped", "to do") or (tuple(lines[1:]) in said and not show):
            continue
        said.add(tuple(lines[1:]))  # what is wrong with a whole chapter is told once
        click.secho(f"{result.chapter}.{result.exercise}", bold=True)
        click.echo("\n".join(lines))
        for outcome in result.outcomes:
            if outcome.output:
                kept = outcome.output if show else outcome.output[:500]
                click.echo("It printed:")
                click.echo("\n".join(f"    {line}" for line in kept.splitlines()))
        click.echo()
    put(closing(report, whole=whole, after=None, screen=screen()))
    click.echo(f"seed: {report.seed}")


def not_graded(course: Course, submission: Submission, sentence: str) -> Report:
    """A report on a submission that could not be graded, which is no fault of its own."""
    return Report(course.title, course.version, 0, (), (), submission=submission.name, problem=sentence)


def screen() -> Screen:
    """The terminal, or 80 columns."""
    width = min(100, shutil.get_terminal_size((80, 24)).columns)
    try:
        "█▒░".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return Screen(width, blocks=False)
    return Screen(width)


def put(lines: Sequence[Line]) -> None:
    """Lines on standard output, in colour where it is a terminal."""
    for line in lines:
        click.echo("".join(click.style(text, **COLOURS[role]) for text, role in line))

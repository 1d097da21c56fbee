"""The end of a grading run: what reporters give is put on the screen, in files, and into the log of a runner."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click

from grader.core.errors import CommandError
from grader.core.files import replace_text
from grader.core.report import Report
from grader.core.text import natural, one_line, some
from grader.course.manifest import Course
from grader.grading.results import Results
from grader.grading.submissions.find import Submission
from grader.reporters.base import Command, File, Reporter, Scene, find_reporter
from grader.reporters.sanitize import sanitized
from grader.reporters.screen import STYLES, Line, screen_of

KEPT = ("csv", "summary")
"""The reporters that a folder of results always has."""


@dataclass(frozen=True)
class Ending:
    """What is asked for: reporters, a folder to write to, whether the whole course was graded, whether to show all."""

    course: Course
    reporters: Sequence[Reporter]
    out: Path | None
    whole: bool
    show: bool

    def check(self, count: int) -> None:
        """Raise `CommandError` for a reporter that is about one submission where there are more."""
        for reporter in self.reporters:
            if reporter.about == "submission" and count > 1:
                raise CommandError(f"--format {reporter.name} is about one submission, and there are {count}.")

    def tell(self, submissions: Sequence[Submission], results: Results, failures: Mapping[str, str]) -> int:
        """Show and write all of it, one report in memory at a time; the lowest score of these submissions.

        What a folder of results always has is made of all results in it: those of earlier runs stay where they were.
        `failures` says why submissions were not graded. Raises `OSError` where something cannot be written.
        """

        scores = [self.course.scale]
        names = [each.name for each in submissions]
        others, unreadable = results.others(names) if self.out is not None else ([], [])
        all_names = sorted([*names, *others], key=natural) if others else names

        def reports(names: Iterable[str]) -> Iterator[Report]:
            for name in names:
                if name in failures:
                    yield not_graded(self.course, name, failures[name])
                else:
                    report = results.report(name)
                    if name not in others:
                        scores.append(report.score)
                    yield report

        scene = self.scene(submissions)
        kept = [find_reporter(name) for name in KEPT] if self.out is not None else []
        wanted = [reporter for reporter in self.reporters if reporter.name not in [k.name for k in kept]]
        writer = Writer()
        with commands_stopped(os.environ):
            for each in submissions:
                if each.name in failures:
                    told = sanitized(not_graded(self.course, each.name, failures[each.name]))
                    click.echo(f"{one_line(told.submission)}: {told.problem}", err=True)
            if unreadable:
                click.echo(
                    f"note: Left out, for they are no results: {some(unreadable)} in {results.folder}.", err=True
                )
            for reporter in [*kept, *wanted]:
                if reporter.about == "class" or not failures:
                    writer.write(reporter.report(reports(all_names if reporter in kept else names), scene))
            if self.out is not None and any(reporter.name == "terminal" for reporter in wanted):
                click.echo(f"Kept in {self.out}: gradebook.csv, summary.md, and each report in results/.")
        for command in writer.commands:
            click.echo(command.text)
        return min(scores)

    def scene(self, submissions: Sequence[Submission]) -> Scene:
        """What the reporters may know."""
        return Scene(
            now=datetime.now(UTC),
            columns=self.course.catalogue,
            whole=self.whole,
            show=self.show,
            screen=screen_of(sys.stdout),
            out=self.out,
            folder=Path.cwd(),
            environment=os.environ,
            course=self.course.root,
            inside={each.name: in_repository(Path(each.path)) for each in submissions} if len(submissions) == 1 else {},
        )


@dataclass
class Writer:
    """Puts the parts that reporters give where they belong; commands wait until nothing else is printed."""

    commands: list[Command] = field(default_factory=list)

    def write(self, parts: Iterable[Line | str | File | Command]) -> None:
        """Each in its turn. Raises `OSError` where a file cannot be written."""
        for part in parts:
            match part:
                case File(path=path, text=text, append=True):
                    with open(path, "a", encoding="utf-8") as file:
                        file.write(text)
                case File(path=path, text=text):
                    replace_text(path, text)
                case Command():
                    if part.text:
                        self.commands.append(part)
                case str():
                    click.echo(part, nl=False)
                case _:
                    colours = False if os.environ.get("NO_COLOR") else None  # None: where there is a terminal
                    click.echo("".join(styled(text, STYLES[role]) for text, role in part), color=colours)


def styled(text: str, style: str) -> str:
    """A text as click colours it."""
    if style in ("bold", "dim"):
        return click.style(text, bold=style == "bold" or None, dim=style == "dim" or None)
    return click.style(text, fg=style or None)


@contextlib.contextmanager
def commands_stopped(environment: Mapping[str, str]) -> Iterator[None]:
    """In a log of GitHub's, what is printed in here is shown and not obeyed, whatever commands a learner put into it.

    The token that ends this is drawn here, so it must be entered after the learner's code has ended.
    """
    if environment.get("GITHUB_ACTIONS") != "true":
        yield
        return
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        yield
    finally:
        print(f"\n::{token}::", flush=True)


def in_repository(submission: Path) -> str:
    """Where a submission stands in the repository that it was checked out with: nothing where it is all of it."""
    folder = submission.resolve()
    root = next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), folder)
    return "" if root == folder else folder.relative_to(root).as_posix()


def not_graded(course: Course, submission: str, sentence: str) -> Report:
    """A report on a submission that could not be graded, which is no fault of its own."""
    return Report(course.title, course.version, 0, (), (), submission=submission, problem=sentence)

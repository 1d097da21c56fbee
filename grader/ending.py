"""The end of a grading run: what is shown of each report and of all together, and what is written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from grader import delivery, gradebook
from grader.batch import Results
from grader.course import Course
from grader.files import replace_text
from grader.markdown import markdown
from grader.render import exercise_text
from grader.report import report_to_json
from grader.report_records import Report
from grader.reporter_limits import PRINTED_LINES
from grader.sanitize import plain, sanitized
from grader.screen import put, this_screen, wrapped
from grader.submission import Submission
from grader.summary import Tally
from grader.terminal import chapters, score
from grader.text import one_line

FORMATS = ("terminal", "json", "csv", "markdown", *delivery.FORMATS)


@dataclass(frozen=True)
class Ending:
    """What is asked for: formats, a folder to write to, whether the whole course was graded, whether to show all."""

    course: Course
    formats: Sequence[str]
    out: Path | None
    whole: bool
    show: bool

    def tell(self, submissions: Sequence[Submission], results: Results, failures: Mapping[str, str]) -> float:
        """Show and write all of it, one report in memory at a time; the lowest score.

        `failures` says why submissions were not graded. Raises `OSError` where something cannot be written.
        """
        tally, rows = Tally(), [gradebook.gradebook_header(self.course.catalogue)]
        lowest = float(self.course.scale)
        with delivery.commands_stopped(os.environ):
            for submission in submissions:
                if submission.name in failures:
                    report = sanitized(not_graded(self.course, submission, failures[submission.name]))
                    click.echo(f"{one_line(report.submission)}: {report.problem}", err=True)
                else:
                    report = results.report(submission.name)
                    tally.add(report)
                    lowest = min(lowest, report.score)
                    self.one(report, single=len(submissions) == 1)
                rows.append(gradebook.gradebook_row(report, self.course.catalogue))
            self.together(tally, "".join(rows), single=len(submissions) == 1)
        if len(submissions) == 1 and not failures:
            self.deliver(results.report(submissions[0].name), Path(submissions[0].path))
        return lowest

    def one(self, report: Report, *, single: bool) -> None:
        """One report in the formats that are about one."""
        if "terminal" in self.formats and (single or self.show):
            self.put_report(sanitized(report), [plain(o.output) for r in report.results for o in r.outcomes])
        if "json" in self.formats and self.out is None:
            click.echo(report_to_json(report), nl=False)
        if single and "markdown" in self.formats:
            if self.out is None:
                click.echo(markdown(report), nl=False)
            else:
                replace_text(self.out / "report.md", markdown(report))

    def together(self, tally: Tally, rows: str, *, single: bool) -> None:
        """All reports in the formats that are about all."""
        if self.out is not None:
            replace_text(self.out / "gradebook.csv", rows)
            replace_text(self.out / "summary.md", tally.markdown())
        elif "csv" in self.formats:
            click.echo(rows, nl=False)
        if "markdown" in self.formats and self.out is None and not single:
            click.echo(tally.markdown(), nl=False)
        if "terminal" in self.formats:
            if not single:
                put(tally.lines(this_screen()))
            if self.out is not None:
                click.echo(f"Kept in {self.out}: gradebook.csv, summary.md, and each report in results/.")

    def deliver(self, report: Report, path: Path) -> None:
        """Hand a report over to the systems that were named."""
        for form in delivery.FORMATS:
            if form in self.formats:
                told = delivery.deliver(report, form, os.environ, datetime.now(UTC), here=Path.cwd(), submission=path)
                if told:
                    click.echo(told)

    def put_report(self, report: Report, printed: Sequence[str]) -> None:
        """A report as the learner's own run would show it, for somebody who looks at more than one.

        `printed` has what each outcome's function printed, all that was kept of it.
        """
        click.secho(one_line(report.submission), bold=True)
        click.echo()
        if report.problem:
            put([*wrapped([report.problem], this_screen(), "plain"), ()])
        else:
            self.put_results(report, iter(printed))
            put([*chapters(report.results, this_screen()), ()])
        put(wrapped([f"note: {note}" for note in report.notes], this_screen(), "plain"))
        put([((score(report, self.whole), "strong"),)])
        click.echo(f"seed: {report.seed}")

    def put_results(self, report: Report, printed: Iterator[str]) -> None:
        """What is wrong, exercise by exercise; what is wrong with a whole chapter is told once."""
        said = set()
        for result in report.results:
            texts = [next(printed) for _ in result.outcomes]
            lines = exercise_text(result, this_screen().width)
            if result.verdict in ("passed", "skipped", "to do") or tuple(lines[1:]) in said:
                continue
            said.add(tuple(lines[1:]))
            click.secho(f"{result.chapter}.{result.exercise}", bold=True)
            click.echo("\n".join(lines))
            for text in texts:
                self.put_printed(text)
            click.echo()

    def put_printed(self, text: str) -> None:
        """What an exercise printed, the first lines of it unless all is asked for."""
        lines = text.splitlines()
        if lines:
            click.echo("It printed:")
        room = len(text) if self.show else this_screen().width - 4
        for line in lines if self.show else lines[:PRINTED_LINES]:
            click.echo(f"    {line if len(line) <= room else line[: room - 1] + '…'}")
        if not self.show and len(lines) > PRINTED_LINES:
            click.echo(f"    [{len(lines) - PRINTED_LINES:,} more lines: --show shows them]")


def not_graded(course: Course, submission: Submission, sentence: str) -> Report:
    """A report on a submission that could not be graded, which is no fault of its own."""
    return Report(course.title, course.version, 0, (), (), submission=submission.name, problem=sentence)

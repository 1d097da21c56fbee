"""A class as CSV, a row at a time: every field quoted, and none that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Literal

from grader.core.report import Report
from grader.reporters.base import Columns, File, Part, Scene
from grader.reporters.sanitize import plain, sanitized

FORMULA = "=+-@＝＋－＠"
"""What begins a formula, also as the wide forms that some spreadsheets take for the same."""


def gradebook_header(catalogue: Columns) -> str:
    """The first row: what the columns are, chapters before exercises."""
    exercises = [f"{chapter}.{name}" for chapter, names in catalogue.items() for name in names]
    return line("name", "score", "points", "possible", *catalogue, *exercises, "problem")


def gradebook_row(report: Report, catalogue: Columns) -> str:
    """One submission: what was earned. What was not run, or skipped on every device, stays empty."""
    report = sanitized(report)
    earned = {
        (result.chapter, result.exercise): result.points if result.passed else 0
        for result in report.results
        if result.counts
    }
    of_chapters = [
        sum(found) if (found := [points for (c, _), points in earned.items() if c == chapter]) else ""
        for chapter in catalogue
    ]
    of_exercises = [earned.get((chapter, name), "") for chapter, names in catalogue.items() for name in names]
    # a submission that was not graded has no score, not even 0
    sums = (report.score, report.earned, report.possible) if report.results else ("", "", "")
    return line(report.submission, *sums, *of_chapters, *of_exercises, report.problem)


def line(*cells: str | int) -> str:
    """Cells as one record of CSV with its line end; a line end within a cell stays there, quoted."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerow([guarded(plain(str(cell))) for cell in cells])
    return buffer.getvalue()


def guarded(text: str) -> str:
    """A text that a spreadsheet takes for a text: where it could be a formula, an apostrophe stands before it."""
    return f"'{text}" if text[:1] in ("\t", "\n") or text.lstrip()[:1] in tuple(FORMULA) else text


class CsvReporter:
    """The gradebook, also with a row for whoever could not be graded."""

    name = "csv"
    about: Literal["class"] = "class"

    def report(self, reports: Iterable[Report], scene: Scene) -> Iterator[Part]:
        """The gradebook, in the folder of results where there is one, else on the screen."""
        rows = [gradebook_header(scene.columns), *(gradebook_row(report, scene.columns) for report in reports)]
        yield "".join(rows) if scene.out is None else File(scene.out / "gradebook.csv", "".join(rows))

"""A report as Markdown for a job summary or a release: score, a table of chapters, the first failures.

Nothing that a learner wrote is Markdown or HTML here: it stands in fenced blocks and code spans that it cannot close.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from grader.core.report import Message, Report, Result
from grader.core.text import one_line
from grader.reporters.base import is_unread
from grader.reporters.exercise_text import exercise_text, remark_text
from grader.reporters.limits import BLOCK_BYTES, FAILURES_SHOWN
from grader.reporters.sanitize import cut, sanitized
from grader.reporters.terminal import score


@dataclass(frozen=True)
class Failure:
    """Exercises that failed with one and the same message, as those of a chapter that cannot be loaded do."""

    results: tuple[Result, ...]
    text: str
    printed: str
    where: str = ""
    """On which device, where there are several."""

    @property
    def names(self) -> str:
        """The first few names, and how many more."""
        names = [result.exercise for result in self.results]
        return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def failures(report: Report) -> list[Failure]:
    """What is neither right, skipped nor to do, in the order of the course; equal messages of a file told once."""
    groups: dict[tuple[str, Message, str, str], list[Result]] = {}
    for result in report.results:
        if result.is_wrong:
            first = next(outcome for outcome in result.outcomes if not outcome.is_done)
            where = f" on {first.device}" if len(result.outcomes) > 1 else ""
            groups.setdefault((result.file, first.message, first.output, where), []).append(result)
    return [
        Failure(tuple(results), "\n".join(exercise_text(results[0])), output.strip("\n"), where)
        for (_, _, output, where), results in groups.items()
    ]


def markdown(report: Report) -> str:
    """The report as GitHub-flavoured Markdown of less than 1 MiB."""
    report = sanitized(report)
    parts = [f"## {code(report.course)}: {report.score} of {report.scale}"]
    if report.submission:
        parts.append(f"Submission: {code(report.submission)}")
    parts.append(score(report, whole=True))
    if report.problem:
        what = "The submission could not be read:" if is_unread(report) else "Not all of it could be read:"
        parts += [what, fence(report.problem)]
    if report.results:
        parts.append(chapters_table(report))
    found = [] if is_unread(report) else failures(report)
    if found:
        parts.append("### What to look at first")
    for failure in found[:FAILURES_SHOWN]:
        parts += [f"**{code(failure.names)}** {failure.results[0].verdict}", fence(failure.text)]
        if failure.printed:
            parts += [f"It printed{failure.where}:", fence(failure.printed)]
    left = sum(len(failure.results) for failure in found[FAILURES_SHOWN:])
    if left:
        parts.append(f"{left} more not shown here: each is in the report that was written as JSON.")
    if remarks := [line for result in report.results for line in remark_text(result)]:
        parts += ["### Right, and worth another try", fence("\n".join(remarks))]
    if report.notes:
        parts += ["What this run could not do:", fence("\n".join(report.notes))]
    parts.append(f"Seed {report.seed}, version {code(report.version)} of the course.")
    return "\n\n".join(parts) + "\n"


def chapters_table(report: Report) -> str:
    """A row per chapter, and one for the sum."""
    groups: dict[str, list[Result]] = {}
    for result in report.results:
        groups.setdefault(result.chapter, []).append(result)
    lines = ["| chapter | passed | not right | to do | points |", "|---|--:|--:|--:|--:|"]
    lines += [chapter_row(code(chapter), results) for chapter, results in groups.items()]
    return "\n".join([*lines, chapter_row("together", list(report.results))])


def chapter_row(name: str, results: list[Result]) -> str:
    """Counts and points of some results; those skipped everywhere do not count."""
    counted = [result for result in results if result.counts]
    verdicts = Counter(result.verdict for result in counted)
    passed, open_ = verdicts["passed"], verdicts["to do"]
    earned = sum(result.points for result in counted if result.passed)
    possible = sum(result.points for result in counted)
    cells = [name, f"{passed} of {len(counted)}", len(counted) - passed - open_, open_, f"{earned} of {possible}"]
    return f"| {' | '.join(map(str, cells))} |"


def fence(text: str) -> str:
    """A block of code that its own text cannot end."""
    text = cut(text, BLOCK_BYTES)
    mark = "`" * max(3, longest_run(text) + 1)
    return f"{mark}text\n{text}\n{mark}"


def code(text: str) -> str:
    """A code span on one line that its own text cannot end, fit for a table."""
    text = one_line(text).replace("|", "\\|")
    mark = "`" * (longest_run(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{mark}{pad}{text}{pad}{mark}" if text else "(no name)"


def longest_run(text: str) -> int:
    """The length of the longest row of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)

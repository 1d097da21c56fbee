"""Reports on a terminal, for somebody who looks at more than their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from grader.core.report import Report
from grader.core.text import one_line
from grader.reporters.base import Part, Scene, is_graded, is_unread
from grader.reporters.class_summary import Tally
from grader.reporters.exercise_text import exercise_lines, remark_text
from grader.reporters.limits import PRINTED_LINES
from grader.reporters.sanitize import plain, sanitized
from grader.reporters.screen import Line, course_line, wrapped
from grader.reporters.terminal import chapters, score


class TerminalReporter:
    """One report as the learner's own run would show it; several in numbers, each too where all is asked for."""

    name = "terminal"
    about: Literal["class"] = "class"

    def report(self, reports: Iterable[Report], scene: Scene) -> Iterator[Part]:
        """Line by line."""
        tally, alone = Tally(), None
        several = 0
        for report in reports:
            several += 1
            if is_graded(report):
                tally.add(report)
                if scene.show:
                    yield from whole_report(report, scene)
                alone = report
        if several > 1:
            yield from tally.lines(scene.screen, scene.course)
        elif alone is not None and not scene.show:
            yield from whole_report(alone, scene)


def whole_report(report: Report, scene: Scene) -> Iterator[Line]:
    """All of one report."""
    printed = iter([plain(outcome.output) for result in report.results for outcome in result.outcomes])
    report = sanitized(report)
    yield ((one_line(report.submission), "strong"),)
    yield from course_line(scene.course, scene.screen)
    yield ()
    if report.problem:
        yield from wrapped([report.problem], scene.screen, "plain")
    if not is_unread(report):
        yield from what_is_wrong(report, printed, scene)
        yield from chapters(report.results, scene.screen)
    yield ()
    yield from wrapped([f"note: {note}" for note in report.notes], scene.screen, "plain")
    yield ((score(report, scene.whole), "strong"),)
    yield ((f"seed: {report.seed}", "plain"),)


def what_is_wrong(report: Report, printed: Iterator[str], scene: Scene) -> Iterator[Line]:
    """What is wrong, exercise by exercise; what is wrong with a whole chapter is told once.

    `printed` has what each outcome's function printed, all that was kept of it.
    """
    said: set[tuple[Line, ...]] = set()
    for result in report.results:
        texts = [next(printed) for _ in result.outcomes]
        if result.remark:
            yield from (((line, "plain"),) for line in remark_text(result, scene.screen.width))
            yield ()
        lines = exercise_lines(result, scene.screen.width)
        if not result.is_wrong or tuple(lines[1:]) in said:
            continue
        said.add(tuple(lines[1:]))
        yield ((f"{result.chapter}.{result.exercise}", "strong"),)
        yield from lines
        for outcome, text in zip(result.outcomes, texts, strict=True):
            where = f" on {outcome.device}" if len(texts) > 1 else ""
            yield from (((line, "plain"),) for line in what_was_printed(text, where, scene))
        yield ()


def what_was_printed(text: str, where: str, scene: Scene) -> Iterator[str]:
    """What an exercise printed, the first lines of it unless all is asked for."""
    lines = text.splitlines()
    if lines:
        yield f"It printed{where}:"
    room = len(text) if scene.show else scene.screen.width - 4
    for line in lines if scene.show else lines[:PRINTED_LINES]:
        yield f"    {line if len(line) <= room else line[: room - 1] + '…'}"
    if not scene.show and len(lines) > PRINTED_LINES:
        yield f"    [{len(lines) - PRINTED_LINES:,} more lines: --show shows them]"

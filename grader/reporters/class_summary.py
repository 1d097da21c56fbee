"""A class in numbers: reports are added one at a time, and only counts are kept, however many come."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from grader.core.report import Report
from grader.core.text import one_line
from grader.reporters.base import File, Part, Scene, is_graded
from grader.reporters.limits import HISTOGRAM_ROWS, MOST_LISTED, NAMES_LISTED
from grader.reporters.markdown import fence, markdown
from grader.reporters.sanitize import sanitized
from grader.reporters.screen import Line, Screen, course_line


class Tally:
    """What is known of all reports that were added.

    A count per score, per exercise and per known mistake: the size depends on the course, not on the class.
    """

    def __init__(self) -> None:
        self.scale = 100
        self.scores: Counter[int] = Counter()
        self.tried: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.mistakes: Counter[tuple[str, str]] = Counter()
        self.sentences: dict[tuple[str, str], str] = {}
        self.problems = 0
        self.names: list[str] = []

    def add(self, report: Report) -> None:
        """Count one report in."""
        report = sanitized(report)
        self.scale = report.scale
        self.scores[report.score] += 1
        if report.problem:
            self.problems += 1
            if len(self.names) < NAMES_LISTED:
                self.names.append(one_line(f"{report.submission}: {report.problem}"))
        for result in report.results:
            exercise = f"{result.chapter}.{result.exercise}"
            self.tried[exercise] += result.was_tried
            self.failed[exercise] += result.was_tried and not result.passed
            # the same mistake on two devices was made once
            for mistake, sentence in {outcome.mistake: outcome.message.sentence for outcome in result.outcomes}.items():
                if mistake:
                    self.mistakes[exercise, mistake] += 1
                    self.sentences.setdefault((exercise, mistake), one_line(sentence, 1000))

    @property
    def graded(self) -> int:
        """How many reports were added."""
        return self.scores.total()

    @property
    def mean(self) -> float:
        """The mean score; 0 for none."""
        return sum(score * count for score, count in self.scores.items()) / self.graded if self.graded else 0.0

    @property
    def median(self) -> float:
        """The median score; 0 for none."""
        if not self.graded:
            return 0.0
        return (self.at((self.graded - 1) // 2) + self.at(self.graded // 2)) / 2

    def at(self, place: int) -> int:
        """The score at this place when all are sorted, counted from 0."""
        for score in sorted(self.scores):
            place -= self.scores[score]
            if place < 0:
                return score
        raise IndexError(place)

    # ---------------------------------------------------------------- what is shown

    def lines(self, screen: Screen, course: Path | None = None) -> list[Line]:
        """The summary for a terminal; whose checks were made stands in its head."""
        lines: list[Line] = [((f"{self.graded} graded: mean {self.mean:.1f}, median {self.median:g}", "strong"),)]
        lines += [*course_line(course, screen), ()]
        lines += self.histogram(screen)
        most = [(name, count) for name, count in self.failed.most_common(MOST_LISTED) if count]
        if most:
            lines += [(), (("Exercises most failed", "strong"),)]
            lines += wrapped_list((f"{count} of {self.tried[name]} who tried: {name}" for name, count in most), screen)
        if self.mistakes:
            lines += [(), (("Mistakes most made", "strong"),)]
            made = self.mistakes.most_common(MOST_LISTED)
            lines += wrapped_list(
                (f"{count} x {key[0]} ({key[1]}): {self.sentences[key]}" for key, count in made), screen
            )
        if self.problems:
            lines += [(), ((f"{self.problems} could not be read", "strong"),)]
            lines.append((("Look at these by hand:", "plain"),))
            more = [f"and {self.problems - NAMES_LISTED} more"] if self.problems > NAMES_LISTED else []
            lines += wrapped_list([*self.names, *more], screen)
        return lines

    def histogram(self, screen: Screen) -> list[Line]:
        """Ten rows: a range of scores, a bar, a count; any count that is not 0 shows at least one mark."""
        bins = [0] * HISTOGRAM_ROWS
        for score, count in self.scores.items():
            bins[min(HISTOGRAM_ROWS - 1, score * HISTOGRAM_ROWS // self.scale)] += count
        edges = [-(-self.scale * number // HISTOGRAM_ROWS) for number in range(HISTOGRAM_ROWS + 1)]
        ends = [*(edge - 1 for edge in edges[1:-1]), self.scale]
        labels = [f"{start:>4} to {max(start, end):>4}  " for start, end in zip(edges, ends, strict=False)]
        digits = len(str(max(bins)))
        room = screen.width - max(map(len, labels)) - digits - 1
        full = max(*bins, 1)
        bars = [("█" if screen.blocks else "#") * -(-count * room // full) for count in bins]
        return [
            ((label, "plain"), (bar, "good"), (f"{' ' if bar else ''}{count}", "plain"))
            for label, bar, count in zip(labels, bars, bins, strict=True)
        ]

    def markdown(self, course: Path | None = None) -> str:
        """The summary for a page: the same lines as a block of text."""
        text = "\n".join("".join(part for part, _ in line) for line in self.lines(Screen(), course))
        return f"## All submissions\n\n{fence(text)}\n"


def wrapped_list(texts: Iterable[str], screen: Screen) -> list[Line]:
    """Texts within the width, each further line of one set in."""
    return [
        ((line, "plain"),)
        for text in texts
        for line in textwrap.wrap(text, screen.width, initial_indent="  ", subsequent_indent="      ")
    ]


# ---------------------------------------------------------------- the reporters


class SummaryReporter:
    """All reports in numbers, as Markdown."""

    name = "summary"
    about: Literal["class"] = "class"

    def report(self, reports: Iterable[Report], scene: Scene) -> Iterator[Part]:
        """The summary, in the folder of results where there is one, else on the screen."""
        tally = Tally()
        for report in filter(is_graded, reports):
            tally.add(report)
        text = tally.markdown(scene.course)
        yield text if scene.out is None else File(scene.out / "summary.md", text)


class MarkdownReporter:
    """One report as a page of Markdown; several as their summary."""

    name = "markdown"
    about: Literal["class"] = "class"

    def report(self, reports: Iterable[Report], scene: Scene) -> Iterator[Part]:
        """The page, in the folder of results where there is one, else on the screen."""
        tally, page = Tally(), ""
        for report in filter(is_graded, reports):
            tally.add(report)
            page = markdown(report) if tally.graded == 1 else ""
        if scene.out is None:
            yield page or tally.markdown(scene.course)
        elif page:
            yield File(scene.out / "report.md", page)

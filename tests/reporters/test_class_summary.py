"""A class in numbers."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sized

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers import outside
from reports import HOSTILE, MIXED, REPORTS, outcome, report, result

from grader.core.report import Report
from grader.reporters.class_summary import Tally
from grader.reporters.screen import Screen


def scored(score: int, **rest: object) -> Report:
    """A report with this score."""
    return report(
        result("a", outcome("passed"), points=score), result("b", outcome("to do"), points=100 - score), **rest
    )


def tally(*reports: Report) -> Tally:
    """These reports, added up."""
    found = Tally()
    for each in reports:
        found.add(each)
    return found


def text(of: Tally, width: int = 80, *, blocks: bool = False) -> list[str]:
    """The summary as a terminal without colour shows it."""
    return ["".join(part for part, _ in line) for line in of.lines(Screen(width, blocks))]


@given(st.lists(st.integers(1, 99), min_size=1, max_size=40))
def test_mean_and_median_are_exact(scores: list[int]) -> None:
    """As computed from all the scores, though only counts are kept; the bins hold each score once."""
    found = tally(*map(scored, scores))
    assert found.graded == len(scores)
    assert found.mean == pytest.approx(statistics.fmean(scores))
    assert found.median == statistics.median(scores)
    counts = [int(line.split()[-1]) for line in text(found)[2:12]]
    assert counts == [sum(score // 10 == number for score in scores) for number in range(10)]


def test_the_best_score_is_in_the_last_bin() -> None:
    """A score of 100 has no bin of its own, and one of 0 is in the first."""
    lines = text(tally(REPORTS["all right"], REPORTS["all to do"], REPORTS["all to do"]))
    assert lines[0] == "3 graded: mean 33.3, median 0"
    assert [lines[2].split()[0], lines[2].split()[2], lines[2].split()[-1]] == ["0", "9", "2"]
    assert [lines[11].split()[0], lines[11].split()[2], lines[11].split()[-1]] == ["90", "100", "1"]
    assert lines[3].split() == ["10", "to", "19", "0"]


@pytest.mark.parametrize("scale", [5, 7, 20, 1000])
def test_bins_follow_the_scale(scale: int) -> None:
    """Every score of another scale lies in the bin whose label says so."""
    for score in range(1, scale + 1):
        found = report(result("a", outcome("passed"), points=score), scale=scale)
        other = result("b", outcome("to do"), points=scale - score)
        found = report(*found.results, *([other] if other.points else []), scale=scale)
        assert found.score == score
        (line,) = [line for line in text(tally(found))[2:12] if line.endswith("# 1")]
        assert int(line.split()[0]) <= score <= int(line.split()[2])


def test_nobody_is_no_error() -> None:
    """A run over nothing has a summary too."""
    assert text(Tally())[0] == "0 graded: mean 0.0, median 0"


def test_failures_and_mistakes_are_counted() -> None:
    """Most frequent first; one made on two devices was made once; to do and not loaded are no failures."""
    twice = result("b", outcome("failed", "m", mistake="transposes"), outcome("failed", "m", "sim", "transposes"))
    lines = text(tally(MIXED, report(twice), REPORTS["a crash"], REPORTS["all to do"], REPORTS["not loaded"]))
    start = lines.index("Exercises most failed")
    assert lines[start + 1 : start + 4] == [
        "  2 of 2 who tried: ex01_sums.b", "  1 of 1 who tried: ex02_products.c", "  1 of 1 who tried: ex01_sums.x"
    ]  # fmt: skip
    assert lines[lines.index("Mistakes most made") + 1] == "  2 x ex01_sums.b (transposes): one two"
    assert lines[-3:-1] == ["1 could not be read", "Look at these by hand:"]
    assert lines[-1].startswith("  ada: ")


def test_problems_are_counted_and_the_first_ten_named() -> None:
    """Twelve that could not be read: ten names, and how many more."""
    lines = text(tally(*(report(submission=f"s{n}", problem="It is gone.") for n in range(12))))
    assert lines[-13:-11] == ["12 could not be read", "Look at these by hand:"]
    assert lines[-11:] == [*(f"  s{n}: It is gone." for n in range(10)), "  and 2 more"]


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("blocks", [False, True])
def test_no_line_is_wider_than_the_screen(width: int, blocks: bool) -> None:
    """Whatever the names and however many there are."""
    many = tally(*REPORTS.values(), *[scored(50, submission="x" * 500, problem="p")] * 1234)
    assert max(map(len, text(many, width, blocks=blocks))) <= width


def test_the_page_has_the_same_lines() -> None:
    """As Markdown it is one block, which no name can leave."""
    found = tally(MIXED, report(submission=HOSTILE, problem=HOSTILE))
    assert "LEARNER" in found.markdown()
    assert "LEARNER" not in outside(found.markdown())
    assert "2 graded: mean 18.5, median 18.5" in found.markdown()


def test_its_size_does_not_grow_with_the_class() -> None:
    """A thousand more of the same add nothing to what is kept."""

    def size(of: Tally) -> int:
        held: list[Sized] = [of.scores, of.tried, of.failed, of.mistakes, of.sentences, of.names]
        return sum(map(sys.getsizeof, held)) + sum(map(len, held))

    found = tally(*REPORTS.values(), *[REPORTS["no results"]] * 10)
    before = size(found)
    for number in range(1000):
        found.add(report(*MIXED.results, submission=f"s{number}", problem="p" * (number % 2)))
    assert size(found) == before

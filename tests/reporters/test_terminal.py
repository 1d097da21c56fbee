"""The closing summary: a pure function from a report to lines."""

from __future__ import annotations

import dataclasses

import pytest

from grader.core.report import Outcome, Report, Result, Verdict
from grader.reporters.screen import Screen
from grader.reporters.terminal import chapters, closing, draw


def result(name: str, verdict: Verdict, chapter: str = "ex06_reshaping_and_indexing", points: int = 2) -> Result:
    outcome = Outcome(f"{chapter}.{name}", "cpu", verdict)
    return Result(chapter, name, f"exercises/{chapter}.py", 31, points, (outcome,))


def report(*results: Result) -> Report:
    return Report("A course", "1.0", 0, ("cpu", "sim"), results)


def text(
    of: Report, *, whole: bool = True, after: Result | None = None, stopped: str = "", width: int = 80, **rest: bool
) -> list[str]:
    lines = closing(of, whole=whole, after=after, stopped=stopped, screen=Screen(width, **rest))
    return ["".join(part for part, _ in line) for line in lines]


MIXED = report(
    result("a", "passed", "ex01_sums", 1),
    result("b", "to do", "ex01_sums", 3),
    *(result(f"c{n}", "passed") for n in range(6)),
    result("d", "failed"),
    result("e", "timed out"),
    result("f", "not loaded"),
    result("g", "to do"),
    result("h", "skipped"),
)


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 100])
def test_nothing_is_wider_than_the_screen(width: int) -> None:
    """Every line fits, but for the score and the file to open next, which are not cut."""
    assert all(len(line) <= width for line in text(MIXED, width=width) if not line.startswith(("next:", "score:")))


def test_score_counts_and_next() -> None:
    """A chapter has its bar and counts, the course its score, and the last line says where to go on."""
    lines = text(MIXED)
    assert lines[0].split() == ["ex01_sums", "███░░░", "1/2", "1", "to", "do"] or "1/2  1 to do" in lines[0]
    assert "score: 54 of 100 (13 of 24 points, on cpu and sim)" in lines
    assert lines[-1] == "next: exercises/ex01_sums.py:31 b"


def test_a_part_of_the_course_has_points_and_no_score() -> None:
    """Where only a part was run there are points for it, and what comes after it is next."""
    after = result("later", "to do")
    lines = text(report(result("a", "passed")), whole=False, after=after)
    assert "points: 2 of 2 for what was run (on cpu and sim)" in lines
    assert lines[-1] == "next: exercises/ex06_reshaping_and_indexing.py:31 later"


def test_a_run_that_was_stopped_has_no_bar() -> None:
    """What was running is told and next, also where something before it failed, or nothing before it ran."""
    after = result("later", "to do")
    told = ["Stopped while later ran. What comes after it was not run."]
    upcoming = "next: exercises/ex06_reshaping_and_indexing.py:31 later"
    lines = text(report(result("a", "failed")), whole=False, after=after, stopped="Stopped while later ran.")
    assert lines == ["points: 0 of 2 for what was run (on cpu and sim)", *told, upcoming]
    assert text(report(), whole=False, after=after, stopped="Stopped while later ran.") == [*told, upcoming]


def test_a_chapter_in_two_folders_is_told_apart() -> None:
    """Chapters of one name are told with their folders."""
    other = dataclasses.replace(result("a", "passed"), file="alice/ex06_reshaping_and_indexing.py")
    names = [line[0][0].strip() for line in chapters((result("a", "failed"), other), Screen(100))]
    assert names == ["exercises/ex06_reshaping_and_indexing", "alice/ex06_reshaping_and_indexing"]


def test_a_bar_shows_every_kind_that_there_is() -> None:
    """However few exercises are right, wrong or to do, each kind has its part of the bar."""
    from collections import Counter

    for passed in range(30):
        for failed in range(4):
            for to_do in range(4):
                counts: Counter[Verdict] = Counter({"passed": passed, "failed": failed, "to do": to_do})
                if not counts.total():
                    continue
                bar = "".join(part for part, _ in draw(counts, 10, blocks=False)).strip()
                assert len(bar) == 10
                assert ("#" in bar, "x" in bar, "." in bar) == (passed > 0, failed > 0, to_do > 0)


def test_without_block_characters_it_is_ascii() -> None:
    """A screen that has no block characters gets none."""
    assert "\n".join(text(MIXED, blocks=False)).isascii()

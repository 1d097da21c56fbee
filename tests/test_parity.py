"""`pytest` and `grader grade` say the same of an honest submission: verdicts, devices, mistakes, rows and sentences.

All known wrong answers and other right ones of the course are written as submissions, which real runs of both check.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from both_modes import DEVICES, SEED, Seen, graded, seen, texts, told
from oddities import ODDITIES
from places import ROOT, TARGET
from trials import live
from variants import ChapterOfVariants, chapters_of, write_submissions

from grader.course.manifest import load_course
from grader.judging.judge import Judge
from grader.runtime.devices import choose

COURSE = load_course(ROOT)
every_exercise = pytest.mark.parametrize(
    ("chapter", "name"),
    [pytest.param(c, n, id=f"{c}.{n}") for c, names in COURSE.catalogue.items() for n in names],
)
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="some thousand checks, and a process for each chapter")

# ---------------------------------------------------------------- the course's own answers


@pytest.fixture(scope="module")
def chapters() -> dict[str, ChapterOfVariants]:
    """The chapters with their variants."""
    return chapters_of(COURSE)


@pytest.fixture(scope="module")
def course_seen(chapters: dict[str, ChapterOfVariants], tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What both modes say about the solutions, the stubs, and submissions that hold all variants."""
    folder = tmp_path_factory.mktemp("course") / "class"
    write_submissions(COURSE, chapters, folder)
    return seen(folder, ROOT, timeout=600)


@pytest.fixture(scope="module")
def judge() -> Judge:
    """One that knows the variants as functions."""
    choose(DEVICES)
    return Judge(COURSE, DEVICES, SEED)


@pytest.mark.parametrize("chapter", COURSE.chapters)
def test_all_variants_are_there(chapters: dict[str, ChapterOfVariants], judge: Judge, chapter: str) -> None:
    """What is read from the checks as text is all that they declare."""
    declared = {
        name: {(m.name, ("sim",) if m.on == "accelerator" else DEVICES) for m in exercise.mistakes}
        | {(function.__name__, ()) for function in exercise.rights}
        for name, exercise in live(judge).chapter(chapter).exercises.items()
    }
    found = {name: {(v.name, v.fails_on) for v in vs} for name, vs in chapters[chapter].variants.items()}
    assert found == declared


@every_exercise
def test_both_modes_say_the_same(course_seen: Seen, chapter: str, name: str) -> None:
    """For every variant, the solution and the stub: the same outcomes, rows and sentences."""
    for submission, report in course_seen.reports.items():
        (result,) = (r for r in report.results if (r.chapter, r.exercise) == (chapter, name))
        folder = course_seen.folder / submission
        assert told(course_seen.results[submission, name], folder) == told(result, folder), submission


@every_exercise
def test_variants_get_what_they_deserve(
    course_seen: Seen, chapters: dict[str, ChapterOfVariants], chapter: str, name: str
) -> None:
    """A mistake fails on the devices that show it and is told by its own sentence; another right answer passes."""
    for number, variant in enumerate(chapters[chapter].variants[name]):
        for outcome in course_seen.results[f"{number:02}", name].outcomes:
            due = ("failed", variant.name) if outcome.device in variant.fails_on else ("passed", "")
            assert (outcome.verdict, outcome.mistake) == due, (variant.name, outcome)


def test_solutions_and_stubs(course_seen: Seen) -> None:
    """Solutions get all points, stubs none; every submission has a result for each exercise in both modes."""
    assert {name: course_seen.reports[name].score for name in ("solutions", "stubs")} == {"solutions": 100, "stubs": 0}
    count = sum(map(len, COURSE.catalogue.values()))
    assert {len(report.results) for report in course_seen.reports.values()} == {count}
    assert len(course_seen.results) == count * len(course_seen.reports)


# ---------------------------------------------------------------- odd ones


@pytest.fixture(scope="module")
def odd_seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What both modes say about the odd submissions."""
    folder = tmp_path_factory.mktemp("odd") / "class"
    for name, contents in ODDITIES.items():
        (folder / name).mkdir(parents=True)
        for chapter, text in zip(load_course(TARGET).chapters, contents, strict=True):
            (folder / name / f"{chapter}.py").write_text(text, encoding="utf-8")
    return seen(folder, TARGET, timeout=4)


@pytest.mark.parametrize("name", ODDITIES)
def test_both_modes_say_the_same_of_what_is_odd(odd_seen: Seen, name: str) -> None:
    """Files that cannot be imported, functions that are none, strange exceptions and results: all are told alike."""
    for result in odd_seen.reports[name].results:
        folder = odd_seen.folder / name
        assert told(odd_seen.results[name, result.exercise], folder) == told(result, folder)


# ---------------------------------------------------------------- seeds


def without_times(text: str) -> str:
    """A report's file but for what depends on the clock."""
    return re.sub(r'"seconds": [\d.e-]+', '"seconds": …', text)


def test_same_seed_same_report(odd_seen: Seen, tmp_path: Path) -> None:
    """Graded once more, in another order and by two processes: the same files, byte for byte, but for the times."""
    paths = [odd_seen.folder / name for name in reversed(ODDITIES)]
    graded(paths, TARGET, tmp_path / "out", "--seed", SEED, "--jobs", 2, "--timeout", odd_seen.timeout)
    before, again = texts(odd_seen.folder.parent / "out"), texts(tmp_path / "out")
    assert before.keys() == again.keys()
    for name, text in again.items():
        assert without_times(text) == without_times(before[name])


def test_seeds(course_seen: Seen, tmp_path: Path) -> None:
    """A seed from each name stands in the report, leaves solutions right, and alone gives the same report again."""
    names = ("solutions", "15")
    paths = [course_seen.folder / name for name in names]
    options = ("--jobs", 1, "--timeout", course_seen.timeout)
    reports = graded(paths, ROOT, tmp_path / "1", "--seed-from-name", *options)
    seeds = {name: reports[name].seed for name in names}
    assert len({*seeds.values(), SEED}) == 3
    assert reports["solutions"].score == 100
    graded(paths[1:], ROOT, tmp_path / "2", "--seed", seeds["15"], *options)
    ((name, text),) = texts(tmp_path / "2").items()
    assert '"failed"' in text
    assert without_times(text) == without_times(texts(tmp_path / "1")[name])

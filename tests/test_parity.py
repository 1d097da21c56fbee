"""`pytest` and `grader grade` say the same of an honest submission: verdicts, devices, mistakes, rows and sentences.

All known wrong answers and other right ones of the course are written as submissions, which real runs of both check.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from oddities import ODDITIES
from places import ROOT, TARGET
from trials import live
from variants import ChapterOfVariants, chapters_of, write_submissions

from grader.core.report import Outcome, Report, Result
from grader.core.report_json import report_from_json, result_from_json, result_to_json
from grader.course.manifest import load_course
from grader.judging.judge import Judge
from grader.runtime.devices import choose

COURSE = load_course(ROOT)
SEED = 5
DEVICES = ("cpu", "sim")
every_exercise = pytest.mark.parametrize(
    ("chapter", "name"),
    [pytest.param(c, n, id=f"{c}.{n}") for c, names in COURSE.catalogue.items() for n in names],
)
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="some thousand checks, and a process for each chapter")

PLUGIN = """
import json

def pytest_runtest_logreport(report):
    if hasattr(report, "grader"):
        with open("results", "a", encoding="utf-8") as file:
            print(json.dumps([report.nodeid, json.loads(report.grader)["result"]]), file=file)
"""


# ---------------------------------------------------------------- both modes


@dataclass(frozen=True)
class Seen:
    """What both modes say: (submission, exercise) → pytest's result, submission → the report of `grader grade`."""

    folder: Path
    timeout: int
    results: dict[tuple[str, str], Result]
    reports: dict[str, Report]


def environment(**more: str) -> dict[str, str]:
    """Ours, without what an outer pytest or a coverage run tells the pytest in it."""
    return {**{k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_"))}, **more}


def seen(folder: Path, course: Path, timeout: int) -> Seen:
    """What both modes say about the submissions in a folder; they run at the same time."""
    work = folder.parent
    (work / "parity_plugin.py").write_text(PLUGIN, encoding="utf-8")
    self_check = [
        *(sys.executable, "-m", "pytest", folder.name, "--course", str(course), "--seed", str(SEED)),
        *(option for device in DEVICES for option in ("--device", device)),
        *("--timeout", str(timeout), "-p", "parity_plugin", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"),
    ]
    path = os.pathsep.join(filter(None, (str(work), os.environ.get("PYTHONPATH"))))
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as told,
        subprocess.Popen(
            self_check, cwd=work, env=environment(PYTHONPATH=path), stdin=subprocess.DEVNULL, stdout=told, stderr=told
        ) as process,
    ):
        reports = graded([folder], course, work / "out", "--seed", SEED, "--jobs", 1, "--timeout", timeout)
        process.wait()
        told.seek(0)
        assert process.returncode == pytest.ExitCode.TESTS_FAILED, told.read()
    results = {}
    for line in (work / "results").read_text(encoding="utf-8").splitlines():
        node, text = json.loads(line)
        file, _, name = node.partition("::")
        results[Path(file).parent.name, name] = result_from_json(text)
    return Seen(folder, timeout, results, reports)


def graded(paths: Sequence[Path], course: Path, out: Path, *options: object) -> dict[str, Report]:
    """The reports of `grader grade PATHS --out OUT OPTIONS` by the submissions' names."""
    command = [sys.executable, "-m", "grader", "--course", str(course), "grade", *map(str, paths), "--out", str(out)]
    done = subprocess.run(
        [*command, *map(str, options)], env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = map(report_from_json, texts(out).values())
    return {report.submission: report for report in found}


def texts(out: Path) -> dict[str, str]:
    """The files of a run's results by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((out / "results").iterdir())}


def told(result: Result, folder: Path) -> str:
    """What both modes must say alike, as JSON.

    Not so the line to paste and the file, which each names as it is found, the seconds, and what was printed, which
    pytest shows by itself. Paths below the submission's folder are relative in a report.
    """

    def plain(outcome: Outcome) -> Outcome:
        return replace(outcome, message=replace(outcome.message, paste=""), seconds=0.0, output="")

    text = result_to_json(replace(result, file="", outcomes=tuple(map(plain, result.outcomes))))
    return json.dumps(json.loads(text.replace(f"{folder}/", "")), indent=1, ensure_ascii=False)


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

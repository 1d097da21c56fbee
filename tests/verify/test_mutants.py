"""What becomes of a mutant that is killed, survives, hangs or dies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.manifest import Course, load_course
from grader.verify.mutants import GRAPH_KINDS, Listed, MutantReport, Tried, mutants_summary, run_mutants
from grader.verify.mutate import mutants_of_chapter

SOLUTION = '''
"""Chapter 1."""

import os


def is_positive(x: float) -> bool:
    """Whether x is more than 0."""
    ### BEGIN SOLUTION
    return x > 0
    ### END SOLUTION


def half(x: float) -> float:
    """Half of x, which is even, where x is positive."""
    ### BEGIN SOLUTION
    return x / 2 if is_positive(x) else 0.0
    ### END SOLUTION


def stays(x: float) -> float:
    """Return x."""
    ### BEGIN SOLUTION
    while False:
        pass
    return x
    ### END SOLUTION


def leaves(x: float) -> float:
    """Return x."""
    ### BEGIN SOLUTION
    while False:
        os.abort()
    return x
    ### END SOLUTION
'''
CHECKS = '''
"""Checks of chapter 1."""

from grader.authoring import Chapter

chapter = Chapter(__file__)


@chapter.exercise(hints=["Compare."])
def is_positive(draw):
    yield 2.0
    yield -2.0


@chapter.exercise(hints=["Divide."])
def half(draw):
    yield 4.0
    yield -1.0


chapter.equivalent(half, "… x / 2 … → … x // 2 …", reason="Even numbers.")
chapter.equivalent(half, "operator", reason="Dividing is multiplying.")
chapter.equivalent(half, "return x → return y", reason="Written long ago.")


@chapter.exercise(hints=["Return it."])
def stays(draw):
    yield 1.0


chapter.equivalent(stays, "statement", reason="A loop that never runs.")


@chapter.exercise(hints=["Return it."])
def leaves(draw):
    yield 1.0


chapter.equivalent(leaves, "while False: os.abort() →", reason="A loop that never runs.")
chapter.equivalent(leaves, "call", "os.abort() → pass", reason=" ")
'''


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("course")
    (root / "solutions" / "checks").mkdir(parents=True)
    (root / "course.toml").write_text('title = "Small"\nversion = "1"\nchapters = ["ex01_small"]\n')
    (root / "solutions" / "ex01_small.py").write_text(SOLUTION.lstrip())
    (root / "solutions" / "checks" / "ex01_small.py").write_text(CHECKS.lstrip())
    return load_course(root)


@pytest.fixture(scope="module")
def seen() -> list[tuple[Tried, int, int]]:
    return []


@pytest.fixture(scope="module")
def report(small: Course, seen: list[tuple[Tried, int, int]]) -> MutantReport:
    return run_mutants(small, ("cpu",), limit=2.0, progress=lambda *step: seen.append(step))


def fate(report: MutantReport, exercise: str, change: str) -> tuple[str, str]:
    (tried,) = (t for t in report.tried if (t.mutant.exercise, t.mutant.change) == (exercise, change))
    return tried.fate, tried.how


def test_what_a_check_notices_is_killed(report: MutantReport) -> None:
    """With the aspect, device and case that noticed it."""
    assert fate(report, "is_positive", "return x > 0 → return x < 0") == ("killed", "values on cpu, case 1")
    assert fate(report, "is_positive", "return x > 0 → return None") == ("killed", "type on cpu, case 1")


def test_what_no_check_notices_survives(report: MutantReport, small: Course) -> None:
    """No case has 0, so `>=` passes; the report says where and what."""
    assert fate(report, "is_positive", "return x > 0 → return x >= 0") == ("survived", "")
    lines = mutants_summary(small, report)
    at = lines.index(
        "solutions/ex01_small.py:9: is_positive still passes: x > 0 became x >= 0 (comparison)",
    )
    assert lines[at + 1 : at + 3] == ["    - return x > 0", "    + return x >= 0"]


def test_what_is_listed_is_equivalent(report: MutantReport) -> None:
    """By its kind, by its lines, or by lines with `…` in them; with the author's reason."""
    assert fate(report, "stays", "while False: pass →") == ("equivalent", "A loop that never runs.")
    assert fate(report, "leaves", "while False: os.abort() →") == ("equivalent", "A loop that never runs.")
    change = "return x / 2 if is_positive(x) else 0.0 → return x // 2 if is_positive(x) else 0.0"
    assert fate(report, "half", change) == ("equivalent", "Even numbers.")


def test_a_mutant_that_hangs_or_dies_is_killed(report: MutantReport, small: Course) -> None:
    """And the others are tried all the same."""
    assert fate(report, "stays", "while False: → while True:") == ("killed", "timed out")
    assert fate(report, "leaves", "while False: → while True:") == ("killed", "its process died")
    everything = list(mutants_of_chapter(small.solution("ex01_small")))
    assert [tried.mutant for tried in report.tried] == [m for m in everything if m.kind not in GRAPH_KINDS]


def test_other_exercises_are_as_they_were(report: MutantReport) -> None:
    """`half` calls `is_positive`, the solution's, whatever mutant of it was tried before."""
    change = "return x / 2 if is_positive(x) else 0.0 → return x / 2 if not is_positive(x) else 0.0"
    assert fate(report, "half", change) == ("killed", "values on cpu, case 1")


def test_entries_that_no_longer_fit_are_refused(report: MutantReport) -> None:
    """One sentence each: for a killed mutant, for none at all, and for a missing reason."""
    killed, unknown, no_reason, *more = report.complaints
    assert killed.startswith(
        "solutions/checks/ex01_small.py:21: the equivalent `operator` of half is not equivalent: 1 of 2 mutants that"
        " it names are killed (`return x / 2 if"
    )
    assert "line:22: the equivalent `return x → return y` of half names no mutant" in unknown.replace(".py:", ".line:")
    assert "has no reason" in no_reason
    assert len(more) == 1
    assert not report.holds


def test_progress_is_told_as_it_comes(report: MutantReport, seen: list[tuple[Tried, int, int]]) -> None:
    """Each mutant once, with how many are done."""
    assert [done for _, done, _ in seen] == list(range(1, len(report.tried) + 1))
    assert {total for _, _, total in seen} == {len(report.tried)}
    assert {id(tried) for tried, _, _ in seen} == {id(tried) for tried in report.tried}


def test_the_counts_are_told_by_chapter(report: MutantReport, small: Course) -> None:
    """Killed, equivalent and survived, in a table."""
    counts = [sum(t.fate == fate for t in report.tried) for fate in ("killed", "equivalent", "survived")]
    head, line, total = (line.split() for line in mutants_summary(small, report)[:3])
    assert head == ["mutants", "killed", "equivalent", "survived"]
    assert line == ["ex01_small", *map(str, counts)]
    assert total[-3:] == line[-3:]
    assert len(report.survivors) == counts[2]


def test_one_exercise_alone(small: Course) -> None:
    """Only its mutants are run, and only its entries are held against them."""
    report = run_mutants(small, ("cpu",), exercises=[("ex01_small", "is_positive")], jobs=1)
    assert {tried.mutant.exercise for tried in report.tried} == {"is_positive"}
    assert report.complaints == ()


def test_the_command_runs_them(small: Course) -> None:
    """`grader verify NAME --mutants`, as somebody types it, tells what became of each mutant."""
    command = [sys.executable, "-m", "grader", "verify", "is_positive", "--mutants", "--device", "cpu"]
    done = subprocess.run(command, cwd=small.root, capture_output=True, text=True, timeout=300, check=False)
    assert "is_positive still passes: x > 0 became x >= 0 (comparison)" in done.stdout
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr


GRAPHS = """
import torch
from torch import nn


def counts(x):
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION


def cut(x):
    ### BEGIN SOLUTION
    return x * 2
    ### END SOLUTION


def slope(x):
    ### BEGIN SOLUTION
    return by_helper(x)
    ### END SOLUTION


def by_helper(x):
    return torch.autograd.grad((x.requires_grad_() ** 2).sum(), x)[0]


def follows(x):
    ### BEGIN SOLUTION
    return x * 3
    ### END SOLUTION


def handed(x):
    ### BEGIN SOLUTION
    return x * 4
    ### END SOLUTION
"""
GRAPH_CHECKS = """
import torch
from grader.authoring import Chapter

chapter = Chapter(__file__)


@chapter.exercise(hints=[])
def counts(draw):
    yield draw.integers(3, dtype=torch.int64)


@chapter.exercise(hints=[], gradient=True)
def cut(draw):
    yield draw.normal(3)


@chapter.exercise(hints=[])
def slope(draw):
    yield draw.normal(3)


@chapter.exercise(hints=[], also=["requires_grad"])
def follows(draw):
    yield draw.normal(3)


@chapter.exercise(hints=[])
def handed(draw):
    yield [draw.parameter(draw.normal(3))]
"""


def test_what_cannot_be_seen_is_not_tried(tmp_path: Path) -> None:
    """Mutants that only cut a graph are made where one is compared, handed in, or worked with, and nowhere else."""
    (tmp_path / "solutions" / "checks").mkdir(parents=True)
    (tmp_path / "course.toml").write_text('title = "Graphs"\nversion = "1"\nchapters = ["ex01_graphs"]\n')
    (tmp_path / "solutions" / "ex01_graphs.py").write_text(GRAPHS)
    (tmp_path / "solutions" / "checks" / "ex01_graphs.py").write_text(GRAPH_CHECKS)
    course = load_course(tmp_path)
    listed = Listed(course, [])
    made = [m for m in mutants_of_chapter(course.solution("ex01_graphs")) if m.kind in GRAPH_KINDS]
    seen = {mutant.exercise: listed.sees_graphs(mutant) for mutant in made}
    assert seen == {"counts": False, "cut": True, "slope": True, "follows": True, "handed": True}
    report = run_mutants(course, ("cpu",), exercises=[("ex01_graphs", "counts")], jobs=1)
    assert report.holds
    assert {tried.mutant.kind for tried in report.tried} & set(GRAPH_KINDS) == set()

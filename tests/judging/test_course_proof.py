"""A fault of the course: told to whom it belongs, before anybody is graded, and never charged to a learner."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from runs import FIRST, RIGHT, STUBS, Ran, double, grade, make_target, write


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The target course, to be broken."""
    return make_target(tmp_path / "course")


def broken(course: Path, old: str, new: str, file: str = f"checks/{FIRST}.py") -> None:
    """Put a fault into a file of the course."""
    path = course / "solutions" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def ran_with(course: Path, tmp_path: Path, *options: str, **chapters: str) -> Ran:
    """A class of three, graded by this course."""
    for name in ("ann", "ben", "cat"):
        write(tmp_path / "class" / name, **(chapters or RIGHT))
    (tmp_path / "tmp").mkdir(exist_ok=True)
    arguments: tuple[str | Path, ...] = ("--device", "cpu", "--jobs", "2", "--out", tmp_path / "out", *options)
    return grade(course, tmp_path / "tmp", tmp_path / "class", *arguments)


def told(ran: Ran, tmp_path: Path) -> str:
    """The one sentence of a run that a fault of the course has ended, without a result, a row or a traceback."""
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1), ran.err
    assert not list((tmp_path / "out").rglob("*-*.json"))
    assert not (tmp_path / "out" / "gradebook.csv").exists()
    return ran.err


FAULTS = {
    "the first line of the cases": ("    yield draw.integers(3, low=1)\n", "    raise KeyError('size')\n"),
    "a later line of the cases": ("    yield draw.normal(4, 2).mT", "    yield draw.normal(4, 2)[5]"),
    "exit in the cases": ("    yield draw.normal(4, 2).mT", "    raise SystemExit(0)"),
    "the scale": ("gradient=True,", "gradient=True, scale=lambda x: x.nothing,"),
    "a case that is no data": ("    yield draw.normal(4, 2).mT", "    yield object()"),
    "the wrong number of arguments": ("    yield draw.normal(4, 2).mT", "    yield draw.normal(2), draw.normal(2)"),
    "an import": ("from grader.authoring import Chapter", "from grader.authoring import Chapter\nimport nothing_of_it"),
    "a name": ("chapter = Chapter(__file__)", "chapter = Chaptre(__file__)"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_nobody_is_graded_by_a_broken_course(course: Path, tmp_path: Path, fault: str) -> None:
    """Whatever a chapter's checks do wrong ends the run with 2 and one sentence, also where nobody has tried it."""
    broken(course, *FAULTS[fault])
    sentence = told(ran_with(course, tmp_path, **STUBS), tmp_path)
    assert re.search(rf"{FIRST}|double", sentence)


def test_the_sentence_names_exercise_and_line(course: Path, tmp_path: Path) -> None:
    """Whoever wrote the course reads where."""
    broken(course, *FAULTS["the first line of the cases"])
    sentence = told(ran_with(course, tmp_path), tmp_path)
    assert f"The course cannot grade {FIRST}.double" in sentence
    assert f"(solutions/checks/{FIRST}.py:10): KeyError: 'size'" in sentence


def test_the_solution(course: Path, tmp_path: Path) -> None:
    """A reference that fails on its last case is found before the first submission is done."""
    broken(course, "    return 2 * x", "    return 2 * x if x.ndim == 1 else x.nothing", f"{FIRST}.py")
    assert "The reference of double itself fails on case 2" in told(ran_with(course, tmp_path), tmp_path)


def test_only_what_is_selected_has_to_run(course: Path, tmp_path: Path) -> None:
    """A fault elsewhere does not keep one exercise from being graded."""
    broken(course, *FAULTS["the first line of the cases"])
    ran = ran_with(course, tmp_path, "--only", "total")
    assert ran.code == 0, ran.err


BREAKS_COMPARING = """

import grader.judging.course_proof
import grader.judging.mistakes


def broken(got, expected, rules):
    raise KeyError("odd")


grader.judging.mistakes.compare = grader.judging.course_proof.compare = broken
"""


def test_a_mistake_that_cannot_be_compared(course: Path, tmp_path: Path) -> None:
    """One whose result breaks the comparison is the course's fault, for a learner who is wrong too."""
    with (course / "solutions" / "checks" / f"{FIRST}.py").open("a") as checks:
        checks.write(BREAKS_COMPARING)
    ran = ran_with(course, tmp_path, **double("return x + 1"))
    assert f"The course cannot grade {FIRST}.double" in told(ran, tmp_path)


def test_a_fault_of_another_seed(course: Path, tmp_path: Path) -> None:
    """Where each submission has a seed of its own, a fault that only one of them meets ends the run all the same."""
    broken(course, *FAULTS["the first line of the cases"])
    odd = "    x = draw.integers(3, low=1)\n    if x.sum() % 2:\n        raise KeyError(1)\n    yield x\n"
    broken(course, "    raise KeyError('size')\n", odd)
    for number in range(24):
        shutil.copytree(write(tmp_path / f"one{number}", **RIGHT), tmp_path / "class" / f"student {number}")
    ran = ran_with(course, tmp_path, "--seed-from-name")
    assert (ran.code, "The course cannot grade" in ran.err) == (2, True)
    assert not (tmp_path / "out" / "gradebook.csv").exists()

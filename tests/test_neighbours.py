"""A chapter may import an earlier one and `given`, however it is run: solutions, checks and learners' files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.manifest import load_course
from grader.course.stubs import write_stubs

FILES = {
    "course.toml": 'title = "Two"\nversion = "1"\nchapters = ["ex01_rows", "ex02_more"]\n',
    "exercises/given.py": '"""Handed in."""\n\n\ndef square(x):\n    """x times x."""\n    return x * x\n',
    "solutions/ex01_rows.py": '''"""Chapter 1: Rows."""

import torch


def from_rows(*rows):
    return torch.stack(rows)


def first_row(x):
    """The first row.

    >>> first_row(torch.tensor([[1., 2.]]))
    tensor([1., 2.])
    """
    ### BEGIN SOLUTION
    from given import square  # also late
    return square(x)[0].sqrt() * x[0].sign()
    ### END SOLUTION
''',
    "solutions/ex02_more.py": '''"""Chapter 2: More."""

import torch
from ex01_rows import first_row
from given import square


def first_squared(x):
    """The first row, squared.

    >>> first_squared(torch.tensor([[1., 2.]]))
    tensor([1., 4.])
    """
    ### BEGIN SOLUTION
    import ex01_rows
    return square(ex01_rows.first_row(x)) + 0 * first_row(x)
    ### END SOLUTION
''',
    "solutions/checks/ex01_rows.py": '''
from grader.authoring import Chapter
chapter = Chapter(__file__)

@chapter.exercise(hints=["a", "b"])
def first_row(draw):
    yield draw.integers(2, 3)
    yield draw.integers(1, 2)

@chapter.mistake(first_row)
def last_row(x):
    """This is the last row."""
    return x[-1]

@chapter.right(first_row)
def by_select(x):
    return x.select(0, 0)

@chapter.right(first_row)
def by_unbind(x):
    return x.unbind()[0]
''',
    "solutions/checks/ex02_more.py": '''
import ex01_rows
from ex02_more import first_squared as solved
from given import square
from grader.authoring import Chapter
chapter = Chapter(__file__)

@chapter.exercise(hints=["a", "b"])
def first_squared(draw):
    yield ex01_rows.from_rows(draw.integers(3), draw.integers(3))
    yield draw.integers(2, 2)

@chapter.mistake(first_squared)
def not_squared(x):
    """This is not squared."""
    from ex01_rows import first_row
    return first_row(x)

@chapter.right(first_squared)
def squared_first(x):
    return square(x)[0]

@chapter.right(first_squared)
def as_solved(x):
    return solved(x)
''',
}
FORGED = "def square(x):\n    return 3 * x\n"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The course, with its stubs."""
    for name, text in FILES.items():
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    write_stubs(load_course(tmp_path / "course"))
    return tmp_path / "course"


def ran(folder: Path, *arguments: str) -> tuple[int, str]:
    """How a Python process ended, and what it wrote."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_"))}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def hand_in(course: Path, *chapters: str, given: str = "") -> Path:
    """A submission with these chapters solved, and a file of this text by the name of what is handed in."""
    folder = course.parent / "ann"
    folder.mkdir()
    for chapter in chapters:
        (folder / f"{chapter}.py").write_text(FILES[f"solutions/{chapter}.py"], encoding="utf-8")
    if given:
        (folder / "given.py").write_text(given, encoding="utf-8")
    return folder


def test_the_proof_holds(course: Path) -> None:
    """`grader verify` runs solutions and checks that import others, at their top and late."""
    code, out = ran(course, "grader", "verify", "--device", "cpu")
    assert (code, "all of it holds" in out) == (0, True), out


def test_mutants_are_tried(course: Path) -> None:
    """Mutants of such a solution run as it does."""
    _, out = ran(course, "grader", "verify", "ex02", "--device", "cpu", "--mutants", "--jobs", "1")
    assert "error of the grader" not in out
    assert "could not run" not in out


def test_pytest_runs_the_solutions(course: Path) -> None:
    """So do the solutions where pytest takes them for a learner's."""
    assert ran(course, "pytest", "-p", "no:cacheprovider", "solutions")[0] == 0


@pytest.mark.parametrize("given", ["", FORGED])
def test_a_learner_elsewhere_gets_given_from_the_course(course: Path, given: str) -> None:
    """In any folder, `given` is the course's own, whatever lies beside the chapters."""
    folder = hand_in(course, "ex01_rows", "ex02_more", given=given)
    code, out = ran(course, "pytest", "-p", "no:cacheprovider", str(folder))
    assert code == 0, out


@pytest.mark.parametrize("given", ["", FORGED])
@pytest.mark.parametrize("chapters", [("ex01_rows",), ("ex01_rows", "ex02_more")])
def test_grading_takes_given_from_the_course(course: Path, given: str, chapters: tuple[str, ...]) -> None:
    """Graded, a chapter gets the course's own too, also where it was handed in alone."""
    folder = hand_in(course, *chapters, given=given)
    code, out = ran(course, "grader", "grade", str(folder), "--seed", "1", "--fail-under", str(50 * len(chapters)))
    assert code == 0, out


def test_one_learners_chapters_are_not_anothers(course: Path) -> None:
    """Of two folders in one run each imports its own chapters, late imports too."""
    ann = hand_in(course, "ex01_rows", "ex02_more")
    bob = ann.parent / "bob"
    bob.mkdir()
    (bob / "ex01_rows.py").write_text("def first_row(x):\n    return x[0]\n", encoding="utf-8")
    (bob / "ex02_more.py").write_text(
        "def first_squared(x):\n    import ex01_rows\n    assert 'bob' in ex01_rows.__file__\n    return x[0] ** 2\n",
        encoding="utf-8",
    )
    code, out = ran(course, "pytest", "-p", "no:cacheprovider", str(ann), str(bob))
    assert code == 0, out

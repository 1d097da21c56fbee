"""`grader verify` holds for a sound course, and each kind of defect that is planted in it is named in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.course.manifest import load_course
from grader.course.stubs import write_stubs
from grader.frontends.cli.main import main

COURSE = """\
title = "One chapter"
version = "1"
chapters = ["ex01_steps"]
"""

SOLUTION = '''\
"""Chapter 1: Steps. This is its story."""

import torch
from torch import Tensor


def steps(x: Tensor) -> Tensor:
    """Return x plus 0, 1, 2, … for a 1-D tensor.

    >>> steps(torch.zeros(2))
    tensor([0., 1.])
    """
    ### BEGIN SOLUTION
    return x + torch.arange(len(x), device=x.device)
    ### END SOLUTION
'''

CHECKS = '''\
"""Checks of chapter 1."""

import torch

from grader.authoring import Chapter

chapter = Chapter(__file__)


@chapter.exercise(points=2, hints=["Which function counts?", "Where does it make its tensor?"])
def steps(draw):
    yield draw.integers(3)
    yield draw.normal(5)


@chapter.mistake(steps)
def counts_from_one(x):
    """You begin to count at 1. `torch.arange(n)` begins at 0."""
    return x + torch.arange(1, len(x) + 1, device=x.device)


@chapter.mistake(steps, on="accelerator")
def counts_on_the_cpu(x):
    """The numbers are made on the CPU. Say where: `device=x.device`."""
    return x + torch.arange(len(x))


@chapter.right(steps)
def by_cumsum(x):
    return x + torch.ones_like(x).cumsum(0) - 1
'''


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A sound course of one exercise, with its stub built."""
    for name, text in {
        "course.toml": COURSE,
        "solutions/ex01_steps.py": SOLUTION,
        "solutions/checks/ex01_steps.py": CHECKS,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    write_stubs(load_course(tmp_path))
    return tmp_path


def prove(course: Path, *arguments: str) -> Result:
    """Run `grader verify` on a course's folder, on the CPU and on the simulated accelerator."""
    devices = ["--device", "cpu", "--device", "sim"]
    return CliRunner().invoke(main, ["--course", str(course), "verify", *devices, *arguments])


def test_a_sound_course_holds(course: Path) -> None:
    """Without a defect the exit status is 0, and the table counts what was proved."""
    result = prove(course, "ex01")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-2].split() == ["together", "1", "1", "2", "1", "0"]


STUB, SOLVED, CHECKED = "exercises/ex01_steps.py", "solutions/ex01_steps.py", "solutions/checks/ex01_steps.py"

DEFECTS = {
    "a stub that is not its solution without the answer": (
        STUB,
        "for a 1-D tensor",
        "for any tensor",
        "exercises/ex01_steps.py:8: this is not the solution without its answers. `grader build`",
    ),
    "a stub that is not to do": (
        STUB,
        "raise NotImplementedError",
        "return x",
        "steps does not count as to do",
    ),
    "a stub with other parameters": (STUB, "steps(x: Tensor)", "steps(y: Tensor)", "steps(y) should be steps(x)"),
    "a stub with another name": (STUB, "def steps", "def step", "the stub of steps is missing"),
    "a solution that fails": (
        SOLVED,
        "return x + torch.arange(len(x), device=x.device)",
        "return x + torch.arange(len(x))",
        "solutions/ex01_steps.py:7: the solution of steps does not pass: The reference of steps itself fails on case 0",
    ),
    "a right answer that fails": (CHECKED, ".cumsum(0) - 1", ".cumsum(0)", "the right answer by_cumsum does not pass"),
    "a mistake that passes": (
        CHECKED,
        "return x + torch.arange(1, len(x) + 1, device=x.device)",
        "return x + torch.arange(len(x), device=x.device)",
        "no case tells the mistake counts_from_one from a right answer on cpu",
    ),
    "an accelerator's mistake that fails on the CPU": (
        CHECKED,
        "return x + torch.arange(len(x))",
        "return x",
        'the mistake counts_on_the_cpu fails on the CPU too, so `on="accelerator"` is wrong',
    ),
    "two mistakes that no case tells apart": (
        CHECKED,
        "@chapter.right",
        '@chapter.mistake(steps)\ndef also(x):\n    """Another sentence."""\n'
        "    return counts_from_one(x)\n\n\n@chapter.right",
        "is not told by its own sentence",
    ),
    "a mistake without a sentence": (
        CHECKED,
        '    """You begin to count at 1. `torch.arange(n)` begins at 0."""\n',
        "",
        "the mistake counts_from_one has no sentence",
    ),
    "one hint only": (CHECKED, ', "Where does it make its tensor?"', "", "steps has fewer than two hints"),
    "points that are none": (CHECKED, "points=2", "points=0", "points of steps must be a whole number from 1"),
    "no story": (SOLVED, '"""Chapter 1: Steps. This is its story."""', "", "the chapter has no story"),
    "no example": (
        SOLVED,
        "    >>> steps(torch.zeros(2))\n    tensor([0., 1.])\n",
        "",
        "the docstring of steps has no example",
    ),
    "an example that is wrong": (
        SOLVED,
        "tensor([0., 1.])",
        "tensor([1., 2.])",
        "an example in the docstring of steps does not show what the answer does",
    ),
    "no cases": (
        CHECKED,
        "    yield draw.integers(3)\n    yield draw.normal(5)\n",
        "    yield from ()\n",
        "steps has no cases",
    ),
    "checks that cannot be imported": (CHECKED, "import torch\n", "import torhc\n", "this cannot be imported"),
    "an exercise without checks": (CHECKED, "def steps(draw)", "def stepz(draw)", "says nothing about steps"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_named(course: Path, defect: str) -> None:
    """One defect makes the exit status 1 (2 where the course cannot even be read), and a sentence names it."""
    name, old, new, sentence = DEFECTS[defect]
    path = course / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if name != STUB and "stub" not in defect:
        write_stubs(load_course(course), force=True)
    result = prove(course)
    assert result.exit_code in (1, 2), result.output
    assert sentence in " ".join(result.output.split()), result.output


@pytest.mark.parametrize("folder", ["exercises", "solutions", "solutions/checks"])
def test_a_stray_file_is_named(course: Path, folder: str) -> None:
    """A Python file that belongs to no chapter is told, in each folder."""
    (course / folder / "ex09_forgotten.py").write_text("", encoding="utf-8")
    result = prove(course)
    assert result.exit_code == 1
    assert f"{folder}/ex09_forgotten.py:1: ex09_forgotten.py belongs to no chapter" in result.output


def test_an_unknown_name_is_an_error_of_the_command_line(course: Path) -> None:
    """A chapter or exercise that is not there ends with 2 and a suggestion."""
    result = prove(course, "stpes")
    assert result.exit_code == 2
    assert "Did you mean steps?" in result.output

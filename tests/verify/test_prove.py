"""`grader verify` holds for a sound course, and each kind of defect that is planted in it is named in a sentence."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.core.errors import CourseError
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


@chapter.right(steps)
def by_loop(x):
    return torch.stack([number + index for index, number in enumerate(x)])
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
    assert result.output.splitlines()[-2].split() == ["together", "1", "2", "2", "1", "0"]


STUB, SOLVED, CHECKED = "exercises/ex01_steps.py", "solutions/ex01_steps.py", "solutions/checks/ex01_steps.py"


def beside(*lines: str) -> tuple[str, str]:
    """What to replace by what so that these lines stand above the first right answer."""
    return "\n\n@chapter.right", "\n\n" + "\n".join(lines) + "\n\n\n@chapter.right"


DEFECTS: dict[str, tuple[str, str | None, str | None, str]] = {
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
    "a stub folder that lacks a chapter": (
        STUB,
        None,
        None,
        "exercises/ex01_steps.py:1: there is no stub of",
    ),
    "an unknown promise": (
        CHECKED,
        "points=2, ",
        'also=["unchagned"], ',
        "solutions/checks/ex01_steps.py:10: steps: also knows no 'unchagned'. Did you mean unchanged?",
    ),
    "a promise that is no list": (CHECKED, "points=2, ", 'also="unchanged", ', 'must be a list: also=["unchanged"]'),
    "words that are no list": (CHECKED, "points=2, ", 'mentions="shape", ', 'must be a list: mentions=["shape"]'),
    "words with other braces": (CHECKED, "points=2, ", 'mentions=["{devise}"], ', "only `{device}` may stand between"),
    "an unknown mode": (CHECKED, "points=2, ", 'under="inference", ', "under knows no 'inference'. Did you mean infer"),
    "a gradient that is a number": (CHECKED, "points=2, ", "gradient=1e-3, ", "gradient must be True, False or a Tol"),
    "a tolerance that is a number": (
        CHECKED,
        "points=2, ",
        "tolerance=1e-3, ",
        "tolerance must be a Tolerance",
    ),
    "a scale that is a number": (CHECKED, "points=2, ", "scale=3, ", "scale must be a function of the arguments"),
    "an exception's class": (CHECKED, "points=2, ", "raises=ValueError, ", "raises must be a string"),
    "no regular expression": (CHECKED, "points=2, ", 'ignore="(", ', "ignore must be a regular expression"),
    "an unknown keyword": (
        CHECKED,
        "points=2, ",
        "pionts=2, ",
        "solutions/checks/ex01_steps.py:10: this cannot be imported: TypeError:",
    ),
    "a pattern that its own code lacks": (
        CHECKED,
        'on="accelerator"',
        'on="accelerator", written="torch.full"',
        "written='torch.full' is not found in its own code.",
    ),
    "a pattern that is none": (
        CHECKED,
        'on="accelerator"',
        'on="accelerator", written="("',
        "written is no regular expression: missing ), unterminated subpattern",
    ),
    "an unknown device of a mistake": (CHECKED, 'on="accelerator"', 'on="gpu"', "on knows no 'gpu'. It can be"),
    "a mistake with another parameter": (
        CHECKED,
        "def counts_from_one(x):",
        "def counts_from_one(x, y):",
        "solutions/checks/ex01_steps.py:16: the mistake counts_from_one of steps takes other parameters: it should be"
        " counts_from_one(x).",
    ),
    "a right answer without its parameter": (
        CHECKED,
        "def by_cumsum(x):\n",
        "def by_cumsum():\n    x = torch.zeros(3)\n",
        "the right answer by_cumsum of steps takes other parameters: it should be by_cumsum(x).",
    ),
    "a right answer that wants a keyword": (CHECKED, "def by_cumsum(x):", "def by_cumsum(*, x):", "takes other param"),
    "one right answer only": (
        CHECKED,
        "\n\n@chapter.right(steps)\ndef by_loop(x):\n"
        "    return torch.stack([number + index for index, number in enumerate(x)])\n",
        "\n",
        "steps has one other right answer only. Write at least two",
    ),
    "cases that are returned": (
        CHECKED,
        "    yield draw.integers(3)\n    yield draw.normal(5)\n",
        "    return [draw.integers(3), draw.normal(5)]\n",
        "solutions/checks/ex01_steps.py:10: steps returns its cases. Each has to be given by a `yield`",
    ),
    "a tensor that is returned, whose rows would be cases": (
        CHECKED,
        "    yield draw.integers(3)\n    yield draw.normal(5)\n",
        "    return draw.integers(3, 3)\n",
        "steps returns its cases",
    ),
    "a last case that is returned": (
        CHECKED,
        "    yield draw.normal(5)\n",
        "    return draw.normal(5)\n",
        "solutions/checks/ex01_steps.py:13: what steps returns is no case: `yield` it.",
    ),
    "a yield without a case": (
        CHECKED,
        "    yield draw.normal(5)\n",
        "    yield\n",
        "of steps has no case",
    ),
    "a case of PyTorch's own random numbers": (
        CHECKED,
        "yield draw.normal(5)",
        "yield torch.randn(5)",
        "solutions/checks/ex01_steps.py:13: case 1 of steps is not the same when it is drawn again from the same seed",
    ),
    "a case of NumPy's random numbers": (
        CHECKED,
        "yield draw.normal(5)",
        "import numpy\n    yield torch.tensor(numpy.random.rand(5))",
        "solutions/checks/ex01_steps.py:14: case 1 of steps is not the same when it is drawn again",
    ),
    "a case of a generator of its own": (
        CHECKED,
        "yield draw.normal(5)",
        "import numpy\n    yield torch.tensor(numpy.random.default_rng().random(5))",
        "case 1 of steps is not the same",
    ),
    "a case of Python's random numbers": (
        CHECKED,
        "yield draw.normal(5)",
        "import random\n    yield torch.tensor([random.random()])",
        "case 1 of steps is not the same",
    ),
    "random numbers that are drawn once, at the import": (
        CHECKED,
        "yield draw.normal(5)",
        "yield X\n\n\nX = torch.randn(5)",
        "case 1 of steps is not the same",
    ),
    "a number of cases by chance": (
        CHECKED,
        "yield draw.normal(5)",
        "yield from (draw.normal(5) for _ in range(int(torch.rand(1).item() * 1000)))",
        "of steps is not the same",
    ),
    "a patch of another module": (
        CHECKED,
        "yield draw.normal(5)",
        'yield draw.call(draw.normal(5), patches={"math.sqrt": 1})',
        "solutions/checks/ex01_steps.py:13: the cases of steps cannot be drawn: patches: there is no function math.sqrt"
        " of PyTorch. Only what begins with `torch.` can be patched.",
    ),
    "a patch of a function that is not there": (
        CHECKED,
        "yield draw.normal(5)",
        'yield draw.call(draw.normal(5), patches={"torch.cuda.is_avaliable": True})',
        "no function torch.cuda.is_avaliable of PyTorch. Did you mean is_available?",
    ),
    "a patch of what is no function": (
        CHECKED,
        "yield draw.normal(5)",
        'yield draw.call(draw.normal(5), patches={"torch.float32": True})',
        "torch.float32 is no function of PyTorch",
    ),
    "a case with too many arguments": (
        CHECKED,
        "yield draw.normal(5)",
        "yield draw.normal(5), 2",
        "solutions/checks/ex01_steps.py:13: case 1 of steps has 2 arguments, and steps(x) takes 1.",
    ),
    "a case without arguments": (CHECKED, "yield draw.normal(5)", "yield ()", "case 1 of steps has 0 arguments, and"),
    "a case that is no data": (CHECKED, "yield draw.normal(5)", "yield draw.normal", "holds a method"),
    "an unknown given function": (
        CHECKED,
        "yield draw.normal(5)",
        'yield draw.given("nothing")',
        "case 1 of steps: A case asks for the given function nothing, and there is no file exercises/given.py",
    ),
    "no markers": (
        SOLVED,
        "    ### BEGIN SOLUTION\n    return x + torch.arange(len(x), device=x.device)\n    ### END SOLUTION\n",
        "    return x + torch.arange(len(x), device=x.device)\n",
        "solutions/ex01_steps.py:7: steps has cases and no markers, so its answer is handed out in the stub",
    ),
    "markers around nothing": (
        SOLVED,
        "    return x + torch.arange(len(x), device=x.device)\n    ### END SOLUTION\n",
        "    ### END SOLUTION\n    return x + torch.arange(len(x), device=x.device)\n",
        "solutions/ex01_steps.py:13: the markers of steps enclose no answer",
    ),
    "markers after the answer": (
        SOLVED,
        "    ### BEGIN SOLUTION\n    return x + torch.arange(len(x), device=x.device)\n    ### END SOLUTION\n",
        "    return x + torch.arange(len(x), device=x.device)\n    ### BEGIN SOLUTION\n    ### END SOLUTION\n",
        "solutions/ex01_steps.py:14: the markers of steps enclose no answer",
    ),
    "markers around the docstring": (
        SOLVED,
        "    ### BEGIN SOLUTION\n    return x + torch.arange(len(x), device=x.device)\n    ### END SOLUTION\n",
        '    ### BEGIN SOLUTION\n    """More."""\n    ### END SOLUTION\n    return x + torch.arange(len(x))\n',
        "the markers of steps enclose no answer",
    ),
    "a way without a sentence": (
        CHECKED,
        "\n\n@chapter.right",
        '\n\nchapter.way(steps, uses=["arange"], sentence=" ")\n\n\n@chapter.right',
        "solutions/checks/ex01_steps.py:28: the way of steps has no sentence",
    ),
    "a way that nothing tells": (CHECKED, *beside('chapter.way(steps, sentence="Try.")'), "told by nothing: name what"),
    "a way's name that is none": (
        CHECKED,
        *beside('chapter.way(steps, uses=["arange", "bakward"], sentence="Try.")'),
        "the way of steps: uses has 'bakward', which PyTorch does not know. Did you mean backward?",
    ),
    "a way's names that are no list": (
        CHECKED,
        *beside('chapter.way(steps, uses="arange", sentence="Try.")'),
        'the way of steps: uses must be a list: uses=["arange"].',
    ),
    "a second way": (
        CHECKED,
        *beside(*['chapter.way(steps, uses=["arange"], sentence="Try.")'] * 2),
        "solutions/checks/ex01_steps.py:29: the way of steps is declared a second time",
    ),
    "a way that the solution does not go": (
        CHECKED,
        *beside('chapter.way(steps, uses=["cumsum"], sentence="Try.")'),
        "solutions/checks/ex01_steps.py:28: the solution of steps does not go the way that is declared here",
    ),
    "a way of no exercise": (
        CHECKED,
        *beside('chapter.way(counts_from_one, uses=["x"], sentence="Try.")'),
        "`chapter.way` is about an exercise, and counts_from_one is none",
    ),
    "markers that are none": (
        SOLVED,
        "### BEGIN SOLUTION\n    return x + torch.arange(len(x), device=x.device)\n    ### END SOLUTION\n",
        "# BEGIN SOLUTION\n    return x + torch.arange(len(x), device=x.device)\n    # END SOLUTION\n",
        "solutions/ex01_steps.py:13: this looks like a marker and is none",
    ),
    "markers outside of a function": (
        SOLVED,
        "import torch\nfrom",
        "### BEGIN SOLUTION\nX = 1\n### END SOLUTION\nimport torch\nfrom",
        "solutions/ex01_steps.py:3: these markers stand in no function",
    ),
    "a default": (
        SOLVED,
        "steps(x: Tensor)",
        "steps(x: Tensor = None)",
        "steps takes x: parameters of",
    ),
    "any number of parameters": (
        SOLVED,
        "steps(x: Tensor)",
        "steps(x: Tensor, *more)",
        "steps takes *more: param",
    ),
    "a keyword parameter": (SOLVED, "steps(x: Tensor)", "steps(x: Tensor, *, k=1)", "steps takes k: parameters"),
    "two functions of one name": (
        SOLVED,
        "def steps",
        "def steps(x):\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n\n\ndef steps",
        "there is a second function steps in this chapter",
    ),
    "two exercises of one name": (
        CHECKED,
        "@chapter.exercise",
        '@chapter.exercise(hints=["a", "b"])\ndef steps(draw):\n    yield 1\n\n\n@chapter.exercise',
        "solutions/checks/ex01_steps.py:16: steps stands twice in this file, first in line 11",
    ),
    "two mistakes of one name": (
        CHECKED,
        "def counts_on_the_cpu",
        "def counts_from_one",
        "counts_from_one stands",
    ),
    "two right answers of one name": (CHECKED, "def by_loop", "def by_cumsum", "by_cumsum stands twice in this file"),
    "an answer by the name of the exercise": (CHECKED, "def by_cumsum", "def steps", "steps stands twice in this"),
    "an exercise without brackets": (
        CHECKED,
        '@chapter.exercise(points=2, hints=["Which function counts?", "Where does it make its tensor?"])',
        "@chapter.exercise",
        "ex01_steps.py:10: `@chapter.exercise` of steps lacks its brackets",
    ),
    "a mistake without brackets": (
        CHECKED,
        '@chapter.mistake(steps, on="accelerator")',
        "@chapter.mistake",
        "solutions/checks/ex01_steps.py:22: `@chapter.mistake` lacks its brackets and declares nothing",
    ),
    "a right answer without brackets": (CHECKED, "@chapter.right(steps)", "@chapter.right", "lacks its brackets"),
    "a mistake without an exercise": (
        CHECKED,
        "@chapter.mistake(steps)",
        '@chapter.mistake("steps")',
        "solutions/checks/ex01_steps.py:16: this cannot be imported: `chapter.mistake` is about an exercise",
    ),
    "a decorator that hides the name of the cases": (
        CHECKED,
        "def steps(draw)",
        "@(lambda function: lambda draw: function(draw))\ndef steps(draw)",
        "No cases are declared by the name steps: a decorator",
    ),
    "a decorator around the exercise": (
        CHECKED,
        "@chapter.exercise",
        "@(lambda exercise: lambda draw: exercise(draw))\n@chapter.exercise",
        "`chapter.mistake` is about an exercise, and <lambda> is none",
    ),
    "a decorator that hides a mistake": (
        CHECKED,
        "@chapter.mistake(steps)\n",
        "@chapter.mistake(steps)\n@(lambda function: lambda *given: function(*given))\n",
        "is not called as in its `def`: a decorator has hidden that name",
    ),
    "a decorator that hides the parameters of a solution": (
        SOLVED,
        "def steps",
        "@(lambda function: lambda *given: function(*given))\ndef steps",
        "the parameters of steps cannot be seen: a decorator has hidden that name",
    ),
    "a result of which only the type is known": (
        SOLVED,
        "return x + torch.arange(len(x), device=x.device)",
        "return {'it': [object()]}",
        "the solution of steps does not pass: The reference of steps returns or leaves a object, of which nothing",
    ),
    "an exercise without checks": (CHECKED, "def steps(draw)", "def stepz(draw)", "says nothing about steps"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_named(course: Path, defect: str) -> None:
    """One defect makes the exit status 1 (2 where the course cannot even be read), and a sentence names it."""
    name, old, new, sentence = DEFECTS[defect]
    path = course / name
    text = path.read_text(encoding="utf-8")
    if old is None or new is None:
        path.unlink()
    else:
        assert old in text
        path.write_text(text.replace(old, new or "", 1), encoding="utf-8")
    if name != STUB and "stub" not in defect:
        with contextlib.suppress(CourseError):  # it makes no stub that would hold the answer
            write_stubs(load_course(course), force=True)
    result = prove(course)
    assert result.exit_code in (1, 2), result.output
    assert sentence in " ".join(result.output.split()), result.output


def test_a_complaint_is_about_the_file_that_is_wrong(course: Path) -> None:
    """Where the solution itself cannot be made a stub of, its own file is named, with the line."""
    path = course / SOLVED
    path.write_text(path.read_text(encoding="utf-8").replace("    ### END SOLUTION\n", ""), encoding="utf-8")
    assert "solutions/ex01_steps.py:1: ex01_steps.py:13: ### BEGIN SOLUTION without" in prove(course).output


def test_build_hands_out_no_answer(course: Path) -> None:
    """`grader build` refuses to make a stub of a function that has cases and no markers."""
    path = course / SOLVED
    text = path.read_text(encoding="utf-8")
    path.write_text("".join(line for line in text.splitlines(True) if "###" not in line), encoding="utf-8")
    before = (course / STUB).read_text(encoding="utf-8")
    for arguments in (["build", "--force"], ["build", "--check"]):
        result = CliRunner().invoke(main, ["--course", str(course), *arguments])
        assert result.exit_code == 2
        assert "solutions/ex01_steps.py:7: steps has cases and no markers" in result.output
    assert (course / STUB).read_text(encoding="utf-8") == before


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

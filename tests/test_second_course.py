"""A second course, `courses/layers`, works by `--course` alone: the engine names no exercise of the first."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from places import LAYERS, ROOT

CHAPTER = "ex01_layers"
MOST_LINES = 25

WRONG = """
from torch import nn


def count_parameters(module):
    return len(list(module.parameters()))


def apply_linear(weight, bias, x):
    layer = nn.Linear(*weight.mT.shape)
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer(x)


def freeze(module):
    return list(module.parameters())
"""


def run(module: str, *arguments: str | Path, folder: Path) -> tuple[int, str]:
    """`python -m MODULE ARGUMENTS` in this folder: its exit status and all that it wrote."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_"))}
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=folder,
        env={**kept, "COLUMNS": "80", "NO_COLOR": "1", "PYTEST_ADDOPTS": "-p no:hypothesispytest"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """A copy of the course, as somebody has it who learns with it."""
    return Path(shutil.copytree(LAYERS, tmp_path / "layers", ignore=shutil.ignore_patterns("__pycache__", ".*")))


def test_its_solutions_pass(tmp_path: Path, layers: Path) -> None:
    """From another folder, `pytest --course DIR DIR/solutions` gives all points on both devices."""
    devices = ("--device=cpu", "--device=sim")
    code, text = run("pytest", "--course", layers, layers / "solutions", *devices, folder=tmp_path)
    assert code == 0, text
    assert "course: Layers 0.1, devices: cpu, sim" in text
    assert "score: 100 of 100 (4 of 4 points, on cpu and sim)" in text


@pytest.mark.parametrize("more", [(), ("--mutants", "--jobs", "1")], ids=["answers", "mutants"])
def test_it_proves_itself(more: tuple[str, ...], tmp_path: Path, layers: Path) -> None:
    """The course that CONTRIBUTING recommends as an example passes `grader verify`, mutants included."""
    code, text = run("grader", "--course", layers, "verify", *more, "--device=cpu", "--device=sim", folder=tmp_path)
    assert (code, "all of it holds" in text) == (0, True), text


@pytest.mark.parametrize("place", ["beside it", "inside it", "the project's folder"])
def test_its_stubs_are_to_do(place: str, tmp_path: Path, layers: Path) -> None:
    """`pytest --course DIR` without a path means the course's exercises, wherever it is called."""
    folder, course = {
        "beside it": (tmp_path, Path("layers")),
        "inside it": (layers, Path(".")),
        "the project's folder": (ROOT, LAYERS.relative_to(ROOT)),
    }[place]
    code, text = run("pytest", "-p", "no:cacheprovider", "--course", course, folder=folder)
    assert code == 1, text
    assert "ex01_layers.py ttt" in text
    assert "next: " in text
    assert text.count("to do") >= 1
    assert "Traceback" not in text


def test_wrong_answers_fail_by_what_is_wrong(layers: Path) -> None:
    """A wrong number, a module left on the CPU and a missing `requires_grad_` are each told as what they are."""
    (layers / "exercises" / f"{CHAPTER}.py").write_text(WRONG, encoding="utf-8")
    code, text = run("pytest", "--course", ".", "--device=cpu", "--device=sim", folder=layers)
    assert code == 1
    by_name = {part.split(" ", 1)[1].split("\n", 1)[0].strip("_ "): part for part in text.split("\n_")[1:]}
    counted = by_name["count_parameters"]
    assert "module   = linear([[" in counted
    assert "returned   2\n    expected   8" in counted
    assert "grader hint count_parameters" in counted
    moved = by_name["apply_linear"]
    assert "[sim]" in moved
    assert "This passes on the CPU and fails on sim." in moved
    assert "requires_grad True" in by_name["freeze"]
    assert "requires_grad False" in by_name["freeze"]
    assert "score: 0 of 100 (0 of 4 points, on cpu and sim)" in text


def test_hint_list_build_and_reset(tmp_path: Path, layers: Path) -> None:
    """Each command of `grader` takes `--course DIR`, and DIR alone is read and written."""

    def grader(*arguments: str) -> tuple[int, str]:
        return run("grader", "--course", str(layers), *arguments, folder=tmp_path)

    file = layers / "exercises" / f"{CHAPTER}.py"
    stub = file.read_text(encoding="utf-8")
    assert grader("build", "--check") == (0, "")
    code, text = grader("hint", "freeze")
    assert code == 0
    assert text.splitlines()[:2] == ["ex01_layers.freeze", "  1. A parameter is a tensor."]
    code, text = grader("list")
    assert code == 0
    assert "0 of 3 begun" in text
    assert "next: exercises/ex01_layers.py" in text

    file.write_text(WRONG, encoding="utf-8")
    assert grader("build", "--check")[0] == 2
    assert grader("build")[0] == 2
    assert file.read_text(encoding="utf-8") == WRONG
    code, text = grader("reset", "ex01")
    assert code == 0
    assert file.read_text(encoding="utf-8") == stub
    assert (layers / "exercises" / "ex01_layers.1.txt").read_text(encoding="utf-8") == WRONG
    assert [path.name for path in tmp_path.iterdir()] == ["layers"]


def statements(path: Path) -> Sequence[ast.FunctionDef]:
    """The functions at the top level of a file."""
    return [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)]


def length(path: Path, node: ast.FunctionDef) -> int:
    """How many lines a function takes, its decorators included, blank ones and the markers not."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    lines = path.read_text(encoding="utf-8").splitlines()[first - 1 : node.end_lineno]
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("###"))


def test_an_exercise_takes_few_lines() -> None:
    """Answer, cases, hints, a known mistake and two other right answers are at most 25 lines for each exercise."""
    solution, checks = LAYERS / "solutions" / f"{CHAPTER}.py", LAYERS / "solutions" / "checks" / f"{CHAPTER}.py"
    taken = {node.name: length(solution, node) for node in statements(solution)}
    for node in statements(checks):
        called = node.decorator_list[0]
        assert isinstance(called, ast.Call)
        about = called.args[0].id if called.args and isinstance(called.args[0], ast.Name) else node.name
        taken[about] += length(checks, node)
    assert len(taken) == 3
    assert max(taken.values()) <= MOST_LINES, taken

"""`grader.again` shows what it calls a function with, and what it cannot do it says in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from runs import FIRST, RIGHT, make_target

import grader
from grader.core.errors import CourseError


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    """A learner's chapter in a course."""
    course = make_target(tmp_path / "course")
    path = course / "exercises" / f"{FIRST}.py"
    path.write_text(RIGHT[FIRST])
    return path


def test_the_arguments_are_shown_as_in_a_message(chapter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The call and its arguments stand above what the function itself prints; what it returns comes back."""
    chapter.write_text("def double(x):\n    print('mine')\n    return x + x\n")
    returned = grader.again("double", path=str(chapter))
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "double(x)  [cpu]"
    assert second.startswith("    x = [")
    assert second.endswith("float32, shape (3,)")
    assert third == "mine"
    assert str((returned / 2).tolist()[0]).rstrip("0") in second


def test_leaves_are_shown_as_such(chapter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `gradient` the tensors require gradients, and their line says so."""
    assert isinstance(grader.again("double", 0, "sim", gradient=True, path=str(chapter)), torch.Tensor)
    out = capsys.readouterr().out
    assert "double(x)  [sim]" in out
    assert "requires_grad" in out


@pytest.mark.parametrize(
    ("name", "case", "told"),
    [
        ("double", 99, "double has no case 99: its cases are 0 to 2."),
        ("double", -1, "double has no case -1: its cases are 0 to 2."),
        ("double", "0", "double has no case '0': its cases are 0 to 2."),
        ("double", True, "double has no case True: its cases are 0 to 2."),
        ("doubel", 0, "There is no exercise doubel. Did you mean double?"),
        (3, 0, "The name of an exercise is a text, such as 'NAME', and 3 is none."),
    ],
)
def test_what_is_not_there_is_told(chapter: Path, name: Any, case: Any, told: str) -> None:
    """An unknown exercise and a case that does not exist: one sentence, below no frame but the caller's and one."""
    with pytest.raises(CourseError) as raised:
        grader.again(name, case, path=str(chapter))
    assert str(raised.value) == told
    assert len(raised.traceback) == 2

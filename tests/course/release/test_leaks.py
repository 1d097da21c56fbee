"""A planted answer is found wherever it lies: a file, an archive, a notebook, byte code, a recording, the history."""

from __future__ import annotations

import json
import lzma
import py_compile
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from places import ROOT
from runs import FIRST, make_target

from grader.course.manifest import Course, load_course
from grader.course.release.leaks import leaks

STATEMENT = "everything = a.sum() + b.sum()"
LONG = f"def f(a, b):\n    {STATEMENT}\n    return everything\n"
SHORT = "def other(x):\n    return 2 * x\n"
"""An answer without a long statement is known by its syntax tree."""


def in_a_file(folder: Path) -> None:
    (folder / "notes.txt").write_text(f"The answer is `{STATEMENT}`.")


def in_a_program(folder: Path) -> None:
    (folder / "helper.py").write_text(SHORT.replace("2 * x", "2*x  # so"))


def in_a_notebook(folder: Path) -> None:
    cell = {"cell_type": "code", "source": [SHORT.splitlines(keepends=True)[0], "    return 2 * x\n"]}
    (folder / "n.ipynb").write_text(json.dumps({"cells": [cell]}))


def in_an_archive(folder: Path) -> None:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("deep/solution.py", LONG)


def in_a_recording(folder: Path) -> None:
    (folder / "r.xz").write_bytes(lzma.compress(b"{}") + lzma.compress(LONG.encode()))


def in_byte_code(folder: Path) -> None:
    source = folder / "s.py"
    source.write_text(LONG)
    py_compile.compile(str(source), cfile=str(folder / "s.pyc"))
    source.unlink()


def in_the_history(folder: Path) -> None:
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b"]
    (folder / "s.py").write_text(LONG)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["commit", "-qm", "one"],
        ["rm", "-q", "s.py"],
        ["commit", "-qm", "2"],
    ):
        subprocess.run([*git, *command], check=True, capture_output=True)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The target course with an answer that has a long statement."""
    root = make_target(tmp_path_factory.mktemp("target") / "course")
    path = root / "solutions" / f"{FIRST}.py"
    path.write_text(path.read_text().replace("return a.sum() + b.sum()", f"{STATEMENT}\n    return everything"))
    return load_course(root)


@pytest.mark.parametrize(
    "plant", [in_a_file, in_a_program, in_a_notebook, in_an_archive, in_a_recording, in_byte_code, in_the_history]
)
def test_a_planted_answer_is_found(course: Course, plant: Callable[[Path], None], tmp_path: Path) -> None:
    """And without it, nothing is."""
    (tmp_path / "readme.md").write_text("return a + b, return 2 * y")
    assert leaks(course, tmp_path) == []
    plant(tmp_path)
    assert leaks(course, tmp_path)


def test_what_a_stub_says_is_no_leak(tmp_path: Path) -> None:
    """The exercises themselves hold statements that an answer has too: imports, and what stands above a marker."""
    course = load_course(ROOT)
    for path in course.exercises_folder.glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text())
    assert leaks(course, tmp_path) == []

"""What a grade depends on: another engine, another course or other options make another key."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import pytest
from runs import make_target, write

from grader.course.manifest import Course, load_course
from grader.grading import Grader, Options
from grader.grading import options as module
from grader.grading.options import fingerprint

ROOMS = ["core", "course", "runtime", "reporters", "judging", "sandbox", "grading", "verify", "frontends"]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A copy of the target course."""
    return load_course(make_target(tmp_path / "course"))


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the engine, which is what the fingerprint is taken of."""
    copy = Path(shutil.copytree(module.ENGINE, tmp_path / "grader", ignore=shutil.ignore_patterns("__pycache__")))
    monkeypatch.setattr(module, "ENGINE", copy)
    return copy


def test_the_engine_is_all_of_the_package() -> None:
    """What is hashed is the whole package, not the folder of one room."""
    assert {path.name for path in module.ENGINE.iterdir() if path.is_dir() and path.name[0] != "_"} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_another_engine_is_another_key(room: str, course: Course, engine: Path) -> None:
    """One character more in any room, deep down too, or a file that is called otherwise."""
    before = fingerprint(course)
    file = sorted((engine / room).rglob("[a-z]*.py"))[-1]
    file.write_text(f"{file.read_text(encoding='utf-8')}#", encoding="utf-8")
    changed = fingerprint(course)
    file.rename(file.with_name("other.py"))
    assert len({before, changed, fingerprint(course)}) == 3


@pytest.mark.parametrize("part", ["course.toml", "solutions/ex01_numbers.py", "solutions/checks/ex01_numbers.py"])
def test_another_course_is_another_key(part: str, course: Course) -> None:
    """Its table of contents, an answer or its checks."""
    before = fingerprint(course)
    with open(course.root / part, "a", encoding="utf-8") as file:
        file.write("# more\n")
    assert fingerprint(course) != before


def test_other_options_are_another_key(course: Course, tmp_path: Path) -> None:
    """Devices, chapters, an exercise, limits: whatever decides about a report, but not where the course lies."""
    options = Options.of(course, devices=("cpu",), check=2.0)
    with Grader.ready(options, write(tmp_path / "root")) as grader:
        before = grader.key("content", 7)
        others: dict[str, Any] = {
            "course_fingerprint": "another", "devices": ("cpu", "sim"), "chapters": ("ex01_numbers",),
            "exercise": "double", "check": 3.0, "submission": 1.0, "memory": 1 << 29,
        }  # fmt: skip
        for name, value in others.items():
            grader.options = dataclasses.replace(options, **{name: value})
            assert grader.key("content", 7) != before, name
        grader.options = dataclasses.replace(options, course="elsewhere")
        assert grader.key("content", 7) == before
        assert len({before, grader.key("content", 8), grader.key("other", 7)}) == 3

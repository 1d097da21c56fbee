"""The wheel: it holds every room and what is shipped beside the code, and works without the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from runs import FIRST, RIGHT, make_target, write

ROOT = Path(__file__).resolve().parent.parent
BESIDE = [
    "grader/core/report.schema.json",
    "grader/py.typed",
    *(path.relative_to(ROOT).as_posix() for path in (ROOT / "grader" / "course" / "release" / "templates").iterdir()),
]
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built from a copy, so that nothing is left in the checkout."""
    copy, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "grader", copy / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(out), str(copy)], ROOT)
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment that has the wheel and what it needs."""
    return fresh_environment(tmp_path_factory.mktemp("environment"), ROOT, str(wheel))


def fresh_environment(folder: Path, at: Path, *what: str) -> Path:
    """A fresh environment with what pip installs where it is called in a folder; its folder of programs."""
    run([sys.executable, "-m", "venv", str(folder)], ROOT)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    constraints = str(ROOT / "constraints.txt")
    run([str(programs / "python"), "-m", "pip", "install", "-q", "-c", constraints, *what], at)
    return programs


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """A command that knows nothing of the checkout."""
    hidden = ("PYTEST", "COV_", "PYTHONPATH", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    done = subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """Every module of every room, the schema of a report, the mark that types are known; no test, no course."""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    due = {path.relative_to(ROOT).as_posix() for path in (ROOT / "grader").rglob("*.py")}
    assert names == {*due, *BESIDE}


def test_a_folder_with_only_a_course_is_enough(environment: Path, tmp_path: Path) -> None:
    """`pytest`, `grader list` and `grader grade` work in a fresh environment, without the checkout."""
    course = make_target(tmp_path / "course")
    ann = write(tmp_path / "ann", **{FIRST: RIGHT[FIRST]})
    checked = run([str(environment / "pytest")], course)
    assert (checked.returncode, "This is how it starts" in checked.stdout) == (1, True), checked.stdout
    solved = run([str(environment / "pytest"), "solutions"], course)
    assert (solved.returncode, "score: 31 of 31" in solved.stdout) == (0, True), solved.stdout
    listed = run([str(environment / "grader"), "list"], course)
    assert (listed.returncode, "to do" in listed.stdout) == (0, True), listed.stdout
    graded = run([str(environment / "grader"), "grade", str(ann), "--chapter", FIRST], course)
    assert (graded.returncode, "score" in graded.stdout or "points" in graded.stdout) == (0, True), graded.stdout

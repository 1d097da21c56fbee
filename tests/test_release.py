"""A release of the whole course, opened as a student does, in a fresh environment."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT
from test_wheel import fresh_environment, run

from grader.course.manifest import load_course

pytestmark = pytest.mark.long
MOST = 4 << 20
"""Bytes that a release may have."""


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of this course, committed."""
    folder = tmp_path_factory.mktemp("release") / "student"
    run([sys.executable, "-m", "grader", "release", str(folder)], ROOT)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", "-C", str(folder), *command], check=True)
    return folder


@pytest.fixture(scope="module")
def programs(student: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment, set up as the student's README says."""
    return fresh_environment(tmp_path_factory.mktemp("environment"), student, "-r", "requirements.txt")


def test_it_holds_no_answer_and_is_small(student: Path) -> None:
    """Its history included."""
    told = subprocess.run(
        [sys.executable, "-m", "grader", "release", "--check", str(student)], cwd=ROOT, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    files = [path for path in student.rglob("*") if path.is_file() and ".git" not in path.parts]
    assert sum(path.stat().st_size for path in files) < MOST


def test_a_student_works_there(student: Path, programs: Path, tmp_path: Path) -> None:
    """Nothing done, everything solved, and graded by the workflow's command."""
    copy = shutil.copytree(student, tmp_path / "copy")
    assert "score: 0 of 100" in run([str(programs / "pytest")], copy).stdout
    course = load_course(ROOT)
    for chapter in course.chapters:
        shutil.copy(course.solution(chapter), copy / "exercises")
    solved = run([str(programs / "pytest")], copy)
    assert (solved.returncode, "score: 100 of 100" in solved.stdout) == (0, True), solved.stdout
    graded = run([str(programs / "python"), "-m", "grader", "--course", ".", "grade", "."], copy)
    assert (graded.returncode, "score: 100 of 100" in graded.stdout) == (0, True), graded.stdout

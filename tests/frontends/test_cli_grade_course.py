"""Whose checks `grader grade` runs: those of a course that was named, or stands where it runs; never a learner's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from runs import FIRST, RIGHT, make_target, write

from grader.frontends.cli.main import main

OWN_CHECKS = """
from pathlib import Path
from grader.authoring import Chapter

Path(__file__).with_name("ran").touch()
chapter = Chapter(__file__)


@chapter.exercise(points=100, hints=["a.", "b."])
def double(draw):
    yield 1
"""


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A submission that brings a course of its own, in which one exercise is worth everything."""
    folder = write(tmp_path / "class" / "ada", **{FIRST: "def double(x):\n    return 1\n"})
    (folder / "course.toml").write_text(f'title = "Target"\nversion = "1"\nchapters = ["{FIRST}"]\n')
    (folder / "solutions" / "checks").mkdir(parents=True)
    solution = "def double(x):\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
    (folder / "solutions" / f"{FIRST}.py").write_text(solution)
    (folder / "solutions" / "checks" / f"{FIRST}.py").write_text(OWN_CHECKS)
    return folder


def refused(folder: Path, *arguments: str | Path, stdin: str = "") -> bool:
    """Whether the command, run in a folder, refuses the course that it finds there before anything of it runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        ran = CliRunner().invoke(main, ["grade", *map(str, arguments), "--device", "cpu", "--jobs", "1"], input=stdin)
    is_told = "Name the course with --course" in ran.output
    assert is_told == (ran.exit_code == 2), ran.output
    return is_told


@pytest.mark.parametrize("path", [".", "..", "../../class", "link", "/"])
def test_a_course_that_is_graded_is_refused(theirs: Path, path: str) -> None:
    """Where the command runs in a submission that brings a course, its checks are not run, however it is named."""
    (theirs / "link").symlink_to(theirs.parent)
    assert refused(theirs, path)
    assert refused(theirs, "-", stdin=f"{path}\n")
    assert refused(theirs / "solutions", theirs / path)
    assert not list(theirs.rglob("ran"))


def test_a_course_reached_by_a_link_is_refused(theirs: Path, tmp_path: Path) -> None:
    """A folder that leads to the submission by a link is the submission."""
    (tmp_path / "elsewhere").symlink_to(theirs)
    assert refused(tmp_path / "elsewhere", ".")
    assert refused(tmp_path / "elsewhere", theirs)


def test_one_of_several(theirs: Path, tmp_path: Path) -> None:
    """It is refused too where others are graded beside it."""
    assert refused(theirs, write(tmp_path / "ben", **RIGHT), ".")


def test_a_named_course_may_be_graded(theirs: Path) -> None:
    """Whoever owns both says so with `--course`."""
    command = [sys.executable, "-m", "grader", "--course", ".", "grade", ".", "--device", "cpu"]
    ran = subprocess.run(command, cwd=theirs, capture_output=True, text=True, timeout=120, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "score: 100 of 100" in ran.stdout
    assert ran.stdout.splitlines()[1].startswith("course: ")
    assert ran.stdout.splitlines()[1].endswith("class/ada")


def test_what_is_below_a_course_may_be_graded(tmp_path: Path) -> None:
    """The course's own solutions, and submissions in its folder, are graded by the course around them."""
    course = make_target(tmp_path / "course")
    shutil.copytree(course / "solutions", course / "class" / "ada", ignore=shutil.ignore_patterns("checks"))
    for path in ("solutions", "class"):
        command = [sys.executable, "-m", "grader", "grade", path, "--device", "cpu"]
        ran = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=120, check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert "score: 31 of 31" in ran.stdout
        assert ran.stdout.splitlines()[1].removeprefix("course: ").lstrip("…") in str(course)

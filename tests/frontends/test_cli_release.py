"""`grader release`: a copy without answers, in which a student works as in the whole course."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from places import TARGET
from runs import FIRST, RIGHT, double, make_target

from grader.core.report_json import report_from_json
from grader.core.text import one_line

FAILS = {**RIGHT, FIRST: RIGHT[FIRST].replace("return 2 * x", "return x")}


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command in a folder, as somebody types it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_", "GITHUB"))}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**kept, "COLUMNS": "80", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the target course; whoever writes into it takes a copy."""
    folder = tmp_path_factory.mktemp("release")
    course = make_target(folder / "course")
    done = run(folder, "grader", "--course", "course", "release", "student")
    assert done.returncode == 0, done.stderr
    assert "no answers" in done.stdout
    shutil.rmtree(course)
    return folder / "student"


@pytest.fixture
def student(made: Path, tmp_path: Path) -> Path:
    """A student's copy."""
    return shutil.copytree(made, tmp_path / "student")


def solve(student: Path, chapters: dict[str, str]) -> None:
    """Write answers."""
    for chapter, text in chapters.items():
        (student / "exercises" / f"{chapter}.py").write_text(text)


def test_no_answer_is_found_in_it(made: Path, tmp_path: Path) -> None:
    """The command that looks for answers finds none, and one that was planted."""
    copy = shutil.copytree(made, tmp_path / "copy")
    check = ("grader", "--course", str(TARGET), "release", "--check", str(copy))
    assert run(tmp_path, *check).returncode == 0
    (copy / "notes.py").write_text("def f(a, b):\n    return a.sum() + b.sum()\n")
    told = run(tmp_path, *check)
    assert told.returncode == 1
    assert "notes.py: the function f is an answer to ex01_numbers.total" in told.stderr


def test_pytest_says_there_what_it_says_here(student: Path, tmp_path: Path) -> None:
    """Stubs, right answers and wrong ones: the whole screen, seconds aside."""
    course = make_target(tmp_path / "course")
    for chapters in ({}, RIGHT, FAILS, double("raise KeyError('x')")):
        screens = []
        for folder in (course, student):
            solve(folder, chapters)
            shown = run(folder, "pytest", "-p", "no:cacheprovider").stdout
            screens.append(re.sub(r"\d+\.\d+s|rootdir: .*|plugins: .*", "", shown))
        assert screens[0] == screens[1]
    assert "score: " in screens[0]


def test_the_other_commands_work_there(student: Path) -> None:
    """Hints, the list, a reset and grading know the course from its recordings."""
    solve(student, FAILS)
    assert run(student, "grader", "list").returncode == 0
    assert run(student, "grader", "hint", "double").returncode == 0
    graded = run(student, "grader", "--course", ".", "grade", ".", "--format", "json")
    report = report_from_json(graded.stdout)
    assert report.seed == 0
    assert [result.exercise for result in report.results if result.verdict == "failed"] == ["double"]
    assert run(student, "grader", "reset", "double").returncode == 0
    assert "raise NotImplementedError" in (student / "exercises" / f"{FIRST}.py").read_text()
    solve(student, RIGHT)
    called = subprocess.run(
        [sys.executable, "-c", "import grader; print(grader.again('double', 0).shape)"],
        cwd=student,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "torch.Size" in called.stdout


@pytest.mark.parametrize("command", ["verify", "build", "release somewhere"])
def test_what_needs_the_solutions_says_so(student: Path, command: str) -> None:
    """One sentence, and the status of a course's problem."""
    told = run(student, "grader", *command.split())
    assert told.returncode == 2
    assert f"`grader {command.split()[0]}` needs the course's solutions" in one_line(told.stderr)


def test_another_seed_is_refused(student: Path) -> None:
    """The recordings hold the cases of one seed, which is everybody's there."""
    for command in (["pytest", "--seed", "3"], ["grader", "--course", ".", "grade", ".", "--seed", "3"]):
        told = run(student, *command)
        assert told.returncode in (2, 4)
        assert "holds the cases of seed 0 only; those of 3 need the solutions" in one_line(told.stdout + told.stderr)
    from_name = run(student, "grader", "--course", ".", "grade", ".", "--seed-from-name")
    assert from_name.returncode == 2
    assert "--seed-from-name needs the course's solutions" in from_name.stderr
    assert "5 to do" in run(student, "pytest", "--seed", "0", "-q").stdout


def test_given_functions_are_those_of_the_recordings(tmp_path: Path) -> None:
    """What a student does to the copy in `exercises/` changes nothing that counts."""
    course = make_target(tmp_path / "course")
    (course / "exercises" / "given.py").write_text("def of(x):\n    return x\n")
    done = run(tmp_path, "grader", "--course", str(course), "release", "student")
    assert done.returncode == 0, done.stderr
    student = tmp_path / "student"
    assert (student / "recordings" / "given.py").read_text() == (student / "exercises" / "given.py").read_text()
    solve(student, RIGHT)
    assert "given.py was changed" not in run(student, "pytest").stdout
    (student / "exercises" / "given.py").write_text("raise SystemExit(1)\n")
    shown = run(student, "pytest")
    assert (shown.returncode, "exercises/given.py was changed" in shown.stdout) == (0, True)
    graded = run(student, "grader", "--course", ".", "grade", ".")
    assert (graded.returncode, "exercises/given.py was changed" in graded.stdout) == (0, True)


def test_it_does_not_write_over_what_is_none(tmp_path: Path) -> None:
    """A folder with something else in it, or in the course itself, is refused; an earlier release is renewed."""
    course = make_target(tmp_path / "course")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "work.txt").write_text("mine")
    for place, said in (("full", "is not empty, and no release"), ("course/x", "lies in the course itself")):
        told = run(tmp_path, "grader", "--course", str(course), "release", place)
        assert told.returncode == 2
        assert said in told.stderr
    assert (tmp_path / "full" / "work.txt").read_text() == "mine"
    for _ in range(2):
        assert run(tmp_path, "grader", "--course", str(course), "release", "student").returncode == 0
    assert len(list((tmp_path / "student").glob("*.whl"))) == 1


def test_its_files_are_what_they_say(made: Path) -> None:
    """Workflow and editor files are read by what reads them, and nothing names what Windows lacks."""
    workflow = yaml.safe_load((made / ".github" / "workflows" / "practice.yml").read_text())
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {"contents": "read"}
    assert "secrets" not in str(workflow)
    assert job["timeout-minutes"] == 15
    for path in [*(made / ".vscode").iterdir(), made / ".devcontainer" / "devcontainer.json"]:
        json.loads(path.read_text())
    assert not any("bin/" in path.read_text() for path in (made / ".vscode").iterdir())
    readme = (made / "README.md").read_text()
    assert "{" not in readme
    assert "Activate.ps1" in readme
    wheel = next(made.glob("*.whl")).name
    assert (made / "requirements.txt").read_text().strip() == f"./{wheel}"

"""What the README shows is what happens: its two command lines, and the screen of a failing check.

`python tests/test_readme.py` writes the screen as it is now into the README.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from places import ROOT

from grader.course.source import stub_text

README = ROOT / "README.md"
CHAPTER, NAME = "ex05_broadcasting", "center_columns"
ANSWER = "return x - x.mean(dim=1, keepdim=True)"
CHECK = "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e . && .venv/bin/pytest"
TEST = "python3 -m venv .venv && .venv/bin/pip install -q tox && .venv/bin/tox"
CPU = CHECK.replace("install -q", "install -q -r requirements-cpu.txt")
ACTIVATE = "source .venv/bin/activate"


def commands() -> list[str]:
    """The lines of the README that are indented as code."""
    lines = README.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.startswith("    ")]


def shown() -> str:
    """The screen in the README."""
    return README.read_text(encoding="utf-8").split("\n```\n")[1]


def printed(folder: Path) -> str:
    """The message that somebody with this answer gets, on the CPU and the simulated accelerator."""
    solution = ROOT / "solutions" / f"{CHAPTER}.py"
    shutil.copytree(ROOT / "solutions", folder / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "course.toml", folder)
    (folder / "exercises").mkdir()
    shutil.copy(ROOT / "exercises" / "given.py", folder / "exercises")
    before, after = stub_text(solution.read_text(encoding="utf-8"), solution).split(f"def {NAME}(")
    after = after.replace("raise NotImplementedError", ANSWER, 1)
    (folder / "exercises" / f"{CHAPTER}.py").write_text(f"{before}def {NAME}({after}", encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_"))}
    wanted = (f"exercises/{CHAPTER}.py::{NAME}", "--device=cpu", "--device=sim", "-p", "no:hypothesispytest")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *wanted],
        cwd=folder,
        env={**kept, "COLUMNS": "80", "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    title = f" {NAME} ".center(80, "_")
    assert title in done.stdout
    return done.stdout.split(f"{title}\n")[1].split("\n====")[0]


def test_one_line_sets_everything_up() -> None:
    """A line of the README sets up a learner's check, another one the project's tests, word for word."""
    assert [line for line in commands() if "-m venv" in line] == [CHECK, CPU, TEST]


def test_the_first_screen_is_the_learners() -> None:
    """A clone, an environment that is activated, and only then programs without a folder before them."""
    first, *lines = commands()
    assert first.startswith("git clone ADDRESS ")
    assert lines[:2] == [CHECK, ACTIVATE]
    assert lines[3].partition(" ")[0] == "pytest"
    text = README.read_text(encoding="utf-8")
    places = [text.index(part) for part in ("docs/learners.md", "## For instructors", "## For developers")]
    assert places == sorted(places)
    assert text.index(TEST) > places[2]


def test_ci_runs_the_line_of_the_readme() -> None:
    """`.ci/run` goes to the project's folder and runs the README's test command, and nothing else."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line and not line.startswith("#")]
    assert code == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', TEST]


def test_the_answer_on_the_screen_is_the_one_named() -> None:
    """The README names the answer that its screen is about."""
    assert f"`{ANSWER}`" in README.read_text(encoding="utf-8")


def test_the_screen_is_real(tmp_path: Path) -> None:
    """The screen in the README is, letter for letter, what this answer prints in 80 columns."""
    assert printed(tmp_path) == shown()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        text = README.read_text(encoding="utf-8")
        README.write_text(text.replace(f"```\n{shown()}\n```", f"```\n{printed(Path(folder))}\n```"), encoding="utf-8")

"""Every command that the README, the pages beside it, docs/ and the workflows name does what a user expects of it.

Each is run by bash as it stands, in a copy of this repository. What is not run is in `LEFT_OUT`, with the reason.
"""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest
from commands import NO_COMMANDS, PAGES, everything, of_page
from places import LAYERS, ROOT

CHAPTER = "ex05_broadcasting"

LEFT_OUT = {
    r"python3 -m venv \.venv && .* && \.venv/bin/tox": "`.ci/run` is this line, and runs this very test",
    r"python3 -m venv \.venv && .* && \.venv/bin/pytest": "it downloads; CI's self-check installs and runs pytest so",
    r"bash \.ci/run": "it runs this very test",
    r"tox( .*)?": "it downloads; without an argument it runs this very test",
    r"pytest tests( .*)?": "the environment `tests` runs it, and this test with it",
    r"grader verify": "the environment `course` runs it, and the mutants with it",
    r"grader verify NAME --seeds 200": "it takes minutes; a test of `grader verify --seeds` runs it for a small course",
    r"(\.venv/bin/|python -m )?pip install .*": "it downloads; CI's self-check installs into a fresh environment",
    r"(\.venv/bin/)?(ruff|mypy)( .*)?": "the environments `lint` and `types` run it; `tests` has neither program",
    r"python tests/junk\.py": "it takes an hour; `tests/test_junk.py` runs a share of it",
    r"py -m venv \.venv|\.venv\\Scripts\\.*": "it is for Windows",
    r"git clone ADDRESS .*": "it downloads, from an address that this repository does not know",
    r"gh workflow run .*": "it needs GitHub, and an account there",
}
"""Patterns of commands that are not run, and why."""

LONG = {
    r"python tests/bench_grade\.py .*": "it grades forty submissions again and again, and then 1,110 of them",
    r"grader release \.\./students": "it records every chapter",
    r"grader release --check \.\./students": "it looks for every answer in every file",
}
"""Patterns of commands that take minutes, so that only `tox -e long` runs them, and why."""

STATUS = {
    r"pytest( -\S+( \S+)?)?( exercises/\S+)?": (1, "the stubs are to do"),
    r"pytest (ex\d\d|from_rows)": (1, "the stubs are to do"),
    r"python exercises/\S+": (1, "the stubs are to do"),
    r"pytest (\.\./ada|FOLDER)( .*)?": (1, "one chapter was handed in, so the others are not loaded"),
    r"grader( --course \S+)?( reset| grade)?": (2, "without an argument it says how it is used"),
}
"""Patterns of commands that do not end with 0: what they end with, and why."""

PLACEHOLDERS = {"NAME": "center_columns", "DIR": "tests/courses/layers", "FOLDER": "../ada"}
"""What a user puts in the place of these words."""


# ---------------------------------------------------------------- what is read

COMMANDS = everything()


def matches(patterns: Mapping[str, object], command: str) -> list[str]:
    """Those of the patterns that the whole command fits."""
    return [pattern for pattern in patterns if re.fullmatch(pattern, command)]


def as_parameter(command: str) -> object:
    """A command as a test's parameter, which is marked where it takes minutes."""
    marks = [pytest.mark.long] if matches(LONG, command) else []
    return pytest.param(command, id="; ".join(command.splitlines()), marks=marks)


PAGE = """
Say `pytest --course
DIR` or `grader/`, `grader.cli` and `.venv/bin/ruff check`. `-k` is an option.

    cd exercises && pytest    # from there

    # a comment
    nonsense --all

Not a command:

    jobs:
      grade:

        run: pytest

```
$ grader list
pytest is a word of this line.
More help: grader hint one
```

```console
$ git status
clean
```

```bash
pip list
```

```python
python = 3
```
"""


def test_what_is_read_of_a_page() -> None:
    """Blocks, fences for a shell, prompts, `More help:` and code that begins with a program are read, and no others."""
    blocks = ["cd exercises && pytest", "nonsense --all"]
    fences = ["grader list", "grader hint one", "git status", "pip list"]
    assert list(of_page(PAGE)) == [*fences, *blocks, "pytest --course DIR", ".venv/bin/ruff check"]


# ---------------------------------------------------------------- running


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this repository's code, with an environment in it and submissions in and beside it."""
    folder = tmp_path_factory.mktemp("commands") / "clone"
    for part in ("exercises", "grader", "solutions", "tests"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for file in ("course.toml", "pyproject.toml"):
        shutil.copy(ROOT / file, folder)
    venv.create(folder / ".venv", symlinks=True)
    (folder / ".venv" / "bin" / "pytest").symlink_to(Path(sys.executable).with_name("pytest"))
    answers = ROOT / "solutions" / f"{CHAPTER}.py"
    for submission in (
        folder.parent / "ada",
        folder / "submissions" / "ada",
        folder / "submissions" / "bob",
        folder / "class" / "ada",
    ):
        submission.mkdir(parents=True)
        shutil.copy(answers, submission)
    shutil.copy(ROOT / "exercises" / f"{CHAPTER}.py", folder / "submissions" / "bob")
    with ZipFile(folder / "eve.zip", "w") as archive:
        archive.write(answers, answers.name)
    # The workflow that grades finds these two side by side
    (folder / "course").symlink_to(folder / "tests" / "courses" / "layers")
    shutil.copytree(LAYERS / "solutions", folder / "submission", ignore=shutil.ignore_patterns("checks", "__pycache__"))
    return folder


@pytest.fixture(scope="module")
def authors(clone: Path) -> Path:
    """A copy of the course with the exercise that docs/authors.md adds to it."""
    folder = clone.parent / "authors"
    for part in ("solutions", "exercises"):
        shutil.copytree(clone / part, folder / part)
    shutil.copy(clone / "course.toml", folder)
    text = (ROOT / "docs" / "authors.md").read_text(encoding="utf-8")
    parts = re.findall(r"^```python\n((?:.*\n)*?)```$", text, flags=re.M)
    for file, part in zip((f"{CHAPTER}.py", f"checks/{CHAPTER}.py"), parts, strict=True):
        with (folder / "solutions" / file).open("a", encoding="utf-8") as opened:
            opened.write(f"\n\n{part}")
    assert typed("grader build", folder).returncode == 0
    return folder


def typed(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What became of a command that somebody typed in this folder, with the tests' programs first on the path."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_", "GITHUB", "CLASSROOM50"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return subprocess.run(
        # As GitHub's runner calls it: a step ends at the first command of it that fails
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
        cwd=folder,
        # Users do not have Hypothesis, whose plugin takes as long as a chapter
        env={**kept, "PATH": path, "COLUMNS": "80", "NO_COLOR": "1", "PYTEST_ADDOPTS": "-p no:hypothesispytest"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=1800 if matches(LONG, command) else 200,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="these are the command lines for Linux and macOS")
@pytest.mark.parametrize("command", [as_parameter(command) for command in COMMANDS if not matches(LEFT_OUT, command)])
def test_a_command_works(command: str, clone: Path, request: pytest.FixtureRequest) -> None:
    """It ends with 0, or as `STATUS` says, and neither breaks down nor blames the grader."""
    folder = request.getfixturevalue("authors") if "column_ranges" in command else clone
    filled = re.sub("|".join(rf"\b{word}\b" for word in PLACEHOLDERS), lambda word: PLACEHOLDERS[word[0]], command)
    expected = next((STATUS[pattern][0] for pattern in matches(STATUS, command)), 0)
    done = typed(filled, folder)
    assert done.returncode == expected, done.stdout
    assert "Traceback" not in done.stdout
    assert "mistake in the grader" not in done.stdout


# ---------------------------------------------------------------- the tables


@pytest.mark.parametrize("pattern", [*LEFT_OUT, *LONG, *STATUS])
def test_no_pattern_is_stale(pattern: str) -> None:
    """Each pattern of the tables fits a command that is named somewhere."""
    assert [command for command in COMMANDS if re.fullmatch(pattern, command)]


@pytest.mark.parametrize("word", [*NO_COMMANDS, *PLACEHOLDERS])
def test_no_word_is_stale(word: str) -> None:
    """Each block without commands, and each placeholder, stands on some page."""
    found = rf"\n    {re.escape(word)}" if word in NO_COMMANDS else rf"\b{word}\b"
    assert any(re.search(found, page.read_text(encoding="utf-8")) for page in PAGES)


def test_what_is_left_out_is_run_by_tox() -> None:
    """`tox` alone runs lint, types, tests and the proof with mutants, which is told; `long` it leaves out."""
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", encoding="utf-8")
    assert tox["tox"]["env_list"].split(", ") == ["lint", "types", "tests", "course"]
    assert tox["testenv:course"]["commands"].startswith("grader verify --mutants")
    assert tox["testenv:tests"]["commands"].startswith('pytest tests -m "not long" ')
    assert tox["testenv:long"]["commands"].startswith("pytest tests -m long ")
    assert "CI runs `lint`, `types`, `tests` and `course`" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

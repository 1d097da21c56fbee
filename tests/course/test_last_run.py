"""A fingerprint is another one once something has changed that a check depends on, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import make_small

from grader.course.last_run import LastRun, fingerprints, last_runs, remember
from grader.course.manifest import Course

TEXT = """import beside


def helper(x):
    return x


def add_row(matrix, v):
    return helper(matrix) + v


def center_rows(x):
    return beside.center(x)
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with a learner's chapter, and a file of theirs beside it."""
    made = make_small(tmp_path)
    made.exercises_folder.mkdir()
    (made.exercises_folder / "ex01_a.py").write_text(TEXT)
    (made.exercises_folder / "beside.py").write_text("import deeper\n")
    (made.exercises_folder / "deeper.py").write_text("X = 1\n")
    return made


def changed(course: Course, file: str, old: str, new: str) -> set[str]:
    """The exercises whose fingerprint is another one once this is replaced in a file of the course."""
    chapter, path = "ex01_a", course.root / file
    before = fingerprints(course, chapter, course.exercises_folder / "ex01_a.py")
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    after = fingerprints(course, chapter, course.exercises_folder / "ex01_a.py")
    return {name for name in before if before[name] != after[name]}


MINE = "exercises/ex01_a.py"
BOTH = {"add_row", "center_rows"}


@pytest.mark.parametrize(
    ("file", "old", "new", "names"),
    [
        (MINE, "beside.center(x)", "beside.center(x) + 1", {"center_rows"}),
        (MINE, "beside.center(x)", "add_row(x, 1)", {"center_rows"}),
        (MINE, "+ v", "- v", {"add_row"}),
        (MINE, "    return x\n", "    return x + 1\n", BOTH),
        (MINE, "    return x\n", "    return  x  # the same\n\n\n", set()),
        (MINE, "return x\n", "return (\n", BOTH),
        ("exercises/beside.py", "import deeper", "import deeper as d", BOTH),
        ("exercises/deeper.py", "1", "2", BOTH),
        ("solutions/ex01_a.py", "matrix + v", "v + matrix", BOTH),
        ("solutions/checks/ex01_a.py", "yield 1", "yield 2", BOTH),
    ],
)
def test_it_changes_with_what_counts(course: Course, file: str, old: str, new: str, names: set[str]) -> None:
    """The function, what it uses, what it imports, the course; not another exercise, a comment or an empty line."""
    assert changed(course, file, old, new) == names


def test_an_exercise_that_is_used_counts(course: Course) -> None:
    """Where one exercise calls another, a change of that one is a change of both."""
    changed(course, MINE, "beside.center(x)", "add_row(x, 1)")
    assert changed(course, MINE, "+ v", "- v") == BOTH


def test_what_is_kept_comes_back(course: Course) -> None:
    """A run adds to what earlier ones found of other exercises."""
    remember(course, {"ex01_a.add_row": LastRun("failed", "a"), "ex01_a.center_rows": LastRun("passed", "b", "cpu")})
    remember(course, {"ex01_a.add_row": LastRun("passed", "c")})
    assert last_runs(course) == {
        "ex01_a.add_row": LastRun("passed", "c"),
        "ex01_a.center_rows": LastRun("passed", "b", "cpu"),
    }

"""A course's catalogue: its order, what is refused and how, and names that are nearly right."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.core.errors import CourseError
from grader.course.manifest import Course, load_course

SOLUTION = "def {name}(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION\n"
CHECKS = "@chapter.exercise(hints=[])\ndef {name}(draw): yield 1\n"


def small(tmp_path: Path, **chapters: list[str]) -> Course:
    """A course with these chapters and exercises."""
    (tmp_path / "solutions" / "checks").mkdir(parents=True)
    names = ", ".join(f'"{chapter}"' for chapter in chapters)
    (tmp_path / "course.toml").write_text(f'title = "T"\nversion = "1"\nchapters = [{names}]\n')
    for chapter, exercises in chapters.items():
        for folder, form in (("solutions", SOLUTION), ("solutions/checks", CHECKS)):
            (tmp_path / folder / f"{chapter}.py").write_text("\n".join(form.format(name=name) for name in exercises))
    return load_course(tmp_path)


def test_catalogue_is_in_the_course_s_order(tmp_path: Path) -> None:
    """Chapters stand in the order of `course.toml`, exercises in that of the solution."""
    course = small(tmp_path, ex02_b=["z", "a"], ex01_a=["m"])
    assert {chapter: list(names) for chapter, names in course.catalogue.items()} == {
        "ex02_b": ["z", "a"],
        "ex01_a": ["m"],
    }
    assert list(course.catalogue) == ["ex02_b", "ex01_a"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("solutions/ex01_a.py", "ex01_a.py is missing"),
        ("solutions/checks/ex01_a.py", "ex01_a.py is missing"),
    ],
)
def test_missing_half_of_a_chapter_is_refused(spoil: str, words: str, tmp_path: Path) -> None:
    """A chapter without its solution or its checks is the author's error; other chapters can still be asked for."""
    course = small(tmp_path, ex01_a=["f"], ex02_b=["g"])
    (tmp_path / spoil).unlink()
    with pytest.raises(CourseError, match=words):
        course.catalogue["ex01_a"]
    assert list(course.catalogue["ex02_b"]) == ["g"]


def test_exercise_without_checks_is_refused(tmp_path: Path) -> None:
    """An exercise that the checks say nothing about is the author's error, with what to write."""
    course = small(tmp_path, ex01_a=["f", "g"])
    course.checks("ex01_a").write_text(CHECKS.format(name="f"))
    with pytest.raises(CourseError, match="says nothing about g: give it cases"):
        course.catalogue["ex01_a"]


@pytest.mark.parametrize(
    "name",
    [
        "center_rows",
        "cent",
        "ex01.center_rows",
        "ex01_a.center_rows",
        "ex01_a::center_rows",
        "ex01_a.py::center_rows",
        "exercises/ex01_a.py::center_rows",
    ],
)
def test_exercise_is_found_by_each_of_its_names(name: str, tmp_path: Path) -> None:
    """An exercise is found by its short name or a beginning of it, with its chapter, and as pytest writes it."""
    course = small(tmp_path, ex01_a=["center_rows"], ex02_b=["other"])
    assert course.find(name) == ("ex01_a", "center_rows")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("centre_rows", "There is no exercise centre_rows. Did you mean center_rows?"),
        ("ex01_a.cnter_rows", "There is no exercise ex01_a.cnter_rows. Did you mean center_rows?"),
        ("qqqqqq", "There is no exercise qqqqqq.$"),
        ("ex02_b.center_rows", "There is no exercise ex02_b.center_rows."),
        ("both", "both could be ex01_a.both or ex02_b.both."),
    ],
)
def test_unknown_exercise_is_refused(name: str, words: str, tmp_path: Path) -> None:
    """A name that no exercise has gets the nearest one, if any is near; one that two have gets the way to tell."""
    course = small(tmp_path, ex01_a=["center_rows", "both"], ex02_b=["both"])
    with pytest.raises(CourseError, match=words):
        course.find(name)

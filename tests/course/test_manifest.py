"""A course's file: what is read, what is refused and how, and where the nearest one is."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.core.errors import CourseError
from grader.course.manifest import Course, find_course, load_course

GOOD = 'title = "T"\nversion = "1"\nchapters = ["ex01_a", "ex02_b"]\n'


def toml(tmp_path: Path, text: str | bytes) -> Path:
    (tmp_path / "course.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    return tmp_path


def test_defaults(tmp_path: Path) -> None:
    """Title, version and chapters are all that a course has to say."""
    course = load_course(toml(tmp_path, GOOD))
    assert course == Course(tmp_path, "T", "1", ("ex01_a", "ex02_b"), 100, 10.0, "")


def test_everything_said(tmp_path: Path) -> None:
    """Scale, repository and time limit are read."""
    course = load_course(toml(tmp_path, GOOD + 'scale = 20\nrepository = "there"\n[timeout]\ncheck = 2\n'))
    assert (course.scale, course.repository, course.timeout) == (20, "there", 2.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "is not valid TOML"),
        (b'title = "\xff"', "cannot be read"),
        ("", "the key chapters is missing"),
        ('version = "1"\nchapters = ["a"]', "the key title is missing"),
        ('title = "T"\nchapters = ["a"]', "the key version is missing"),
        (GOOD + 'titel = "T"', "nothing is known by the key titel. Did you mean title?"),
        (GOOD + "zzz = 1", "nothing is known by the key zzz.$"),
        (GOOD + "[timeout]\nchek = 1", "nothing is known by the key timeout.chek. Did you mean check?"),
        (GOOD.replace('"T"', "3"), "title must be a string, not 3"),
        (GOOD.replace('"1"', "1.0"), "version must be a string, not 1.0"),
        (GOOD.replace('["ex01_a", "ex02_b"]', '"ex01_a"'), "chapters must be a list, not 'ex01_a'"),
        (GOOD.replace('["ex01_a", "ex02_b"]', "[]"), "at least one"),
        (GOOD.replace("ex02_b", "ex01_a"), "each chapter once"),
        (GOOD.replace("ex02_b", "ex02_b.py"), "'ex02_b.py' in chapters must be the name .* without `.py`"),
        (GOOD.replace("ex02_b", "../ex02_b"), "must be the name of a chapter"),
        (GOOD.replace('"ex02_b"', "2"), "2 in chapters must be the name"),
        (GOOD + "scale = 0", "must be more than 0"),
        (GOOD + "scale = 1.5", "scale must be a whole number"),
        (GOOD + "scale = true", "scale must be a whole number"),
        (GOOD + "timeout = 3", "timeout must be a table"),
        (GOOD + "[timeout]\ncheck = -1", "must be more than 0"),
        (GOOD + "[timeout]\ncheck = nan", "must be more than 0"),
        (GOOD + "[timeout]\ncheck = '1'", "timeout.check must be a number"),
    ],
)
def test_broken_course_is_refused(text: str | bytes, words: str, tmp_path: Path) -> None:
    """Each way of breaking `course.toml` has one sentence, which names the file."""
    with pytest.raises(CourseError, match=words) as caught:
        load_course(toml(tmp_path, text))
    assert "course.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_folder_without_a_course_is_refused(tmp_path: Path) -> None:
    """A folder that has no `course.toml` is said to be no course."""
    with pytest.raises(CourseError, match=r"is no course: it has no course\.toml"):
        load_course(tmp_path)


def test_nearest_course_is_found(tmp_path: Path, course: Course) -> None:
    """The first start with a course at or above it decides; otherwise the course beside the grader."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert find_course(inner) == course.root
    toml(tmp_path, GOOD)
    assert find_course(inner) == tmp_path
    toml(inner, GOOD)
    assert find_course(inner, tmp_path) == inner
    assert find_course(Path("/"), tmp_path) == tmp_path

"""A course of one chapter with two exercises, and what a learner wrote for it."""

from __future__ import annotations

from pathlib import Path

from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course, load_course

SOLUTION = """def add_row(matrix, v):
    ### BEGIN SOLUTION
    return matrix + v
    ### END SOLUTION


def center_rows(x):
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION
"""
CHECKS = "".join(f"@chapter.exercise(hints=[])\ndef {name}(draw): yield 1\n" for name in ("add_row", "center_rows"))


def make_small(folder: Path) -> Course:
    """The course, in this folder."""
    (folder / "solutions" / "checks").mkdir(parents=True)
    (folder / "course.toml").write_text('title = "T"\nversion = "1"\nchapters = ["ex01_a"]\n')
    (folder / "solutions" / "ex01_a.py").write_text(SOLUTION)
    (folder / "solutions" / "checks" / "ex01_a.py").write_text(CHECKS)
    return load_course(folder)


def written(course: Course, text: str | bytes) -> LearnerFile:
    """The chapter with this text in it."""
    path = course.root / "mine" / "ex01_a.py"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return LearnerFile(course, "ex01_a", path)

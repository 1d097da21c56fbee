"""A learner's chapter before it is run: what is to do, and what is said of a definition that cannot be right."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from small import make_small, written

from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course


@pytest.fixture
def small(tmp_path: Path) -> Course:
    """A course of one chapter."""
    return make_small(tmp_path)


def refusal(mine: LearnerFile, name: str = "add_row") -> str:
    """The sentence with which an exercise is not loaded."""
    outcome = mine.before_running(name)
    assert outcome is not None
    assert outcome.verdict == "not loaded"
    return outcome.message.sentence


def test_stub_is_to_do_without_an_import(small: Course) -> None:
    """An exercise that is not begun is to do, whatever its chapter would do when imported."""
    mine = written(small, "import sys\nsys.imported = True\ndef add_row(matrix, v):\n    raise NotImplementedError\n")
    outcome = mine.before_running("add_row")
    assert outcome is not None
    assert (outcome.verdict, outcome.exercise, outcome.message.sentence) == ("to do", "ex01_a.add_row", "")
    assert (mine.to_do("add_row"), mine.to_do("center_rows")) == (True, False)
    assert not hasattr(sys, "imported")


def test_answer_has_to_be_run(small: Course) -> None:
    """A function that takes what it should has no outcome before it is run."""
    assert written(small, "def add_row(matrix, v): pass\n").before_running("add_row") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"def add_row(matrix, v:\n", r"^ex01_a\.py:1: Python cannot read this file: .*\n    .*\n *\^$"),
        (b"x = '\xff'\n", r"^ex01_a\.py is not UTF-8 text"),
        (b"", r"^ex01_a\.py is empty\."),
        (b"class add_row: pass\n", r"^add_row is a class here.*`def add_row\(matrix, v\):`"),
        (b"def add_row(matrix): pass\n", r"2 arguments, .*add_row\(matrix\) should be add_row\(matrix, v\)"),
        (b"def add_row(a, b, c): pass\n", r"add_row\(a, b, c\) should be add_row\(matrix, v\)"),
        (b"def add_row(): pass\n", r"add_row\(\) should be add_row\(matrix, v\)"),
        (b"def add_row(a, *, v): pass\n", r"add_row\(a, \*, v\) should be add_row\(matrix, v\)"),
        (b"def add_row(a, b, *, c): pass\n", r"add_row\(a, b, \*, c\) should be add_row\(matrix, v\)"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said(text: bytes, words: str, small: Course) -> None:
    """What the text alone shows to be no function that can be called has a sentence."""
    sentence = refusal(written(small, text))
    assert re.search(words, sentence), sentence


def test_missing_file_is_said(small: Course) -> None:
    """A chapter whose file is not there is not loaded, and so is each of its exercises."""
    mine = LearnerFile(small, "ex01_a", small.root / "nowhere" / "ex01_a.py")
    assert "ex01_a.py is missing" in refusal(mine)
    assert "ex01_a.py is missing" in refusal(mine, "center_rows")
    assert mine.line("add_row") == 1


def test_lines_are_the_file_s(small: Course) -> None:
    """An exercise stands where it is defined, as a function or otherwise."""
    mine = written(small, "\n\ndef add_row(a, b): pass\n\ncenter_rows = lambda x: x\n")
    assert (mine.line("add_row"), mine.line("center_rows"), mine.line("gone")) == (3, 5, 1)

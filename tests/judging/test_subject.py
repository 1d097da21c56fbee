"""A learner's chapter as it is run here: which functions are taken, and what is said of an import that fails."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from small import CHECKS, SOLUTION, make_small, written

from grader.course.manifest import Course
from grader.judging.subject import LocalSubject
from grader.runtime.deadline import TimedOut
from grader.runtime.importing import NotLoaded


@pytest.fixture
def small(tmp_path: Path) -> Course:
    """A course of one chapter."""
    return make_small(tmp_path)


def answers(course: Course, text: str | bytes) -> LocalSubject:
    """The chapter with this text in it, called in this process."""
    return LocalSubject(written(course, text))


def refusal(mine: LocalSubject, name: str = "add_row") -> str:
    """The sentence with which an exercise that was worth a try is not loaded."""
    assert mine.file.before_running(name) is None
    with pytest.raises(NotLoaded) as caught:
        mine.function(name)
    return caught.value.message.sentence


# ---------------------------------------------------------------- what is a function


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"x = 1\n", r"^There is no function add_row in ex01_a\.py\.$"),
        (b"def add_rows(matrix, v): pass\n", r"no function add_row in ex01_a\.py\. Did you mean add_rows\?"),
        (b"add_row = None\n", r"^add_row is None in ex01_a\.py, where .* should be: `def add_row\(matrix, v\):`"),
        (b"add_row = 3\n", r"^add_row is 3 in ex01_a\.py"),
        (b"add_row = int\n", r"^add_row is a class in ex01_a\.py"),
        (b"def add_row(matrix, v): pass\nadd_row = None\n", r"^add_row is None"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_said(text: bytes, words: str, small: Course) -> None:
    """Each way in which a name stands for no function has a sentence."""
    sentence = refusal(answers(small, text))
    assert re.search(words, sentence), sentence


def test_what_a_chapter_does_as_a_program_is_not_done(small: Course) -> None:
    """It is imported under its own name, so that a `__main__` block in it never runs."""
    text = SOLUTION + '\n\nif __name__ == "__main__":\n    raise SystemExit(3)\n'
    assert callable(answers(small, text).function("add_row"))


def test_hint_names_no_other_exercise(small: Course) -> None:
    """A missing exercise is not taken for another exercise of the chapter with a similar name."""
    small.solution("ex01_a").write_text(SOLUTION.replace("center_rows", "add_row2"))
    small.checks("ex01_a").write_text(CHECKS.replace("center_rows", "add_row2"))
    assert "Did you mean" not in refusal(answers(small, "def add_row2(x): pass\n"))


@pytest.mark.parametrize(
    "text",
    [
        "def add_row(matrix, v, scale=1): return matrix + v",
        "def add_row(*args): return args[0] + args[1]",
        "def add_row(matrix, *rest, **more): return matrix + rest[0]",
        "def add_row(a, b, *, c=0): return a + b",
        "def add_row(a, /, b): return a + b",
        "add_row = lambda a, b: a + b",
        "import functools\nadd_row = functools.partial(lambda c, a, b: a + b, 0)",
        "from operator import add as add_row",
        "import operator\nadd_row = operator.add",
        "import functools\n@functools.lru_cache\ndef add_row(a, b): return a + b",
        "def bind(f): return lambda a, b: f(a, b, 0)\n@bind\ndef add_row(a, b, c): return a + b",
        "def named(f): return lambda a, b: f(a, v=b)\n@named\ndef add_row(a, *, v): return a + v",
        "if True:\n    def add_row(a, b): return a + b",
        "class Adder:\n    def __call__(self, a, b): return a + b\nadd_row = Adder()",
        "def add_row(a, b): raise NotImplementedError\nadd_row = lambda a, b: a + b",
    ],
)
def test_other_ways_to_define_are_fine(text: str, small: Course) -> None:
    """Whatever can be called with the exercise's arguments is taken as it is."""
    mine = answers(small, text + "\n")
    assert mine.file.before_running("add_row") is None
    assert mine.function("add_row")(1, 2) == 3


# ---------------------------------------------------------------- importing


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "import nonexistent_module",
            r"ex01_a\.py:1: .*cannot be imported: ModuleNotFoundError: No module named 'nonexistent",
        ),
        ("x = 1\ny = 1 / 0", r"ex01_a\.py:2: .*ZeroDivisionError: division by zero"),
        ("exit()", r"ex01_a\.py:1: .*it calls exit\(\), which ends Python"),
        ("import sys\nsys.exit('bye')", r"ex01_a\.py:2: .*it calls exit\(\)"),
        ("raise KeyboardInterrupt", r"ex01_a\.py:1: .*KeyboardInterrupt"),
        ("def loop(): loop()\nloop()", r"ex01_a\.py:2: .*RecursionError"),
        ("raise SystemError", r"ex01_a\.py:1: .*SystemError"),
        ("class E(BaseException):\n    def __str__(self): raise ValueError\nraise E", r"ex01_a\.py:3: .*E"),
        ("import ex01_a_helper", r"ex01_a\.py:1: .*ex01_a_helper"),
        ("raise GeneratorExit", r"ex01_a\.py:1: .*GeneratorExit"),
    ],
)
def test_failed_import_is_said(text: str, words: str, small: Course) -> None:
    """An import that raises, or ends Python, becomes a sentence with the learner's line."""
    sentence = refusal(answers(small, f"{text}\ndef add_row(a, b): return a + b\n"))
    assert re.search(words, sentence), sentence


def test_traceback_is_the_learner_s(small: Course) -> None:
    """The traceback of a failed import starts in the learner's file and holds no line of the grader's."""
    mine = answers(small, "def inner():\n    return 1 / 0\n\ninner()\ndef add_row(a, b): pass\n")
    with pytest.raises(NotLoaded) as caught:
        mine.function("add_row")
    assert caught.value.message.traceback == (
        'File "ex01_a.py", line 4, in <module>',
        "    inner()",
        'File "ex01_a.py", line 2, in inner',
        "    return 1 / 0",
    )


COUNTING = "import sys\nsys.counted = getattr(sys, 'counted', 0) + 1\n"


def test_import_runs_once(small: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many exercises are asked for, the chapter is imported once."""
    monkeypatch.setattr(sys, "counted", 0, raising=False)
    mine = answers(small, COUNTING + "def add_row(a, b): pass\ndef center_rows(x): pass\n")
    assert mine.function("add_row") is mine.function("add_row")
    mine.function("center_rows")
    assert sys.counted == 1  # type: ignore[attr-defined]


def test_failed_import_runs_once(small: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that failed is not tried again: every exercise says the same."""
    monkeypatch.setattr(sys, "counted", 0, raising=False)
    mine = answers(small, COUNTING + "1 / 0\ndef add_row(a, b): pass\ndef center_rows(x): pass\n")
    assert refusal(mine, "add_row") == refusal(mine, "center_rows")
    assert sys.counted == 1  # type: ignore[attr-defined]


def test_import_out_of_time_is_told_once(small: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stop reaches the caller the first time; after that all exercises are timed out without a new try."""
    monkeypatch.setattr(sys, "stop", TimedOut, raising=False)
    mine = answers(small, "import sys\nraise sys.stop\ndef add_row(a, b): pass\n")
    with pytest.raises(TimedOut):
        mine.function("add_row")
    with pytest.raises(NotLoaded) as caught:
        mine.function("center_rows")
    assert caught.value.verdict == "timed out"


def test_chapter_imports_its_neighbours(small: Course) -> None:
    """A chapter can import a file beside it, and the import leaves no module of its name behind."""
    before = sys.modules.get("ex01_a")
    mine = answers(small, "from ex01_a_beside import add as add_row\n")
    (mine.file.path.parent / "ex01_a_beside.py").write_text("def add(a, b): return a + b\n")
    assert mine.function("add_row")(1, 2) == 3
    assert sys.modules.get("ex01_a") is before
    sys.modules.pop("ex01_a_beside", None)

"""A learner's chapter: what is said of a definition that cannot be right, and of an import that fails."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course, load_course
from grader.judging.subject import LocalSubject
from grader.runtime.deadline import TimedOut
from grader.runtime.importing import NotLoaded

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


@pytest.fixture
def small(tmp_path: Path) -> Course:
    (tmp_path / "solutions" / "checks").mkdir(parents=True)
    (tmp_path / "course.toml").write_text('title = "T"\nversion = "1"\nchapters = ["ex01_a"]\n')
    (tmp_path / "solutions" / "ex01_a.py").write_text(SOLUTION)
    (tmp_path / "solutions" / "checks" / "ex01_a.py").write_text(CHECKS)
    return load_course(tmp_path)


def answers(course: Course, text: str | bytes) -> LocalSubject:
    path = course.root / "mine" / "ex01_a.py"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return LocalSubject(LearnerFile(course, "ex01_a", path))


def refusal(mine: LocalSubject, name: str = "add_row") -> str:
    """The sentence with which an exercise is not loaded, before running or at import."""
    early = mine.file.before_running(name)
    if early is not None:
        assert early.verdict == "not loaded"
        return early.message.sentence
    with pytest.raises(NotLoaded) as caught:
        mine.function(name)
    return caught.value.message.sentence


# ---------------------------------------------------------------- before running


def test_stub_is_to_do_without_an_import(small: Course) -> None:
    """An exercise that is not begun is to do, whatever its chapter would do when imported."""
    mine = answers(small, "exit()\ndef add_row(matrix, v):\n    raise NotImplementedError\n")
    outcome = mine.file.before_running("add_row")
    assert outcome is not None
    assert (outcome.verdict, outcome.exercise, outcome.message.sentence) == ("to do", "ex01_a.add_row", "")
    assert mine.module is None


def test_answer_has_to_be_run(small: Course) -> None:
    """A function that takes what it should has no outcome before it is run."""
    assert answers(small, "def add_row(matrix, v): pass\n").file.before_running("add_row") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"def add_row(matrix, v:\n", r"^ex01_a\.py:1: Python cannot read this file: .*\n    .*\n *\^$"),
        (b"x = '\xff'\n", r"^ex01_a\.py is not UTF-8 text"),
        (b"", r"^ex01_a\.py is empty\."),
        (b"x = 1\n", r"^There is no function add_row in ex01_a\.py\.$"),
        (b"def add_rows(matrix, v): pass\n", r"no function add_row in ex01_a\.py\. Did you mean add_rows\?"),
        (b"class add_row: pass\n", r"^add_row is a class here.*`def add_row\(matrix, v\):`"),
        (b"add_row = None\n", r"^add_row is None in ex01_a\.py, where .* should be: `def add_row\(matrix, v\):`"),
        (b"add_row = 3\n", r"^add_row is 3 in ex01_a\.py"),
        (b"add_row = int\n", r"^add_row is a class in ex01_a\.py"),
        (b"def add_row(matrix, v): pass\nadd_row = None\n", r"^add_row is None"),
        (b"def add_row(matrix): pass\n", r"2 arguments, .*add_row\(matrix\) should be add_row\(matrix, v\)"),
        (b"def add_row(a, b, c): pass\n", r"add_row\(a, b, c\) should be add_row\(matrix, v\)"),
        (b"def add_row(): pass\n", r"add_row\(\) should be add_row\(matrix, v\)"),
        (b"def add_row(a, *, v): pass\n", r"add_row\(a, \*, v\) should be add_row\(matrix, v\)"),
        (b"def add_row(a, b, *, c): pass\n", r"add_row\(a, b, \*, c\) should be add_row\(matrix, v\)"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_said(text: bytes, words: str, small: Course) -> None:
    """Each way in which a function is not there, or not one that can be called, has a sentence."""
    sentence = refusal(answers(small, text))
    assert re.search(words, sentence), sentence


def test_missing_file_is_said(small: Course) -> None:
    """A chapter whose file is not there is not loaded, and so is each of its exercises."""
    mine = LocalSubject(LearnerFile(small, "ex01_a", small.root / "nowhere" / "ex01_a.py"))
    assert "ex01_a.py is missing" in refusal(mine)
    assert mine.file.line("add_row") == 1


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
    (mine.path.parent / "ex01_a_beside.py").write_text("def add(a, b): return a + b\n")
    assert mine.function("add_row")(1, 2) == 3
    assert sys.modules.get("ex01_a") is before
    sys.modules.pop("ex01_a_beside", None)


def test_lines_are_the_file_s(small: Course) -> None:
    """An exercise stands where it is defined, as a function or otherwise."""
    mine = answers(small, "\n\ndef add_row(a, b): pass\n\ncenter_rows = lambda x: x\n")
    assert (mine.file.line("add_row"), mine.file.line("center_rows"), mine.file.line("gone")) == (3, 5, 1)

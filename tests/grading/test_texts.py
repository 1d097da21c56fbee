"""What is said of code that meets a wall or a limit, in words for whoever wrote it, and nothing of the grader's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from runs import FIRST, RIGHT, double, make_target, write

from grader.core.report import Report
from grader.course.manifest import load_course
from grader.grading.grader import Grader
from grader.grading.options import ENGINE, Options
from grader.grading.submissions.find import Submission


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """What grades submissions to the target course."""
    course = load_course(make_target(tmp_path_factory.mktemp("target") / "course"))
    options = Options.of(course, check=4.0, memory=256 << 20, devices=("cpu",), exercise="double", chapters=(FIRST,))
    with Grader.ready(options, tmp_path_factory.mktemp("root")) as grader:
        yield grader


def graded(grader: Grader, folder: Path, text: str) -> Report:
    """The report on this chapter."""
    _, report = grader.grade(Submission("ann", str(write(folder / "ann", **{FIRST: text}))), 7)
    assert report is not None
    return report


BODIES = {
    "breakpoint()": "`breakpoint()` in line 9 stops for somebody to look, and nobody does here: take it out.",
    "input()": "Nobody types here: `input()` has nobody to ask.",
    "__import__('os').fork()": "Where it is graded, code starts no other process",
    "__import__('subprocess').run(['true'])": "Where it is graded, code starts no other process",
    "__import__('socket').socket()": "Where it is graded, code starts no other process, opens no socket",
    "list(__import__('torch').utils.data.DataLoader(range(4), num_workers=2))": "leave it at 0",
    "bytearray(1 << 40)": "It took more than 0.25 GiB of memory.",
    "__import__('torch').empty(1 << 40)": "It took more than 0.25 GiB of memory.",
    "open('f', 'wb').write(bytes(17 << 20))": "A file may have 16 MiB where it is graded.",
    "return type('R', (), {'__repr__': lambda self: exit()})()": "",
    "return type('R', (), {'__repr__': lambda self: 1 / 0})()": "",
    "return type('R', (), {'__class__': property(lambda self: exit())})()": "",
    "return ['x' * 90] * 20_000": "double has more than 32 MiB of numbers, or 1 MiB of anything else.",
    "[__import__('os').close(n) for n in range(3, 99)]": "",
    "__import__('warnings').warn('mine', stacklevel=2)": "",
}


@pytest.mark.parametrize("body", BODIES)
def test_what_is_said(grader: Grader, tmp_path: Path, body: str) -> None:
    """A sentence says what happened; no path and no traceback of the grader's own stands anywhere in the report."""
    report = graded(grader, tmp_path, double(body)[FIRST])
    (outcome,) = report.results[0].outcomes
    assert outcome.verdict in ("failed", "crashed")
    assert BODIES[body] in outcome.message.sentence
    told = repr(report)
    assert str(ENGINE.parent) not in told
    assert "Traceback" not in told
    assert "grader/" not in told.replace("grader/runtime/observe.py", "" if "warn" in body else "grader/")


def test_an_exception_that_nobody_can_catch(grader: Grader, tmp_path: Path) -> None:
    """One in a `__del__` of the learner's own is part of what is printed."""
    report = graded(grader, tmp_path, double("type('D', (), {'__del__': lambda self: 1 / 0})()")[FIRST])
    assert "ZeroDivisionError" in "".join(outcome.output for outcome in report.results[0].outcomes)


def test_at_the_top(grader: Grader, tmp_path: Path) -> None:
    """The same is said where a chapter asks at its top."""
    report = graded(grader, tmp_path, f"input()\n{RIGHT[FIRST]}")
    assert "Nobody types here" in report.results[0].outcomes[0].message.sentence

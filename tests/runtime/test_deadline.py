"""The clock: it ends a loop by a signal and from a thread, knows the learner's line, and may be told to wait."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from grader.runtime.deadline import Deadline, TimedOut, can_signal

LOOP = "def loop():\n    n = 0\n    while True:\n        n += 1\n"
STUBBORN = """
def loop():
    while True:
        try:
            while True:
                pass
        except BaseException:
            seen.append(1)
            if len(seen) == 2:
                raise
"""


def loop_in(file: Path, text: str, **names: object) -> object:
    """The function `loop` of a learner's file."""
    file.write_text(text)
    exec(compile(text, str(file), "exec"), names)
    return names["loop"]


@pytest.mark.parametrize("by_signal", [True, False])
def test_a_loop_is_left_at_its_line(by_signal: bool, tmp_path: Path) -> None:
    """The line is one of the learner's file."""
    loop = loop_in(tmp_path / "mine.py", LOOP)
    deadline = Deadline(str(tmp_path / "mine.py"))
    with pytest.raises(TimedOut), deadline.after(0.05, by_signal=by_signal):
        loop()  # type: ignore[operator]
    assert deadline.line in (3, 4)


@pytest.mark.parametrize("by_signal", [True, False])
def test_it_rings_again(by_signal: bool, tmp_path: Path) -> None:
    """A loop that swallows it once is left the second time."""
    seen: list[int] = []
    loop = loop_in(tmp_path / "mine.py", STUBBORN, seen=seen)
    with pytest.raises(TimedOut), Deadline(str(tmp_path / "mine.py")).after(0.05, by_signal=by_signal):
        loop()  # type: ignore[operator]
    assert len(seen) == 2


def test_it_may_have_to_wait(tmp_path: Path) -> None:
    """Where something says that the limit does not hold now, nothing is raised and no line is noted."""
    asked: list[int] = []

    def not_now(line: int) -> bool:
        asked.append(line)
        return False

    deadline = Deadline("elsewhere", not_now)
    with deadline.after(0.02):
        time.sleep(0.1)
    assert (asked[0], deadline.line) == (0, None)


@pytest.mark.parametrize("by_signal", [True, False])
def test_what_ends_in_time_is_left_alone(by_signal: bool) -> None:
    """No ring comes after the end."""
    deadline = Deadline("mine.py")
    with deadline.after(0.05, by_signal=by_signal):
        pass
    time.sleep(0.1)
    assert deadline.line is None


def test_other_threads_have_no_signals() -> None:
    """There the clock rings from a thread of its own, without being told."""
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(can_signal()))
    thread.start()
    thread.join()
    assert found == [False]

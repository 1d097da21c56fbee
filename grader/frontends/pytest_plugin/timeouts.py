"""What may end a check from outside: its time limit, Ctrl-C, and leaving the debugger.

`pytest-timeout` decides when a limit holds and how long it is; its hooks are answered here, so that an end is noted
and the learner's loop is left by `TimedOut`, whatever the code does with the exception.
"""

from __future__ import annotations

import contextlib
import linecache
import signal
import time
from collections.abc import Callable, Generator, Iterator
from types import FrameType
from typing import Any, NamedTuple

import pytest

from grader.frontends.pytest_plugin.last_resort import LastResort
from grader.runtime.deadline import Deadline, TimedOut, in_main_thread, line_in
from grader.runtime.limits import HARNESS_GRACE


class StoppedAt(NamedTuple):
    """Where in the learner's file a check was when it was ended; line 0 where it was not in that file."""

    line: int
    text: str

    @classmethod
    def of(cls, file: str, line: int) -> StoppedAt:
        """This line of the file, as it stands there."""
        return cls(line, linecache.getline(file, line).strip() if line else "")


class CtrlC(KeyboardInterrupt):
    """Ctrl-C during a check. pytest shows the text, and not where in our files it was raised."""

    __module__ = "builtins"


class TimedItem(pytest.Item):
    """An item whose call runs a learner's code, below a time limit of the learner's file."""

    def needs_run(self) -> bool:
        """Whether its call will run anything of a learner's."""
        raise NotImplementedError

    def place(self) -> str:
        """File and line of the exercise, as seen from where pytest was called."""
        raise NotImplementedError

    def running(self, at: StoppedAt) -> str:
        """What of it is running now, for somebody who stops it there."""
        raise NotImplementedError


class Watch:
    """Watches over the check that is running; registered with pytest as a plugin."""

    def __init__(self, config: pytest.Config) -> None:
        self.last_resort = LastResort(config)
        self.deadline = Deadline("")
        self.limit = 0.0
        self.started = 0.0
        self.ignore_debuggers = False
        self.stopped = ""
        """What was running when somebody ended the run, by Ctrl-C or in the debugger."""
        self.told_by: type[BaseException] = KeyboardInterrupt
        """What a Ctrl-C raises: in a check, a KeyboardInterrupt would count as the learner's own."""
        self.ended_in: TimedItem | None = None
        """The item in which somebody ended the whole run."""
        self.debugger: Any = None
        self.stop: Callable[[], None] | None = None

    # ---------------------------------------------------------------- around one check

    @contextlib.contextmanager
    def over(self) -> Iterator[None]:
        """Run one check; afterwards a Ctrl-C or the debugger's `quit` goes on to pytest, even if it was swallowed."""
        if self.stopped:  # by a Ctrl-C that came before, and was swallowed
            raise KeyboardInterrupt
        self.debugger = None
        self.told_by = TimedOut
        try:
            yield
        finally:
            self.told_by = KeyboardInterrupt
            self.disarm()
            if self.stopped:
                raise KeyboardInterrupt
            if self.has_quit():
                pytest.exit("Quitting debugger")

    @contextlib.contextmanager
    def noting_ctrl_c(self, item: TimedItem) -> Iterator[None]:
        """Note a Ctrl-C, and what was running: a learner's code, or PyTorch's import, may swallow it."""
        file = str(item.path)

        def interrupt(number: int, frame: FrameType | None) -> None:
            # the first one: at the next, given by whoever waits, something else may be running
            self.stopped = self.stopped or item.running(StoppedAt.of(file, line_in(file, frame)))
            raise self.told_by

        if in_main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, interrupt)
            try:
                yield
            finally:
                signal.signal(signal.SIGINT, signal.default_int_handler)
        else:
            yield

    # ---------------------------------------------------------------- pytest's hooks

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note in which exercise somebody ends the run, also while PyTorch is loaded for it."""
        if not isinstance(item, TimedItem):
            return (yield)
        try:
            with self.noting_ctrl_c(item):
                return (yield)
        except (KeyboardInterrupt, pytest.exit.Exception) as error:
            self.ended_in = item
            self.stopped = self.stopped or item.running(StoppedAt(0, ""))
            if isinstance(error, KeyboardInterrupt):
                raise CtrlC(f"{item.name} did not end") from None
            raise

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_timeout_set_timer(self, item: pytest.Item, settings: Any) -> bool | None:
        """Answer for exercises; other tests keep the timer that pytest-timeout has."""
        if not isinstance(item, TimedItem):
            return None
        self.arm(item, settings)
        return True

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_timeout_cancel_timer(self, item: pytest.Item) -> bool | None:
        """The check has ended, or pytest opens a debugger on it."""
        self.disarm()
        return None

    def pytest_enter_pdb(self, pdb: Any) -> None:
        """Time in the debugger does not count; once left by `quit`, it does not open again on the next device."""
        self.disarm()
        if self.has_quit():
            raise TimedOut
        self.debugger = pdb

    def has_quit(self) -> bool:
        """Whether somebody has left the debugger by `quit`."""
        return getattr(self.debugger, "quitting", False)

    def pytest_unconfigure(self) -> None:
        """Let the helper of the last resort go."""
        self.last_resort.close()

    # ---------------------------------------------------------------- the time limit

    def arm(self, item: TimedItem, settings: Any) -> None:
        """Start the clock for one check, unless nothing is going to run."""
        if not item.needs_run():
            return
        self.deadline = Deadline(str(item.path), self.holds)
        self.limit = settings.timeout
        self.started = time.monotonic()
        self.ignore_debuggers = settings.disable_debugger_detection
        self.stop = self.deadline.start(self.limit, by_signal=settings.method == "signal")
        self.last_resort.arm(item, item.place(), self.limit)

    def disarm(self) -> None:
        """Stop the clock."""
        if self.stop is not None:
            self.stop()
            self.stop = None
            self.last_resort.disarm()

    def holds(self, line: int) -> bool:
        """Whether the limit holds now: not while somebody is debugging, nor soon where the slow part is not theirs."""
        from pytest_timeout import is_debugging

        if not self.ignore_debuggers and is_debugging():
            return False
        late = time.monotonic() - self.started >= self.limit * HARNESS_GRACE
        return self.fired is not None or line > 0 or late

    @property
    def fired(self) -> StoppedAt | None:
        """Where the learner's code was when its time was up; None where it was not."""
        line = self.deadline.line
        if line is None:
            return None
        return StoppedAt.of(self.deadline.file, line)

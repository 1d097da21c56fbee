"""What may end a check from outside: its time limit, Ctrl-C, and leaving the debugger.

`pytest-timeout` decides when a limit holds and how long it is; its hooks are answered here, so that an end is noted
and the learner's loop is left by `TimedOut`, whatever the code does with the exception.
"""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from grader.lastresort import LastResort
from grader.loading import TimedOut
from grader.runtime_limits import AGAIN, HARNESS_GRACE

if TYPE_CHECKING:
    from grader.items import ExerciseItem


class StoppedAt(NamedTuple):
    """Where in the learner's file a check was when its time was up; line 0 where it was not in that file."""

    line: int
    text: str


class Watch:
    """Watches over the check that is running; registered with pytest as a plugin."""

    def __init__(self, config: pytest.Config) -> None:
        self.last_resort = LastResort(config)
        self.path = Path()
        self.limit = 0.0
        self.started = 0.0
        self.fired: StoppedAt | None = None
        self.interrupted = False
        self.debugger: Any = None
        self.stop: Callable[[], None] | None = None

    # ---------------------------------------------------------------- around one check

    @contextlib.contextmanager
    def over(self) -> Iterator[None]:
        """Run one check; afterwards a Ctrl-C or the debugger's `quit` goes on to pytest, even if it was swallowed."""
        self.interrupted = False
        self.debugger = None
        try:
            with self.noting_ctrl_c():
                yield
        finally:
            self.disarm()
            if self.interrupted:
                raise KeyboardInterrupt
            if self.has_quit():
                pytest.exit("Quitting debugger")

    @contextlib.contextmanager
    def noting_ctrl_c(self) -> Iterator[None]:
        """Tell a Ctrl-C from a KeyboardInterrupt that the learner's own code raises."""

        def interrupt(number: int, frame: FrameType | None) -> None:
            self.interrupted = True
            # a KeyboardInterrupt would count as the learner's own, and the check would go on
            raise TimedOut

        if in_main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, interrupt)
            try:
                yield
            finally:
                signal.signal(signal.SIGINT, signal.default_int_handler)
        else:
            yield

    # ---------------------------------------------------------------- pytest's hooks

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_timeout_set_timer(self, item: pytest.Item, settings: Any) -> bool | None:
        """Answer for exercises; other tests keep the timer that pytest-timeout has."""
        from grader.items import ExerciseItem

        if not isinstance(item, ExerciseItem):
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

    def arm(self, item: ExerciseItem, settings: Any) -> None:
        """Start the clock for one check, unless nothing is going to run."""
        if item.early is not None:
            return
        self.path = item.answers.path
        self.limit = settings.timeout
        self.started = time.monotonic()
        self.fired = None
        ignore_debuggers = settings.disable_debugger_detection
        by_signal = settings.method == "signal" and in_main_thread()
        self.stop = (self.by_signal if by_signal else self.by_thread)(ignore_debuggers)
        self.last_resort.arm(item, self.limit)

    def disarm(self) -> None:
        """Stop the clock."""
        if self.stop is not None:
            self.stop()
            self.stop = None
            self.last_resort.disarm()

    def fire(self, frame: FrameType | None, ignore_debuggers: bool) -> bool:
        """Note that the time is up and where; False while somebody is debugging or the slow part is not theirs."""
        from pytest_timeout import is_debugging

        if not ignore_debuggers and is_debugging():
            return False
        if self.fired is None:
            place = self.place(frame)
            if not place.line and time.monotonic() - self.started < self.limit * HARNESS_GRACE:
                return False
            self.fired = place
        return True

    def place(self, frame: FrameType | None) -> StoppedAt:
        """The innermost line of the learner's file that is running."""
        while frame is not None and frame.f_code.co_filename != str(self.path):
            frame = frame.f_back
        if frame is None:
            return StoppedAt(0, "")
        import linecache

        return StoppedAt(frame.f_lineno, linecache.getline(str(self.path), frame.f_lineno).strip())

    def by_signal(self, ignore_debuggers: bool) -> Callable[[], None]:
        """Raise `TimedOut` in the main thread on SIGALRM, again each second; returns what stops it."""

        def handler(number: int, frame: FrameType | None) -> None:
            if self.fire(frame, ignore_debuggers):
                raise TimedOut

        def stop() -> None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

        before = signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, self.limit, AGAIN)
        return stop

    def by_thread(self, ignore_debuggers: bool) -> Callable[[], None]:
        """The same from another thread, where there are no such signals; returns what stops it."""
        target = ctypes.c_ulong(threading.get_ident())
        over = threading.Event()
        # a raise that was asked for but not seen yet must not reach what runs after the check
        lock = threading.Lock()

        def ring() -> None:
            pause = self.limit
            while not over.wait(pause):
                pause = AGAIN
                with lock:
                    frame = sys._current_frames().get(target.value)
                    if not over.is_set() and self.fire(frame, ignore_debuggers):
                        ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(TimedOut))

        def stop() -> None:
            with lock:
                over.set()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(target, None)

        threading.Thread(target=ring, name="grader-deadline", daemon=True).start()
        return stop


def in_main_thread() -> bool:
    """Whether this thread can set signal handlers."""
    return threading.current_thread() is threading.main_thread()

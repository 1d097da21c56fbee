"""The one clock: it raises `TimedOut` in a learner's code when its time is up, and notes at which line that was."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from grader.runtime.limits import AGAIN, SOON


class TimedOut(BaseException):
    """Raised in a learner's code when its time is up; not an `Exception`, so that few handlers swallow it."""


class Deadline:
    """The time limit of what runs in this thread; `holds(line)` may say that it does not hold yet, each time it rings.

    `file` is the learner's. Where there are signals it rings by SIGALRM, else from another thread.
    """

    def __init__(self, file: str, holds: Callable[[int], bool] = lambda line: True) -> None:
        self.file = file
        self.holds = holds
        self.line: int | None = None
        """Where the learner's code was when it rang; 0 where that is not known, None before."""

    @contextlib.contextmanager
    def after(self, seconds: float, *, by_signal: bool = True) -> Iterator[None]:
        """Ring after so many seconds, and each second from then on, as long as what is inside runs."""
        stop = self.start(seconds, by_signal=by_signal)
        try:
            yield
        finally:
            stop()

    def start(self, seconds: float, *, by_signal: bool = True) -> Callable[[], None]:
        """The same without a block; returns what stops it."""
        ring_in = self.by_signal if by_signal and can_signal() else self.by_thread
        return ring_in(max(seconds, SOON))

    def ring(self, frame: FrameType | None) -> bool:
        """Note where the learner's code is; whether the time is really up."""
        line = line_in(self.file, frame)
        if not self.holds(line):
            return False
        if self.line is None:
            self.line = line
        return True

    def by_signal(self, seconds: float) -> Callable[[], None]:
        """Raise it in the main thread on SIGALRM. A chapter may have set a handler of its own: ours is set anew."""

        def handler(number: int, frame: FrameType | None) -> None:
            if self.ring(frame):
                raise TimedOut

        def stop() -> None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

        before = signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        return stop

    def by_thread(self, seconds: float) -> Callable[[], None]:
        """Raise it from another thread, where there are no such signals."""
        target = ctypes.c_ulong(threading.get_ident())
        over = threading.Event()
        # a raise that was asked for but not seen yet must not reach what runs after the check
        lock = threading.Lock()

        def watch() -> None:
            pause = seconds
            while not over.wait(pause):
                pause = AGAIN
                with lock:
                    frame = sys._current_frames().get(target.value)
                    if not over.is_set() and self.ring(frame):
                        ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(TimedOut))

        def stop() -> None:
            with lock:
                over.set()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(target, None)

        threading.Thread(target=watch, name="grader-deadline", daemon=True).start()
        return stop


def line_in(file: str, frame: FrameType | None) -> int:
    """The line of a file that a frame, or the innermost of its callers there, is at; 0 where none is."""
    while frame is not None and frame.f_code.co_filename != file:
        frame = frame.f_back
    return frame.f_lineno if frame is not None else 0


def can_signal() -> bool:
    """Whether this platform has the signal, and this thread can handle it."""
    return hasattr(signal, "setitimer") and in_main_thread()


def in_main_thread() -> bool:
    """Whether this thread can set signal handlers."""
    return threading.current_thread() is threading.main_thread()

"""What runs inside a worker: it imports one learner's chapter and makes the calls that it is asked to make.

It sends back what it has seen and judges nothing. Whatever it says is taken as a stranger's word.

    asked:     LOAD (the task) · PICK (an exercise, as JSON) · CALL (a turn and a device as JSON, and a `Case`) · AGIN
               (a turn and a device, of a case that has been here)
    answered:  REDY (what was loaded late) · SEEN (an `Observation`) · NOPE (why not) · LATE (the line) · HUGE; all but
               the observation as JSON
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import re
import sys
import traceback
from bdb import BdbQuit
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any, NoReturn

import torch

from grader.core import wire
from grader.core.observation import Case, Observation
from grader.core.rules import Also, Rules
from grader.core.values import Function
from grader.runtime.deadline import Deadline, TimedOut
from grader.runtime.global_state import kept_once
from grader.runtime.importing import NotLoaded, load_chapter, pick
from grader.runtime.observe import observe
from grader.sandbox import confine
from grader.sandbox.limits import OBSERVATION_BYTES, TEXT_BYTES, Limits
from grader.sandbox.preload import loaded_late
from grader.sandbox.protocol import Channel, Ended, Frame, WorkerTask


class ServedChapter:
    """The chapter that this worker serves."""

    def __init__(self, task: WorkerTask, given: Callable[[str], Callable[..., Any]]) -> None:
        self.task = task
        self.given = given
        self.path = Path(task.file)
        self.deadline = Deadline(task.file)
        self.module: ModuleType | None = None
        self.function: Function | None = None
        self.see: Callable[..., Observation] = observe
        """Observes a call as the exercise wants it, once there is one."""
        self.cases: dict[int, Case] = {}
        """The cases of the exercise that have been here, by number."""
        self.also: frozenset[Also] = frozenset()
        self.left = 0.0
        """Seconds of the exercise's time; calls that are asked for all at once share them."""

    def answer(self, frame: Frame) -> Frame:
        """The answer to one frame."""
        answer = Frame(b"LATE")
        began = monotonic()
        self.left = min(self.left, frame.seconds) if frame.kind in (b"CALL", b"AGIN") else frame.seconds
        try:
            with self.deadline.after(self.left):
                match frame.kind:
                    case b"CALL":
                        answer = self.first_call(frame.payload)
                    case b"AGIN":
                        answer = self.call(*json.loads(frame.payload))
                    case b"PICK":
                        answer = self.pick(**json.loads(frame.payload))
                    case _:
                        answer = self.load()
        except TimedOut:
            pass
        except BdbQuit:
            answer = refusal(debugger_left_in(self.path))
        except BaseException as error:  # what came back cannot be looked at, or the module was torn apart
            answer = refusal(f"What came back could not be looked at: {type(error).__name__}.")
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
        self.left -= monotonic() - began
        line = self.deadline.line
        return answer if line is None else Frame(b"LATE", json.dumps({"line": line}).encode())

    def load(self) -> Frame:
        """Import the chapter."""
        try:
            self.module = load_chapter(self.task.chapter, self.path)
        except NotLoaded as failure:
            return refusal(failure.message.sentence, failure.message.traceback)
        return Frame(b"REDY")

    def pick(self, name: str, labels: list[str], also: list[Also], under: str) -> Frame:
        """Find the function of one exercise, and remember what its author wants to be seen of it."""
        assert self.module is not None
        signatures = self.task.signatures
        self.cases.clear()
        self.also = frozenset(also)
        self.see = functools.partial(
            observe,
            labels=labels,
            under=under,
            given=self.given,
            file=self.path,
            before=False,  # the judge knows what it has sent, and would not take our word for it
        )
        try:
            self.function = pick(self.module, name, self.path, signatures[name], tuple(signatures))
        except NotLoaded as failure:
            return refusal(failure.message.sentence, failure.message.traceback)
        return Frame(b"REDY", json.dumps(loaded_late()).encode())

    def first_call(self, raw: bytes) -> Frame:
        """Make the first call with a case that has just come."""
        head, _, rest = raw.partition(b"\n")
        number, gradient, device = json.loads(head)
        self.cases[number] = wire.loads(rest, Case)
        return self.call(number, gradient, device)

    def call(self, number: int, gradient: bool, device: str) -> Frame:
        """Make one call and write down what is seen of it."""
        assert self.function is not None
        seen = self.see(
            self.function,
            self.cases[number],
            device=torch.device(device),
            rules=Rules(also=self.also, gradient=gradient),
            echo=not gradient,  # as in a learner's own run, what a call prints is heard once
            draw=number == 0 and not gradient,
        )
        answer = wire.dumps(seen)
        fits = len(answer) <= OBSERVATION_BYTES and int.from_bytes(answer[:8], "little") <= TEXT_BYTES
        return Frame(b"SEEN", answer) if fits else Frame(b"HUGE")


def debugger_left_in(path: Path) -> str:
    """A sentence on a call that begins a debugger; where it stands is not in the traceback if it is a last line."""
    lines: list[int] = []
    with contextlib.suppress(Exception):
        text = path.read_text(encoding="utf-8").splitlines()
        lines = [n for n, line in enumerate(text, 1) if re.match(r"[^#]*\b(?:breakpoint|set_trace)\(", line)]
    where = f" in line {lines[0]}" if lines else ""
    return f"`breakpoint()`{where} stops for somebody to look, and nobody does here: take it out."


def tell_own(path: Path, ignored: sys.UnraisableHookArgs) -> None:
    """Print an exception that nobody can catch (one in a `__del__`) where this file has a part in it.

    A library's own, where a wall has stopped it halfway, tells nobody anything, and that its time is up is told
    elsewhere.
    """
    if issubclass(ignored.exc_type, TimedOut):
        return
    frames = traceback.extract_tb(ignored.exc_traceback)
    if any(frame.filename == str(path) for frame in frames):
        sys.__unraisablehook__(ignored)


def refusal(sentence: str, traceback: tuple[str, ...] = ()) -> Frame:
    """Why there is nothing to see."""
    return Frame(b"NOPE", json.dumps({"sentence": sentence, "traceback": traceback}).encode())


def serve_chapter(
    channel: Channel, output: int, task: WorkerTask, given: Callable[[str], Callable[..., Any]]
) -> NoReturn:
    """Be the worker of one chapter until the other side closes; never comes back."""
    begun = False
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=True)  # what is printed before a crash is not lost
        torch.set_num_threads(1)
        torch.autograd.set_multithreading_enabled(False)
        missing = confine.enclose(
            Limits(**task.limits),
            scratch=Path(task.scratch),
            readable=[Path(task.file).parent],
            user=task.user,
            keep=[channel.connection.fileno()],
        )
        channel.send(Frame(b"REDY", json.dumps(missing).encode()))
        chapter = ServedChapter(task, given)
        sys.unraisablehook = functools.partial(tell_own, chapter.path)
        begun = True
        with kept_once():  # that is, never put back: whatever is called is given its own
            while True:
                channel.send(chapter.answer(channel.receive()))
    except Ended:
        os._exit(0)
    except BaseException:
        if not begun:  # it is our mistake, and said; afterwards it would stand among what the chapter prints
            traceback.print_exc()
    finally:
        os._exit(1)

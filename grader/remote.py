"""The judge's side of a worker: one learner's chapter in a process that may hang, lie or die.

The judge's own copies are what counts: it keeps the cases and what the arguments were before a call, and takes from a
worker only what was seen, in bytes of a bounded size.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import socket
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader import wire
from grader.answers import Answers
from grader.channel import LARGEST, Ended, Frame, Late, Task, ask, pack, send_some
from grader.isolation import Limits
from grader.late import LATE
from grader.loading import NotLoaded, import_out_of_time, out_of_time
from grader.records import Message, Observation, Outcome, Verdict
from grader.retold import retold, without_folders
from grader.run import Meanwhile
from grader.trial import Trial
from grader.values import without_addresses
from grader.workers import STARTING, Source, WorkerError

GRACE = 2.0
"""Seconds beyond its limit after which a worker that did not answer is killed."""
LONGEST_TEXT = 1 << 20
"""Bytes of an observation that are not numbers."""
OUTPUT = 1 << 14
"""Bytes of what one exercise prints that are kept."""
SCRATCH = 256 << 20
"""Bytes that a worker's scratch folder may hold."""


class Stopped(Exception):
    """An exercise's check was ended from outside: its time was up, or its process died."""

    def __init__(self, verdict: Verdict, message: Message) -> None:
        super().__init__(message.sentence)
        self.verdict: Verdict = verdict
        self.message = message


class Killed(Exception):
    """A worker was killed for the first time, perhaps by another process: the exercise is worth another try."""


class Output:
    """What a worker prints: the first part of it, and how much more there was."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.open = True
        self.kept = bytearray()
        self.more = 0

    def fileno(self) -> int:
        """The reading end of the pipe."""
        return self.descriptor

    def drain(self) -> None:
        """Read what is there."""
        for _ in range(16):  # one that never stops printing must not keep us from looking at the clock
            try:
                part = os.read(self.descriptor, OUTPUT)
            except BlockingIOError:
                return
            if not part:
                self.open = False
                return
            room = OUTPUT - len(self.kept)
            self.kept += part[:room]
            self.more += len(part[room:])

    def take(self) -> str:
        """What has come since the last time, as text."""
        if self.open:
            self.drain()
        text = self.kept.decode("utf-8", "replace")
        if self.more:
            text += f"\n... and {self.more} bytes more\n"
        self.kept.clear()
        self.more = 0
        return text


class Process:
    """One worker, from its start to its end."""

    def __init__(self, source: Source, task: Task) -> None:
        self.source = source
        self.scratch = Path(task.scratch)
        self.connection, theirs = socket.socketpair()
        reading, writing = os.pipe()
        self.output = Output(reading)
        self.connection.setblocking(False)
        self.unsent = memoryview(b"")
        try:
            self.pid = source.start(task, theirs, writing)
        finally:
            theirs.close()
            os.close(writing)
        try:
            ready = self.ask(time.monotonic() + STARTING)
        except (Ended, Late):
            self.close()
            raise WorkerError(f"A worker could not be started:\n{self.output.take()}") from None
        self.missing: tuple[str, ...] = tuple(json.loads(ready.payload))

    def tell(self, frame: Frame) -> None:
        """Send a frame, whose answer is asked for later."""
        self.unsent = send_some(self.connection, memoryview(pack(frame)))

    def ask(self, deadline: float, meanwhile: Meanwhile = lambda: None) -> Frame:
        """Its answer to what it was told last, or the first one, which it gives unasked."""
        return ask(
            self.connection,
            self.unsent,
            deadline=deadline,
            cap=LARGEST + LONGEST_TEXT,
            beside=self.output,
            look=self.look,
            meanwhile=meanwhile,
        )

    def look(self) -> None:
        """End a worker that fills the disk."""
        if size_of(self.scratch) + size_of_deleted(self.pid) > SCRATCH:
            raise Ended(f"it wrote more than {SCRATCH >> 20} MiB, or thousands of files")

    def close(self) -> None:
        """End it, if it has not ended; what it printed can still be taken."""
        self.source.end(self.pid, self.scratch)
        self.connection.close()
        if self.output.open:
            self.output.drain()
            self.output.open = False
        os.close(self.output.descriptor)


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder, of at most some thousands of them."""
    total, left, folders = 0, 5000, [str(folder)]
    while folders and left:
        with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                left -= 1
                if not left:
                    return SCRATCH + 1
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total


def size_of_deleted(pid: int) -> int:
    """Bytes of the files that a process holds open and that no folder shows any more; 0 where it cannot be looked at.

    Only root can look at a worker. Where we are not, its limits on open files and on the size of each are all there is.
    """
    sizes: dict[tuple[int, int], int] = {}
    with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/fd") as entries:
        for entry in entries:
            with contextlib.suppress(OSError):  # closed meanwhile
                info = entry.stat()
                if stat.S_ISREG(info.st_mode) and not info.st_nlink:
                    sizes[info.st_dev, info.st_ino] = info.st_blocks * 512
    return sum(sizes.values())


@dataclasses.dataclass(frozen=True)
class Bounds:
    """What one submission may use."""

    check: float
    """Seconds for all calls of one exercise."""
    submission: float
    """Seconds for all of it."""
    limits: Limits
    users: Iterator[int | None]
    """The users that workers run as, one after the other, where we may choose."""
    root: Path = Path(tempfile.gettempdir())
    """Where scratch folders are made."""


class Exchanges:
    """Calls as bytes, and what the reference shows of them as bytes, each made once for a seed.

    An answer that is the reference's to the last bit is known by its bytes, and need not be read. A trial is known by
    what it is: it lives as long as its seed does, and so does this.
    """

    def __init__(self) -> None:
        self.calls: dict[tuple[int, int, str], Frame] = {}
        self.answers: dict[tuple[int, int, str], Frame] = {}

    def call(self, trial: Trial, number: int, device: str) -> Frame:
        """What a worker is asked."""
        key = (id(trial), number, device)
        if key not in self.calls:
            self.calls[key] = Frame(b"CALL", request(trial, number, device))
        return self.calls[key]

    def answer(self, trial: Trial, number: int, device: str) -> Frame:
        """What one would answer that runs the reference."""
        key = (id(trial), number, device)
        if key not in self.answers:
            expected = dataclasses.replace(trial.expected(number, device), before=())  # as a worker tells it
            self.answers[key] = Frame(b"SEEN", wire.dumps(expected))
        return self.answers[key]


class Remote:
    """A learner's chapter in workers: one at a time, a fresh one after a death."""

    def __init__(self, source: Source, answers: Answers, bounds: Bounds, exchanges: Exchanges) -> None:
        self.source = source
        self.answers = answers
        self.bounds = bounds
        self.exchanges = exchanges
        self.process: Process | None = None
        self.failure: NotLoaded | None = None
        self.exercise = ""
        self.limit = bounds.check
        self.spent = 0.0
        self.printed: list[str] = []
        self.killed = False
        self.ahead: Frame | None = None
        """What the worker was told already, and has not been asked for."""
        self.all_right = True
        """Whether all answers of this exercise were the reference's so far."""

    # ---------------------------------------------------------------- as the judge's subject

    def ready(self, trial: Trial) -> None:
        """Begin with an exercise: a worker that has the chapter loaded, and the function in it."""
        if self.failure is not None:
            raise self.failure
        self.exercise, self.spent, self.all_right = trial.exercise.name, 0.0, True
        if self.process is None:
            self.start()
            self.load()
        answer = self.ask(Frame(b"PICK", what_to_see(trial)))
        self.refused(answer)
        # a stranger's word too: at worst a module of these is loaded that nobody needs
        self.source.wanted.update(name for name in LATE if f'"{name}"'.encode() in answer.payload)

    def see(self, trial: Trial, number: int, device: str, first: bool, meanwhile: Meanwhile) -> Observation:
        """One call, in the worker."""
        exchanges, numbers = self.exchanges, trial.numbers(device)

        def prepare() -> None:
            meanwhile()
            exchanges.answer(trial, number, device)

        answer = self.ask(exchanges.call(trial, number, device), prepare)
        expected = trial.expected(number, device)
        if answer == exchanges.answer(trial, number, device):
            if self.all_right and number != numbers[-1]:  # the next case comes next: nothing has to be decided before
                self.tell(exchanges.call(trial, numbers[numbers.index(number) + 1], device))
            return expected
        self.all_right = False
        if answer.kind == b"HUGE":
            raise Stopped("failed", Message(sentence=f"{self.exercise} returned more than {LARGEST >> 20} MiB."))
        if answer.kind == b"NOPE":
            raise self.failed(answer)
        if answer.kind != b"SEEN" or int.from_bytes(answer.payload[:8], "little") > LONGEST_TEXT:
            raise self.lost("it answered with something else")
        try:
            seen = wire.loads(answer.payload)
        except wire.WireError:
            raise self.lost("it answered with something else") from None
        if not isinstance(seen, Observation):
            raise self.lost("it answered with something else")
        return retold(dataclasses.replace(seen, before=expected.before), self.clean)

    # ---------------------------------------------------------------- the worker's life

    def start(self) -> None:
        """A fresh worker."""
        scratch = Path(tempfile.mkdtemp(dir=self.bounds.root, prefix="scratch-"))
        answers = self.answers
        task = Task(
            chapter=answers.chapter,
            file=str(answers.path),
            signatures={name: answers.signature(name) for name in answers.exercises},
            scratch=str(scratch),
            user=next(self.bounds.users),
            limits=dataclasses.asdict(self.bounds.limits),
        )
        self.process = Process(self.source, task)

    def load(self) -> None:
        """Let it import the chapter. A chapter whose import ends its process, or takes too long, is not tried again."""
        try:
            self.refused(self.ask(Frame(b"LOAD"), importing=True))
        except NotLoaded as failure:
            self.failure = failure
            raise
        except Stopped as stopped:
            late = stopped.verdict == "timed out"
            self.failure = import_out_of_time(self.answers.path) if late else NotLoaded(stopped.message, "crashed")
            raise

    def ask(self, frame: Frame, meanwhile: Meanwhile = lambda: None, *, importing: bool = False) -> Frame:
        """The worker's answer within what is left of the exercise's time."""
        assert self.process is not None
        left = self.limit - self.spent
        started, ours = time.monotonic(), 0.0

        def count() -> None:
            nonlocal ours
            began = time.monotonic()
            meanwhile()
            ours = time.monotonic() - began

        what = f"Importing {self.answers.path.name}" if importing else self.exercise
        try:
            if frame is not self.ahead:
                self.tell(frame)
            self.ahead = None
            answer = self.process.ask(started + left + GRACE, count)
        except Late:
            self.end()
            raise Stopped("timed out", out_of_time(what, round(self.limit, 1), 0, "")) from None
        except Ended as ended:
            raise self.lost(str(ended), what) from None
        self.spent += time.monotonic() - started - ours
        if answer.kind == b"LATE":
            self.end()
            line, text = self.line(answer)
            raise Stopped("timed out", out_of_time(what, round(self.limit, 1), line, text))
        return answer

    def tell(self, frame: Frame) -> None:
        """Let the worker begin with a frame, whose answer is asked for next."""
        assert self.process is not None
        self.process.tell(frame._replace(seconds=max(0.01, self.limit - self.spent)))
        self.ahead = frame

    def lost(self, how: str, what: str = "") -> Stopped:
        """That the worker is of no use any more: it died, or what it says is no answer.

        Raises `Killed` the first time that it was killed: a learner's code could do it, but so can the system.
        """
        self.end()
        status = self.source.status()
        if how == "it ended":
            if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL and not self.killed:
                self.killed = True
                raise Killed
            how = how_it_ended(status)
        return Stopped("crashed", Message(sentence=f"{what or self.exercise} ended the check: {how}."))

    def end(self) -> None:
        """End the worker, if there is one."""
        if self.process is not None:
            self.process.close()
            self.printed.append(self.clean(self.process.output.take()))
            self.process = None

    def output(self) -> str:
        """What was printed since the last time."""
        if self.process is not None:
            self.printed.append(self.clean(self.process.output.take()))
        text = "".join(self.printed)
        self.printed.clear()
        return text

    # ---------------------------------------------------------------- a stranger's words

    def refused(self, answer: Frame) -> None:
        """Raise what a worker says went wrong with importing a chapter, or finding a function, if it says so."""
        if answer.kind == b"NOPE":
            raise NotLoaded(self.why(answer))

    def failed(self, answer: Frame) -> Stopped:
        """What a worker says went wrong with looking at what came back."""
        return Stopped("failed", self.why(answer))

    def why(self, answer: Frame) -> Message:
        """Why a worker has nothing to show."""
        told = self.told(answer)
        sentence, lines = told.get("sentence"), told.get("traceback")
        if not isinstance(sentence, str) or not isinstance(lines, list) or not all(isinstance(x, str) for x in lines):
            raise self.lost("it answered with something else")
        return Message(sentence=self.clean(sentence), traceback=tuple(map(self.clean, lines)))

    def told(self, answer: Frame) -> dict[str, Any]:
        """The JSON object of an answer."""
        try:
            told = json.loads(answer.payload) if len(answer.payload) <= LONGEST_TEXT else None
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise self.lost("it answered with something else")
        return told

    def line(self, answer: Frame) -> tuple[int, str]:
        """The line at which a worker says it was, with our own copy of its text."""
        try:
            line = json.loads(answer.payload).get("line")
            lines = self.answers.path.read_text(encoding="utf-8").splitlines()
            return (line, lines[line - 1].strip()[:200]) if type(line) is int and line > 0 else (0, "")
        except (ValueError, AttributeError, IndexError, RecursionError):
            return 0, ""

    def clean(self, text: str) -> str:
        """Text without the names of folders that were made for this run, and without places in memory."""
        folders = [self.answers.path.parent, *([self.process.scratch] if self.process else [])]
        return without_folders(without_addresses(text), folders)


def what_to_see(trial: Trial) -> bytes:
    """All that a worker learns of an exercise: what is to be written down of its calls."""
    exercise = trial.exercise
    told = {
        "name": exercise.name,
        "labels": trial.parameters,
        "also": sorted(exercise.rules.also),
        "gradient": exercise.rules.gradient,
        "under": exercise.under,
    }
    return json.dumps(told).encode()


def request(trial: Trial, number: int, device: str) -> bytes:
    """A call as bytes: all that a worker learns of a case, and nothing of what is expected."""
    head = json.dumps({"device": device, "draw": number == 0})
    return head.encode() + b"\n" + wire.dumps(trial.cases[number])


def how_it_ended(status: int) -> str:
    """A wait status in words."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in set(signal.Signals) else f"number {number}"
        return {
            "SIGSEGV": "its process read or wrote memory that is not its own, and was killed (SIGSEGV)",
            "SIGKILL": "its process was killed, perhaps for the memory that it used (SIGKILL)",
        }.get(name, f"its process was ended by the signal {name}")
    return f"its process left with status {os.WEXITSTATUS(status)}"


def outcome_of(exercise: str, stopped: Stopped, limit: float) -> Outcome:
    """The outcome of a check that was ended from outside."""
    seconds = limit if stopped.verdict == "timed out" else 0.0
    return Outcome(exercise, "cpu", stopped.verdict, stopped.message, seconds=seconds)

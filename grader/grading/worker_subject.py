"""A learner's chapter in workers, as the judge's subject: processes that may hang, lie or die.

The judge's own copies are what counts: it keeps the cases and what the arguments were before a call, and takes from a
worker only what was seen, in bytes of a bounded size.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from grader.core import wire
from grader.core.errors import WireError
from grader.core.observation import Observation, Turn, retold
from grader.core.report import Message, Outcome, Verdict
from grader.core.text import without_addresses, without_folders
from grader.course.learner_file import LearnerFile
from grader.grading.limits import ANSWER_GRACE
from grader.grading.options import ENGINE
from grader.grading.requests import Requests, what_to_see
from grader.judging.reference import Meanwhile, Trial
from grader.runtime.importing import NotLoaded, import_out_of_time, out_of_time
from grader.sandbox.disk import Disk
from grader.sandbox.landlock import system_paths
from grader.sandbox.limits import OBSERVATION_BYTES, TEXT_BYTES, Limits
from grader.sandbox.preload import LATE
from grader.sandbox.protocol import Ended, Frame, Late, WorkerTask
from grader.sandbox.spawn import Spawner
from grader.sandbox.worker_process import WorkerProcess, how_it_ended

OURS_TO_HIDE = sorted({str(ENGINE.parent), *map(str, system_paths())}, key=len, reverse=True)
"""Folders of this machine that stand in tracebacks, and tell a learner nothing."""
ODD_ANSWER = "what its process sent is no observation of a call, as if it had replaced a part of the grader"


class Stopped(Exception):
    """An exercise's check was ended from outside: its time was up, or its process died."""

    def __init__(self, verdict: Verdict, message: Message) -> None:
        super().__init__(message.sentence)
        self.verdict: Verdict = verdict
        self.message = message


class Killed(Exception):
    """A worker was killed for the first time, perhaps by another process: the exercise is worth another try."""


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
    disk: Disk
    """Where scratch folders are made."""


class WorkerSubject:
    """A learner's chapter in workers: one at a time, a fresh one after a death."""

    def __init__(self, spawner: Spawner, learner_file: LearnerFile, bounds: Bounds, requests: Requests) -> None:
        self.spawner = spawner
        self.learner_file = learner_file
        self.bounds = bounds
        self.requests = requests
        self.process: WorkerProcess | None = None
        self.failure: NotLoaded | None = None
        self.exercise = ""
        self.limit = bounds.check
        self.spent = 0.0
        self.printed: list[str] = []
        self.killed = False
        self.all_right = True
        """Whether all answers of this exercise were the reference's so far."""
        self.held: set[int] = set()
        """The cases of this exercise that the worker has had, by number."""
        self.run: set[Turn] = set()
        """The calls of this exercise that it has made, on some device."""
        self.due: deque[tuple[Turn, str]] = deque()
        """The calls, by turn and device, that it has been told of in one go and still owes."""

    # ---------------------------------------------------------------- as the judge's subject

    def ready(self, trial: Trial) -> None:
        """Begin with an exercise: a worker that has the chapter loaded, and the function in it."""
        if self.failure is not None:
            raise self.failure
        self.held.clear()
        self.run.clear()
        self.exercise, self.spent, self.all_right = trial.name, 0.0, True
        if self.process is None:
            self.start()
            self.load()
        answer = self.ask([Frame(b"PICK", what_to_see(trial))])
        self.refused(answer)
        # a stranger's word too: at worst a module of these is loaded that nobody needs
        self.spawner.wanted.update(name for name in LATE if f'"{name}"'.encode() in answer.payload)

    def see(self, trial: Trial, turn: Turn, device: str, first: bool, meanwhile: Meanwhile) -> Observation:
        """One call, in the worker."""
        requests, turns = self.requests, trial.turns(device)

        def prepare() -> None:
            meanwhile()
            requests.answer(trial, turn, device)

        if self.due and self.due[0] != (turn, device):
            self.drop_due()
        if self.process is None:
            self.ready(trial)
        answer = self.ask(self.frames_for(trial, turn, device), prepare)
        expected = trial.expected(turn, device)
        if answer.kind == b"SEEN" and answer.payload == requests.answer(trial, turn, device):
            ahead = turns[turns.index(turn) + 1 :]
            if ahead and self.all_right and not self.due:  # nothing has to be decided before it comes
                self.tell([self.frame(trial, ahead[0], device)])
            return expected
        self.all_right = False
        if answer.kind == b"HUGE":
            most = f"{OBSERVATION_BYTES >> 20} MiB of numbers, or {TEXT_BYTES >> 20} MiB of anything else"
            raise Stopped("failed", Message(sentence=f"What came back from {self.exercise} has more than {most}."))
        if answer.kind == b"NOPE":
            raise self.failed(answer)
        if answer.kind != b"SEEN" or int.from_bytes(answer.payload[:8], "little") > TEXT_BYTES:
            raise self.lost(ODD_ANSWER)
        try:
            seen = wire.loads(answer.payload, Observation)
        except WireError:
            raise self.lost(ODD_ANSWER) from None
        return retold(dataclasses.replace(seen, before=expected.before), self.clean)

    def frames_for(self, trial: Trial, turn: Turn, device: str) -> list[Frame]:
        """What the worker is told to make a call; nothing where it knows already.

        No worker holds a case before its turn. Those that it has run can be asked for all at once on the next device.
        """
        if self.due:
            self.due.popleft()
            return []
        turns = trial.turns(device)
        known = list(takewhile(self.run.__contains__, turns[turns.index(turn) :]))
        self.due.extend((each, device) for each in known[1:])
        frames = [self.frame(trial, each, device) for each in known or [turn]]
        self.held.add(turn.number)
        self.run.add(turn)
        return frames

    def frame(self, trial: Trial, turn: Turn, device: str) -> Frame:
        """What the worker is told to make one call: the case, where it has not had it."""
        known = turn.number in self.held
        return (self.requests.again if known else self.requests.call)(trial, turn, device)

    def drop_due(self) -> None:
        """Wait for the answers that nobody needs any more; whatever comes of them, nothing is decided by it."""
        while self.due:
            self.due.popleft()
            with contextlib.suppress(Stopped, Killed):
                self.ask([])

    # ---------------------------------------------------------------- the worker's life

    def start(self) -> None:
        """A fresh worker."""
        scratch = Path(tempfile.mkdtemp(dir=self.bounds.disk.root, prefix="scratch-"))
        learner_file = self.learner_file
        task = WorkerTask(
            chapter=learner_file.chapter,
            file=str(learner_file.path),
            signatures={name: learner_file.signature(name) for name in learner_file.exercises},
            scratch=str(scratch),
            user=next(self.bounds.users),
            limits=dataclasses.asdict(self.bounds.limits),
        )
        self.process = WorkerProcess(self.spawner, task, self.bounds.disk)

    def load(self) -> None:
        """Let it import the chapter. A chapter whose import ends its process, or takes too long, is not tried again."""
        try:
            self.refused(self.ask([Frame(b"LOAD")], importing=True))
        except NotLoaded as failure:
            self.failure = failure
            raise
        except Stopped as stopped:
            late = stopped.verdict == "timed out"
            self.failure = import_out_of_time(self.learner_file.path) if late else NotLoaded(stopped.message, "crashed")
            raise

    def ask(self, frames: Sequence[Frame], meanwhile: Meanwhile = lambda: None, *, importing: bool = False) -> Frame:
        """The worker's next answer within what is left of the exercise's time; it is told these frames, if any."""
        assert self.process is not None
        what = f"Importing {self.learner_file.path.name}" if importing else self.exercise
        if frames and self.process.told is not frames[0]:
            self.tell(frames)
        try:
            answer = self.process.ask(self.limit - self.spent + ANSWER_GRACE, meanwhile, more=bool(self.due))
        except Late:
            self.end()
            raise Stopped("timed out", out_of_time(what, round(self.limit, 1), 0, "")) from None
        except Ended as ended:
            raise self.lost(str(ended), what) from None
        self.spent += answer.seconds
        if answer.kind == b"LATE":
            self.end()
            line, text = self.line(answer)
            raise Stopped("timed out", out_of_time(what, round(self.limit, 1), line, text))
        return answer

    def tell(self, frames: Sequence[Frame]) -> None:
        """Let the worker begin with frames, whose answers are asked for next."""
        assert self.process is not None
        self.process.tell(frames, self.limit - self.spent)

    def lost(self, how: str, what: str = "") -> Stopped:
        """That the worker is of no use any more: it died, or what it says is no answer.

        Raises `Killed` the first time that it was killed: a learner's code could do it, but so can the system.
        """
        self.end()
        status = self.spawner.status()
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
            self.due.clear()

    def output(self) -> str:
        """What was printed since the last time, by calls that were to be made too."""
        self.drop_due()
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
            raise self.lost(ODD_ANSWER)
        return Message(sentence=self.clean(sentence), traceback=tuple(map(self.clean, lines)))

    def told(self, answer: Frame) -> dict[str, Any]:
        """The JSON object of an answer."""
        try:
            told = json.loads(answer.payload) if len(answer.payload) <= TEXT_BYTES else None
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise self.lost(ODD_ANSWER)
        return told

    def line(self, answer: Frame) -> tuple[int, str]:
        """The line at which a worker says it was, with our own copy of its text."""
        try:
            line = json.loads(answer.payload).get("line")
            lines = self.learner_file.path.read_text(encoding="utf-8").splitlines()
            return (line, lines[line - 1].strip()[:200]) if type(line) is int and line > 0 else (0, "")
        except (ValueError, AttributeError, IndexError, RecursionError):
            return 0, ""

    def clean(self, text: str) -> str:
        """Text without the names of folders that were made for this run, and without places in memory."""
        folders = [self.learner_file.path.parent, *([self.process.scratch] if self.process else [])]
        return without_folders(without_addresses(text), [*folders, *OURS_TO_HIDE])


def outcome_of(exercise: str, stopped: Stopped, limit: float) -> Outcome:
    """The outcome of a check that was ended from outside."""
    seconds = limit if stopped.verdict == "timed out" else 0.0
    return Outcome(exercise, "cpu", stopped.verdict, stopped.message, seconds=seconds)

"""Submissions over several judging processes at a time; one that dies or hangs costs its own submission only."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from grader.core.decoder import from_plain
from grader.core.errors import GradingError
from grader.core.report import Report
from grader.grading.executors.base import Graded, Task
from grader.grading.judge_process import DISK_SIGNAL
from grader.grading.limits import JUDGE_ATTEMPTS, JUDGE_LEAVING, JUDGE_SLACK
from grader.grading.options import Options
from grader.sandbox.spawn import can_fork, plain_environment


@dataclasses.dataclass(frozen=True)
class LocalExecutor:
    """So many judging processes of this machine at a time.

    All temporary files are made in `folder`, which the caller removes.
    """

    jobs: int
    folder: Path

    def grade(self, tasks: Sequence[Task], options: Options) -> Iterator[Graded]:
        """What came of each task, as it becomes known. Raises `GradingError`.

        Whoever was graded while the disk was nearly full is graded again in the end, one at a time and alone.
        """
        with contextlib.suppress(OSError):  # whether files can be made here is told by whoever needs them
            (self.folder / DISK_SIGNAL).touch()
        again: list[Task] = []
        yield from self.beside(tasks, options, self.jobs, again)
        yield from self.beside([dataclasses.replace(task, alone=True) for task in again], options, 1, again)

    def beside(self, tasks: Sequence[Task], options: Options, jobs: int, again: list[Task]) -> Iterator[Graded]:
        """What came of each task, so many of them at a time; those to be graded again are added to a list."""
        waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
        for task in tasks:
            waiting.put(task)
        done: queue.SimpleQueue[Graded | Exception | None] = queue.SimpleQueue()
        limit = options.submission + JUDGE_SLACK
        threads = [
            JudgeThread({"options": dataclasses.asdict(options), "number": n}, waiting, done, limit, self.folder, again)
            for n in range(min(jobs, len(tasks)))
        ]
        try:
            running = len(threads)
            while running:
                graded = done.get()
                if isinstance(graded, Exception):
                    raise graded
                if graded is None:
                    running -= 1
                else:
                    yield graded
        finally:
            for thread in threads:
                thread.leave()
            for thread in threads:
                thread.end()


class JudgeThread(threading.Thread):
    """One judging process after another, fed with tasks until none is left; in a thread, because it mostly waits."""

    def __init__(
        self,
        told: dict[str, Any],
        waiting: queue.SimpleQueue[Task],
        done: queue.SimpleQueue[Graded | Exception | None],
        limit: float,
        folder: Path,
        again: list[Task],
    ) -> None:
        super().__init__(daemon=True)
        self.told = told
        self.waiting = waiting
        self.done = done
        self.limit = limit
        self.folder = folder
        self.again = again
        self.process: subprocess.Popen[str] | None = None
        self.ending = False
        self.start()

    def run(self) -> None:
        """Give one task after another."""
        try:
            while not self.ending:
                try:
                    task = self.waiting.get_nowait()
                except queue.Empty:
                    break
                graded = self.grade(task)
                if graded is None:
                    self.again.append(task)
                else:
                    self.done.put(graded)
            self.stop()
            self.done.put(None)
        except Exception as error:
            self.done.put(error)

    def grade(self, task: Task) -> Graded | None:
        """What comes of one task, None where it has to be graded again when nobody else is.

        Raises `GradingError` for what would come of every other one too.

        A process that is lost, or lost its own, may have seen them killed by somebody else: a fresh one tries again.
        """
        for _ in range(JUDGE_ATTEMPTS):
            answer = self.attempt(task)
            if not ("lost" in answer or answer.get("again")) or self.ending:
                break
        if "low" in answer and not task.alone:
            return None
        if "fatal" in answer:
            raise GradingError(answer["fatal"], answer["status"])
        if failure := answer.get("lost") or answer.get("failed"):
            return Graded(task, failure=f"It was not graded: {failure}")
        return Graded(task, answer["key"], from_plain(Report, answer["report"]) if answer["report"] else None)

    def attempt(self, task: Task) -> dict[str, Any]:
        """What a process answers to one task; "lost" where it can be asked nothing more."""
        try:
            if self.process is None:
                self.process = start(self.told, self.folder)
        except OSError as error:
            raise GradingError(f"A process for grading could not be started: {error.strerror}.", 3) from None
        process, late = self.process, threading.Event()

        def kill() -> None:
            late.set()
            process.kill()

        killer = threading.Timer(self.limit, kill)
        killer.daemon = True
        killer.start()
        answer = ask_judge(process, {**dataclasses.asdict(task)})
        killer.cancel()
        if late.is_set():
            answer = {"failed": f"after {self.limit:g} s it was still being graded."}
        elif answer is None:
            answer = {"lost": "the process that graded it died."}
        if late.is_set() or answer.keys() & {"lost", "low", "fatal"}:
            self.process = None
            process.kill()
            process.wait()
        return answer

    def stop(self) -> None:
        """Let the process end by itself."""
        self.leave()
        if self.process is not None:
            self.process.wait()

    def leave(self) -> None:
        """Tell the process that nothing more comes; one that is grading gives that up."""
        self.ending = True
        if self.process is not None and self.process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):  # it has gone, or this was said already
                self.process.stdin.close()

    def end(self) -> None:
        """End the process, if it does not leave by itself."""
        if self.process is not None:
            try:
                self.process.wait(JUDGE_LEAVING)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def start(told: dict[str, Any], folder: Path) -> subprocess.Popen[str]:
    """A judging process that knows the options."""
    # -P: what lies in the working folder (a submission, perhaps) is never imported
    devices = told["options"]["devices"]
    command = [sys.executable, "-P", "-m", "grader.grading.judge_process", str(folder), str(os.getpid()), *devices]
    # workers will be forks of this process's fork: what it begins with is in their memory
    environment = plain_environment() if can_fork(devices) else None
    # a group of its own: Ctrl-C reaches only us, and not while it is still loading PyTorch
    group = None if sys.platform == "win32" else 0
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        process_group=group,
        env=environment,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(told) + "\n")
    return process


def ask_judge(process: subprocess.Popen[str], question: dict[str, Any]) -> dict[str, Any] | None:
    """The answer of a judging process, None where it has gone."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline())
    except (OSError, ValueError):  # it died before or during its answer, or we are leaving
        return None
    return answer

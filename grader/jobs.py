"""Submissions over several judging processes at a time; one that dies or hangs costs its own submission only."""

from __future__ import annotations

import dataclasses
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from grader.records import Report
from grader.report import to_report
from grader.submission import Submission
from grader.terms import Terms

SLACK = 120.0
"""Seconds beyond a submission's own limit, for what is not its doing (loading PyTorch, a slow disk)."""


class GradingError(Exception):
    """The run as a whole cannot go on: one sentence, and the exit status that it means."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


@dataclasses.dataclass(frozen=True)
class Task:
    """One submission to grade, and the key of what is known of it already."""

    submission: Submission
    seed: int
    known: str = ""


@dataclasses.dataclass(frozen=True)
class Graded:
    """What came of a task: a report with its key, none where the known one still holds, or why there is none."""

    task: Task
    key: str = ""
    report: Report | None = None
    failure: str = ""


def grade_all(tasks: Sequence[Task], terms: Terms, jobs: int) -> Iterator[Graded]:
    """What came of each task, as it becomes known, from so many processes at a time. Raises `GradingError`."""
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    done: queue.SimpleQueue[Graded | Exception | None] = queue.SimpleQueue()
    told = {"terms": dataclasses.asdict(terms)}
    lines = [Line({**told, "number": n}, waiting, done, terms.submission + SLACK) for n in range(min(jobs, len(tasks)))]
    try:
        running = len(lines)
        while running:
            graded = done.get()
            if isinstance(graded, Exception):
                raise graded
            if graded is None:
                running -= 1
            else:
                yield graded
    finally:
        for line in lines:
            line.end()


class Line(threading.Thread):
    """One judging process after another, fed with tasks until none is left; in a thread, because it mostly waits."""

    def __init__(
        self,
        told: dict[str, Any],
        waiting: queue.SimpleQueue[Task],
        done: queue.SimpleQueue[Graded | Exception | None],
        limit: float,
    ) -> None:
        super().__init__(daemon=True)
        self.told = told
        self.waiting = waiting
        self.done = done
        self.limit = limit
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
                self.done.put(self.grade(task))
            self.stop()
            self.done.put(None)
        except Exception as error:
            self.done.put(error)

    def grade(self, task: Task) -> Graded:
        """What comes of one task. Raises `GradingError` for what would come of every other one too."""
        if self.process is None:
            self.process = start(self.told)
        process, known = self.process, {"seed": task.seed, "known": task.known}
        killer = threading.Timer(self.limit, process.kill)
        killer.start()
        answer = ask(process, {**dataclasses.asdict(task.submission), **known})
        late = not killer.is_alive()
        killer.cancel()
        if answer is None:
            self.process = None
            process.kill()
            process.wait()
            how = f"was still at it after {self.limit:g} s" if late else "died"
            return Graded(task, failure=f"The process that graded it {how}, and it was not graded.")
        if "fatal" in answer:
            raise GradingError(answer["fatal"], answer["status"])
        if "failed" in answer:
            return Graded(task, failure=f"It was not graded: {answer['failed']}.")
        return Graded(task, answer["key"], to_report(answer["report"]) if answer["report"] else None)

    def stop(self) -> None:
        """Let the process end by itself."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait()
            self.process = None

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.ending = True
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def start(told: dict[str, Any]) -> subprocess.Popen[str]:
    """A judging process that knows the terms."""
    # -P: what lies in the working folder (a submission, perhaps) is never imported
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "grader.judging"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(told) + "\n")
    return process


def ask(process: subprocess.Popen[str], question: dict[str, Any]) -> dict[str, Any] | None:
    """The answer of a judging process, None where it has gone."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
    except OSError:
        return None
    if not line:
        return None
    answer: dict[str, Any] = json.loads(line)
    return answer

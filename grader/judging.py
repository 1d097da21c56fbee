"""A process that grades one submission after another, as it is told on standard input; a line in, a line out.

python -P -m grader.judging        first line: the terms and a number; then a task a line, each with its answer
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, TextIO

from grader.course import CourseError, load_course
from grader.devices import DeviceError, choose
from grader.submission import Submission
from grader.terms import Terms, from_plain
from grader.workers import WorkerError, source

DEFAULT = ("cpu", "sim")
"""Every machine has them, so that everybody is graded alike."""


def main() -> None:
    """Grade until there is nothing more on standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives the tasks
    told = json.loads(sys.stdin.readline())
    # what checks print must not stand among the answers
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        serve(from_plain(told["terms"]), told["number"], answers)
    except (CourseError, DeviceError, WorkerError) as error:
        say(answers, {"fatal": str(error), "status": 3 if isinstance(error, WorkerError) else 2})


def serve(terms: Terms, number: int, answers: TextIO) -> None:
    """Grade one task after another."""
    course = load_course(Path(terms.course))
    workers = source(course.exercises_folder / "given.py", terms.devices or DEFAULT)  # loads PyTorch while we do
    devices, notes = chosen(terms.devices)
    from grader.grade import Grader

    grader = Grader(course, terms, devices, notes, workers, number)
    try:
        for line in sys.stdin:
            task = json.loads(line)
            try:
                key, report = grader.grade(Submission(task["name"], task["path"]), task["seed"], task["known"])
            except OSError as error:
                say(
                    answers,
                    {"failed": f"{error.strerror or error} ({error.filename})" if error.filename else str(error)},
                )
                continue
            say(answers, {"key": key, "report": dataclasses.asdict(report) if report else None})
    finally:
        grader.close()


def chosen(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The devices of the run, and notes on what could not be had; a GPU is used where it is named only."""
    try:
        return choose(names or DEFAULT)
    except DeviceError as error:
        if names:
            raise
        return ("cpu",), (f"Only the CPU is checked. {error}",)


def say(answers: TextIO, answer: dict[str, Any]) -> None:
    """One line of answer."""
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()

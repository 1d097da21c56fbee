"""A process that grades one submission after another, as it is told on standard input; a line in, a line out.

python -P -m grader.grading.judge_process FOLDER PARENT [DEVICE ...]

The first line has the options, then a task a line, each with its answer. Before it reads anything, this process forks
the one that workers will be forked from: PyTorch is loaded once for both.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import gc
import json
import os
import queue
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, TextIO

from grader.core.decoder import from_plain
from grader.core.errors import CourseError, DeviceError, DiskLow, IsolationError, NoPyTorch, WorkerError
from grader.course.manifest import load_course
from grader.grading.executors.base import Task
from grader.grading.limits import GC_THRESHOLD, REMOVAL_TRIES
from grader.grading.options import DEFAULT_DEVICES, Options
from grader.sandbox.spawn import ForkServer, FreshProcesses, can_fork, forked_server

DISK_SIGNAL = "disk"
"""A file in a run's folder whose time is changed when the disk is seen nearly full."""
UNNAMED_OUT = "kept"
"""Where, in a run's folder, it keeps its results if nobody named a place for them."""


def main(folder: Path, parent: int, devices: tuple[str, ...]) -> NoReturn:
    """Grade until there is nothing more on standard input, with all temporary files below a folder."""
    gc.set_threshold(*GC_THRESHOLD)
    place = RunFolder(folder / f"judge-{os.getpid()}", parent)
    # what checks print must not stand among the answers
    with contextlib.suppress(BrokenPipeError), os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        server = None
        try:
            place.root.mkdir()
            os.environ["TMPDIR"] = str(place.root)  # PyTorch keeps something there too, here or in the fork server
            server = forked_server() if can_fork(devices or DEFAULT_DEVICES) else None
            told = json.loads(sys.stdin.readline() or "null")
            if told:
                serve_tasks(from_plain(Options, told["options"]), told["number"], place, answers, server)
        except (CourseError, DeviceError) as error:
            say(answers, {"fatal": str(error), "status": 2, "again": False})
        except ImportError as error:  # of PyTorch: before any task
            say(answers, {"fatal": str(NoPyTorch.of(error)), "status": 2, "again": False})
        except DiskLow as error:
            say(answers, {"low": str(error), "fatal": f"Grading could not begin: {error}.", "status": 3})
        except (IsolationError, WorkerError) as error:
            say(answers, {"fatal": str(error), "status": 3, "again": isinstance(error, WorkerError)})
        except BrokenPipeError:
            raise
        except OSError as error:
            low = {"low": reason(error)} if error.errno in (errno.ENOSPC, errno.EDQUOT) else {}
            say(answers, {**low, "fatal": f"Grading could not begin: {reason(error)}", "status": 3, "again": False})
        finally:
            if server:
                server.kill()
    place.leave(0)


def serve_tasks(options: Options, number: int, place: RunFolder, answers: TextIO, server: ForkServer | None) -> None:
    """Grade one task after another."""
    workers = server or FreshProcesses()
    workers.prepare(load_course(Path(options.course)).given_file, options.devices or DEFAULT_DEVICES)
    tasks = Tasks(place, workers)
    from grader.grading.grader import Grader

    signal = place.root.parent / DISK_SIGNAL
    with Grader.ready(options, place.root, workers=workers, number=number, signal=signal) as grader:
        for task in tasks:
            try:
                key, report = grader.grade(task.submission, task.seed, task.known, alone=task.alone)
            except WorkerError as error:
                say(answers, {"lost": str(error)})
                return
            except DiskLow as error:
                answer: dict[str, Any] = {"low": str(error)}
            except OSError as error:
                answer = {"failed": reason(error)}
            else:
                answer = {"key": key, "report": dataclasses.asdict(report) if report else None}
            tasks.busy = False
            say(answers, answer)


@dataclasses.dataclass(frozen=True)
class RunFolder:
    """Where this process has its temporary files, and the process that will clean up behind it."""

    root: Path
    parent: int
    leaving: threading.Lock = dataclasses.field(default_factory=threading.Lock)

    def leave(self, status: int) -> NoReturn:
        """End this process without them, and without what is left of a run whose own process was killed.

        Of two threads that want to, the second one only waits for the end; until then it may make another file.
        """
        self.leaving.acquire()
        for _ in range(REMOVAL_TRIES):
            shutil.rmtree(self.root, ignore_errors=True)
            if not self.root.exists():
                break
        if os.getppid() != self.parent:  # the last one can do this
            shutil.rmtree(self.root.parent / UNNAMED_OUT, ignore_errors=True)
            with contextlib.suppress(OSError):
                (self.root.parent / DISK_SIGNAL).unlink(missing_ok=True)
                self.root.parent.rmdir()
        os._exit(status)  # to take PyTorch down piece by piece takes a third of a second


class Tasks:
    """What comes on standard input. Where that ends before a task is done, nobody waits for its answer any more."""

    def __init__(self, place: RunFolder, workers: ForkServer | FreshProcesses) -> None:
        self.place = place
        self.workers = workers
        self.busy = True
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self.read, daemon=True).start()

    def __iter__(self) -> Iterator[Task]:
        while line := self.lines.get():
            yield from_plain(Task, json.loads(line))

    def read(self) -> None:
        """Hand on line by line."""
        for line in sys.stdin:
            self.busy = True
            self.lines.put(line)
        if self.busy:
            self.give_up()
        self.lines.put("")

    def give_up(self) -> NoReturn:
        """End at once, and leave nothing behind."""
        self.workers.kill()
        self.place.leave(1)


def reason(error: OSError) -> str:
    """What the system says, in a sentence."""
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}."


def say(answers: TextIO, answer: dict[str, Any]) -> None:
    """One line of answer."""
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), tuple(sys.argv[3:]))

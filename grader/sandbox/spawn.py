"""Where workers come from: forks of a server that has PyTorch loaded, or fresh processes where that cannot be."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from grader.core.errors import WorkerError
from grader.core.files import remove
from grader.sandbox.limits import CONTROL_BYTES, SERVER_LEAVING, STARTING
from grader.sandbox.preload import loaded_late
from grader.sandbox.protocol import WorkerTask

KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "PYTHONPATH")
"""What Python needs of our environment; nothing else of it, of value perhaps, is in a worker's memory."""


class Spawner(Protocol):
    """Where workers come from."""

    wanted: set[str]
    """Names of modules that workers load late."""

    def need(self, names: Iterable[str]) -> None:
        """Load these modules before the next worker begins."""

    def start(self, task: WorkerTask, connection: socket.socket, output: int) -> int:
        """Start one that has these ends; its process id."""

    def end(self, pid: int, scratch: Path) -> None:
        """End it, if it has not ended, and remove its folder; this may go on for a moment."""

    def status(self) -> int:
        """The wait status of the one that was told to end last."""


class ForkServer:
    """Workers as forks of a process that has PyTorch loaded: a child of this one, at the other end of a socket."""

    def __init__(self, pid: int, control: socket.socket) -> None:
        self.pid: int | None = pid
        self.control = control
        self.control.settimeout(STARTING)
        self.ready = False
        self.wanted: set[str] = set()
        """The modules that are worth loading before a worker is forked."""

    def prepare(self, given: Path, devices: tuple[str, ...]) -> None:
        """Let it load what workers for these devices need."""
        self.tell({"given": str(given), "devices": devices})

    def need(self, names: Iterable[str]) -> None:
        """Load these modules before the next worker begins."""
        self.tell({"need": list(names)})

    def start(self, task: WorkerTask, connection: socket.socket, output: int) -> int:
        """Fork one."""
        self.wanted.update(loaded_late())  # what judging took, a learner's code will take too
        self.tell({"task": dataclasses.asdict(task), "late": sorted(self.wanted)}, (connection.fileno(), output))
        pid: int = self.hear()["pid"]
        return pid

    def end(self, pid: int, scratch: Path) -> None:
        """Let it kill one, with all that it started."""
        self.tell({"end": pid, "scratch": str(scratch)})

    def status(self) -> int:
        """The wait status of the one that was told to end last."""
        self.tell({"status": None})
        status: int = self.hear()["status"]
        return status

    def tell(self, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        """Say something to the server, whom we trust."""
        try:
            socket.send_fds(self.control, [json.dumps(message).encode()], descriptors)
        except OSError as error:
            raise self.gone(error) from None

    def hear(self) -> dict[str, Any]:
        """Its answer."""
        try:
            if not self.ready:  # it has been loading PyTorch while we did
                self.control.recv(CONTROL_BYTES)
                self.ready = True
            answer: dict[str, Any] = json.loads(self.control.recv(CONTROL_BYTES))
        except (OSError, ValueError) as error:
            raise self.gone(error) from None
        return answer

    def gone(self, error: Exception) -> WorkerError:
        """That there is no server any more."""
        return WorkerError(f"The process that workers are forked from has gone ({error}).")

    def close(self) -> None:
        """Let the server go."""
        self.control.close()
        until = time.monotonic() + SERVER_LEAVING
        while time.monotonic() < until and not self.has_ended(os.WNOHANG):
            time.sleep(0.001)
        self.kill()

    def kill(self) -> None:
        """End the server at once, if it has not ended; its workers go with it."""
        pid = self.pid
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):  # another thread has heard of its end
                os.kill(pid, signal.SIGKILL)
            self.has_ended(0)

    def has_ended(self, how: int) -> bool:
        """Whether it has; `os.WNOHANG` does not wait for it."""
        pid = self.pid
        try:
            if pid is not None and os.waitpid(pid, how)[0]:
                self.pid = None
        except ChildProcessError:  # another thread has heard of its end
            self.pid = None
        return self.pid is None


def forked_server() -> ForkServer:
    """A fork of this process, which then has loaded PyTorch for both.

    This process must hold nothing of value yet, and must not have computed anything: its memory is every worker's.
    """
    from grader.sandbox import forkserver

    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if not pid:
        forkserver.be(theirs)
    forkserver.name_process("judge")
    theirs.close()
    return ForkServer(pid, control)


class FreshProcesses:
    """Workers that each import PyTorch themselves: slower, and right for every platform and device."""

    def __init__(self) -> None:
        self.told: dict[str, Any] = {}
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        self.wanted: set[str] = set()
        self.code = 0

    def prepare(self, given: Path, devices: tuple[str, ...]) -> None:
        """Remember what each of them has to load."""
        self.told = {"given": str(given), "devices": devices, "need": []}

    def need(self, names: Iterable[str]) -> None:
        """Load these modules before the next worker begins."""
        self.told["need"] = list(names)

    def start(self, task: WorkerTask, connection: socket.socket, output: int) -> int:
        """Start one."""
        descriptors = (connection.fileno(), output)
        # -P: what lies in the working folder (a submission, perhaps) is never imported
        command = [sys.executable, "-P", "-m", "grader.sandbox.forkserver", *map(str, descriptors)]
        process = subprocess.Popen(command, pass_fds=descriptors, env=plain_environment(), stdin=subprocess.PIPE)
        assert process.stdin is not None
        with process.stdin:
            process.stdin.write(json.dumps({**self.told, "task": dataclasses.asdict(task)}).encode())
        self.processes[process.pid] = process
        return process.pid

    def end(self, pid: int, scratch: Path) -> None:
        """Kill it, with its process group."""
        process = self.processes.pop(pid)
        process.kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        self.code = process.wait()
        remove(scratch)

    def status(self) -> int:
        """The wait status of the one that was told to end last."""
        return -self.code if self.code < 0 else self.code << 8

    def close(self) -> None:
        """Nothing of it is left."""

    def kill(self) -> None:
        """End all workers at once."""
        for process in list(self.processes.values()):
            process.kill()


def plain_environment() -> dict[str, str]:
    """The environment of the processes that workers are, or are forked from."""
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | {"OMP_NUM_THREADS": "1"}


def can_fork(devices: Iterable[str]) -> bool:
    """Whether workers for these devices can be forks: CUDA and Metal survive none, nor does Apple's linear algebra."""
    return sys.platform == "linux" and set(devices) <= {"cpu", "sim"}

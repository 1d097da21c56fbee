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
from typing import Any, Protocol, TypeAlias

from grader.channel import Task
from grader.folders import remove
from grader.late import loaded

STARTING = 120.0
"""Seconds for a process to import PyTorch, on a machine with much else to do."""
LARGEST = 1 << 16
"""Bytes of one message between the fork server and us."""
KEPT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "PYTHONPATH")
"""What Python needs of our environment; nothing else of it, of value perhaps, is in a worker's memory."""
# -P: what lies in the working folder (a submission, perhaps) is never imported
COMMAND = [sys.executable, "-P", "-m", "grader.forkserver"]


class WorkerError(Exception):
    """Workers cannot be had here: one sentence, ours to mend."""


class Source(Protocol):
    """Where workers come from."""

    wanted: set[str]
    """Names of modules that workers load late."""

    def start(self, task: Task, connection: socket.socket, output: int) -> int:
        """Start one that has these ends; its process id."""

    def end(self, pid: int, scratch: Path) -> None:
        """End it, if it has not ended, and remove its folder; this may go on for a moment."""

    def status(self) -> int:
        """The wait status of the one that was told to end last."""


class Server(Protocol):
    """The process of a fork server."""

    pid: int

    def kill(self) -> None:
        """End it at once."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises `subprocess.TimeoutExpired`."""


Started: TypeAlias = tuple[socket.socket, Server]
"""A fork server, and our end of the socket to it."""


class Fork:
    """A fork of this process, as a `Server`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.status: int | None = None

    def kill(self) -> None:
        """End it at once."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        until = time.monotonic() + (STARTING if timeout is None else timeout)
        while self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
            elif time.monotonic() > until:
                raise subprocess.TimeoutExpired("a fork server", timeout or STARTING)
            else:
                time.sleep(0.001)
        return self.status


def fresh_server() -> Started:
    """A fork server as a process of its own."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [*COMMAND, str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=plain_environment(), stdin=subprocess.DEVNULL)
    theirs.close()
    return control, process


def forked_server() -> Started:
    """A fork server as a fork of this process, which then has loaded PyTorch for both.

    This process must hold nothing of value yet, and must not have computed anything: its memory is every worker's.
    """
    from grader import forkserver

    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if not pid:
        control.close()
        forkserver.be(theirs)
    forkserver.name_process("judge")
    theirs.close()
    return control, Fork(pid)


class ForkServer:
    """Workers as forks of a process that has PyTorch loaded."""

    def __init__(self, given: Path, devices: tuple[str, ...], server: Started | None = None) -> None:
        self.control, self.process = server or fresh_server()
        self.control.settimeout(STARTING)
        self.tell({"given": str(given), "devices": devices})
        self.ready = False
        self.wanted: set[str] = set()
        """The modules that are worth loading before a worker is forked."""

    def start(self, task: Task, connection: socket.socket, output: int) -> int:
        """Fork one."""
        self.wanted.update(loaded())  # what judging took, a learner's code will take too
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
                self.control.recv(LARGEST)
                self.ready = True
            answer: dict[str, Any] = json.loads(self.control.recv(LARGEST))
        except (OSError, ValueError) as error:
            raise self.gone(error) from None
        return answer

    def gone(self, error: Exception) -> WorkerError:
        """That there is no server any more."""
        return WorkerError(f"The process that workers are forked from has gone ({error}).")

    def close(self) -> None:
        """Let the server go."""
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the server at once; its workers go with it."""
        self.process.kill()
        self.process.wait()


class FreshProcesses:
    """Workers that each import PyTorch themselves: slower, and right for every platform and device."""

    def __init__(self, given: Path, devices: tuple[str, ...]) -> None:
        self.told = {"given": str(given), "devices": devices}
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        self.wanted: set[str] = set()
        self.code = 0

    def start(self, task: Task, connection: socket.socket, output: int) -> int:
        """Start one."""
        descriptors = (connection.fileno(), output)
        process = subprocess.Popen(
            [*COMMAND, *map(str, descriptors)], pass_fds=descriptors, env=plain_environment(), stdin=subprocess.PIPE
        )
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
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {"OMP_NUM_THREADS": "1"}


def can_fork(devices: Iterable[str]) -> bool:
    """Whether workers for these devices can be forks: CUDA and Metal survive none, nor does Apple's linear algebra."""
    return sys.platform == "linux" and set(devices) <= {"cpu", "sim"}

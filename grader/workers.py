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
from pathlib import Path
from typing import Any, Protocol

from grader.channel import Task

STARTING = 120.0
"""Seconds for a process to import PyTorch, on a machine with much else to do."""
KEPT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "PYTHONPATH")
"""What Python needs of our environment; nothing else of it, of value perhaps, is in a worker's memory."""
# -P: what lies in the working folder (a submission, perhaps) is never imported
COMMAND = [sys.executable, "-P", "-m", "grader.forkserver"]


class WorkerError(Exception):
    """Workers cannot be had here: one sentence, ours to mend."""


class Source(Protocol):
    """Where workers come from."""

    def start(self, task: Task, connection: socket.socket, output: int) -> int:
        """Start one that has these ends; its process id."""

    def end(self, pid: int) -> int:
        """End it, if it has not ended; its wait status."""


class ForkServer:
    """Workers as forks of a process that has PyTorch loaded."""

    def __init__(self, given: Path, devices: tuple[str, ...]) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [*COMMAND, str(theirs.fileno())]
        self.process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], env=plain_environment(), stdin=subprocess.DEVNULL
        )
        theirs.close()
        self.control.settimeout(STARTING)
        self.control.send(json.dumps({"given": str(given), "devices": devices}).encode())
        self.ready = False

    def request(self, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> dict[str, Any]:
        """Ask the server, whom we trust, and hear its answer."""
        try:
            if not self.ready:  # it has been loading PyTorch while we did
                self.control.recv(1)
                self.ready = True
            socket.send_fds(self.control, [json.dumps(message).encode()], descriptors)
            answer: dict[str, Any] = json.loads(self.control.recv(1 << 16))
        except (OSError, ValueError) as error:
            raise WorkerError(f"The process that workers are forked from has gone ({error}).") from None
        return answer

    def start(self, task: Task, connection: socket.socket, output: int) -> int:
        """Fork one."""
        pid: int = self.request({"task": dataclasses.asdict(task)}, (connection.fileno(), output))["pid"]
        return pid

    def end(self, pid: int) -> int:
        """Kill it, with all that it started."""
        status: int = self.request({"end": pid})["status"]
        return status

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

    def end(self, pid: int) -> int:
        """Kill it, with its process group."""
        process = self.processes.pop(pid)
        process.kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        code = process.wait()
        return -code if code < 0 else code << 8

    def close(self) -> None:
        """Nothing of it is left."""

    def kill(self) -> None:
        """End all workers at once."""
        for process in list(self.processes.values()):
            process.kill()


def plain_environment() -> dict[str, str]:
    """The environment of the processes that workers are, or are forked from."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {"OMP_NUM_THREADS": "1"}


def source(given: Path, devices: tuple[str, ...]) -> ForkServer | FreshProcesses:
    """Where workers for these devices come from on this platform."""
    # Metal and CUDA do not survive a fork, nor does Apple's linear algebra
    forks = sys.platform == "linux" and set(devices) <= {"cpu", "sim"}
    return ForkServer(given, devices) if forks else FreshProcesses(given, devices)

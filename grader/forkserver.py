"""A small process with PyTorch loaded, and nothing else of value, from which workers are forked.

It imports and computes nothing: a process that has used several threads, or made a backward pass on the simulated
device, has children that cannot. It never runs a learner's code and never sees a solution.

    python -P -m grader.forkserver SOCKET            serves until the other end of this socket is closed
    python -P -m grader.forkserver SOCKET OUTPUT     is one worker itself, where a fork cannot be had
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from grader import isolation
from grader.authoring import load
from grader.channel import Channel, Task
from grader.sim import register
from grader.worker import run

AHEAD = (
    "grader.figures",
    "matplotlib.backends.backend_agg",
    "matplotlib.pyplot",
    "numpy.random",
    "torch._dynamo",
    "torch.func",
    "torch.fx.experimental.symbolic_shapes",
    "torch.optim",
    "torch.testing",
    "torch.utils.data",
)
"""What PyTorch and plotting load late, and what takes long: loaded once, not in each worker."""
LARGEST = 1 << 16


class Given:
    """The functions that cases hand in, from the course's `exercises/given.py`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.module: ModuleType | None = load(path) if path.is_file() else None

    def __call__(self, name: str) -> Callable[..., Any]:
        """One of them by name."""
        found: Callable[..., Any] = getattr(self.module, name)
        return found


def prepare(given: str, devices: list[str]) -> Given:
    """Load all that workers need, before anything is forked."""
    torch.set_num_threads(1)
    torch.autograd.set_multithreading_enabled(False)
    os.environ["MPLBACKEND"] = "Agg"
    if "sim" in devices:
        register(test=False)
    for name in AHEAD:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    functions = Given(Path(given))
    isolation.prepare()
    gc.collect()
    gc.freeze()  # what is loaded is never collected, so that a worker's collections do not copy its memory
    return functions


def serve(control: socket.socket) -> None:
    """Fork a worker for each request, and end it when told to."""
    start = json.loads(control.recv(LARGEST))
    given = prepare(**start)
    adopt_orphans()
    control.send(b"{}")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, LARGEST, 2)
        if not message:
            return
        request = json.loads(message)
        if "end" in request:
            control.send(json.dumps({"status": end(request["end"])}).encode())
            continue
        pid = os.fork()
        if not pid:
            control.close()
            connection = socket.socket(fileno=descriptors[0])
            run(Channel(connection), descriptors[1], Task(**request["task"]), given)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(json.dumps({"pid": pid}).encode())


def adopt_orphans() -> None:
    """Become the parent of what a worker may leave behind, where the platform has that, to be able to end it."""
    if sys.platform == "linux":
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def children() -> list[int]:
    """The processes below this one, as Linux tells it."""
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:
        return []


def end(pid: int) -> int:
    """Kill a worker and whatever it may have left; its wait status."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    while orphans := children():  # their own children come up only when they are gone
        for orphan in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(orphan, 0)
    return status


def main(connection: int, output: int | None = None) -> None:
    """Serve, or be one worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the judge hears of it and ends this process
    if output is None:
        with contextlib.suppress(ConnectionError):
            serve(socket.socket(fileno=connection))
        return
    told = json.load(sys.stdin)
    given = prepare(told["given"], told["devices"])
    run(Channel(socket.socket(fileno=connection)), output, Task(**told["task"]), given)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

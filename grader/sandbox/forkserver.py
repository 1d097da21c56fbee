"""A small process with PyTorch loaded, and nothing else of value, from which workers are forked.

It imports and computes nothing: a process that has used several threads, or made a backward pass on the simulated
device, has children that cannot. It never runs a learner's code and never sees a solution. One worker is always forked
ahead: while another one works it warms up, and when it is needed it only has to be told whose chapter it serves.

    python -P -m grader.sandbox.forkserver SOCKET OUTPUT     is one worker itself, where a fork cannot be had
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Collection
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import torch

from grader.core import wire
from grader.core.errors import SimUnavailable
from grader.core.files import remove
from grader.core.observation import Case
from grader.core.rules import Rules
from grader.core.values import Array
from grader.runtime.importing import import_authored
from grader.runtime.observe import observe
from grader.runtime.sim.sim_device import register
from grader.sandbox import confine
from grader.sandbox.fork_memory import settle
from grader.sandbox.limits import CONTROL_BYTES
from grader.sandbox.linux import libc
from grader.sandbox.protocol import Channel, WorkerTask
from grader.sandbox.worker import serve_chapter

AHEAD = ["numpy.random", "safetensors.torch", "grader.runtime.figures"]
"""What every call uses, and our own part of plotting, which no worker may read."""


class GivenFunctions:
    """The functions that cases hand in, from the course's `exercises/given.py`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.module: ModuleType | None = import_authored(path) if path.is_file() else None

    def __call__(self, name: str) -> Callable[..., Any]:
        """One of them by name."""
        found: Callable[..., Any] = getattr(self.module, name)
        return found


def prepare_server(given: str, devices: list[str]) -> GivenFunctions:
    """Load what every worker needs."""
    torch.set_num_threads(1)
    torch.autograd.set_multithreading_enabled(False)
    os.environ["MPLBACKEND"] = "Agg"
    if "sim" in devices:
        with contextlib.suppress(SimUnavailable):  # the judge finds the same, and asks for no call on it
            register(test=False)
    load_all(AHEAD)
    functions = GivenFunctions(Path(given))
    if functions.module:
        sys.modules["given"] = functions.module  # a chapter that imports it gets the course's, never a learner's own
    confine.prepare_walls()
    return functions


def load_all(names: list[str]) -> None:
    """Import those of some modules that this PyTorch has."""
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def load_more(names: list[str]) -> bool:
    """Load what is not loaded yet, for all workers from now on; whether there was anything."""
    if sys.modules.keys() >= set(names):
        return False
    load_all(names)
    settle()
    return True


class Spare:
    """A worker that is forked ahead, and waits to be told whose chapter it serves."""

    def __init__(self, control: socket.socket, given: GivenFunctions, devices: list[str]) -> None:
        self.connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if not self.pid:
            control.close()
            self.connection.close()
            name_process("worker")
            warm_up(devices)
            message, descriptors, _, _ = socket.recv_fds(theirs, CONTROL_BYTES, 2)
            if not message:
                os._exit(0)
            serve_chapter(
                Channel(socket.socket(fileno=descriptors[0])), descriptors[1], WorkerTask(**json.loads(message)), given
            )
        theirs.close()

    def begin(self, task: dict[str, Any], descriptors: list[int]) -> bool:
        """Let it serve; whether it could be told: somebody may have killed it meanwhile."""
        with self.connection:
            try:
                socket.send_fds(self.connection, [json.dumps(task).encode()], descriptors)
            except OSError:
                return False
        return True


def serve_workers(control: socket.socket) -> None:
    """Hand out workers, and end them, as we are told to; that there is one ready comes before everything else."""
    start = json.loads(control.recv(CONTROL_BYTES) or "null")
    if start is None:
        return
    given = prepare_server(**start)
    settle()
    adopt_orphans()
    serving, ending = set[int](), list[tuple[int, str]]()
    status = 0
    spare = Spare(control, given, start["devices"])
    control.send(b"{}")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, CONTROL_BYTES, 2)
        request = json.loads(message or "null")
        if request and "end" in request:
            os.kill(request["end"], signal.SIGKILL)
            ending.append((request["end"], request["scratch"]))
            continue
        if request and "need" in request:
            if load_more(request["need"]):
                end(spare.pid, serving)
                spare = Spare(control, given, start["devices"])
            continue
        if request and "task" in request:
            while not spare.begin(request["task"], descriptors):
                end(spare.pid, serving)
                spare = Spare(control, given, start["devices"])
            for descriptor in descriptors:
                os.close(descriptor)
            control.send(json.dumps({"pid": spare.pid}).encode())
            serving.add(spare.pid)
            load_more(request["late"])
            spare = Spare(control, given, start["devices"])
        for pid, scratch in ending:
            status = end(pid, {spare.pid, *serving})
            serving.discard(pid)
            with contextlib.suppress(OSError):  # the whole run's folder goes away in the end
                remove(Path(scratch))
        ending.clear()
        if request is None:
            end(spare.pid, ())
            return
        if "status" in request:
            control.send(json.dumps({"status": status}).encode())


def warm_up(devices: list[str]) -> None:
    """Make a call as a learner's chapter will make many: the first one costs as much as twenty others.

    Memory that is shared with the server is copied where it is first written to, and PyTorch sets up what it needs.
    """
    rules = Rules(also=frozenset({"unchanged"}))  # no gradient: a backward pass begins a thread that no wall is around
    case = Case((Array(torch.ones(2, 3), (3, 1)),))
    for device in devices:
        with contextlib.suppress(Exception):  # whatever is wrong here will be wrong, and told, where it counts
            wire.loads(wire.dumps(case), Case)
            wire.dumps(observe(lambda x: (x - x.mean(0)) * 2, case, ("x",), device=torch.device(device), rules=rules))


def adopt_orphans() -> None:
    """Become the parent of what a worker may leave behind, where the platform has that, to be able to end it."""
    if sys.platform == "linux":
        set_child_subreaper = 36
        libc().prctl(set_child_subreaper, 1, 0, 0, 0)


def children() -> list[int]:
    """The processes below this one, as Linux tells it."""
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:
        return []


def end(pid: int, others: Collection[int]) -> int:
    """Kill a worker and whatever it may have left, but not these others of ours; its wait status."""
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    while orphans := [child for child in children() if child not in others]:
        for orphan in orphans:  # their own children come up only when they are gone
            with contextlib.suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(orphan, 0)
    return status


def be(control: socket.socket) -> NoReturn:
    """Serve in this process, until the other end is closed: of what it was before, it keeps standard error."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the judge hears of it and ends this process
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        os.closerange(3, control.fileno())
        os.closerange(control.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        name_process("forkserver")
        with contextlib.suppress(ConnectionError):
            serve_workers(control)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)  # to take PyTorch down piece by piece takes a third of a second


def name_process(name: str) -> None:
    """How `ps` and `top` call this process, where the platform has that: forks share a command line."""
    if sys.platform == "linux":
        set_name = 15
        libc().prctl(set_name, name.encode(), 0, 0, 0)


def main(connection: int, output: int) -> None:
    """Be one worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told = json.load(sys.stdin)
    given = prepare_server(told["given"], told["devices"])
    load_all(told["need"])
    serve_chapter(Channel(socket.socket(fileno=connection)), output, WorkerTask(**told["task"]), given)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""One worker as the judge sees it: a process behind a socket and a pipe. What it says, prints and writes is bounded."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from grader.core.errors import DiskLow, WorkerError
from grader.sandbox.disk import Disk, Holdings
from grader.sandbox.limits import OBSERVATION_BYTES, PRINTED_BYTES, STARTING, TEXT_BYTES
from grader.sandbox.protocol import Ended, Frame, Late, WorkerTask, ask, pack, send_some
from grader.sandbox.spawn import Spawner


class Output:
    """What a worker prints: the first part of it, and how much more there was."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.open = True
        self.kept = bytearray()
        self.more = 0

    def fileno(self) -> int:
        """The reading end of the pipe."""
        return self.descriptor

    def drain(self) -> None:
        """Read what is there."""
        for _ in range(16):  # one that never stops printing must not keep us from looking at the clock
            try:
                part = os.read(self.descriptor, PRINTED_BYTES)
            except BlockingIOError:
                return
            if not part:
                self.open = False
                return
            room = PRINTED_BYTES - len(self.kept)
            self.kept += part[:room]
            self.more += len(part[room:])

    def take(self) -> str:
        """What has come since the last time, as text."""
        if self.open:
            self.drain()
        text = self.kept.decode("utf-8", "replace")
        if self.more:
            text += f"\n... and {self.more} bytes more\n"
        self.kept.clear()
        self.more = 0
        return text


class WorkerProcess:
    """One worker, from its start to its end."""

    def __init__(self, spawner: Spawner, task: WorkerTask, disk: Disk | None = None) -> None:
        self.spawner = spawner
        self.scratch = Path(task.scratch)
        self.connection, theirs = socket.socketpair()
        reading, writing = os.pipe()
        self.output = Output(reading)
        self.connection.setblocking(False)
        self.unsent = memoryview(b"")
        self.received = bytearray()
        self.told: Frame | None = None
        """The first of what it was told, as long as nobody has asked for an answer."""
        self.since = time.monotonic()
        """When it was told, or had answered."""
        try:
            self.pid = spawner.start(task, theirs, writing)
        finally:
            theirs.close()
            os.close(writing)
        self.holdings = Holdings(disk or Disk(self.scratch), self.scratch, self.pid)
        try:
            ready = self.ask(STARTING)
        except (Ended, Late):
            self.close()
            raise WorkerError(f"A worker could not be started:\n{self.output.take()}") from None
        except DiskLow:
            self.close()
            raise
        self.missing: tuple[str, ...] = tuple(json.loads(ready.payload))

    def tell(self, frames: Sequence[Frame], seconds: float) -> None:
        """Let it begin with frames, for which it has so many seconds; its answers are asked for later."""
        self.told, self.since = frames[0], time.monotonic()
        told = b"".join(pack(frame._replace(seconds=seconds)) for frame in frames)
        self.unsent = send_some(self.connection, memoryview(told))

    def ask(self, seconds: float, meanwhile: Callable[[], object] = lambda: None, *, more: bool = False) -> Frame:
        """Its next answer, the first of them unasked; `more` where others are due after it. Raises as `ask` does."""
        self.told = None
        answer = ask(
            self.connection,
            self.unsent,
            self.received,
            more=more,
            since=self.since,
            seconds=seconds,
            cap=OBSERVATION_BYTES + TEXT_BYTES,
            beside=self.output,
            look=self.look,
            meanwhile=meanwhile,
        )
        self.look(thoroughly=False)  # one that answers fast must not be one that nobody looks at
        self.since = time.monotonic()
        return answer

    def look(self, *, thoroughly: bool = True) -> None:
        """End a worker that fills the disk; raises `Ended` or `DiskLow`."""
        self.holdings.look(thoroughly=thoroughly)

    def close(self) -> None:
        """End it, if it has not ended; what it printed can still be taken."""
        self.spawner.end(self.pid, self.scratch)
        self.connection.close()
        if self.output.open:
            self.output.drain()
            self.output.open = False
        os.close(self.output.descriptor)


def how_it_ended(status: int) -> str:
    """A wait status in words."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in set(signal.Signals) else f"number {number}"
        return {
            "SIGSEGV": "its process read or wrote memory that is not its own, and was killed (SIGSEGV)",
            "SIGKILL": "its process was killed, perhaps for the memory that it used (SIGKILL)",
        }.get(name, f"its process was ended by the signal {name}")
    return f"its process left with status {os.WEXITSTATUS(status)}"

"""Frames over a socket: how the judge, its fork server and a worker talk. What comes from a worker is only bytes.

4 bytes: kind · 8 bytes: seconds (a float) · 8 bytes: length of the payload · the payload
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from grader.sandbox.limits import CHUNK_BYTES, LOOK_SECONDS

HEAD = struct.Struct("<4sdQ")


class Frame(NamedTuple):
    """One message."""

    kind: bytes
    payload: bytes = b""
    seconds: float = 0.0


@dataclass(frozen=True)
class WorkerTask:
    """One chapter of one submission, as a worker is told of it: no solution, no case, nothing expected."""

    chapter: str
    file: str
    signatures: dict[str, str]
    scratch: str
    user: int | None
    limits: dict[str, int]


class Ended(Exception):
    """The other side has closed its end, or says what nobody asked it; one phrase."""


class Late(Exception):
    """The other side did not answer in time."""


def pack(frame: Frame) -> bytes:
    """A frame as bytes."""
    return HEAD.pack(frame.kind, frame.seconds, len(frame.payload)) + frame.payload


class Channel:
    """The end of a socket that is trusted to be answered: it waits as long as it takes.

    It is read and written as a file is, because behind the walls no call for sockets is left.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def send(self, frame: Frame) -> None:
        """Send one frame."""
        unsent = memoryview(pack(frame))
        while unsent:
            unsent = unsent[os.write(self.connection.fileno(), unsent) :]

    def receive(self) -> Frame:
        """The next frame. Raises `Ended` where there is none."""
        kind, seconds, length = HEAD.unpack(self.exactly(HEAD.size))
        return Frame(kind, self.exactly(length), seconds)

    def exactly(self, count: int) -> bytes:
        """So many bytes."""
        parts = bytearray()
        while len(parts) < count:
            part = os.read(self.connection.fileno(), min(CHUNK_BYTES, count - len(parts)))
            if not part:
                raise Ended("the other side has gone")
            parts += part
        return bytes(parts)


class Beside(Protocol):
    """Something else to be read from while an answer is waited for."""

    open: bool

    def fileno(self) -> int:
        """Its descriptor."""

    def drain(self) -> None:
        """Read what is there."""


def send_some(connection: socket.socket, unsent: memoryview) -> memoryview:
    """Send what the other side has room for, without waiting; what is left."""
    if unsent:
        with contextlib.suppress(OSError):  # what is wrong will be seen by whoever waits for the answer
            return unsent[connection.send(unsent[:CHUNK_BYTES]) :]
    return unsent


def taken(received: bytearray, cap: int) -> Frame | None:
    """The first frame of what was received, taken out of it; None where it is not there as a whole."""
    if len(received) < HEAD.size:
        return None
    kind, _, length = HEAD.unpack_from(received)
    if length > cap:
        raise Ended("it answered with more than can be read")
    end = HEAD.size + length
    if len(received) < end:
        return None
    frame = Frame(kind, bytes(received[HEAD.size : end]))
    del received[:end]
    return frame


def ask(
    connection: socket.socket,
    unsent: memoryview,
    received: bytearray,
    *,
    more: bool = False,
    since: float,
    seconds: float,
    cap: int,
    beside: Beside,
    look: Callable[[], None] = lambda: None,
    meanwhile: Callable[[], object] = lambda: None,
) -> Frame:
    """Send a frame, or what is left of it, to a side that is not trusted, and return its next answer of at most `cap`.

    `connection` does not block; what comes from it beyond the answer stays in `received`, which is for `more` answers
    that are due. While one is waited for, `meanwhile` is called once, `look` now and then, and `beside` is drained.
    The `seconds` of the answer are our own count from `since` (of `time.monotonic`), when the other side was told or
    had answered before; where it answers before `meanwhile` is done, nobody knows when, and no time counts. Raises
    `Late` after `seconds`, `Ended` for a closed end, an answer that is too long, or one that is not due.
    """
    unsent = send_some(connection, unsent)
    meanwhile()
    looked = time.monotonic()
    if received or select.select([connection], [], [], 0)[0]:
        since = looked
    while True:
        if answer := taken(received, cap):
            if received and not more:
                raise Ended("it said something that it was not asked")
            return answer._replace(seconds=time.monotonic() - since)
        now = time.monotonic()
        if now - since >= seconds:
            raise Late
        if now - looked >= LOOK_SECONDS:
            looked = now
            look()
        readable: list[socket.socket | Beside] = [connection, beside] if beside.open else [connection]
        ready, writable, _ = select.select(
            readable, [connection] if unsent else [], [], min(LOOK_SECONDS, since + seconds - now)
        )
        if beside in ready:
            beside.drain()
        try:
            if connection in ready:
                part = connection.recv(CHUNK_BYTES)
                if not part:
                    raise Ended("it ended")
                if unsent:
                    raise Ended("it said something that it was not asked")
                received += part
            if writable:
                unsent = unsent[connection.send(unsent[:CHUNK_BYTES]) :]
        except BlockingIOError:
            continue
        except OSError:
            raise Ended("it ended") from None

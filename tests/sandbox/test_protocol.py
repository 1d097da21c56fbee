"""Asking a side that is not trusted: how long its answer may take, and what of that time is its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from grader.sandbox.limits import CHUNK_BYTES
from grader.sandbox.protocol import HEAD, Ended, Frame, Late, ask, pack


class Nothing:
    """Nothing else to be read from."""

    open = False

    def fileno(self) -> int:
        return -1

    def drain(self) -> None:
        pass


@pytest.fixture
def sides() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The asking end, which does not block, and the other."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        yield ours, theirs


def asked(
    ours: socket.socket,
    seconds: float,
    meanwhile: Callable[[], object] = lambda: None,
    cap: int = 100,
    received: bytearray | None = None,
    *,
    more: bool = False,
) -> Frame:
    """The answer to a question."""
    question = memoryview(pack(Frame(b"CALL", b"x")))
    return ask(
        ours,
        question,
        bytearray() if received is None else received,
        more=more,
        since=time.monotonic(),
        seconds=seconds,
        cap=cap,
        beside=Nothing(),
        meanwhile=meanwhile,
    )


def test_an_answer_that_is_waited_for_counts_from_the_question(sides: tuple[socket.socket, socket.socket]) -> None:
    """What is done meanwhile takes nothing off the time of a side that answers later, nor does what that side says."""
    ours, theirs = sides
    later = threading.Timer(0.4, lambda: theirs.sendall(pack(Frame(b"SEEN", b"y", seconds=-1e9))))
    later.start()
    answer = asked(ours, 5, lambda: time.sleep(0.2))
    later.join()
    assert answer[:2] == (b"SEEN", b"y")
    assert 0.3 <= answer.seconds < 5


def test_an_answer_that_waits_for_us_counts_for_nothing(sides: tuple[socket.socket, socket.socket]) -> None:
    """Where we are busy for longer than the other side may take, it is not late for that."""
    ours, theirs = sides

    def meanwhile() -> None:
        theirs.sendall(pack(Frame(b"SEEN", b"y" * 3 * CHUNK_BYTES)))
        time.sleep(0.3)

    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 * CHUNK_BYTES)
    answer = asked(ours, 0.2, meanwhile, cap=4 * CHUNK_BYTES)
    assert len(answer.payload) == 3 * CHUNK_BYTES
    assert answer.seconds < 0.2


def test_who_does_not_answer_is_late(sides: tuple[socket.socket, socket.socket]) -> None:
    """Neither waiting nor being busy gives the other side more time than it has."""
    ours, _ = sides
    for meanwhile in (lambda: None, lambda: time.sleep(0.3)):
        began = time.monotonic()
        with pytest.raises(Late):
            asked(ours, 0.2, meanwhile)
        assert 0.2 <= time.monotonic() - began < 5


def test_answers_that_come_together_are_told_apart(sides: tuple[socket.socket, socket.socket]) -> None:
    """Where several are due, each is handed out in its turn, whole, however they arrive."""
    ours, theirs = sides
    answers = [Frame(b"SEEN", letter * 50) for letter in (b"a", b"b", b"c")]
    raw = b"".join(map(pack, answers))
    theirs.sendall(raw[:100])
    later = threading.Timer(0.2, lambda: theirs.sendall(raw[100:]))
    later.start()
    received = bytearray()
    found = [asked(ours, 5, received=received, more=number < 2) for number in range(3)]
    later.join()
    assert [answer[:2] for answer in found] == [answer[:2] for answer in answers]
    assert received == b""


ENDS = {
    "nothing more": b"",
    "more than can be read": HEAD.pack(b"SEEN", 0.0, 101),
    "two answers": 2 * pack(Frame(b"SEEN", b"y")),
}


@pytest.mark.parametrize("kind", ENDS)
def test_what_is_no_answer_ends_it(sides: tuple[socket.socket, socket.socket], kind: str) -> None:
    """A closed end, an answer that is too long, and a second one are no answers."""
    ours, theirs = sides
    theirs.sendall(ENDS[kind])
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(Ended):
        asked(ours, 5)

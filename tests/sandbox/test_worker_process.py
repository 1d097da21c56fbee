"""A worker as the judge sees it: what it prints, what it writes, how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from grader.sandbox.limits import PRINTED_BYTES
from grader.sandbox.worker_process import Output, how_it_ended


@pytest.fixture
def pipe() -> Iterator[tuple[Output, int]]:
    """What is printed to a pipe, and the end to print to."""
    reading, writing = os.pipe()
    output = Output(reading)
    yield output, writing
    os.close(reading)
    os.close(writing)


def test_output_is_taken_in_parts(pipe: tuple[Output, int]) -> None:
    """What has come since the last time is taken, and nothing twice; bytes that are no text are shown as such."""
    output, writing = pipe
    assert output.take() == ""
    os.write(writing, b"one\n\xff")
    assert output.take() == "one\n\ufffd"
    assert output.take() == ""


def test_output_beyond_the_cap_is_counted(pipe: tuple[Output, int]) -> None:
    """Only the first part is kept in memory; the count begins anew for the next exercise."""
    output, writing = pipe
    for _ in range(8):
        os.write(writing, b"x" * PRINTED_BYTES)
        output.drain()
        assert len(output.kept) <= PRINTED_BYTES
    assert output.take() == "x" * PRINTED_BYTES + f"\n... and {7 * PRINTED_BYTES} bytes more\n"
    os.write(writing, b"next")
    assert output.take() == "next"


ENDS = {
    "raise SystemExit(3)": "its process left with status 3",
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": "its process was killed, perhaps for the memory that it"
    " used (SIGKILL)",
    "import os, signal; os.kill(os.getpid(), signal.SIGTERM)": "its process was ended by the signal SIGTERM",
}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no signals")
@pytest.mark.parametrize("code", ENDS)
def test_how_a_process_ended(code: str) -> None:
    """A wait status is told in words."""
    process = subprocess.Popen([sys.executable, "-c", code])
    _, status = os.waitpid(process.pid, 0)
    process.returncode = 0  # it has been waited for
    assert how_it_ended(status) == ENDS[code]


def test_how_a_process_ended_by_an_unnamed_signal() -> None:
    """A real-time signal has no name, and is told by its number."""
    assert how_it_ended(40) == "its process was ended by the signal number 40"

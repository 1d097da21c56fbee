"""The end of a run that nothing in Python can stop: a loop in C, or one that swallows every exception.

`faulthandler` ends the process from a thread of its own and writes where it was to a pipe. A small Python process,
started beforehand, reads that and says it in words; where none can be started, the bare traceback appears.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.runtime._private import uncaptured

READER = r"""
import sys
dump = sys.stdin.buffer.read().decode("ascii", "replace")
if dump:
    with open(sys.argv[1], encoding="utf-8") as note:
        told, _, file = note.read().rstrip("\n").rpartition("\n")
    start = '  File "' + file.encode("ascii", "backslashreplace").decode() + '", line '
    lines = [line[len(start):].split(" ")[0] for line in dump.splitlines() if line.startswith(start)]
    if lines:
        told += "\nIt was at line " + lines[0] + " of that file."
    sys.stdout.reconfigure(errors="replace")
    sys.stdout.write("\n\n" + told + "\n")
"""
"""Reads the traceback from its input; the file in its argument holds the sentence and, as its last line, the learner's
file, which `faulthandler` writes in ASCII."""


class LastResort:
    """Ends the process with a sentence when a check is still running long after its limit."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.reader: subprocess.Popen[bytes] | None = None
        self.pipe: int | None = None
        self.folder: Path | None = None
        self.taken = is_taken(config)

    def arm(self, item: pytest.Item, place: str, limit: float) -> None:
        """From now on, end the process when it takes much longer than the limit."""
        if self.taken:
            return
        if self.pipe is None:
            self.open()
        assert self.pipe is not None
        if self.folder is not None:
            (self.folder / "note").write_text(f"{self.words(item, place, limit)}\n{item.path}\n", encoding="utf-8")
        faulthandler.dump_traceback_later(limit * 1.5 + 1, exit=True, file=self.pipe)

    def disarm(self) -> None:
        """The check has ended."""
        if not self.taken:
            faulthandler.cancel_dump_traceback_later()

    def words(self, item: pytest.Item, place: str, limit: float) -> str:
        """What to say if it comes to that."""
        return (
            f"{place}  {item.name}\n"
            f"{item.name} was still running after {limit:g} s, and nothing could stop it: it is a long\n"
            "loop outside Python, or one that catches every exception (a bare `except:`).\n"
            "So the run ends here, and what comes after it was not checked. To run the rest:\n"
            f"    pytest --deselect {item.nodeid}"
        )

    def open(self) -> None:
        """Start the reader, with the true standard error, which pytest may be capturing."""
        capture = self.config.pluginmanager.getplugin("capturemanager")
        with uncaptured(capture):
            terminal = os.dup(2)
        source, self.pipe = os.pipe()
        self.folder = Path(tempfile.mkdtemp(prefix="grader-"))
        try:
            # isolated and without site-packages it is there at once; Ctrl-C, which is for the run, must not end it
            self.reader = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", READER, str(self.folder / "note")],
                stdin=source,
                stdout=terminal,
                stderr=terminal,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError:
            os.close(self.pipe)
            self.pipe = terminal
        else:
            os.close(terminal)
        os.close(source)

    def close(self) -> None:
        """Let the reader go and leave nothing behind."""
        if self.pipe is not None:
            with contextlib.suppress(OSError):  # somebody's code may have closed it
                os.close(self.pipe)
            self.pipe = None
        if self.reader is not None:
            self.reader.wait()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def is_taken(config: pytest.Config) -> bool:
    """Whether pytest's own option uses the one clock that faulthandler has."""
    try:
        return float(config.getini("faulthandler_timeout") or 0) > 0
    except ValueError:  # -p no:faulthandler
        return False

"""What the tests of `grader grade` share: the target course, submissions to it, and the command as a process."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from places import TARGET

from grader.course.source import stub_text

FIRST, SECOND = "ex01_numbers", "ex02_effects"
RIGHT = {path.stem: path.read_text() for path in (TARGET / "solutions").glob("*.py")}
STUBS = {chapter: stub_text(text, TARGET) for chapter, text in RIGHT.items()}
POINTS = {"double": 1, "total": 2, "rows": 4, "fill": 8, "greet": 16}
LONGEST = 300
JUDGE, SERVER, WORKER = "(judge)", "(forkserver)", "(worker)"
"""How processes of a run are called."""


def make_target(folder: Path) -> Path:
    """A copy of the target course, with stubs."""
    shutil.copytree(TARGET, folder, ignore=shutil.ignore_patterns("__pycache__"))
    write(folder / "exercises", **STUBS)
    return folder


def write(folder: Path, **chapters: str) -> Path:
    """A submission: a folder with these chapters."""
    folder.mkdir(parents=True)
    for chapter, text in chapters.items():
        (folder / f"{chapter}.py").write_text(text)
    return folder


def double(body: str) -> dict[str, str]:
    """The solutions, with this for the body of `double`."""
    return {**RIGHT, FIRST: RIGHT[FIRST].replace("    return 2 * x", f"    {body}")}


# ---------------------------------------------------------------- the command


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str


class Run:
    """`grader grade` as a process: what it started is found below it, its temporary files in a folder of their own."""

    def __init__(self, course: Path, temporary: Path, *arguments: str | Path, cwd: Path | None = None) -> None:
        self.temporary = temporary
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_", "GITHUB"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", "--course", str(course), "grade", *map(str, arguments)],
            cwd=cwd,
            env={**kept, "TMPDIR": str(temporary), "COLUMNS": "80", "NO_COLOR": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def end(self, stdin: bytes = b"") -> Ran:
        """Wait for its end."""
        try:
            out, err = self.process.communicate(stdin, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        return Ran(self.process.returncode, out.decode(), err.decode())

    def below(self, command: str = "") -> list[int]:
        """The processes that it has started, and those that these have, with this in their command line or name."""
        return [pid for pid in below(self.process.pid) if command in command_of(pid)]

    def kill(self) -> list[int]:
        """Kill it; what was below it, of which nothing is started after that was asked."""
        self.process.send_signal(signal.SIGSTOP)
        started = self.below()
        self.process.kill()
        self.process.communicate()
        return started


def grade(course: Path, temporary: Path, *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None) -> Ran:
    """`grader grade` from its start to its end."""
    return Run(course, temporary, *arguments, cwd=cwd).end(stdin)


def command_of(pid: int) -> str:
    """The command line of a process, and its name in parentheses; "" where it has ended."""
    with contextlib.suppress(OSError):
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        return line and f"{line}({Path(f'/proc/{pid}/comm').read_text().strip()})"
    return ""


def below(parent: int) -> list[int]:
    """The children of a process, and theirs."""
    try:
        threads = list(Path(f"/proc/{parent}/task").iterdir())
        children = [int(pid) for thread in threads for pid in (thread / "children").read_text().split()]
    except OSError:
        return []
    return [pid for child in children for pid in (child, *below(child))]


def wait_for(what: Callable[[], object], seconds: float = 200) -> bool:
    """Wait until something is so; whether it ever was."""
    until = time.monotonic() + seconds
    while not what():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def gone(pids: list[int]) -> bool:
    """Whether all these processes have ended."""
    return not any(command_of(pid) for pid in pids)


@contextlib.contextmanager
def small_disk(at: Path, size: str) -> Iterator[Path]:
    """A disk of this size."""
    at.mkdir()
    if (
        sys.platform != "linux"
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no disk can be mounted here")
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)

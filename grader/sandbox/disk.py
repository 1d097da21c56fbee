"""The disk that workers write to: what one of them holds of it, seen or not, and whether it is nearly full."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.core.errors import DiskLow
from grader.sandbox.limits import FREE_FLOOR, GREW_BYTES, MODEST_BYTES, SCRATCH_BYTES, SCRATCH_FILES, Limits
from grader.sandbox.protocol import Ended


@dataclass
class Disk:
    """The disk beneath a folder, as one judge among several that share it sees it.

    Below the floor nothing that failed can be held against anybody: whoever holds much is ended, and who was beside it
    is graded again, alone. Those who see it first tell the others by `signal`, a file whose time they change.
    """

    root: Path
    signal: Path | None = None
    alone: bool = True
    """Whether nobody else is graded at the same time."""
    floor: int = 0
    was_low: bool = False
    """Whether it was seen nearly full since `begin`."""
    signalled: float = field(default=0.0, init=False)
    at_first: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.floor = min(FREE_FLOOR, self.free() // 4)
        self.begin(self.alone)

    def begin(self, alone: bool) -> None:
        """Another submission begins."""
        self.alone, self.was_low = alone, False
        self.signalled, self.at_first = self.signal_time(), self.free()

    def free(self) -> int:
        """Bytes that are left."""
        seen = os.statvfs(self.root)
        return seen.f_bavail * seen.f_frsize

    def signal_time(self) -> float:
        """When anybody has last told that it is nearly full."""
        if self.signal is not None:
            with contextlib.suppress(OSError):
                return self.signal.stat().st_mtime_ns
        return 0.0

    def check(self, free: int) -> bool:
        """Whether it is nearly full; then all others are told."""
        if free >= self.floor:
            return False
        self.was_low = True
        if self.signal is not None:
            with contextlib.suppress(OSError):
                os.utime(self.signal)
        return True

    def suspect(self) -> bool:
        """Whether it was nearly full at any time since `begin`, as far as anybody has seen."""
        return self.check(self.free()) or self.was_low or self.signal_time() != self.signalled


@dataclass
class Holdings:
    """What one worker holds of a disk: looked at whenever it has answered, and while an answer is waited for."""

    disk: Disk
    scratch: Path
    pid: int
    most_free: int = 0
    """The most that was free since what it hides was looked for."""

    def look(self, *, thoroughly: bool) -> None:
        """End a worker that fills the disk. What it hides is looked for where the disk has become fuller.

        Raises `Ended` for what is its own doing, `DiskLow` where it only holds more than others of what is left.
        """
        free = self.disk.free()
        held = size_of(self.scratch)
        can_look = True
        if thoroughly or free < self.most_free - GREW_BYTES:
            hidden = size_of_hidden(self.pid, self.scratch)
            held, can_look = held + (hidden or 0), hidden is not None
            self.most_free = free
        self.most_free = max(self.most_free, free)
        if held > SCRATCH_BYTES:
            self.disk.check(free)
            raise Ended(f"it wrote more than {SCRATCH_BYTES >> 20} MiB, or thousands of files")
        if self.disk.check(free):
            if not thoroughly:
                self.look(thoroughly=True)
            elif not self.disk.alone and (held > MODEST_BYTES or not can_look):
                raise DiskLow("the disk is nearly full")
            elif self.disk.alone and (held > MODEST_BYTES or self.disk.at_first - free > SCRATCH_BYTES):
                raise Ended(f"the disk is nearly full, and it holds {max(held, self.disk.at_first - free) >> 20} MiB")


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder, of at most some thousands of them."""
    total, left, folders = 0, SCRATCH_FILES, [str(folder)]
    while folders and left:
        with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                left -= 1
                if not left:
                    return SCRATCH_BYTES + 1
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total


def size_of_hidden(pid: int, scratch: Path) -> int | None:
    """Bytes of the files that a process holds open, or in its memory, and that no folder shows any more.

    None where it cannot be looked at: only root can look at a worker.
    """
    try:
        device = os.stat(scratch).st_dev
        sizes = dict(open_and_deleted(pid)) | dict(mapped_and_deleted(pid, device))
    except OSError:
        return None
    return sum(sizes.values())


def open_and_deleted(pid: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Device and number of each deleted file that a process has open, and its size."""
    with os.scandir(f"/proc/{pid}/fd") as entries:
        for entry in entries:
            with contextlib.suppress(OSError):  # closed meanwhile
                info = entry.stat()
                if stat.S_ISREG(info.st_mode) and not info.st_nlink:
                    yield (info.st_dev, info.st_ino), info.st_blocks * 512


def mapped_and_deleted(pid: int, device: int) -> Iterator[tuple[tuple[int, int], int]]:
    """The same for those that are in its memory, on one disk; one that cannot be measured has the most that is allowed.

    They stay as long as a single page of them is mapped, whether or not they are open.
    """
    with open(f"/proc/{pid}/maps", "rb") as file:
        lines = [line for line in file.read().splitlines() if line.endswith(b" (deleted)")]
    for line in lines:
        place, _, _, on, number, *_ = line.split()
        major, _, minor = on.partition(b":")
        if os.makedev(int(major, 16), int(minor, 16)) != device:
            continue
        low, _, high = place.partition(b"-")
        size = Limits().file_size
        with contextlib.suppress(OSError):
            size = os.stat(f"/proc/{pid}/map_files/{int(low, 16):x}-{int(high, 16):x}").st_blocks * 512
        yield (device, int(number)), size

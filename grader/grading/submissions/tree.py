"""A learner's folder: read so that nothing outside it is opened and nothing blocks, and removed whatever it holds."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, Protocol

from grader.grading.limits import CROWD

Kind = Literal["file", "folder", "link", "other"]

NO_LINK = getattr(os, "O_NOFOLLOW", 0)
OPEN_FOLDER = os.O_RDONLY | NO_LINK | getattr(os, "O_DIRECTORY", 0)
OPEN_FILE = os.O_RDONLY | NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
DESCRIPTORS = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
"""Whether each step of a path can start from the folder opened before it, so that nobody swaps one in between."""
OURS = {errno.EMFILE, errno.ENFILE, errno.ENOMEM}
"""What is no fault of a submission, and must not be held against it."""


class Unreadable(Exception):
    """Why something cannot be read, as the end of a sentence that begins with its name."""


class TooLarge(Unreadable):
    """A file holds more than may be read of it."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"is larger than {megabytes(limit)}")


class Tree(Protocol):
    """A folder or an archive; paths in it are relative, with slashes, and `` is its top."""

    def children(self, folder: str) -> dict[str, Kind]:
        """What is in a folder; where that is more than `CROWD`, any selection of more than `CROWD`."""

    def kind(self, path: str) -> Kind | None:
        """What there is at a path, if anything."""

    def read(self, path: str, limit: int) -> bytes:
        """A file's content, of at most so many bytes."""


class Folder:
    """A folder as a `Tree`. Every method raises `Unreadable` with the reason."""

    def __init__(self, path: str) -> None:
        self.path = path
        with reasons():
            self.root = os.open(path, OPEN_FOLDER) if DESCRIPTORS else -1

    def close(self) -> None:
        """Let go of the folder."""
        if DESCRIPTORS:
            os.close(self.root)

    def children(self, folder: str) -> dict[str, Kind]:
        """What is in a folder, as `Tree` has it."""
        found: dict[str, Kind] = {}
        with reasons(), self.within(folder) as here, os.scandir(here) as entries:
            for entry in entries:
                found[entry.name] = kind_of(entry.stat(follow_symlinks=False))
                if len(found) > CROWD:
                    break
        return found

    def kind(self, path: str) -> Kind | None:
        """What there is at a path, if anything."""
        folder, _, name = path.rpartition("/")
        try:
            with reasons(), self.within(folder) as here:
                return kind_of(look_up(here, name))
        except Unreadable as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise

    def read(self, path: str, limit: int) -> bytes:
        """A file's content, of at most so many bytes."""
        with self.opened(path) as descriptor:
            size = os.fstat(descriptor).st_size
            content = b""
            if size <= limit:
                with reasons(), open(descriptor, "rb", closefd=False) as file:
                    content = file.read(limit + 1)
            if max(size, len(content)) > limit:
                raise TooLarge(limit)
            return content

    @contextmanager
    def opened(self, path: str) -> Iterator[int]:
        """A descriptor of a regular file; nothing else is ever opened."""
        folder, _, name = path.rpartition("/")
        with reasons(), self.within(folder) as here:
            if not stat.S_ISREG(look_up(here, name).st_mode):
                raise Unreadable("is not a regular file")
            descriptor = (
                os.open(name, OPEN_FILE, dir_fd=here) if isinstance(here, int) else os.open(f"{here}/{name}", OPEN_FILE)
            )
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # it was put there since the look
                raise Unreadable("is not a regular file")
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def within(self, folder: str) -> Iterator[int | str]:
        """A descriptor of a folder inside, reached step by step; its path where the platform has none."""
        parts = folder.split("/") if folder else []
        if not DESCRIPTORS:
            path = self.path
            for part in parts:
                path = f"{path}/{part}"
                if kind_of(os.lstat(path)) != "folder":
                    raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
            yield path
            return
        here = os.open(".", OPEN_FOLDER, dir_fd=self.root)
        try:
            for part in parts:
                inner = os.open(part, OPEN_FOLDER, dir_fd=here)
                os.close(here)
                here = inner
            yield here
        finally:
            os.close(here)


@contextmanager
def reasons() -> Iterator[None]:
    """Turn what the system says about a learner's file into `Unreadable`."""
    try:
        yield
    except OSError as error:
        if error.errno in OURS:
            raise
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error


def look_up(here: int | str, name: str) -> os.stat_result:
    """What stands at a name in a folder, links not followed."""
    return os.lstat(name, dir_fd=here) if isinstance(here, int) else os.lstat(f"{here}/{name}")


def kind_of(info: os.stat_result) -> Kind:
    """The kind of thing, from what the system knows of it; a junction of Windows is a link."""
    if stat.S_ISLNK(info.st_mode) or getattr(info, "st_reparse_tag", 0) == getattr(
        stat, "IO_REPARSE_TAG_MOUNT_POINT", -1
    ):
        return "link"
    return "file" if stat.S_ISREG(info.st_mode) else "folder" if stat.S_ISDIR(info.st_mode) else "other"


def megabytes(size: int) -> str:
    """A limit as people write it."""
    return f"{size / 2**20:.3g} MiB"

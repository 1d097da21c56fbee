"""A zip or tar archive as a tree, whatever it claims: sizes are counted, names checked, nothing is unpacked to disk."""

from __future__ import annotations

import bz2
import gzip
import importlib
import io
import lzma
import stat
import zipfile
from collections.abc import Iterator
from typing import Any

from grader.grading.limits import DIRECTORY_BYTES, MEMBERS, UNPACKED_BYTES
from grader.grading.submissions.tar import TAR_BLOCK, Member, header_holds, tarred
from grader.grading.submissions.tree import Kind, TooLarge, Unreadable, megabytes


class Archive:
    """An archive as a `Tree`, from the descriptor of its file. Raises `Unreadable` with the reason."""

    def __init__(self, descriptor: int) -> None:
        self.file = Limited(descriptor, closefd=False)
        self.members: dict[str, Member] = {}
        self.folders: dict[str, dict[str, Kind]] = {"": {}}
        self.outside: list[str] = []
        """Names that lead out of the archive, or could."""
        self.twice: list[str] = []
        """Names that more than one member has; the last one is taken, as `unzip` and `tar` do."""
        try:
            for number, member in enumerate(self.found()):
                if number == MEMBERS:
                    raise Unreadable(f"holds more than {MEMBERS:,} members, and is not opened")
                self.add(member)
        except Unreadable:
            raise
        except Exception as error:  # the libraries raise nearly anything for what is not an archive
            raise Unreadable("cannot be opened: it is damaged, or was cut short") from error

    def found(self) -> Iterator[Member]:
        """The members in their order, of whatever archive the content says that this is."""
        head = self.file.read(TAR_BLOCK)
        self.file.seek(0)
        if not head:
            raise Unreadable("is empty")
        if head.startswith((b"PK\3\4", b"PK\5\6")):
            return zipped(zipfile.ZipFile(self.file))
        content = unpacked(decompressed(head, self.file))
        if not header_holds(content[:TAR_BLOCK]):
            raise Unreadable("is neither a zip nor a tar archive")
        return tarred(content)

    def add(self, member: Member) -> None:
        """Enter a member, and the folders above it."""
        path = inside(member.name)
        if path is None:
            self.outside.append(member.name)
            return
        parts = path.split("/") if path else []
        above = ""
        for depth, part in enumerate(parts, start=1):
            if depth < len(parts) or member.kind == "folder":
                self.folders[above].setdefault(part, "folder")
            else:
                if path in self.members:
                    self.twice.append(path)
                self.folders[above][part] = member.kind
                self.members[path] = member
                return
            above = f"{above}/{part}" if above else part
            self.folders.setdefault(above, {})

    def close(self) -> None:
        """Let go of the content; the descriptor is the caller's."""
        self.file.close()

    def children(self, folder: str) -> dict[str, Kind]:
        """What is in a folder, as `Tree` has it."""
        return self.folders.get(folder, {})

    def kind(self, path: str) -> Kind | None:
        """What there is at a path, if anything."""
        folder, _, name = path.rpartition("/")
        return self.children(folder).get(name)

    def read(self, path: str, limit: int) -> bytes:
        """A file's content, of at most so many bytes."""
        try:
            content = self.members[path].read(limit)
        except Unreadable:
            raise
        except Exception as error:
            raise Unreadable("is damaged in the archive") from error
        if len(content) > limit:
            raise TooLarge(limit)
        return content


class Limited(io.FileIO):
    """A file that never gives more at once than a zip's directory may hold, whatever a header asks for."""

    def read(self, size: int | None = -1, /) -> bytes:
        """At most so many bytes."""
        if size is not None and size > DIRECTORY_BYTES:
            raise Unreadable("holds too many members, and is not opened")
        return super().read(DIRECTORY_BYTES if size is None or size < 0 else size) or b""


def inside(name: str) -> str | None:
    """A member's name as a path within the archive; None where it leads out of it, or is none at all."""
    if len(name) > 2_000 or "\0" in name:
        return None
    name = name.replace("\\", "/")  # some packers on Windows write names so
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or len(parts) > 32 or (parts and parts[0][1:2] == ":"):
        return None
    return "/".join(parts)


def zipped(file: zipfile.ZipFile) -> Iterator[Member]:
    """The members of a zip."""
    for info in file.infolist():
        mode = info.external_attr >> 16
        kind: Kind = "folder" if info.is_dir() or info.filename.endswith("\\") else "file"
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            kind = "link" if stat.S_ISLNK(mode) else "other"

        def read(limit: int, info: zipfile.ZipInfo = info) -> bytes:
            if info.flag_bits & 1:
                raise Unreadable("is encrypted in the archive")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # the others unpack without bounds
                raise Unreadable("is compressed in a way that is not read here")
            if info.file_size > limit:
                return bytes(limit + 1)
            with file.open(info) as member:
                return member.read(limit + 1)

        yield Member(info.filename, kind, read)


def decompressed(head: bytes, file: io.FileIO) -> io.BufferedIOBase | io.RawIOBase:
    """The file as a stream of what it holds, decompressed where it begins like something compressed."""
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file)
    if head.startswith(b"BZh"):
        return bz2.BZ2File(file)
    if head.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMAFile(file)
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        try:
            zstd: Any = importlib.import_module("compression.zstd")
        except ImportError:
            raise Unreadable("is compressed with zstd, which this Python does not read: use another") from None
        stream: io.BufferedIOBase = zstd.ZstdFile(file)
        return stream
    return file


def unpacked(stream: io.BufferedIOBase | io.RawIOBase) -> bytes:
    """All that a stream holds. Counted while it is read: what it says of itself may not be true."""
    content = io.BytesIO()
    while piece := stream.read(2**20):
        content.write(piece)
        if content.tell() > UNPACKED_BYTES:
            raise Unreadable(f"holds more than {megabytes(UNPACKED_BYTES)}, and is not opened")
    return content.getvalue()

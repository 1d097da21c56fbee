"""What is in a tar archive.

Its headers are read here: those that `tarfile` takes may be of any size, nest, and cost quadratic time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from grader.grading.submissions.tree import Kind, Unreadable

TAR_BLOCK = 512
MEMBER_KINDS: dict[bytes, Kind] = {
    b"\0": "file",
    b"0": "file",
    b"7": "file",
    b"1": "link",
    b"2": "link",
    b"5": "folder",
}


@dataclass(frozen=True)
class Member:
    """One thing in an archive, and how its content is had, at most so many bytes of it."""

    name: str
    kind: Kind
    read: Callable[[int], bytes]


def tarred(content: bytes) -> Iterator[Member]:
    """The members of a tar of any of the usual kinds: old, POSIX (`ustar` and `pax`), GNU."""
    position, long = 0, b""
    while (header := content[position : position + TAR_BLOCK]) != bytes(TAR_BLOCK):  # an empty block is the end
        start, size, flag = position + TAR_BLOCK, number(header[124:136]), header[156:157]
        if not header_holds(header) or not 0 <= size <= len(content) - start:
            raise Unreadable("cannot be opened: it is damaged, or was cut short")
        body = content[start : start + size] if flag in b"Lx" and size < 2**16 else b""
        if flag == b"L":
            long = body.split(b"\0")[0]
        elif flag == b"x":
            long = pax_path(body) or long
        name = long or posix_name(header)
        if flag not in b"LKxg":
            kind = MEMBER_KINDS.get(flag, "other")
            if kind == "file" and name.endswith(b"/"):
                kind = "folder"  # before POSIX, a slash said so

            def read(limit: int, start: int = start, size: int = size) -> bytes:
                return content[start : start + min(size, limit + 1)]

            yield Member(name.decode("utf-8", "surrogateescape"), kind, read)
            long = b""
        position = start + (size + TAR_BLOCK - 1) // TAR_BLOCK * TAR_BLOCK


def header_holds(header: bytes) -> bool:
    """Whether a block is a tar header: the sum of its bytes, its own eight taken as blanks, stands in it."""
    return len(header) == TAR_BLOCK and sum(header) - sum(header[148:156]) + 8 * 32 == number(header[148:156])


def number(field: bytes) -> int:
    """A number as tar writes it: octal digits, or binary where the first bit is set; -1 where it is none."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        return -1


def posix_name(header: bytes) -> bytes:
    """The name in a header, with the part that POSIX keeps elsewhere."""
    name, prefix = header[:100].split(b"\0")[0], header[345:500].split(b"\0")[0]
    return prefix + b"/" + name if prefix and header[257:263] == b"ustar\0" else name


def pax_path(body: bytes) -> bytes:
    """The path in a header of records `LENGTH KEY=VALUE`, if there is one."""
    while body:
        length, _, _ = body[:20].partition(b" ")
        if not length.isdigit() or not 0 < int(length) <= len(body):
            break
        record, body = body[len(length) + 1 : int(length) - 1], body[int(length) :]
        if record.startswith(b"path="):
            return record.removeprefix(b"path=")
    return b""

"""What a copy of a course has in the place of its solutions: a file for each chapter, read without importing torch.

    xz of a JSON text · xz of the records that it names

The text has what is known of each exercise (points, hints, signature, stub) and where its records are; these are cases
and observations, and the judge reads them. Two streams, because a hint needs the first one only.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.core.errors import CourseError
from grader.course.source import Definition, Entry, Source

FORMAT = 1
"""Raised whenever a file can no longer be read by an engine that knows the old form."""
SUFFIX = ".xz"
HEAD_BYTES = 16 << 20
RECORDS_BYTES = 512 << 20
"""More than a chapter can hold: what is larger is damaged."""


@dataclass(frozen=True)
class Recording:
    """One chapter as it was recorded."""

    path: Path
    seed: int
    engine: str
    """The fingerprint of the engine that has written it."""
    stub: str
    """The text of the chapter's file in `exercises/`."""
    definitions: tuple[Definition, ...]
    entries: tuple[Entry, ...]
    trials: dict[str, dict[str, Any]]
    """Exercise → what the judge has to know of it, as JSON."""
    digest: str = ""
    packed: bytes = field(default=b"", repr=False)
    """The records, as they stand in the file."""

    @property
    def source(self) -> Source:
        """The chapter's exercises as its author wrote them, without their bodies."""
        return Source(self.path, {definition.name: definition for definition in self.definitions}, {})

    @cached_property
    def records(self) -> bytes:
        """The records. Raises `CourseError` where they are not those that were written."""
        try:
            found = first_stream(self.packed, RECORDS_BYTES)[0]
        except (lzma.LZMAError, ValueError):
            raise damaged(self.path) from None
        if hashlib.sha256(found).hexdigest() != self.digest:
            raise damaged(self.path)
        return found


def write_recording(recording: Recording, records: bytes) -> None:
    """Write a chapter's file; the same recording gives the same bytes."""
    told = {
        "format": FORMAT,
        "seed": recording.seed,
        "engine": recording.engine,
        "stub": recording.stub,
        "definitions": [asdict(definition) for definition in recording.definitions],
        "entries": [asdict(entry) for entry in recording.entries],
        "trials": recording.trials,
        "digest": hashlib.sha256(records).hexdigest(),
    }
    head = json.dumps(told, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    recording.path.parent.mkdir(parents=True, exist_ok=True)
    recording.path.write_bytes(lzma.compress(head, preset=9) + lzma.compress(records, preset=9))


def read_recording(path: Path) -> Recording:
    """A chapter's file. Raises `CourseError`, in one sentence, where it is missing, damaged, or of another form."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{shown(path)} cannot be read: {error.strerror}. It holds what to check against.") from None
    try:
        head, packed = first_stream(raw, HEAD_BYTES)
        told = json.loads(head.decode("utf-8", "surrogatepass"))
        if told["format"] != FORMAT:
            raise CourseError(
                f"{shown(path)} has the form {told['format']}, and this grader reads the form {FORMAT}. Install the"
                " grader that came with it: `pip install -r requirements.txt`."
            )
        return Recording(
            path,
            int(told["seed"]),
            str(told["engine"]),
            str(told["stub"]),
            tuple(Definition(**{**d, **lists(d, "parameters", "keywords")}) for d in told["definitions"]),
            tuple(Entry(**{**e, **lists(e, "hints")}) for e in told["entries"]),
            dict(told["trials"]),
            str(told["digest"]),
            packed,
        )
    except (lzma.LZMAError, ValueError, KeyError, TypeError, RecursionError):
        raise damaged(path) from None


def lists(told: dict[str, Any], *names: str) -> dict[str, tuple[str, ...]]:
    """JSON's lists as tuples."""
    return {name: tuple(told[name]) for name in names}


def first_stream(raw: bytes, most: int) -> tuple[bytes, bytes]:
    """The first stream of some bytes, and what stands behind it. Raises `ValueError` where it is too long or cut."""
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ)
    found = decompressor.decompress(raw, max_length=most)
    if not decompressor.eof:
        raise ValueError
    return found, decompressor.unused_data


def shown(path: Path) -> str:
    """A recording as it is called in a sentence."""
    return f"{path.parent.name}/{path.name}"


def damaged(path: Path) -> CourseError:
    """That a file is not what was written."""
    return CourseError(f"{shown(path)} is damaged or was changed. Take it anew from where the course came from.")

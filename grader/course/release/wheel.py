"""The engine as a wheel, written from the package's own files: no network, no build tool, the same bytes each time."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import grader

PACKAGE = Path(grader.__file__).parent
DISTRIBUTION = "torch-grader"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can hold, in the place of when a file was written."""


def files_of_engine() -> Iterator[tuple[str, bytes]]:
    """(path in the wheel, content) of each file of the package, in the order of their names."""
    for path in sorted(PACKAGE.rglob("*"), key=lambda path: path.relative_to(PACKAGE).as_posix()):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"grader/{path.relative_to(PACKAGE).as_posix()}", path.read_bytes()


@cache
def engine_fingerprint() -> str:
    """The engine in ten hexadecimal digits: those of another one differ."""
    digest = hashlib.sha256()
    for name, content in files_of_engine():
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:10]


def wheel_version() -> str:
    """The version of the wheel: it differs wherever the engine does, because pip keeps a version that it has."""
    return f"{metadata.version(DISTRIBUTION).partition('+')[0]}+{engine_fingerprint()}"


def wheel_name() -> str:
    """The file's name."""
    return f"{DISTRIBUTION.replace('-', '_')}-{wheel_version()}-py3-none-any.whl"


def write_wheel(folder: Path) -> Path:
    """Write the wheel into a folder."""
    path = folder / wheel_name()
    information = f"{DISTRIBUTION.replace('-', '_')}-{wheel_version()}.dist-info"
    found = metadata.distribution(DISTRIBUTION)
    needed = [line for line in found.requires or () if "extra ==" not in line]
    head = [
        "Metadata-Version: 2.1",
        f"Name: {DISTRIBUTION}",
        f"Version: {wheel_version()}",
        f"Summary: {found.metadata['Summary']}",
        f"Requires-Python: {found.metadata['Requires-Python']}",
        *(f"Requires-Dist: {line}" for line in sorted(needed)),
    ]
    groups: dict[str, list[str]] = {}
    for entry in found.entry_points:
        groups.setdefault(entry.group, []).append(f"{entry.name} = {entry.value}")
    points = [line for group in sorted(groups) for line in (f"[{group}]", *sorted(set(groups[group])), "")]
    entries = [
        *files_of_engine(),
        (f"{information}/METADATA", "\n".join([*head, ""]).encode()),
        (f"{information}/WHEEL", b"Wheel-Version: 1.0\nGenerator: grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        (f"{information}/entry_points.txt", "\n".join(points).encode()),
    ]
    record = [f"{name},sha256={digest_of(content)},{len(content)}" for name, content in entries]
    record.append(f"{information}/RECORD,,")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in (*entries, (f"{information}/RECORD", "\n".join([*record, ""]).encode())):
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
    return path


def digest_of(content: bytes) -> str:
    """A file's digest as a wheel's record has it."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()

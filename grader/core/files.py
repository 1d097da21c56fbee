"""Files and folders: written so that nobody ever finds half of one, and removed whatever they hold."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Write a text file as a whole or not at all. Raises `OSError` where that cannot be."""
    path = path.resolve()  # where it is a link, its target is written
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.chmod(name, path.stat().st_mode)
        else:
            os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def remove(folder: Path) -> None:
    """Remove a folder whatever is in it: however deep it goes, whatever it forbids.

    What lies deeper is brought to the top before it is emptied, so that no path becomes too long for the system.
    """
    if not folder.exists():
        return
    folder.chmod(0o700)
    while inner := emptied(folder, folder):
        for name in inner:
            emptied(folder / name, folder)
            os.rmdir(folder / name)
    os.rmdir(folder)


def emptied(folder: Path, top: Path) -> list[str]:
    """Remove a folder's files, and move its folders to the top; the names of those that are there already."""
    with os.scandir(folder) as entries:
        found = list(entries)
    names = []
    for entry in found:
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.path)
            continue
        os.chmod(entry.path, 0o700)
        if folder == top:
            names.append(entry.name)
        else:
            os.rename(entry.path, top / os.urandom(16).hex())
    return names

"""Finding what is to be graded: folders, archives, folders of many. Nothing is opened here beyond listing folders."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.core.errors import SubmissionError
from grader.core.text import natural, printable, some

EXERCISES = "exercises"
JUNK = {"__pycache__", "__MACOSX", "node_modules", "site-packages"}
ARCHIVES = (".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tgz", ".tbz2", ".tbz", ".txz", ".tzst", ".tar", ".zip")
UNKNOWN = (".rar", ".7z")
"""Archives that cannot be opened, but were handed in: their owners stand in the gradebook with a sentence."""


@dataclass(frozen=True)
class Submission:
    """One submission: a name that no other of the run has, and the absolute path of its folder or archive."""

    name: str
    path: str


@dataclass(frozen=True)
class Found:
    """All submissions in the order of the run, and a sentence for each thing that was passed over."""

    submissions: tuple[Submission, ...]
    notes: tuple[str, ...] = ()


def listed(text: bytes) -> list[Path]:
    """The paths in a list, one a line, or separated by NUL where there is one."""
    lines = text.split(b"\0") if b"\0" in text else [line.removesuffix(b"\r") for line in text.split(b"\n")]
    return [Path(os.fsdecode(line)) for line in lines if line]


def find(paths: Sequence[Path], chapters: Sequence[str]) -> Found:
    """The submissions at these paths: each a submission's folder or archive, or a folder of many of them.

    Raises `SubmissionError` where there is none, or where a path leads nowhere.
    """
    if not paths:
        raise SubmissionError("There is nothing to grade: name a folder, a zip or tar archive, or a folder of many.")
    notes: list[str] = []
    found: dict[str, str] = {}  # the real path → the path as it was given, from which the name is taken
    for path in paths:
        for each in at(os.path.abspath(path), chapters, notes):
            real = os.path.realpath(each)
            if real in found:
                notes.append(f"{printable(str(path))} was named more than once, and is graded once.")
            found.setdefault(real, each)
    names = unique(list(found.values()))
    return Found(tuple(Submission(name, real) for name, real in zip(names, found, strict=True)), tuple(notes))


def at(path: str, chapters: Sequence[str], notes: list[str]) -> list[str]:
    """The path itself where it is one submission, otherwise the submissions in that folder."""
    try:
        os.stat(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SubmissionError(f"{printable(path)} cannot be graded: {reason}.") from None
    if not os.path.isdir(path):
        if os.path.isfile(path) and is_archive(path):
            return [path]
        raise SubmissionError(f"{printable(path)} is neither a folder nor a zip or tar archive.")
    places = (path, os.path.join(path, EXERCISES))
    if any(os.path.lexists(os.path.join(place, f"{chapter}.py")) for place in places for chapter in chapters):
        return [path]
    return in_folder(path, chapters, notes) or [path]


def in_folder(path: str, chapters: Sequence[str], notes: list[str]) -> list[str]:
    """The folders and archives in a folder, as a person would sort them; what else is there is told in a note.

    A file beside them that may be somebody's chapter is a submission too: it cannot be graded, and is told by name.
    """
    found, others, links = [], [], []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if hidden(entry.name):
                    continue
                if entry.is_symlink():
                    links.append(entry.name)
                elif entry.is_dir() or (entry.is_file() and is_archive(entry.name)):
                    found.append(entry.name)
                else:
                    others.append(entry.name)
    except OSError:
        return []  # one submission, which then has its own sentence on why it cannot be read
    if found:
        handed_in = [
            n for n in others if n.casefold().endswith(".ipynb") or any(c.casefold() in n.casefold() for c in chapters)
        ]
        found += handed_in
        others = [name for name in others if name not in handed_in]
    if found and others:
        notes.append(f"Passed over in {printable(path)}, being neither folder nor archive: {some(others)}.")
    if links:
        notes.append(
            f"Passed over in {printable(path)}, for links are not followed unless they are named: {some(links)}."
        )
    return [os.path.join(path, name) for name in sorted(found, key=natural)]


def unique(paths: list[str]) -> list[str]:
    """A name for each path: its last part, with the folder's before it, then a number, where others have it too."""
    short = [label(path) for path in paths]
    counts = Counter(short)
    names: list[str] = []
    used: set[str] = set()
    for path, name in zip(paths, short, strict=True):
        base = f"{label(os.path.dirname(path))}/{name}" if counts[name] > 1 else name
        number, name = 1, base
        while name in used:
            number, name = number + 1, f"{base}#{number + 1}"
        used.add(name)
        names.append(name)
    return names


def label(path: str) -> str:
    """The last part of a path, an archive's without its suffix."""
    name = os.path.basename(path) or path
    suffix = next((suffix for suffix in ARCHIVES + UNKNOWN if name.lower().endswith(suffix)), "")
    stem = name[: len(name) - len(suffix)] if suffix and not os.path.isdir(path) else name
    return printable(stem or name)


def is_archive(name: str) -> bool:
    """Whether this is how an archive is named."""
    return name.lower().endswith(ARCHIVES + UNKNOWN)


def hidden(name: str) -> bool:
    """Whether a name is one that tools leave behind, never a learner."""
    return name.startswith(".") or name in JUNK

"""Hints, one more at each call; how many somebody has seen is kept in `.grader/hints.json` beside the course."""

from __future__ import annotations

import json
from dataclasses import dataclass

from grader.core.files import replace_text
from grader.course.manifest import Course


@dataclass(frozen=True)
class Shown:
    """The hints of an exercise up to the one asked for, how many there are, and where to read on."""

    hints: tuple[str, ...]
    total: int
    read: str


def next_hint(course: Course, chapter: str, name: str, *, everything: bool = False) -> Shown:
    """One hint more than last time, or all of them. Where the count cannot be kept, it starts anew each time."""
    entry = course.catalogue[chapter][name]
    seen = seen_counts(course)
    key = f"{chapter}.{name}"
    total = len(entry.hints)
    number = total if everything else min(seen.get(key, 0) + 1, total)
    save_counts(course, {**seen, key: number})
    return Shown(entry.hints[:number], total, entry.read)


def forget_hints(course: Course, chapter: str, name: str) -> None:
    """Begin again with the first hint."""
    save_counts(course, {key: number for key, number in seen_counts(course).items() if key != f"{chapter}.{name}"})


def seen_counts(course: Course) -> dict[str, int]:
    """How many hints of each exercise have been seen; a file that cannot be read counts as none."""
    try:
        data = json.loads((course.root / ".grader" / "hints.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {key: number for key, number in data.items() if type(number) is int and number >= 0}


def save_counts(course: Course, seen: dict[str, int]) -> None:
    """Remember the counts; that this fails (a read-only folder) is no reason to show no hint."""
    folder = course.root / ".grader"
    try:
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        replace_text(folder / "hints.json", json.dumps(seen, indent=1, sort_keys=True))
    except OSError:
        return

"""Hints, one more at each call; how many somebody has seen is kept in `.grader/hints.json` beside the course."""

from __future__ import annotations

from dataclasses import dataclass

from grader.course.kept import read_kept, write_kept
from grader.course.manifest import Course

SEEN = "hints.json"


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
    """How many hints of each exercise have been seen."""
    kept = read_kept(course, SEEN)
    return {key: number for key, number in kept.items() if isinstance(number, int) and number >= 0}


def save_counts(course: Course, seen: dict[str, int]) -> None:
    """Remember the counts."""
    write_kept(course, SEEN, dict(seen))

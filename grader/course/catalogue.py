"""The exercises of each chapter of a course, read when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from grader.core.errors import CourseError, SourceError
from grader.course import source


class Catalogue(Mapping[str, dict[str, source.Entry]]):
    """Chapter → exercise → its entry, both in the course's order; a chapter's files are read on demand.

    `entries` reads those of a chapter; it raises `CourseError` where a file of it is broken.
    """

    def __init__(self, chapters: Sequence[str], entries: Callable[[str], dict[str, source.Entry]]) -> None:
        self.chapters = chapters
        self.entries = entries
        self.read: dict[str, dict[str, source.Entry]] = {}

    def __getitem__(self, chapter: str) -> dict[str, source.Entry]:
        if chapter not in self.chapters:
            raise KeyError(chapter)
        if chapter not in self.read:
            self.read[chapter] = self.entries(chapter)
        return self.read[chapter]

    def __iter__(self) -> Iterator[str]:
        return iter(self.chapters)

    def __len__(self) -> int:
        return len(self.chapters)


def written_entries(solution: Path, checks: Path) -> dict[str, source.Entry]:
    """One chapter's exercises in the order of its solution, with what its checks say about them.

    Raises `CourseError` where one of the two files cannot be read, or an exercise has no cases.
    """
    try:
        names = source.exercises_in(solution)
        entries = source.entries(checks)
    except SourceError as error:
        raise CourseError(str(error)) from None
    for name in names:
        if name not in entries:
            raise CourseError(
                f"{checks} says nothing about {name}: give it cases with `@chapter.exercise(...)` on a function of that"
                " name."
            )
    return {name: entries[name] for name in names}

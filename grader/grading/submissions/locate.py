"""Where in a submission its chapters are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from grader.core.text import printable, some
from grader.grading.limits import CROWD, FOLDER_LEVELS, FOLDERS_MOST
from grader.grading.submissions.find import EXERCISES, hidden, is_archive
from grader.grading.submissions.tree import Folder, Kind, Tree, Unreadable


class View:
    """A tree as staging sees it: each folder listed once, crowds and what tools leave behind left out."""

    def __init__(self, tree: Tree, chapters: Sequence[str]) -> None:
        self.tree = tree
        self.wanted = [f"{chapter}.py" for chapter in chapters]
        self.seen: dict[str, dict[str, Kind]] = {}
        self.notes: list[str] = []

    def listing(self, folder: str) -> dict[str, Kind]:
        """What is in a folder; of a crowd, the chapters only."""
        if folder not in self.seen:
            try:
                found = self.tree.children(folder)
                if len(found) > CROWD:
                    self.notes.append(
                        f"{self.name(folder)} holds more than {CROWD:,} files: only chapters are read there."
                    )
                    kinds = {name: self.tree.kind(join(folder, name)) for name in [*self.wanted, EXERCISES]}
                    found = {name: kind for name, kind in kinds.items() if kind}
            except Unreadable as error:
                if not folder:
                    raise
                self.notes.append(f"{self.name(folder)} {error}.")
                found = {}
            self.seen[folder] = {name: kind for name, kind in sorted(found.items()) if not hidden(name)}
        return self.seen[folder]

    def name(self, folder: str) -> str:
        """A folder as a note calls it."""
        return printable(folder) or "The submission"

    def count(self, folder: str) -> int:
        """How many chapters are in a folder."""
        return sum(name in self.listing(folder) for name in self.wanted)

    def base(self) -> str | None:
        """The folder that holds the chapters: the shallowest, then the fullest, then the first."""
        level = [""]
        for _ in range(FOLDER_LEVELS + 1):
            found: list[tuple[int, str]] = []
            for folder in level:
                inner = join(folder, EXERCISES)
                kind = self.listing(folder).get(EXERCISES)
                if kind == "link":
                    self.notes.append(f"{printable(inner)} is a link, and links are not followed.")
                here, there = self.count(folder), self.count(inner) if kind == "folder" else 0
                if here and there:
                    taken, other = (inner, folder) if there >= here else (folder, inner)
                    self.notes.append(
                        f"Chapters are in two places: those in {self.place(taken)} are graded,"
                        f" not those in {self.place(other)}."
                    )
                if here or there:
                    found.append((-max(here, there), inner if there >= here else folder))
            if found:
                best = min(found, key=lambda pair: pair[0])[1]
                if others := [folder for _, folder in found if folder != best]:
                    self.notes.append(
                        f"Chapters are in more than one folder: those in {self.place(best)} are graded,"
                        f" not those in {some(others)}."
                    )
                return best
            below = (join(f, n) for f in level for n, kind in self.listing(f).items() if kind == "folder")
            level = list(itertools.islice(below, FOLDERS_MOST))
        return None

    def place(self, folder: str) -> str:
        """A folder within a sentence."""
        return printable(folder) if folder else "the top folder"

    def archive(self) -> str:
        """The one archive in a folder without chapters, as some sites hand submissions out; otherwise nothing."""
        if not isinstance(self.tree, Folder):
            return ""
        found = [name for name, kind in self.listing("").items() if kind == "file" and is_archive(name)]
        if len(found) > 1:
            self.notes.append(f"It holds {len(found)} archives, and none of them was opened: {some(found)}.")
        return found[0] if len(found) == 1 else ""


def join(folder: str, name: str) -> str:
    """A path in a tree."""
    return f"{folder}/{name}" if folder and name else folder or name

"""Whose work this is: what looks like several people's is never graded as one, and what is near a chapter is named."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator

from grader.core.text import printable, some
from grader.grading.limits import FOLDER_LEVELS, FOLDERS_MOST
from grader.grading.submissions.find import EXERCISES, is_archive
from grader.grading.submissions.locate import View, join

SOLUTIONS = "solutions"
COPY = re.compile(r"(?:[ _-]*(?:\(\d+\)|copy|kopie|copie|final|\d+))+$")
"""What browsers, learning platforms and people add to the name of a file that is there already."""
SUFFIXES = (".py", ".ipynb", ".txt", ".bak")


def files(view: View) -> Iterator[tuple[str, str]]:
    """Folder and name of each file that is not too deep, as far as folders are looked into."""
    level = [""]
    for _ in range(FOLDER_LEVELS + 2):
        for folder in level:
            yield from ((folder, name) for name, kind in view.listing(folder).items() if kind == "file")
        below = (join(f, n) for f in level for n, kind in view.listing(f).items() if kind == "folder")
        level = list(itertools.islice(below, FOLDERS_MOST))


def several_people(view: View) -> str:
    """Why this is the work of several people, as the end of a sentence; "" where it can be one person's."""
    places: dict[str, set[str]] = defaultdict(set)
    owners: dict[str, str] = {}
    archives = []
    for folder, name in files(view):
        if name in view.wanted:
            places[name].add("" if folder == EXERCISES else folder.removesuffix(f"/{EXERCISES}"))
        elif is_archive(name):
            archives.append(join(folder, name))
        elif owner := owner_of(name, view.wanted):
            owners.setdefault(owner, join(folder, name))
    for name, folders in places.items():
        if "" in folders and view.listing("").get(name) != "file":  # chapters in `exercises/` are one person's
            continue
        others = {f for f in folders if f and f.partition("/")[0] not in (EXERCISES, SOLUTIONS)}
        apart = [f for f in others if not any(f.startswith(f"{other}/") for other in others)]
        if len(apart) > 1:
            return f"holds {name} in several folders ({some(apart)})"
    if len(owners) > 1 and not places:
        return f"holds the chapters of several people in one folder ({some(owners.values())})"
    if len(archives) > 1 and not places:
        return f"holds several archives ({some(archives)})"
    return ""


def owner_of(name: str, wanted: list[str]) -> str:
    """Whom a file belongs to whose name ends in a chapter's; "" where that is not so."""
    stem = plain_stem(name)
    for chapter in (each.removesuffix(".py").casefold() for each in wanted):
        if stem.endswith(chapter) and (before := stem.removesuffix(chapter).rstrip(" _-.")):
            return before.split("_")[0]
    return ""


def plain_stem(name: str) -> str:
    """A name without its suffixes, and what was added because there was one already; case aside."""
    stem = name.casefold()
    while stem.endswith(SUFFIXES):
        stem = stem.rpartition(".")[0]
    return COPY.sub("", stem)


def near(name: str, chapter: str) -> bool:
    """Whether a file may be a chapter under another name."""
    if name == f"{chapter}.py":
        return False
    letters = re.sub(r"[\W_]+", "_", name.casefold())
    first = chapter.casefold().partition("_")[0]
    numbered = re.search(r"\d", first) and re.match(rf"(.*_)?{re.escape(first)}(_|$)", letters)
    return chapter.casefold() in letters or bool(numbered and name.casefold().endswith(SUFFIXES))


def by_hand(view: View, missing: list[str]) -> list[str]:
    """The files that may be what is missing: near a chapter's name, a notebook, an archive."""
    return [
        join(folder, name)
        for folder, name in files(view)
        if name not in view.wanted
        and (name.casefold().endswith(".ipynb") or is_archive(name) or any(near(name, chapter) for chapter in missing))
    ]


def nothing_in_it(view: View, chapters: list[str]) -> str:
    """What is there where no chapter is, as the end of a sentence."""
    found = by_hand(view, chapters) or [join(folder, name) for folder, name in itertools.islice(files(view), 50)]
    if not found:
        return "is empty: there is no chapter in it"
    return f"holds no chapter under its own name, but {some(found)}: look at it by hand"


def look_by_hand(names: list[str]) -> str:
    """The sentence on files that may be missing chapters."""
    return f"Look at these by hand: {some(map(printable, names))}."

"""What `pytest` last found of each exercise, and of what: whether that has changed since can be told without a run."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from grader.core.errors import SourceError
from grader.core.report import Verdict
from grader.course.kept import read_kept, write_kept
from grader.course.manifest import Course
from grader.course.source import parse, read_text

LAST_RUN = "last_run.json"


@dataclass(frozen=True)
class LastRun:
    """What a run found of one exercise: the verdict, the fingerprint of what was run, the device where only one was."""

    verdict: Verdict
    fingerprint: str
    device: str = ""


def last_runs(course: Course) -> dict[str, LastRun]:
    """`chapter.exercise` → what was found last."""
    return {key: run for key, value in read_kept(course, LAST_RUN).items() if (run := as_run(value)) is not None}


def as_run(value: object) -> LastRun | None:
    """One entry of the file; None for what is none."""
    match value:
        case {"verdict": str(verdict), "fingerprint": str(fingerprint), "device": str(device)}:
            return next((LastRun(known, fingerprint, device) for known in get_args(Verdict) if known == verdict), None)
    return None


def remember(course: Course, found: Mapping[str, LastRun]) -> None:
    """Keep what a run has found, beside what earlier ones found of other exercises."""
    kept = {**last_runs(course), **found}
    write_kept(course, LAST_RUN, {key: vars(run) for key, run in kept.items()})


# ---------------------------------------------------------------- what was run


def fingerprints(course: Course, chapter: str, path: Path) -> dict[str, str]:
    """Exercise → a text that is another one once anything has changed that its check depends on.

    That is the function and all of its file but the exercises that it does not use, the files beside it that it
    imports, and what the course says of the chapter. Comments and empty lines change nothing.
    """
    of_course = digest(*map(bytes_of, (course.solution(chapter), course.checks(chapter))))
    given = bytes_of(course.exercises_folder / "given.py")
    names = course.catalogue[chapter]
    try:
        body = parse(read_text(path), path).body
    except SourceError:
        return dict.fromkeys(names, digest(of_course, bytes_of(path)))
    parts = [(node.name if isinstance(node, ast.FunctionDef) else "", ast.dump(node), mentions(node)) for node in body]
    found: dict[str, str] = {}
    for name in names:
        used = {name}
        mine: list[tuple[str, str, set[str]]] = []
        size = -1
        while size != len(mine):
            size = len(mine)
            mine = [part for part in parts if part[0] in used or part[0] not in names]
            used |= {word for _, _, words in mine for word in words}
        beside = neighbours(path.parent, used)
        found[name] = digest(of_course, given, *(dump for _, dump, _ in mine), *map(bytes_of, beside))
    return found


def mentions(node: ast.AST) -> set[str]:
    """The names that a statement uses, and the modules that it imports."""
    found = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    for part in ast.walk(node):
        match part:
            case ast.Import(names=names):
                found |= {alias.name.partition(".")[0] for alias in names}
            case ast.ImportFrom(module=str(module)):
                found.add(module.partition(".")[0])
    return found


def neighbours(folder: Path, names: set[str]) -> list[Path]:
    """The files beside a chapter that are imported by these names, and those that they import in turn."""
    found: dict[str, Path] = {}
    left = set(names)
    while left:
        name = left.pop()
        path = folder / f"{name}.py"
        if name not in found and path.is_file():
            found[name] = path
            try:
                left |= mentions(parse(read_text(path), path))
            except SourceError:
                continue
    return [found[name] for name in sorted(found)]


def bytes_of(path: Path) -> bytes:
    """What a file holds; nothing where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def digest(*parts: str | bytes) -> str:
    """A short text for all of this."""
    made = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        made.update(b"%d:" % len(data))
        made.update(data)
    return made.hexdigest()[:16]

"""Put a stub back, and keep what stood there beside it."""

from __future__ import annotations

import ast
from pathlib import Path

from grader import source
from grader.build import derived
from grader.course import Course, CourseError
from grader.files import replace_text


def reset_exercise(course: Course, chapter: str, name: str) -> Path | None:
    """Replace one function of a learner's chapter by its stub; returns the file that keeps the learner's text.

    None where there was nothing to keep: it is the stub already, or was not there. Raises `CourseError` where the
    file cannot be read or written; it is untouched then.
    """
    path = course.exercises_folder / f"{chapter}.py"
    stub = segment(derived(course)[path], path, name)
    assert stub is not None
    try:
        text = source.read_text(path)
        mine = segment(text, path, name)
    except source.SourceError as error:
        raise CourseError(f"{error}\nMend that first, or put the whole chapter back: grader reset {chapter}.") from None
    if mine is None:
        write(path, f"{text.rstrip()}\n\n\n{stub}")
        return None
    if mine == stub:
        return None
    kept = keep(path, name, mine)
    write(path, text.replace(mine, stub, 1))
    return kept


def reset_chapter(course: Course, chapter: str) -> Path | None:
    """Put a whole chapter's file back; returns the file that keeps what stood there, None where there was nothing."""
    path = course.exercises_folder / f"{chapter}.py"
    stub = derived(course)[path]
    raw = path.read_bytes() if path.exists() else b""
    if raw == stub.encode():
        return None
    kept = keep(path, "", raw) if raw else None
    write(path, stub)
    return kept


def segment(text: str, path: Path, name: str) -> str | None:
    """The text of the last top-level function of that name, decorators included; None where there is none."""
    found = None
    for node in source.parse(text, path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            found = node
    if found is None:
        return None
    first = min([found.lineno, *(decorator.lineno for decorator in found.decorator_list)])
    return "".join(text.splitlines(keepends=True)[first - 1 : found.end_lineno])


def keep(path: Path, name: str, content: str | bytes) -> Path:
    """Save a text beside its file, under the first number that is free."""
    stem = f"{path.stem}.{name}" if name else path.stem
    number = 1
    while (kept := path.with_name(f"{stem}.{number}.txt")).exists():
        number += 1
    try:
        kept.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        kept.unlink(missing_ok=True)
        raise CourseError(f"{kept.name} cannot be written ({error.strerror}), so nothing was changed.") from None
    return kept


def write(path: Path, text: str) -> None:
    """Replace the chapter's file."""
    try:
        replace_text(path, text)
    except OSError as error:
        raise CourseError(f"{path.name} cannot be written ({error.strerror}), so nothing was changed.") from None

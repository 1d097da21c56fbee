"""Put a stub back, and keep what stood there beside it."""

from __future__ import annotations

import ast
import io
from pathlib import Path

from grader.core.errors import CourseError, LearnerError, SourceError
from grader.core.files import replace_text
from grader.course import source
from grader.course.manifest import Course
from grader.course.stubs import stub


def reset_exercise(course: Course, chapter: str, name: str) -> Path | None:
    """Replace one function of a learner's chapter by its stub; returns the file that keeps the learner's text.

    None where there was nothing to keep: it is the stub already, or was not there. Raises `LearnerError` where the
    file cannot be read, `CourseError` where it cannot be written; it is untouched then.
    """
    path = course.exercises_folder / f"{chapter}.py"
    _, due, _ = split(stub(course, chapter), path, name)
    try:
        before, mine, after = split(source.read_text(path), path, name)
    except SourceError as error:
        advice = f"Mend that first, or put the whole chapter back: grader reset {chapter}"
        raise LearnerError(f"{error}\n{advice}") from None
    if not mine:
        functions = before.removesuffix(source.CHECKS_ITSELF)
        write(path, f"{functions.rstrip()}\n\n\n{due}{before[len(functions) :]}")
        return None
    if mine.rstrip() == due.rstrip():
        return None
    kept = keep_aside(path, name, mine)
    write(path, before + due + after)
    return kept


def reset_chapter(course: Course, chapter: str) -> Path | None:
    """Put a whole chapter's file back; returns the file that keeps what stood there, None where there was nothing."""
    path = course.exercises_folder / f"{chapter}.py"
    text = stub(course, chapter)
    try:
        raw = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise LearnerError(f"{path.name} cannot be read ({error.strerror}), so nothing was changed.") from None
    if raw.replace(b"\r\n", b"\n") == text.encode():
        return None
    kept = keep_aside(path, "", raw) if raw else None
    write(path, text)
    return kept


def split(text: str, path: Path, name: str) -> tuple[str, str, str]:
    """A file as what stands before, in and after the last top-level function of that name, decorators included.

    Where there is none, all of it stands before.
    """
    found = None
    for node in source.parse(text, path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            found = node
    if found is None:
        return text, "", ""
    lines = io.StringIO(text).readlines()  # not `splitlines`, for which a form feed ends a line
    first = min([found.lineno, *(decorator.lineno for decorator in found.decorator_list)])
    cuts = lines[: first - 1], lines[first - 1 : found.end_lineno], lines[found.end_lineno :]
    before, mine, after = ("".join(part) for part in cuts)
    return before, mine, after


def keep_aside(path: Path, name: str, content: str | bytes) -> Path:
    """Save a text beside its file, under the first number that is free, so that no earlier one is lost."""
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
        path.parent.mkdir(exist_ok=True)
        replace_text(path, text)
    except OSError as error:
        raise CourseError(f"{path.name} cannot be written ({error.strerror}), so nothing was changed.") from None

"""Derive `exercises/` from `solutions/`: the one command that keeps the two halves of a course in step."""

from __future__ import annotations

import contextlib
from pathlib import Path

from grader.core.errors import CourseError, SourceError
from grader.core.files import replace_text
from grader.course import source
from grader.course.manifest import Course


def derived(course: Course) -> dict[Path, str]:
    """The stub file of each chapter, as it should be.

    Raises `CourseError` where a solution is missing, is no Python, or its markers do not pair.
    """
    try:
        return {course.exercises_folder / f"{chapter}.py": stub(course, chapter) for chapter in course.chapters}
    except SourceError as error:
        raise CourseError(str(error)) from None


def stub(course: Course, chapter: str) -> str:
    """The stub file of a chapter: what its solution makes of it, or in a release what was recorded."""
    return course.recording(chapter).stub if course.is_release else stub_of(course.solution(chapter))


def stub_of(solution: Path) -> str:
    """The stub of one solution, which has to be Python before and after."""
    text = source.read_text(solution)
    made = source.stub_text(text, solution)
    source.parse(text, solution)
    source.parse(made, solution)
    return made


def handed_out(course: Course, chapter: str) -> dict[str, int]:
    """Functions that have cases and no markers, with their lines: a stub would hold the answer.

    Raises `SourceError` where a file cannot be read.
    """
    path = course.solution(chapter)
    functions, marked = source.read_source(path).functions, source.exercises_in(path)
    names = [name for name in source.entries(course.checks(chapter)) if name not in marked]
    return {name: functions[name].line for name in names if name in functions}


def why_handed_out(name: str) -> str:
    """What is wrong with such a function."""
    markers = f"`{source.BEGIN}` and `{source.END}`"
    return f"{name} has cases and no markers, so its answer is handed out in the stub: put it between {markers}."


def refuse_answers(course: Course) -> None:
    """Raise `CourseError` where a stub would hold an answer."""
    for chapter in course.chapters:
        with contextlib.suppress(SourceError):  # what cannot be read is told where it is needed
            for name, line in handed_out(course, chapter).items():
                raise CourseError(f"solutions/{chapter}.py:{line}: {why_handed_out(name)}")


def drifted(course: Course) -> list[Path]:
    """The files in `exercises/` that are not what the solutions make of them.

    Raises `CourseError` where one of these would hold an answer.
    """
    made = derived(course)
    refuse_answers(course)
    return [path for path, text in made.items() if not holds(path, text)]


def holds(path: Path, text: str) -> bool:
    """Whether a file has this text."""
    try:
        return source.read_text(path) == text
    except SourceError:
        return False


def begun(course: Course, path: Path) -> list[str]:
    """The exercises of a stub file that somebody has begun; writing over them would lose work."""
    names = source.exercises_in(course.solution(path.stem))
    try:
        functions = source.read_source(path).functions
    except SourceError:
        return [path.name]  # broken half-way through an edit: it holds somebody's work all the same
    return [name for name in names if name in functions and not functions[name].to_do]


def write_stubs(course: Course, *, force: bool = False) -> list[Path]:
    """Write every stub file that has drifted, and return their paths.

    Raises `CourseError` before writing anything where a file holds work, unless `force`, and where one cannot be
    written.
    """
    stale = drifted(course)
    for path in stale:
        if not force and path.is_file() and (names := begun(course, path)):
            raise CourseError(f"{path.name} holds work ({', '.join(names)}). `grader build --force` writes over it.")
    texts = derived(course)
    for path in stale:
        try:
            path.parent.mkdir(exist_ok=True)
            replace_text(path, texts[path])
        except OSError as error:
            raise CourseError(f"{path} cannot be written: {error.strerror}.") from None
    return stale

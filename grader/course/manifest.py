"""A course: a folder with `course.toml`, `exercises/` and `solutions/`. Reading one imports neither it nor torch."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from grader.core.errors import CourseError
from grader.core.text import did_you_mean
from grader.course import source
from grader.course.catalogue import Catalogue, written_entries
from grader.course.recording import SUFFIX, Recording, read_recording

MANIFEST = "course.toml"
SHIPPED = Path(__file__).resolve().parents[2]
"""Where a checkout of this project has its course, beside the package."""


@dataclass(frozen=True)
class Course:
    """What `course.toml` says."""

    root: Path
    title: str
    version: str
    chapters: tuple[str, ...]
    scale: int = 100
    timeout: float = 10.0
    repository: str = ""
    timeout_submission: float = 600.0

    @property
    def exercises_folder(self) -> Path:
        """Where learners edit."""
        return self.root / "exercises"

    @property
    def solutions_folder(self) -> Path:
        """Where the answers are, and the checks beside them."""
        return self.root / "solutions"

    def solution(self, chapter: str) -> Path:
        """The chapter filled in."""
        return self.solutions_folder / f"{chapter}.py"

    def checks(self, chapter: str) -> Path:
        """Cases, hints, mistakes and other right answers of the chapter."""
        return self.solutions_folder / "checks" / f"{chapter}.py"

    @property
    def recordings_folder(self) -> Path:
        """What a copy without answers has in their place."""
        return self.root / "recordings"

    @cached_property
    def is_release(self) -> bool:
        """Whether this is a copy without answers."""
        return not self.solutions_folder.is_dir() and self.recordings_folder.is_dir()

    @property
    def answers_folder(self) -> Path:
        """What no learner's code may read: the solutions, or the recordings."""
        return self.recordings_folder if self.is_release else self.solutions_folder

    @property
    def given_file(self) -> Path:
        """The functions that cases hand in; a release keeps its own, whatever becomes of the one in `exercises/`."""
        return (self.recordings_folder if self.is_release else self.exercises_folder) / "given.py"

    @property
    def notes(self) -> tuple[str, ...]:
        """What a run has to say about the course's own files."""
        copy = self.exercises_folder / self.given_file.name
        if not self.is_release or not copy.is_file() or copy.read_bytes() == self.given_file.read_bytes():
            return ()
        return ("exercises/given.py was changed; the checks use the course's own, in recordings/.",)

    @cached_property
    def recording(self) -> Callable[[str], Recording]:
        """The recording of a chapter, read once. Raises `CourseError`."""
        return cache(lambda chapter: read_recording(self.recordings_folder / f"{chapter}{SUFFIX}"))

    @property
    def seed(self) -> int:
        """What cases are drawn from unless told otherwise; a release has those of one seed only."""
        return self.recording(self.chapters[0]).seed if self.is_release else 0

    @cached_property
    def catalogue(self) -> Catalogue:
        """Chapter → exercise → its entry, both in the course's order; a chapter's files are read when it is needed."""

        def entries(chapter: str) -> dict[str, source.Entry]:
            if self.is_release:
                return {entry.name: entry for entry in self.recording(chapter).entries}
            return written_entries(self.solution(chapter), self.checks(chapter))

        return Catalogue(self.chapters, entries)

    @cached_property
    def written(self) -> Callable[[str], source.Source]:
        """A chapter as its author wrote it, read once. Raises `SourceError` where it cannot be read."""
        if self.is_release:
            return lambda chapter: self.recording(chapter).source
        return cache(lambda chapter: source.read_source(self.solution(chapter)))

    def check_built(self) -> None:
        """Raise `CourseError` where there are no exercises yet."""
        if not self.exercises_folder.is_dir():
            raise CourseError("This course has no exercises/ yet: `grader build` makes them from its solutions.")

    def find(self, name: str) -> tuple[str, str]:
        """The chapter and name of an exercise from `chapter.name`, `chapter::name` or an unambiguous short name.

        A beginning that fits only one name will do. Raises `CourseError` with a "did you mean" for an unknown one.
        """
        before, _, short = name.replace("::", ".").rpartition(".")
        chapters = self.chapters_like(Path(before).name.removesuffix(".py")) if before else list(self.chapters)
        known = [(chapter, exercise) for chapter in chapters for exercise in self.catalogue[chapter]]
        exact = [pair for pair in known if pair[1] == short]
        found = exact or [pair for pair in known if short and pair[1].startswith(short)]
        if len(found) == 1:
            return found[0]
        if found:
            raise CourseError(f"{name} could be {' or '.join('.'.join(pair) for pair in found)}.")
        hint = did_you_mean(short, [exercise for _, exercise in known] or self.chapters)
        raise CourseError(f"There is no exercise {name}.{hint}")

    def find_either(self, name: str) -> tuple[str, str]:
        """An exercise as `find` does, or a chapter by its name or a beginning of it (`ex05`) with no exercise."""
        chapters = self.chapters_like(Path(name).name.removesuffix(".py"))
        if len(chapters) == 1:
            return chapters[0], ""
        try:
            return self.find(name)
        except CourseError as error:
            if chapters:
                raise CourseError(f"{name} could be {' or '.join(chapters)}.") from None
            plain = "." not in name.replace("::", ".") and str(error) == f"There is no exercise {name}."
            if not plain:
                raise
            raise CourseError(f"There is no chapter or exercise {name}.{self.near(name, exercises=False)}") from None

    def find_chapter(self, name: str) -> str:
        """A chapter by its name or a beginning of it. Raises `CourseError`, for an exercise's name too."""
        found = self.chapters_like(Path(name).name.removesuffix(".py"))
        if len(found) == 1:
            return found[0]
        if found:
            raise CourseError(f"{name} could be {' or '.join(found)}.")
        if any(name in self.catalogue[chapter] for chapter in self.chapters):
            raise CourseError(f"{name} is an exercise: name it with --only.")
        raise CourseError(f"There is no chapter {name or repr(name)}.{self.near(name, exercises=False)}")

    def near(self, name: str, *, exercises: bool = True) -> str:
        """` Did you mean x?` for a name that is none here; a chapter's may be short (`ex05`)."""
        short = [
            head for chapter in self.chapters if self.chapters_like(head := chapter.partition("_")[0]) == [chapter]
        ]
        known = [exercise for chapter in self.chapters for exercise in self.catalogue[chapter]] if exercises else []
        return did_you_mean(name, [*known, *short, *self.chapters])

    def chapters_like(self, name: str) -> list[str]:
        """The chapter of that name, else those that begin with it."""
        return [c for c in self.chapters if c == name] or [c for c in self.chapters if name and c.startswith(name)]


def check_seed(course: Course, seed: int | None) -> None:
    """Raise `CourseError` where a release has no cases of a seed that somebody asks for."""
    if seed is not None and course.is_release and seed != course.seed:
        raise CourseError(
            f"This copy of the course holds the cases of seed {course.seed} only; those of {seed} need the solutions."
        )


def check_solutions(course: Course, command: str) -> None:
    """Raise `CourseError` where a command needs the answers and this is a copy without them."""
    if course.is_release:
        raise CourseError(f"`grader {command}` needs the course's solutions, and this is a copy without them.")


def find_course(*starts: Path) -> Path | None:
    """The nearest folder with a `course.toml` at or above one of the starts, otherwise the course beside the grader."""
    for start in starts:
        if found := course_above(start):
            return found
    return SHIPPED if (SHIPPED / MANIFEST).is_file() else None


def course_above(start: Path) -> Path | None:
    """The nearest folder with a `course.toml` at or above this path."""
    return next((folder for folder in (start, *start.parents) if (folder / MANIFEST).is_file()), None)


def load_course(root: Path) -> Course:
    """Read a course's `course.toml`.

    Raises `CourseError`, in one sentence, for a file that is missing, no TOML, or lacks or misspells a key.
    """
    path = root / MANIFEST
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"{root} is no course: it has no {MANIFEST}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{path} is not valid TOML: {error}.") from None
    limits = want(data, "timeout", dict, path, {})
    known(data, {"title", "version", "chapters", "scale", "repository", "timeout"}, path)
    known(limits, {"check", "submission"}, path, "timeout.")
    chapters = want(data, "chapters", list, path)
    for chapter in chapters:
        if not isinstance(chapter, str) or not chapter.isidentifier():
            raise CourseError(f"{path}: {chapter!r} in chapters must be the name of a chapter's file, without `.py`.")
    if not chapters or len(set(chapters)) != len(chapters):
        raise CourseError(f"{path}: chapters must name each chapter once, and at least one.")
    timeout = float(want(limits, "check", (int, float), path, 10.0, "timeout."))
    submission = float(want(limits, "submission", (int, float), path, 600.0, "timeout."))
    scale = want(data, "scale", int, path, 100)
    if not (timeout > 0 and submission > 0 and scale > 0):
        raise CourseError(f"{path}: scale, timeout.check and timeout.submission must be more than 0.")
    return Course(
        root=root,
        title=want(data, "title", str, path),
        version=want(data, "version", str, path),
        chapters=tuple(chapters),
        scale=scale,
        timeout=timeout,
        timeout_submission=submission,
        repository=want(data, "repository", str, path, ""),
    )


REQUIRED: Any = object()


def want(
    data: Mapping[str, Any],
    key: str,
    kind: type | tuple[type, ...],
    path: Path,
    default: Any = REQUIRED,
    under: str = "",
) -> Any:
    """One key of the file, of this type."""
    value = data.get(key, default)
    if value is REQUIRED:
        raise CourseError(f"{path}: the key {under}{key} is missing.")
    if not isinstance(value, kind) or isinstance(value, bool):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        words = {str: "a string", list: "a list", int: "a whole number", float: "a number", dict: "a table"}
        raise CourseError(f"{path}: {under}{key} must be {words[kinds[-1]]}, not {value!r}.")
    return value


def known(data: Mapping[str, Any], keys: set[str], path: Path, under: str = "") -> None:
    """Refuse a key that nothing reads."""
    for key in data:
        if key not in keys:
            raise CourseError(f"{path}: nothing is known by the key {under}{key}.{did_you_mean(key, keys)}")

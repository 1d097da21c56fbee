"""What a pytest command asks of a course, and what is wrong with that, said before anything runs."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.core.errors import CourseError, NoPyTorch
from grader.core.text import did_you_mean
from grader.course.manifest import Course, check_seed, course_above, find_course, load_course
from grader.frontends.pytorch import require_pytorch

CHECKS_FOLDER = "checks"
"""The folder of an author's checks, whose files are named as the chapters are."""


def course_of(config: pytest.Config) -> tuple[Course, bool] | None:
    """The course of a run, and whether the run is about its chapters; None where there is no course in reach.

    Raises `pytest.UsageError` for a command about chapters that cannot be carried out; a run that is not about
    chapters is never disturbed.
    """
    from grader.core.errors import DeviceError
    from grader.runtime.devices import check_names

    try:
        check_names(device_names(config))
    except DeviceError as error:
        raise pytest.UsageError(str(error)) from None
    here = config.invocation_params.dir
    named = config.getoption("grader_course", None)
    paths = [here / argument.partition("::")[0] for argument in map(str, config.args)]
    root = here / named if named else own_course(paths) or find_course(*paths, here, config.rootpath)
    if root is None:
        return None
    try:
        course = load_course(root)
    except CourseError as error:
        if named or any(is_about(path, likely_chapters(root)) for path in paths):
            raise pytest.UsageError(str(error)) from None
        return None
    try:
        if named or course_above(here) == course.root:
            take_names(config, course)
        choose_exercises(config, course, named=bool(named))
    except CourseError as error:
        raise pytest.UsageError(str(error)) from None
    paths = [here / argument.partition("::")[0] for argument in map(str, config.args)]
    concerned = any(is_about(path, course.chapters) for path in paths)
    if concerned:
        check_command(config, course)
    return course, concerned


def own_course(paths: Sequence[Path]) -> Path | None:
    """The course whose chapters are named, where that is above them. Raises `pytest.UsageError` where it is two."""
    roots = dict.fromkeys(
        root for path in paths if (root := course_above(path.resolve())) and is_about(path, chapters_in(root))
    )
    if len(roots) > 1:
        first, second, *_ = (os.path.relpath(root) for root in roots)
        raise pytest.UsageError(
            f"these are chapters of two courses, {first} and {second}, and a run has one: run them apart."
        )
    return next(iter(roots), None)


def chapters_in(root: Path) -> tuple[str, ...]:
    """The chapters of a course, or what they may be where the list of them cannot be read."""
    try:
        return load_course(root).chapters
    except CourseError:
        return likely_chapters(root)


def device_names(config: pytest.Config) -> tuple[str, ...]:
    """The devices that were asked for."""
    return tuple(config.getoption("grader_device", ()))


def choose_exercises(config: pytest.Config, course: Course, *, named: bool) -> None:
    """Without a path, in the course's folder or with `--course`, the exercises are meant.

    Raises `CourseError` where they are meant, by a path too, and have never been built.
    """
    source = config.args_source
    nothing = source == config.ArgsSource.INVOCATION_DIR and config.invocation_params.dir == course.root
    if nothing or (named and source != config.ArgsSource.ARGS):
        course.check_built()
        config.args = [str(course.exercises_folder)]
    for path in (config.invocation_params.dir / argument.partition("::")[0] for argument in map(str, config.args)):
        if course.exercises_folder.resolve() in (path.resolve(), *path.resolve().parents):
            course.check_built()


def take_names(config: pytest.Config, course: Course) -> None:
    """Put files in the place of what is named alone: an exercise, `ex05` for a chapter, or both, with `.` or a space.

    What is a path stays one. Raises `CourseError` for a word that is neither a path nor a name of the course.
    """
    if config.args_source != config.ArgsSource.ARGS or config.option.pyargs:
        return
    here, taken = config.invocation_params.dir, []
    for argument in map(str, config.args):
        path = here / argument.partition("::")[0]
        word = re.fullmatch(r"\w+((::|\.)\w+)?", argument) and path.suffix != ".py"
        if path.exists() or not word or path.resolve() == course.exercises_folder.resolve():
            taken.append(argument)
            continue
        course.check_built()
        chapter, exercise = course.find_either(argument)
        file = str(course.exercises_folder / f"{chapter}.py")
        if exercise and taken[-1:] == [file]:
            taken.pop()  # a chapter and an exercise of it mean that one
        taken.append(f"{file}::{exercise}" if exercise else file)
    config.args = taken


def is_chapter(path: Path, chapters: Sequence[str]) -> bool:
    """Whether a file is named as one of these chapters, and is not one of the files of checks."""
    return path.suffix == ".py" and path.stem in chapters and path.parent.name != CHECKS_FOLDER


def is_about(path: Path, chapters: Sequence[str]) -> bool:
    """Whether a path is a chapter, or a folder with chapters in it or in the folders of a course."""
    if is_chapter(path, chapters):
        return True
    if path.suffix == ".py" and not path.exists():
        # perhaps a chapter's name with a slip in it
        path = path.parent
    folders = (path, path / "exercises", path / "solutions")
    return path.is_dir() and any((folder / f"{name}.py").is_file() for folder in folders for name in chapters)


def likely_chapters(root: Path) -> tuple[str, ...]:
    """What the chapters may be called where the course's own list of them cannot be read."""
    files = [path for folder in ("exercises", "solutions") for path in (root / folder).glob("*.py")]
    return tuple(path.stem for path in files if not path.stem.startswith(("test_", "conftest", "_")))


def check_command(config: pytest.Config, course: Course) -> None:
    """Raise `pytest.UsageError` for a broken course, an unknown exercise, or a device that is not there."""
    from grader.core.errors import DeviceError
    from grader.runtime.devices import REAL, choose

    try:
        if not config.option.collectonly:
            require_pytorch()
        for argument in map(str, config.args):
            check_argument(config.invocation_params.dir, argument, course)
        check_seed(course, config.getoption("grader_seed", None))
        names = device_names(config)
        if set(names) & set(REAL) and not config.option.collectonly and not hasattr(config, "workerinput"):
            choose(names)
    except (CourseError, DeviceError, NoPyTorch) as error:
        raise pytest.UsageError(str(error)) from None


def check_argument(here: Path, argument: str, course: Course) -> None:
    """Raise `CourseError` for a path or an exercise that is not there, or whose chapter the course has broken."""
    file, _, name = argument.partition("::")
    path = here / file
    for chapter in [path.stem] if is_chapter(path, course.chapters) else course.chapters if path.is_dir() else []:
        _ = course.catalogue[chapter]
    if not path.exists() and path.parent.is_dir() and path.suffix == ".py":
        names = [f"{chapter}.py" for chapter in course.chapters_like(path.stem) or course.chapters]
        hint = f" Did you mean {names[0]}?" if len(names) == 1 else did_you_mean(path.name, names)
        if hint:
            raise CourseError(f"There is no file {file}.{hint}")
    elif name and is_chapter(path, course.chapters) and name not in course.catalogue[path.stem]:
        hint = did_you_mean(name, course.catalogue[path.stem])
        raise CourseError(f"There is no exercise {name} in {file}.{hint}")

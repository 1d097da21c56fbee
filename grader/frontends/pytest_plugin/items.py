"""Chapters and exercises as pytest sees them: one item per exercise, with all devices inside."""

from __future__ import annotations

import contextlib
import os
import traceback
from bdb import BdbQuit
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.core.errors import CourseError, DeviceError, NoJudge, NoPyTorch, SourceError
from grader.core.report import Message, Outcome, Result, Verdict
from grader.course.last_run import fingerprints
from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course
from grader.frontends.pytest_plugin.coloured import ColouredText
from grader.frontends.pytest_plugin.timeouts import StoppedAt, TimedItem, Watch
from grader.reporters.exercise_text import exercise_lines
from grader.runtime._private import skipped
from grader.runtime.deadline import TimedOut
from grader.runtime.importing import out_of_time

if TYPE_CHECKING:
    from grader.judging.judge import Judge
    from grader.judging.subject import LocalSubject


FRAMES = 5
"""How much of a traceback is shown of what is no learner's mistake."""


class NotPassed(Exception):
    """An exercise that was attempted and does not pass; pytest shows its message in place of a traceback."""


@dataclass
class Bench:
    """What the items of one process share: the course, the options, and once something has to run, the judge."""

    course: Course
    names: tuple[str, ...]
    seed: int
    folder: str
    width: int
    watch: Watch
    devices: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    loud: set[str] = field(default_factory=set)
    """The node ids that tell in full why their whole chapter cannot be used; the chapter's others say it shortly."""

    @cached_property
    def judge(self) -> Judge:
        """The judge of this process; making it imports torch.

        Raises `NoJudge` where torch or a device cannot be had.
        """
        try:
            from grader.judging.judge import Judge
            from grader.runtime.devices import choose

            self.devices, self.notes = choose(self.names)
            return Judge(self.course, self.devices, self.seed)
        except DeviceError as error:
            raise NoJudge(str(error)) from None
        except ImportError as error:
            raise NoJudge(str(NoPyTorch.of(error))) from None

    @property
    def all_notes(self) -> tuple[str, ...]:
        """What could not be had, and what was found out about the devices meanwhile."""
        return (*self.course.notes, *self.notes, *(self.judge.notes if "judge" in vars(self) else ()))


class ChapterFile(pytest.File):
    """One chapter's file, also one that is missing; nothing of it is run to collect it."""

    def __init__(self, *, bench: Bench, **rest: Any) -> None:
        super().__init__(**rest)
        self.bench = bench
        self.learner_file = LearnerFile(bench.course, self.path.stem, self.path)

    @cached_property
    def subject(self) -> LocalSubject:
        """Whoever imports this chapter, once, and calls its functions."""
        from grader.judging.subject import LocalSubject

        return LocalSubject(self.learner_file)

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """Exercise → what it is now, for the course's own exercises; asked for before the chapter is imported."""
        own = self.path.parent.resolve() == self.bench.course.exercises_folder.resolve()
        return fingerprints(self.bench.course, self.path.stem, self.path) if own else {}

    @property
    def has_failed(self) -> bool:
        """Whether somebody has tried to import it, in vain; to ask that loads nothing."""
        return "subject" in vars(self) and self.subject.failure is not None

    def collect(self) -> Iterator[ExerciseItem]:
        """One item per exercise of the course, whatever the file holds."""
        try:
            names = tuple(self.bench.course.catalogue[self.path.stem])
        except CourseError as error:
            raise self.CollectError(str(error)) from None
        limit = self.limit()
        for name in names:
            item: ExerciseItem = ExerciseItem.from_parent(self, name=name)
            if limit is not None:
                # only the call is bounded: what is imported before it is none of the learner's
                item.add_marker(pytest.mark.timeout(limit, func_only=True))
            yield item

    def limit(self) -> float | None:
        """Seconds for one exercise: pytest-timeout's own setting, else the course's; None without that plugin."""
        if not self.config.pluginmanager.hasplugin("timeout"):
            return None
        from pytest_timeout import get_env_settings

        chosen: float | None = get_env_settings(self.config).timeout
        return self.bench.course.timeout if chosen is None else chosen


class ExerciseItem(TimedItem):
    """One exercise of one chapter's file."""

    parent: ChapterFile

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self.bench = self.parent.bench
        self.learner_file = self.parent.learner_file
        self.result: Result | None = None

    @property
    def subject(self) -> LocalSubject:
        """Whoever calls the functions of the chapter."""
        return self.parent.subject

    def place(self) -> str:
        """`exercises/ex05_chapter.py:31`, as seen from where pytest was called."""
        return f"{shown_path(self.path, self.bench.folder)}:{self.learner_file.line(self.name)}"

    @property
    def whole_chapter(self) -> bool:
        """Whether what is wrong is wrong with the whole chapter."""
        return self.parent.has_failed or isinstance(self.learner_file.source, SourceError)

    def needs_run(self) -> bool:
        """Whether the function has to be called for its outcome."""
        return self.early is None

    @cached_property
    def early(self) -> Outcome | None:
        """The outcome, where nothing has to be run for it."""
        return self.learner_file.before_running(self.name)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the exercise stands."""
        return self.path, self.learner_file.line(self.name) - 1, self.name

    def setup(self) -> None:
        """Load what the check needs, outside the time limit."""
        if self.early is None:
            _ = self.parent.fingerprints
            # what goes wrong here goes wrong again in the call, which tells it as the exercise's message
            with contextlib.suppress(Exception):
                self.bench.judge.trial(self.learner_file.chapter, self.name)

    def runtest(self) -> None:
        """Check the exercise; anything but passing is raised, in pytest's own terms."""
        result = self.result = self.check()
        self.user_properties += [
            ("chapter", result.chapter),
            ("verdict", result.verdict),
            ("points", result.points if result.passed else 0),
            ("possible", result.points if result.counts else 0),
        ]
        match result.verdict:
            case "passed":
                return
            case "to do":
                raise skipped(pytest.skip.Exception, "not begun")
            case "skipped":
                reason = next((o.message.sentence for o in result.outcomes if o.message.sentence), "")
                raise skipped(pytest.skip.Exception, reason or "no device of this run can hold it")
            case _:
                raise NotPassed(result.verdict)

    def check(self) -> Result:
        """The result of this exercise."""
        if self.early is not None:
            return self.result_of(self.early)
        try:
            judge = self.bench.judge
        except NoJudge as problem:
            return self.without_outcome("not loaded", str(problem))
        watch = self.bench.watch
        result = None
        try:
            with watch.over():
                result = judge.check(self.learner_file, self.name, self.subject)
        except TimedOut:
            pass
        except BdbQuit:  # of a debugger that is not pytest's
            return self.without_outcome("failed", "A debugger was left by `quit`, so nothing came back.")
        if watch.fired is not None or result is None:
            return self.timed_out()
        return result

    def timed_out(self) -> Result:
        """The result where the time was up, whatever came back after that."""
        watch = self.bench.watch
        what = self.name if self.subject.module is not None else f"Importing {self.path.name}"
        line, text = watch.fired or (0, "")
        message = out_of_time(what, watch.limit, line, text)
        exercise = f"{self.learner_file.chapter}.{self.name}"
        return self.result_of(Outcome(exercise, "cpu", "timed out", message, seconds=watch.limit))

    def running(self, at: StoppedAt) -> str:
        """This exercise on a device, or the import of its file, or neither yet."""
        where = f", at line {at.line}: `{at.text}`" if at.line else ""
        device = self.subject.device if "subject" in vars(self.parent) else ""  # where PyTorch is still to be loaded
        if device:
            return f"Stopped while {self.name} was running on {device}{where}."
        return f"Stopped while {self.path.name} was imported{where}." if where else f"Stopped before {self.name} ran."

    def not_run(self) -> Result:
        """The exercise without an outcome."""
        chapter = self.learner_file.chapter
        return Result(
            chapter, self.name, shown_path(self.path, self.bench.folder), self.learner_file.line(self.name), 0, ()
        )

    def without_outcome(self, verdict: Verdict, sentence: str) -> Result:
        """The result where nothing came back that could be compared, and why."""
        exercise = f"{self.learner_file.chapter}.{self.name}"
        return self.result_of(Outcome(exercise, "cpu", verdict, Message(sentence=sentence)))

    def result_of(self, outcome: Outcome) -> Result:
        """One outcome with the place and points of the exercise."""
        chapter = self.learner_file.chapter
        points = self.bench.course.catalogue[chapter][self.name].points
        return Result(chapter, self.name, str(self.path), self.learner_file.line(self.name), points, (outcome,))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message of a failure; a course author's mistake as its sentence, ours as the end of its traceback."""
        if isinstance(excinfo.value, NotPassed) and self.result is not None:
            lines = exercise_lines(self.result, self.bench.width, self.bench.folder)
            if self.whole_chapter:
                lines[0] = ((shown_path(self.path, self.bench.folder), "strong"),)
            return ColouredText.of(lines)
        if isinstance(excinfo.value, (CourseError, SourceError)):
            return str(excinfo.value)
        broken = f"The check of {self.name} broke: a mistake of the course or of the grader, not yours."
        return "\n".join((broken, *traceback.format_exception(excinfo.value, limit=-FRAMES))).rstrip()


def shown_path(path: Path | str, folder: str) -> str:
    """A path as it is shown: relative where it stands below the folder, otherwise in full."""
    path = str(path)
    return os.path.relpath(path, folder) if path.startswith(folder + os.sep) else path

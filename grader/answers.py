"""A learner's chapter: its file, what it holds, and its functions once it is imported.

What can be said without running the file (to do, missing, not Python) is said without running it, and without torch.
"""

from __future__ import annotations

import importlib.util
import sys
import traceback
from functools import cached_property
from pathlib import Path
from types import ModuleType

from grader.course import Course, did_you_mean
from grader.records import Function, Message, Outcome, Verdict
from grader.source import Source, SourceError, read


class TimedOut(BaseException):
    """Raised in a learner's code when its time is up; not an `Exception`, so that few handlers swallow it."""


class NotLoaded(Exception):
    """A chapter or function that cannot be run at all; `message` says why."""

    def __init__(self, message: Message, verdict: Verdict = "not loaded") -> None:
        super().__init__(message.sentence)
        self.message = message
        self.verdict: Verdict = verdict


class Answers:
    """One chapter as a learner has written it: read by `source`, imported at most once."""

    def __init__(self, course: Course, chapter: str, path: Path) -> None:
        self.course = course
        self.chapter = chapter
        self.path = path
        self.module: ModuleType | None = None
        self.failure: NotLoaded | None = None

    @cached_property
    def source(self) -> Source | SourceError:
        """What the file holds, or why it cannot be read."""
        try:
            return read(self.path)
        except SourceError as error:
            return error

    def line(self, name: str) -> int:
        """The line of an exercise in the file, 1 where it is not there."""
        if isinstance(self.source, SourceError):
            return 1
        if name in self.source.functions:
            return self.source.functions[name].line
        return self.source.others.get(name, (1, ""))[0]

    def to_do(self, name: str) -> bool:
        """Whether an exercise is still its stub."""
        if isinstance(self.source, SourceError):
            return False
        function = self.source.functions.get(name)
        return function is not None and function.to_do

    def before_running(self, name: str) -> Outcome | None:
        """The outcome of an exercise that needs no run: to do or not loaded; None where it has to be run."""
        exercise = f"{self.chapter}.{name}"
        if isinstance(self.source, SourceError):
            message = Message(sentence=str(self.source))
            return Outcome(exercise, "cpu", "not loaded", message)
        if self.to_do(name):
            return Outcome(exercise, "cpu", "to do")
        problem = self.wrong_definition(name)
        return Outcome(exercise, "cpu", "not loaded", Message(sentence=problem)) if problem else None

    def wrong_definition(self, name: str) -> str:
        """What is wrong with the definition itself, as far as the text shows it."""
        assert isinstance(self.source, Source)
        if self.source.others.get(name, (0, ""))[1] == "class":
            return f"{name} is a class here. The exercise asks for a function: `def {self.signature(name)}:`."
        function = self.source.functions.get(name)
        wanted = self.wanted(name)
        if function is None:
            return ""
        fits = function.required <= len(wanted) and (function.most is None or len(wanted) <= function.most)
        if fits and not function.keywords:
            return ""
        count = f"{len(wanted)} argument{'s' if len(wanted) != 1 else ''}"
        keywords = ["*", *function.keywords] if function.keywords else []
        mine = f"{name}({', '.join([*function.parameters, *keywords])})"
        return f"{name} is called with {count}, but yours takes others: {mine} should be {self.signature(name)}."

    @cached_property
    def solution(self) -> Source:
        """The chapter as its author wrote it."""
        return read(self.course.solution(self.chapter))

    def wanted(self, name: str) -> tuple[str, ...]:
        """The names of the exercise's parameters."""
        return self.solution.functions[name].parameters

    def signature(self, name: str) -> str:
        """`shift_rows(x)`."""
        return f"{name}({', '.join(self.wanted(name))})"

    # ---------------------------------------------------------------- importing

    def function(self, name: str) -> Function:
        """The learner's function, after importing the chapter.

        Raises `NotLoaded`, the same each time, where the import fails or the function is not there; `TimedOut` where
        the import took too long.
        """
        if self.failure is not None:
            raise self.failure
        if self.module is None:
            try:
                self.module = self.load()
            except NotLoaded as failure:
                self.failure = failure
                raise
            except TimedOut:
                self.failure = NotLoaded(
                    Message(sentence=f"Importing {self.path.name} did not end in time, so nothing in it could be run."),
                    "timed out",
                )
                raise
        found = getattr(self.module, name, None)
        if callable(found) and not isinstance(found, type):
            function: Function = found
            return function
        if name not in vars(self.module):
            near = did_you_mean(name, [n for n in vars(self.module) if n[0] != "_" and n not in self.exercises])
            raise NotLoaded(Message(sentence=f"There is no function {name} in {self.path.name}.{near}"))
        raise NotLoaded(
            Message(
                sentence=f"{name} is {'a class' if isinstance(found, type) else repr(found)[:40]} in {self.path.name},"
                f" where a function should be: `def {self.signature(name)}:`."
            )
        )

    @property
    def exercises(self) -> tuple[str, ...]:
        """The names of the chapter's exercises."""
        return tuple(self.course.catalogue[self.chapter])

    def load(self) -> ModuleType:
        """Import the file under the chapter's own name, so that its text and tracebacks look as if run by hand."""
        from grader.keep import kept

        assert not isinstance(self.source, SourceError)
        spec = importlib.util.spec_from_file_location(self.chapter, self.path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        before = dict(sys.modules)
        sys.modules[self.chapter] = module
        try:
            with kept():
                sys.path.insert(0, str(self.path.parent))
                spec.loader.exec_module(module)
        except TimedOut:
            raise
        except BaseException as error:
            raise NotLoaded(self.import_failed(error)) from None
        finally:
            self.forget_neighbours(before)
        return module

    def forget_neighbours(self, before: dict[str, ModuleType]) -> None:
        """Take this file, and what it imported from its own folder, out of `sys.modules` again.

        Another submission may have files of the same names.
        """
        folder = str(self.path.parent)
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if before.get(name) is not module and isinstance(file, str) and str(Path(file).parent) == folder:
                del sys.modules[name]
        if self.chapter in before:
            sys.modules[self.chapter] = before[self.chapter]

    def import_failed(self, error: BaseException) -> Message:
        """Why the import failed, with the line of the learner's file that was running."""
        lines = own_frames(error, self.path)
        if isinstance(error, SystemExit):
            what = "it calls exit(), which ends Python. Take that line out"
        else:
            try:
                text = str(error)
            except Exception:
                text = ""
            what = f"{type(error).__name__}: {text}".rstrip(":. ")
        number = lines[0][0] if lines else 1
        return Message(
            sentence=f"{self.path.name}:{number}: this file cannot be imported: {what}.",
            traceback=format_frames(lines, self.path),
        )


def own_frames(error: BaseException, path: Path) -> list[tuple[int, str, str]]:
    """(line, function, text) of each frame of a traceback that stands in this file, outermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    return [(f.lineno or 0, f.name, f.line or "") for f in frames if f.filename == str(path)]


def format_frames(frames: list[tuple[int, str, str]], path: Path) -> tuple[str, ...]:
    """Frames as Python prints them, the harness's own left out."""
    return tuple(
        line
        for number, name, text in frames[-6:]
        for line in (f'File "{path.name}", line {number}, in {name}', f"    {text}")
    )

"""Importing a chapter as a learner has written it, and taking a function from it; what can go wrong has its sentence.

Nothing here knows the course's solutions: the same code runs where learners' code is not trusted.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import itertools
import re
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from traceback import FrameSummary
from types import ModuleType

from grader.core.report import Message, Verdict
from grader.core.text import did_you_mean, first_lines
from grader.core.values import Function
from grader.runtime.deadline import TimedOut
from grader.runtime.limits import MAX_LINE, MAX_LINES
from grader.runtime.raised import own_frames, plain_name, text_of


class NotLoaded(Exception):
    """A chapter or function that cannot be run at all; `message` says why."""

    def __init__(self, message: Message, verdict: Verdict = "not loaded") -> None:
        super().__init__(message.sentence)
        self.message = message
        self.verdict: Verdict = verdict


def out_of_time(what: str, limit: float, line: int, text: str) -> Message:
    """That something was still running when its time was up, and where, if that is known (line 0: it is not)."""
    where = f", at line {line}: `{text}`" if line else ""
    return Message(sentence=f"{what} was still running after {limit:g} s{where}. Look for a loop that never ends.")


def import_out_of_time(path: Path) -> NotLoaded:
    """Why nothing else of a chapter can be run whose import did not end in time."""
    sentence = f"Importing {path.name} did not end in time, so nothing in it could be run."
    return NotLoaded(Message(sentence=sentence), "timed out")


class Neighbours(MetaPathFinder):
    """Files that import each other by a plain name while somebody is `within`; nobody else sees these modules."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = {name: file for name, file in files.items() if file.is_file()}
        self.loaded: dict[str, ModuleType] = {}

    @classmethod
    def of_solutions(cls, folder: Path) -> Neighbours:
        """For an author's files: the solutions in this folder, and what the course hands in."""
        given = folder.parent / "exercises" / "given.py"
        return cls({**{file.stem: file for file in folder.glob("*.py")}, "given": given})

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module is, if it is one of these."""
        file = self.files.get(fullname)
        return None if file is None else importlib.util.spec_from_file_location(fullname, file)

    @contextlib.contextmanager
    def within(self) -> Iterator[None]:
        """While it lasts, imports find these files first; a module is run once, whenever it is imported."""
        hidden = {name: sys.modules.pop(name) for name in self.files if name in sys.modules}
        sys.modules.update(self.loaded)
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            with contextlib.suppress(ValueError):
                sys.meta_path.remove(self)
            self.loaded |= {name: sys.modules.pop(name) for name in self.files if name in sys.modules}
            sys.modules.update(hidden)


def import_authored(path: Path, neighbours: Neighbours | None = None) -> ModuleType:
    """Import one file of the course's author under a name of its own; it may import its neighbours."""
    name = f"_course_{zlib.crc32(str(path).encode()):08x}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with neighbours.within() if neighbours else contextlib.nullcontext():
        spec.loader.exec_module(module)
    return module


def load_chapter(chapter: str, path: Path) -> ModuleType:
    """Import the file under the chapter's own name, so that its text and tracebacks look as if run by hand.

    Raises `NotLoaded` where the import fails; `TimedOut` where it took too long.
    """
    from grader.runtime.global_state import kept

    spec = importlib.util.spec_from_file_location(chapter, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    earlier, last = sys.modules.pop(chapter, None), next(reversed(sys.modules))
    sys.modules[chapter] = module
    try:
        with kept(), backends_of(path):
            sys.path.insert(0, str(path.parent))
            spec.loader.exec_module(module)
    except TimedOut:
        raise
    except BaseException as error:
        raise NotLoaded(import_failed(error, path)) from None
    finally:
        forget_neighbours(path, last)
        if earlier is not None:
            sys.modules[chapter] = earlier
    return module


def backends_of(path: Path) -> AbstractContextManager[None]:
    """Lets a file that plots choose any backend, whether there is a screen or not."""
    if not re.search(rb"^\s*(?:import|from)\s+matplotlib\b", path.read_bytes(), re.M):
        return contextlib.nullcontext()
    from grader.runtime.figures import any_backend

    return any_backend()


def forget_neighbours(path: Path, last: str) -> None:
    """Take this file, and what it imported from its own folder, out of `sys.modules` again.

    Another submission may have files of the same names. `last` was the newest module before. What is older is not even
    looked at: to do that, a worker would have to copy the memory that it shares with its fork server.
    """
    folder = str(path.parent)
    for name, module in list(itertools.takewhile(lambda pair: pair[0] != last, reversed(sys.modules.items()))):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and str(Path(file).parent) == folder:
            del sys.modules[name]


NOBODY_TYPED = "reading from stdin while output is captured|EOF when reading a line"
"""What pytest and Python say where something is to be read and nothing comes."""


def import_failed(error: BaseException, path: Path) -> Message:
    """Why the import failed, with the line of the learner's file that was running."""
    lines = own_frames(error, path)
    if issubclass(type(error), SystemExit):
        what = "it calls exit(), which ends Python. Take that line out"
    elif re.search(NOBODY_TYPED, text_of(error)):
        what = "it calls input(). Nobody types here: take that line out"
    else:
        what = f"{plain_name(type(error))}: {first_lines(text_of(error), MAX_LINES, MAX_LINE)}".rstrip(":. ")
    number = lines[0].lineno if lines else 1
    return Message(
        sentence=f"{path.name}:{number}: this file cannot be imported: {what}.",
        traceback=format_frames(lines, path),
    )


def format_frames(frames: list[FrameSummary], path: Path) -> tuple[str, ...]:
    """Frames as Python prints them, the harness's own left out."""
    return tuple(
        line
        for frame in frames[-6:]
        for line in (f'File "{path.name}", line {frame.lineno}, in {frame.name}', f"    {frame.line}")
    )


def enclosing(path: Path, name: str) -> str:
    """The class or function within which this file defines a function; "" where there is none."""
    with contextlib.suppress(Exception):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                for inner in node.body:
                    if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)) and inner.name == name:
                        kind = "class" if isinstance(node, ast.ClassDef) else "function"
                        return f"the {kind} {node.name} (line {inner.lineno})"
    return ""


def pick(module: ModuleType, name: str, path: Path, signature: str, exercises: Sequence[str]) -> Function:
    """The function of an exercise, whose signature should be this, in a chapter with these exercises.

    Raises `NotLoaded` where it is not there or is no function.
    """
    found = getattr(module, name, None)
    if callable(found) and not isinstance(found, type):
        function: Function = found
        return function
    if name not in vars(module):
        if where := enclosing(path, name):
            raise NotLoaded(
                Message(
                    sentence=f"{name} is inside {where} in {path.name}, where nobody finds it. Write it at the left"
                    f" margin, outside of any class or function: `def {signature}:`."
                )
            )
        near = did_you_mean(name, [n for n in vars(module) if n[0] != "_" and n not in exercises])
        raise NotLoaded(Message(sentence=f"There is no function {name} in {path.name}.{near}"))
    raise NotLoaded(
        Message(
            sentence=f"{name} is {'a class' if isinstance(found, type) else repr(found)[:40]} in {path.name},"
            f" where a function should be: `def {signature}:`."
        )
    )

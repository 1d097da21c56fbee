"""An exception as data: its own methods, and those of its class, are not trusted to work."""

from __future__ import annotations

import traceback
from bdb import BdbQuit
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from grader.core.observation import Raised
from grader.core.text import without_addresses
from grader.runtime.deadline import TimedOut
from grader.runtime.limits import MAX_ERROR

Seen = TypeVar("Seen")


def unless_hostile(look: Callable[[], Seen], otherwise: Callable[[BaseException], Seen]) -> Seen:
    """What is seen; where an object's own code raises, or exits, in being looked at, what is said of that.

    Lets `TimedOut` and a debugger's quit pass, as a call does.
    """
    try:
        return look()
    except (TimedOut, BdbQuit):
        raise
    except BaseException as error:
        return otherwise(error)


def plain_name(kind: type) -> str:
    """The name of a class, whatever its metaclass says."""
    return str.__str__(type.__getattribute__(kind, "__name__"))


def text_of(error: BaseException) -> str:
    """What an exception says."""
    return unless_hostile(lambda: without_addresses(str(error)[:MAX_ERROR]), lambda _: "(its text cannot be shown)")


def traceback_of(error: BaseException) -> TracebackType | None:
    """Where an exception came from."""
    found: TracebackType | None = BaseException.__getattribute__(error, "__traceback__")
    return found


def own_frames(error: BaseException, path: Path) -> list[traceback.FrameSummary]:
    """The frames of a traceback that stand in this file, outermost first."""
    return [frame for frame in traceback.extract_tb(traceback_of(error)) if frame.filename == str(path)]


def describe_error(error: BaseException, file: Path | None) -> Raised:
    """An exception as data, with the last frames that stand in this file."""
    kind = type(error)
    frames = own_frames(error, file) if file else []
    lines = []
    for frame in frames[-4:]:
        lines += [f'File "{Path(frame.filename).name}", line {frame.lineno}, in {frame.name}', f"    {frame.line}"]
    return Raised(
        type=plain_name(kind),
        bases=tuple(map(plain_name, type.mro(kind))),
        text=text_of(error),
        traceback=tuple(lines),
        function=frames[-1].name if frames else "",
    )

"""The texts in what was seen of a call, told without the names of folders that were made for this one run.

So the same answer to the same case gives the same report, byte for byte, whichever process it ran in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

from grader.records import Items, Mapping, Observation, Other, Value

Tell = Callable[[str], str]
Labelled = tuple[tuple[str, Value], ...]


def without_folders(text: str, folders: Sequence[object]) -> str:
    """Text in which the paths of files below these folders are relative to them."""
    for folder in folders:
        text = text.replace(f"{folder}{os.sep}", "").replace(str(folder), os.curdir)
    return text


def retold(seen: Observation, tell: Tell) -> Observation:
    """An observation with each text in it told anew; tracebacks and names of parameters hold no folder."""
    return replace(
        seen,
        returned=value(seen.returned, tell),
        raised=seen.raised and replace(seen.raised, text=tell(seen.raised.text)),
        before=labelled(seen.before, tell),
        after=labelled(seen.after, tell),
        gradients=tuple(replace(g, error=tell(g.error)) if g.error else g for g in seen.gradients),
        printed=tell(seen.printed),
    )


def labelled(values: Labelled, tell: Tell) -> Labelled:
    """The same for arguments with their names."""
    return tuple((label, value(item, tell)) for label, item in values)


def value(seen: Value, tell: Tell) -> Value:
    """The same for one value."""
    match seen:
        case str():
            return tell(seen)
        case Other(kind, text):
            return Other(kind, tell(text))
        case Items(kind, items):
            return Items(kind, tuple(value(item, tell) for item in items))
        case Mapping(pairs):
            return Mapping(tuple((value(key, tell), value(item, tell)) for key, item in pairs))
        case _:
            return seen

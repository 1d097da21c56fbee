"""Exceptions as data, whatever they and their classes do when they are looked at."""

from __future__ import annotations

from bdb import BdbQuit
from pathlib import Path
from typing import Any

import pytest

from grader.runtime.deadline import TimedOut
from grader.runtime.raised import describe_error, unless_hostile


class Exits(Exception):
    """Exits where its text is asked for."""

    def __str__(self) -> str:
        raise SystemExit


class Refuses(Exception):
    """Raises whatever is asked of it."""

    def __getattribute__(self, name: str) -> Any:
        raise KeyboardInterrupt


class Meta(type):
    """Classes that raise whatever is asked of them."""

    def __getattribute__(cls, name: str) -> Any:
        raise ValueError(name)


class Unnamed(Exception, metaclass=Meta):
    """An exception of such a class."""


@pytest.mark.parametrize("kind", ["Exits", "Refuses", "Unnamed"])
def test_it_is_described(kind: str) -> None:
    """Its name, its bases and its line are told; its text, where there is one."""
    try:
        raise globals()[kind]
    except BaseException as error:
        raised = describe_error(error, Path(__file__))
    assert (raised.type, raised.bases[:2], raised.function) == (kind, (kind, "Exception"), "test_it_is_described")
    assert "raise globals()[kind]" in raised.traceback[-1]
    if kind != "Unnamed":
        assert raised.text in ("(its text cannot be shown)", "")


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit, TimedOut, BdbQuit])
def test_only_what_ends_a_check_gets_out(error: type[BaseException]) -> None:
    """Whatever an object raises when it is looked at is told, but for the time limit and a debugger's quit."""

    def look() -> str:
        raise error

    if error in (TimedOut, BdbQuit):
        with pytest.raises(error):
            unless_hostile(look, repr)
    else:
        assert unless_hostile(look, lambda found: type(found).__name__) == error.__name__

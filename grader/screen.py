"""What a terminal can show: how wide it is, its blocks, its colours, and lines whose parts have a role."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import click

if TYPE_CHECKING:
    pass


Role: TypeAlias = Literal["plain", "good", "bad", "open", "strong"]
Span: TypeAlias = tuple[str, Role]
Line: TypeAlias = tuple[Span, ...]
"""Text with the role of each part; without colour the roles are dropped and nothing is lost."""


@dataclass(frozen=True)
class Screen:
    """What the lines are for: how wide it is, and whether it can show block characters."""

    width: int = 80
    blocks: bool = True


def wrapped(texts: list[str], screen: Screen, role: Role) -> list[Line]:
    """Sentences within the width; a path is not torn apart, so that it can be clicked."""
    return [
        ((line, role),)
        for text in texts
        for line in textwrap.wrap(text, screen.width, break_long_words=False, break_on_hyphens=False)
    ]


DEFAULT_WIDTH = 80
MAX_WIDTH = 100
"""Sentences are hard to read in longer lines."""


MARKUP: dict[str, dict[str, bool]] = {
    "plain": {},
    "good": {"green": True},
    "bad": {"red": True},
    "open": {"light": True},
    "strong": {"bold": True},
}


def encoding_has_blocks() -> bool:
    """Whether the terminal's encoding has the characters of the bars."""
    try:
        "█▒░".encode(getattr(sys.__stdout__, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


COLOURS: dict[str, dict[str, Any]] = {
    "plain": {},
    "good": {"fg": "green"},
    "bad": {"fg": "red"},
    "open": {"dim": True},
    "strong": {"bold": True},
}


def this_screen() -> Screen:
    """The terminal, or 80 columns."""
    width = min(100, shutil.get_terminal_size((80, 24)).columns)
    try:
        "█▒░".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return Screen(width, blocks=False)
    return Screen(width)


def put(lines: Sequence[Line]) -> None:
    """Lines on standard output, in colour where it is a terminal."""
    for line in lines:
        click.echo("".join(click.style(text, **COLOURS[role]) for text, role in line))

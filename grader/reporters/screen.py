"""What a terminal can show: how wide it is, its blocks, its colours, and lines whose parts have a role."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TextIO, TypeAlias

from grader.core.text import printable
from grader.reporters.limits import DEFAULT_WIDTH, MAX_WIDTH

Role: TypeAlias = Literal["plain", "good", "bad", "open", "strong"]
Span: TypeAlias = tuple[str, Role]
Line: TypeAlias = tuple[Span, ...]
"""Text with the role of each part; without colour the roles are dropped and nothing is lost."""

STYLES: dict[Role, str] = {"plain": "", "good": "green", "bad": "red", "open": "dim", "strong": "bold"}
"""How each role looks: the one place that says so. pytest and click have other words for it."""


@dataclass(frozen=True)
class Screen:
    """What the lines are for: how wide it is, and whether it can show block characters."""

    width: int = DEFAULT_WIDTH
    blocks: bool = True


def screen_of(stream: TextIO | None, width: int | None = None) -> Screen:
    """The terminal behind a stream; its width in columns, where nobody knows better."""
    columns = shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns if width is None else width
    return Screen(min(MAX_WIDTH, columns), encoding_has_blocks(stream))


def encoding_has_blocks(stream: TextIO | None) -> bool:
    """Whether a stream's encoding has the characters of the bars."""
    try:
        "█▒░".encode(getattr(stream, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def pytest_markup(role: Role) -> dict[str, bool]:
    """A role as the keywords of pytest's terminal writer."""
    style = STYLES[role]
    return {"light" if style == "dim" else style: True} if style else {}


def wrapped(texts: list[str], screen: Screen, role: Role) -> list[Line]:
    """Sentences within the width; a path is not torn apart, so that it can be clicked."""
    return [
        ((line, role),)
        for text in texts
        for line in textwrap.wrap(text, screen.width, break_long_words=False, break_on_hyphens=False)
    ]


def course_line(course: Path | None, screen: Screen) -> list[Line]:
    """Whose checks were made, within the width: of a folder with a long path the end, which tells it apart."""
    if course is None:
        return []
    text = f"course: {printable(str(course))}"
    if len(text) > screen.width:
        text = f"course: …{text[9 - screen.width :]}"
    return [((text, "plain"),)]

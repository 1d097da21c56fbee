"""A message as text, which a terminal with colours shows in colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.reporters.screen import Line, pytest_markup


class ColouredText(str):
    """The lines of a message; whoever wants a text has one, and pytest asks for the other."""

    lines: tuple[Line, ...]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> ColouredText:
        """The text of these lines."""
        made = cls("\n".join("".join(text for text, _ in line) for line in lines))
        made.lines = tuple(lines)
        return made

    def toterminal(self, writer: Any) -> None:
        """Write it, with the colours that this terminal has, if any."""
        for line in self.lines:
            for text, role in line:
                writer.write(text, **pytest_markup(role))
            writer.line()

"""Text that learners had a hand in, made fit to be shown: every view begins with `sanitized(report)`.

A name or a printed line may hold terminal escapes, NUL, lone surrogates that no encoding takes, or marks that turn the
direction of reading. They become U+FFFD here, once, so that no view has to think of them; and what is
endless ends.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from grader.core.report import Report
from grader.reporters.limits import TEXT_CHARACTERS

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
WERE_CUT = "more characters were cut"


def plain(text: str) -> str:
    """A text with line ends as `\\n`, and whatever else is neither a tab nor a character to be seen replaced."""
    return CONTROLS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def sanitized(report: Report) -> Report:
    """The report with every text in it made plain, and at most `TEXT_CHARACTERS` characters long."""
    done: Report = everywhere(report)
    return done


def everywhere(part: Any) -> Any:
    """A part of a report with every text in it made fit to be shown."""
    if isinstance(part, str):
        return plain(part if len(part) <= TEXT_CHARACTERS + len(WERE_CUT) + 20 else told(part[:TEXT_CHARACTERS], part))
    if isinstance(part, tuple):
        return tuple(map(everywhere, part))
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        return type(part)(**{field.name: everywhere(getattr(part, field.name)) for field in dataclasses.fields(part)})
    return part


def cut(text: str, size: int) -> str:
    """The beginning of a plain text, at most `size` bytes of UTF-8, and how much is missing."""
    data = text.encode()
    return text if len(data) <= size else told(data[:size].decode(errors="ignore"), text)


def told(kept: str, text: str) -> str:
    """What was kept of a text, and a last line that tells how much was not."""
    return f"{kept}\n[{len(text) - len(kept):,} {WERE_CUT}]"

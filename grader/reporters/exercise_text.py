"""A result as the lines of text that a learner reads on a terminal."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator

from grader.core.report import Message, Outcome, Result, Row
from grader.reporters.screen import Line, Role

RESULT_LABELS = ("returned", "raised", "expected", "gradient", "printed", "called", "plotted")
DEVICE_NOTES = {"sim": "sim is a simulated accelerator: it refuses what a GPU refuses."}


def exercise_text(result: Result, width: int = 80, folder: str = "") -> list[str]:
    """The message of the first outcome that is not right, in at most `width` columns; see `exercise_lines`."""
    return ["".join(text for text, _ in line) for line in exercise_lines(result, width, folder)]


def exercise_lines(result: Result, width: int = 80, folder: str = "") -> list[Line]:
    """The same with the role of each line: what came back is bad, what should have is good.

    `folder` is what paths are shown relative to.
    """
    bad = [outcome for outcome in result.outcomes if not outcome.is_done]
    if not bad:
        return []
    first = bad[0]
    message = first.message
    devices = [outcome.device for outcome in bad if outcome.aspects == first.aspects]
    head = headline(result, message, devices if message.call else [], width, folder)
    rows = [[(line, role) for line in told] for role, told in rows_with_roles(message.rows, width)]
    lines = [f"        {line}" for line in message.traceback]
    lines += sentence(message.sentence, width)
    lines += about_devices(result, first, width)
    if message.call:
        lines.append(f"More help: grader hint {result.exercise}")
    if message.paste:
        start = "To call it again: "
        lines += [start + message.paste] if len(start + message.paste) <= width else [start.strip(), message.paste]
    return [
        *(((line, "strong"),) for line in head),
        *((span,) for row in rows for span in row),
        *(((line, "plain"),) for line in lines),
    ]


def remark_text(result: Result, width: int = 80) -> list[str]:
    """What is said of an exercise that passes, in at most `width` columns; nothing where there is nothing to say."""
    return textwrap.wrap(f"{result.exercise}: {result.remark}", width) if result.remark else []


def headline(result: Result, message: Message, devices: list[str], width: int, folder: str) -> list[str]:
    """`exercises/ex05_chapter.py:31  shift_rows(x)      [cpu]`; too long for one line, the call has its own."""
    path = os.path.relpath(result.file, folder) if folder and result.file.startswith(folder) else result.file
    place, call = f"{path}:{result.line}", message.call or result.exercise
    tag = f"[{', '.join(devices)}]" if devices else ""
    lines = [f"{place}  {call}"]
    if len(f"{lines[0]}  {tag}".rstrip()) > width:
        lines = [place, call]
    return [*lines[:-1], f"{lines[-1]}  {tag:>{max(0, width - len(lines[-1]) - 2)}}".rstrip()]


def rows_table(rows: tuple[Row, ...], width: int) -> list[str]:
    """Labels, values and notes in columns; a note that does not fit beside its value goes below it."""
    return [line for _, lines in rows_with_roles(rows, width) for line in lines]


def rows_with_roles(rows: tuple[Row, ...], width: int) -> Iterator[tuple[Role, list[str]]]:
    """The lines of each row, and its role."""
    if not rows:
        return
    column = min(max(len(row.label) for row in rows), 28)
    arguments = True
    for row in rows:
        # an argument is given, so it has a `=`; a result is told
        arguments = arguments and not row.label.startswith(RESULT_LABELS)
        head = f"    {row.label:<{column}} {'=' if arguments and ' ' not in row.label else ' '} "
        told = row.text.splitlines() if row.label == "raised" or row.label.startswith("gradient") else [row.text]
        body = [part for line in told for part in textwrap.wrap(line, max(20, width - len(head)))] or [""]
        first, *more = body
        role: Role = "plain" if arguments else "good" if row.label.startswith("expected") else "bad"
        if row.note and not more and len(head) + len(first) + 2 + len(row.note) <= width:
            yield role, [f"{head}{first}{row.note:>{width - len(head) - len(first)}}"]
            continue
        below = [*more, *textwrap.wrap(row.note, max(20, width - len(head)))]
        yield role, [head + first, *(" " * len(head) + line for line in below)]


def sentence(text: str, width: int) -> list[str]:
    """A sentence wrapped to the width; lines that are set already (a caret under a syntax error) stay."""
    lines = []
    for line in text.splitlines():
        lines += [line] if line.startswith("    ") else textwrap.wrap(line, width)
    return lines


def about_devices(result: Result, first: Outcome, width: int) -> list[str]:
    """That it passes elsewhere, and what the simulated device is, where only an accelerator fails."""
    if first.device == "cpu" or not any(outcome.passed for outcome in result.outcomes):
        return []
    text = f"This passes on the CPU and fails on {first.device}. {DEVICE_NOTES.get(first.device, '')}"
    return textwrap.wrap(text, width)

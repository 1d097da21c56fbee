"""Mismatches → what a learner reads: the call, what came back, what should have, one sentence that teaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from grader.core.observation import Observation, Turn
from grader.core.report import Message, Row
from grader.core.rules import Mismatch
from grader.core.text import first_lines
from grader.core.values import HERE, Array, Items, Other, Value, arrays, as_leaves
from grader.judging.feedback.context import Context
from grader.judging.feedback.diagnose import diagnose
from grader.judging.feedback.exceptions import meaning_of_warnings
from grader.judging.feedback.format import kind, note, pair, place_name, text
from grader.judging.feedback.shapes import first_difference
from grader.judging.feedback.written import NOT_SEEN, Written
from grader.runtime.limits import MAX_LINE, MAX_LINES


def explain(
    name: str,
    arguments: Sequence[tuple[str, Value]],
    mismatch: Mismatch,
    got: Observation,
    expected: Observation,
    device: str,
    *,
    turn: Turn,
    seed: int = 0,
    path: str = "",
    known: str = "",
    transposed: Callable[[], Value] | None = None,
    unfinished: Callable[[str], bool] | None = None,
    written: Written = NOT_SEEN,
    gradient: bool = False,
) -> Message:
    """The message for one failed case.

    `arguments` are the case's with their names, `mismatch` is the one that explains the rest, `turn` the call,
    `path` is the learner's file where it is not the course's own, `known` the sentence of a known mistake that behaves
    the same, `unfinished` tells whether a function of the learner's is still a stub, `written` how this one is
    written, `gradient` whether gradients are compared in this exercise.
    """
    context = Context(device, turn, gradient, written, transposed)
    warned = got.warned if mismatch.aspect in WARNED_OF else ()
    sentence = known or meaning_of_warnings(warned) or diagnose(mismatch, got, context)
    raised = got.raised
    if raised is not None and "NotImplementedError" in raised.bases and unfinished:
        if unfinished(raised.function):
            sentence = f"Finish `{raised.function}` first: this calls it, and it is still to do."
        elif raised.function == name and written.raise_left:
            sentence = (
                "The stub's line `raise NotImplementedError` still stands in your function, and the function ends"
                " there: take that line out."
            )
    given = given_rows(arguments, device, gradient=turn.gradient)
    return Message(
        call=call_of(name, arguments),
        rows=(*given, *rows(mismatch, got, expected, device)),
        sentence=sentence,
        traceback=raised.traceback if raised is not None and mismatch.aspect == "raised" else (),
        paste=paste(name, turn, device, seed, path),
    )


WARNED_OF = ("raised", "type", "shape", "values", "gradient", "mutation")
"""What PyTorch's warnings may explain: not a dtype or a device, for example."""


def call_of(name: str, arguments: Sequence[tuple[str, Value]]) -> str:
    """`shift_rows(x, by)`."""
    return f"{name}({', '.join(label for label, _ in arguments)})"


def given_rows(arguments: Sequence[tuple[str, Value]], device: str, *, gradient: bool) -> tuple[Row, ...]:
    """What a function is called with; for its gradient, its tensors are leaves."""
    shown = [(label, as_leaves(value) if gradient else value) for label, value in arguments]
    places = any(array.place != HERE for _, value in shown for array in arrays(value))
    return tuple(
        Row(label, text(value, device=device), note(value, device, place=places, grad=True)) for label, value in shown
    )


def paste(name: str, turn: Turn, device: str, seed: int, path: str) -> str:
    """A line for Python that makes the call again."""
    options = [f'"{name}"', str(turn.number)]
    if device != "cpu":
        options.append(f'"{device}"')
    if turn.gradient:
        options.append("gradient=True")
    if seed:
        options.append(f"seed={seed}")
    if path:
        options.append(f"path={path!r}")
    return f"import grader; grader.again({', '.join(options)})"


def rows(mismatch: Mismatch, got: Observation, expected: Observation, device: str) -> tuple[Row, ...]:
    """What came back and what should have, for the aspect that differs."""
    where = mismatch.where
    match mismatch.aspect:
        case "raised":
            return raised_rows(mismatch, expected, device)
        case "gradient":
            return gradient_rows(mismatch, device)
        case "mutation" if mismatch.problem == "moved":
            return ()
        case "mutation" if mismatch.problem not in ("container", "contents"):
            # what it must be after the call is what it was before, where it has to stay
            return two_rows(f"{where} after", "expected", mismatch, device)
        case "text":
            return (
                Row("printed", "(nothing)" if mismatch.got is None else str(mismatch.got)),
                Row("expected", "(nothing)" if mismatch.expected is None else str(mismatch.expected)),
            )
        case "calls":
            return (Row("called", str(mismatch.got) or "(nothing)"), Row("expected", str(mismatch.expected)))
        case "figure":
            return (Row("plotted", mismatch.problem, where),)
        case "identity" | "aliasing":
            mine = Row("returned", text(got.returned, device=device), note(got.returned, device))
            return (mine, Row("expected", SHARING[mismatch.problem].format(where=where, expected=mismatch.expected)))
        case "shape" if mismatch.problem in ("missing key", "extra key"):
            return two_rows("returned", "expected", mismatch, device)
        case "shape" if isinstance(mismatch.got, Items) and isinstance(mismatch.expected, Items):
            return from_difference(mismatch, mismatch.got, mismatch.expected, device)
        case "type" | "device" | "graph" | "leaf" | "layout" | "dtype" | "shape" | "values":
            return two_rows(f"returned{where}", f"expected{where}", mismatch, device)
        case _:
            return ()


def from_difference(mismatch: Mismatch, got: Items, expected: Items, device: str) -> tuple[Row, ...]:
    """Two lists that are not equally long; where they do not fit on a line, from just before their first difference."""
    start = max(0, first_difference(got.items, expected.items) - 1)
    if start and any("…" in text(value, device=device) for value in (got, expected)):
        cut = [replace(value, items=value.items[start:]) for value in (got, expected)]
        shown = [text(value, device=device) for value in cut]
        where = f"{mismatch.where}[{start}:]"
        return (Row(f"returned{where}", shown[0], kind(got)), Row(f"expected{where}", shown[1], kind(expected)))
    return two_rows(f"returned{mismatch.where}", f"expected{mismatch.where}", mismatch, device)


SHARING = {
    "new object": "`{expected}` itself, the very object",
    "not new": "a new one, which is not `{expected}` itself",
    "shared": "the same numbers in memory of their own",
    "copied": "the same numbers in the memory of `{where}`",
}


def raised_rows(mismatch: Mismatch, expected: Observation, device: str) -> tuple[Row, ...]:
    """An exception beside what should have come."""
    due = mismatch.expected
    wanted = kind(due) if isinstance(due, Other) else text(due, device=device)
    if mismatch.problem == "none":
        return (Row("returned", text(mismatch.got, device=device), note(mismatch.got, device)), Row("expected", wanted))
    if mismatch.problem == "text":
        told = first_lines(str(mismatch.got), MAX_LINES, MAX_LINE)
        return (Row("raised", told), Row("expected", f"a text with {mismatch.where!r} in it"))
    assert isinstance(mismatch.got, Other)
    told = first_lines(mismatch.got.text, MAX_LINES, MAX_LINE)
    said = f"{mismatch.got.type}: {told}" if told else mismatch.got.type
    if mismatch.problem == "raised":
        return (Row("raised", said), Row("expected", wanted, note(due, device)))
    return (Row("raised", said), Row("expected", wanted))


def gradient_rows(mismatch: Mismatch, device: str) -> tuple[Row, ...]:
    """A gradient beside the right one."""
    label = f"gradient of {mismatch.where}"
    if isinstance(mismatch.got, str):
        return (
            Row(label, first_lines(mismatch.got, MAX_LINES, MAX_LINE)),
            Row("expected", text(mismatch.expected, device=device)),
        )
    return two_rows(label, "expected", mismatch, device)


def two_rows(mine: str, due: str, mismatch: Mismatch, device: str) -> tuple[Row, ...]:
    """Got and expected, with a note on what differs."""
    got, expected = mismatch.got, mismatch.expected
    # more digits only where the numbers are what differs: elsewhere they would show a difference that does not count
    if mismatch.aspect in ("values", "gradient", "mutation"):
        shown, wanted = pair(got, expected, device=device)
    else:
        shown, wanted = text(got, device=device), text(expected, device=device)
    return (Row(mine, shown, got_note(mismatch, device)), Row(due, wanted, expected_note(mismatch, device)))


def got_note(mismatch: Mismatch, device: str) -> str:
    """Beside what came back: the property that differs."""
    got = mismatch.got
    match mismatch.aspect:
        case "type":
            return kind(got)
        case "shape" | "dtype":
            return note(got, device) or kind(got)
        case "device" if isinstance(got, Array):
            return f"on {place_name(got.place, device)}"
        case "mutation" if isinstance(got, Array) and mismatch.problem == "requires_grad":
            return f"requires_grad {got.requires_grad}"
        case "leaf" | "graph" if isinstance(got, Array):
            return f"requires_grad {got.requires_grad}, is_leaf {got.is_leaf}"
        case _:
            return ""


def expected_note(mismatch: Mismatch, device: str) -> str:
    """Beside what should have come: the same property, or how many numbers differ and where most."""
    expected = mismatch.expected
    match mismatch.aspect:
        case "type":
            return kind(expected)
        case "shape" if isinstance(expected, Items):
            return kind(expected)
        case "shape" | "dtype":
            return note(expected, device)
        case "device" if isinstance(expected, Array):
            return f"on {place_name(expected.place, device)}"
        case "mutation" if isinstance(expected, Array) and mismatch.problem == "requires_grad":
            return f"requires_grad {expected.requires_grad}"
        case "leaf" | "graph" if isinstance(expected, Array):
            return f"requires_grad {expected.requires_grad}, is_leaf {expected.is_leaf}"
        case "values" | "gradient" | "mutation" if mismatch.total > 1:
            return f"{mismatch.count} of {mismatch.total} differ, most at {most_at(mismatch)}"
        case _:
            return ""


def most_at(mismatch: Mismatch) -> str:
    """Where the largest difference is, and, where the display cuts it off, what stands there."""
    index = f"[{', '.join(str(i) for i in mismatch.most_at)}]"
    if isinstance(mismatch.got, Array) and isinstance(mismatch.expected, Array) and mismatch.total > 12:
        mine, due = (entry_at(value, mismatch.most_at) for value in (mismatch.got, mismatch.expected))
        return f"{index}: {mine} for {due}"
    return index


def entry_at(value: Array, index: tuple[int, ...]) -> str:
    """One number of an array as text."""
    item: Any = value.data[index].item()
    return f"{item:.4g}" if isinstance(item, float) else str(item)

"""The sentence for a shape or a length that is not the right one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from grader.core.observation import Observation
from grader.core.rules import Mismatch
from grader.core.values import Array, Items, Value
from grader.judging.feedback.context import Context
from grader.judging.feedback.format import kind, shape, text
from grader.judging.feedback.relations import HUGE, broadcasts, close, inputs
from grader.judging.feedback.slips import slip


def about_shape(mismatch: Mismatch, seen: Observation, context: Context) -> str:
    """A shape or length that is off, in a way that has a name or in plain words."""
    if mismatch.problem in ("missing key", "extra key"):
        word = "lacks the key" if mismatch.problem == "missing key" else "has a key that it should not have:"
        return f"The dict {word} {mismatch.where}."
    if isinstance(mismatch.got, Items) and isinstance(mismatch.expected, Items):
        return about_length(mismatch.got, mismatch.expected, context)
    if not (isinstance(mismatch.got, Array) and isinstance(mismatch.expected, Array)):
        return ""
    mine, due = mismatch.got.data, mismatch.expected.data
    return (
        about_layout(mine, due)
        or about_rows(mine, due)
        or about_meeting(mine, due, seen, context)
        or slip(context.written, seen)
        or about_sizes(mine, due, seen)
    )


def about_layout(mine: torch.Tensor, due: torch.Tensor) -> str:
    """The right numbers in another shape."""
    if mine.ndim == due.ndim >= 2 and mine.mT.shape == due.shape and close(mine.mT, due):
        if bool((mine == mine.flatten()[0]).all()):  # of equal numbers, only the shape can be told
            return f"The sizes have changed places: {shape(mine.shape)} where {shape(due.shape)} should be."
        return "Your result is the transpose of the expected one."
    if mine.numel() == due.numel() and close(mine.reshape(due.shape), due):
        if mine.squeeze().shape == due.squeeze().shape:
            return (
                f"The numbers are right, but the shape is {shape(mine.shape)} instead of {shape(due.shape)}:"
                " dimensions of size 1 count, because broadcasting treats them differently."
            )
        return f"The numbers are right, but laid out as {shape(mine.shape)} instead of {shape(due.shape)}."
    if mine.numel() > due.numel() and broadcasts(due, mine.shape) and close(mine, due.expand(mine.shape)):
        return (
            f"The numbers are right but repeated, as broadcasting makes {shape(mine.shape)} out of {shape(due.shape)}."
        )
    return ""


def about_rows(mine: torch.Tensor, due: torch.Tensor) -> str:
    """One row in the place of all, or some of the rows."""
    if due.ndim > 1 and len(due) > 1 and mine.shape == due.shape[1:]:
        ends = [word for word, index in (("first", 0), ("last", -1)) if close(mine, due[index])]
        if len(ends) == 1:
            return f"Your result is only the {ends[0]} of the {len(due)} rows of the expected one."
    if mine.ndim == due.ndim and mine.ndim and mine.shape[1:] == due.shape[1:] and len(mine) < len(due):
        for start, words in ((0, "last"), (len(due) - len(mine), "first")):
            if close(mine, due[start : start + len(mine)]):
                missing = len(due) - len(mine)
                return f"The {words} {'one is' if missing == 1 else f'{missing} are'} missing; the rest is right."
    return ""


def about_meeting(mine: torch.Tensor, due: torch.Tensor, seen: Observation, context: Context) -> str:
    """What broadcasting makes of a column and a row, where the two should have been of one shape."""
    size = mine.shape[-1] if mine.ndim >= 2 else 0
    if size < 2 or mine.shape[-2] != size or due.shape not in (mine.shape[:-1], (*mine.shape[:-1], 1)):
        return ""
    shapes = [array.data.shape for _, array in inputs(seen)]
    meet = any(given[-1:] == (size,) or given[-2:] == (size, 1) for given in shapes)
    if not meet or mine.shape in shapes or context.written.multiplies_matrices:
        return ""  # a square that was handed in, or a product of matrices, is one without broadcasting
    diagonal = close(mine.diagonal(dim1=-2, dim2=-1), due.reshape(mine.shape[:-1]))
    right = " On the diagonal stand the right numbers." if diagonal else ""
    return (
        f"The shape is {shape(mine.shape)} and should be {shape(due.shape)}: where a column ({size}, 1) and a"
        f" row ({size},) meet, broadcasting makes ({size}, {size}) of them.{right}"
    )


def about_sizes(mine: torch.Tensor, due: torch.Tensor, seen: Observation) -> str:
    """The two shapes in words, and what is between them."""
    if mine.ndim == 0 and due.ndim > 0:
        return f"The result is one number and should have the shape {shape(due.shape)}."
    if due.ndim == 0 and mine.ndim > 0:
        return f"The result should be one number (shape ()), and yours still has the shape {shape(mine.shape)}."
    plain = f"The shape is {shape(mine.shape)} and should be {shape(due.shape)}"
    for where, array in inputs(seen):
        if array.data.shape == mine.shape and array.data.ndim != due.ndim:
            return f"{plain}: it is that of `{where}`."
    if due.ndim > 1 and len(due) > 1 and mine.shape == due.shape[1:]:
        return f"{plain}: it is that of one row, and {len(due)} of them should come back."
    if mine.ndim == due.ndim and sorted(mine.shape) == sorted(due.shape):
        return f"{plain}: the dimensions have changed places."
    if mine.ndim != due.ndim:
        return f"{plain}: that is {ndim_text(mine.ndim)} instead of {due.ndim}."
    off = [dim for dim in range(due.ndim) if mine.shape[dim] != due.shape[dim]]
    return f"{plain}: dimension {off[0]} is not of the right size." if len(off) == 1 else f"{plain}."


def ndim_text(number: int) -> str:
    """`1 dimension`, `2 dimensions`."""
    return f"{number} dimension{'' if number == 1 else 's'}"


def about_length(got: Items, expected: Items, context: Context) -> str:
    """A list or tuple with too many or too few items, and the first that is out of place."""
    mine, due = len(got.items), len(expected.items)
    plain = f"There {'is 1 item' if mine == 1 else f'are {mine} items'} here, and there should be {due}."
    if got.kind == "list" and mine == 1 < due and context.written.returns_in_first_round:
        return f"{plain} A `return` inside a loop ends it in its first round."
    at = first_difference(got.items, expected.items)
    if 0 < at < min(mine, due):
        stands, should = (text(item, 24) for item in (got.items[at], expected.items[at]))
        return f"{plain} The first one out of place has the index {at}: {stands} stands where {should} should be."
    if at and at == min(mine, due):
        rest = got.items[at] if mine > due else expected.items[at]
        word = "too many" if mine > due else "missing"
        return f"{plain} The one at index {at} is {word}: {text(rest, 24) or kind(rest)}."
    return plain


def first_difference(got: Sequence[Value], expected: Sequence[Value]) -> int:
    """The index of the first item that is not the expected one; the shorter length where all of these are."""
    pairs = enumerate(zip(got, expected, strict=False))
    return next((i for i, (a, b) in pairs if not same(a, b)), min(len(got), len(expected)))


def same(got: Value, expected: Value) -> bool:
    """Whether two items are the same, numbers up to rounding."""
    if isinstance(got, Array) and isinstance(expected, Array):
        return close(got.data, expected.data)
    if isinstance(got, int | float) and isinstance(expected, int | float):
        return math.isclose(got, expected, rel_tol=1e-5) if max(abs(got), abs(expected)) < HUGE else got == expected
    return got == expected

"""What can be said about a mismatch from the values alone, in one or two sentences; nothing where that is nothing.

Each rule states a fact about what came back ("is the transpose of …"), and a word about how it was written only after a
look at the syntax tree.
"""

from __future__ import annotations

import re

import torch

from grader.core.observation import Observation
from grader.core.rules import Mismatch
from grader.core.values import HERE, Array, Items, Named, Other
from grader.judging.feedback.context import Context
from grader.judging.feedback.exceptions import about_error
from grader.judging.feedback.format import dtype, kind, place_name
from grader.judging.feedback.gradients import about_gradient
from grader.judging.feedback.plots import about_figure
from grader.judging.feedback.relations import about_arrays, about_scalar, close
from grader.judging.feedback.shapes import about_shape, first_difference
from grader.judging.feedback.slips import slip
from grader.judging.feedback.written import Written


def diagnose(mismatch: Mismatch, got: Observation, context: Context) -> str:
    """The sentence for one mismatch, the first that explains the rest; where there is none, what the code shows."""
    sentence = about(mismatch, got, context) or slip(context.written, got)
    part = f"`returned{mismatch.where}`"
    return re.sub("[Yy]our result", lambda _: part, sentence) if mismatch.where[:1] == "[" else sentence


def about(mismatch: Mismatch, got: Observation, context: Context) -> str:
    """The sentence for one mismatch."""
    match mismatch.aspect:
        case "raised":
            return about_error(mismatch, got, context)
        case "device":
            return about_device(mismatch, context.device)
        case "type":
            return about_type(mismatch, context.written)
        case "dtype":
            return about_dtype(mismatch, context.written)
        case "shape":
            return about_shape(mismatch, got, context)
        case "values":
            return about_values(mismatch, got, context)
        case "gradient":
            return about_gradient(mismatch, got, context)
        case "calls":
            return about_calls(str(mismatch.got).split(), str(mismatch.expected).split())
        case "figure":
            return about_figure(mismatch.problem)
        case "mutation":
            return about_mutation(mismatch, got, context.written)
        case _:
            return SENTENCES.get((mismatch.aspect, mismatch.problem), "").format(
                where=mismatch.where, expected=mismatch.expected
            )


# ---------------------------------------------------------------- devices, types, dtypes


def about_device(mismatch: Mismatch, device: str) -> str:
    """A result on the wrong device."""
    if not (isinstance(mismatch.got, Array) and isinstance(mismatch.expected, Array)):
        return ""
    mine, due = (place_name(value.place, device) for value in (mismatch.got, mismatch.expected))
    if mismatch.expected.place == HERE:
        return (
            f"The result is on {mine} and should be on {due}. A tensor is made on the CPU unless `device=` says"
            " otherwise, and `.to(device)` returns a new tensor: it moves nothing in place."
        )
    return f"The result is on {mine} and should be on {due}."


def how_plain(sort: str) -> str:
    """How a tensor of another sort becomes a plain one, or why it cannot."""
    if "sparse" in sort:
        return ": `.to_dense()` makes one"
    return ", and on `meta` there are no numbers" if "meta" in sort else ", with all its numbers in memory"


def about_type(mismatch: Mismatch, written: Written) -> str:
    """Something of another kind than what was asked for."""
    got, expected = mismatch.got, mismatch.expected
    if got is None and written.has_no_return:
        shows = " `print` only shows a value." if written.prints else ""
        why = "nothing stands after `return`" if written.returns_bare else NO_RETURN
        return f"This is None: {why}.{shows}"
    if got is None and written.returned_call and not mismatch.where:
        return (
            f"This is None, and that is what `{written.returned_call}` gives back. Return what you want to give back on"
            " a line of its own."
        )
    if isinstance(got, Other) and re.search("function|method", got.type):
        name = "" if written.holds(r"\blambda\b") else ": its name was given without `()`"
        return f"This is a function and not what it returns{name}."
    if isinstance(got, Other) and got.type == "Tensor":
        return (
            f"This is {got.text or 'a tensor of another sort'}. A plain tensor should come back{how_plain(got.text)}."
        )
    if kind(got).lower() == kind(expected).lower():
        return f"This is {kind(got)}, but not the one that should come back: a type of the same name."
    should = f"This is {kind(got)} and should be {kind(expected)}."
    match got, expected:
        case Items(kind="tuple", items=[Array(), Array()]), Array(kind="tensor") if written.holds(GIVE_PAIRS):
            return f"{should} With `dim`, `max`, `min` and `sort` give the values and their indices: take `.values`."
        case Items(items=items), Array(kind="tensor") if items and all(isinstance(item, Array) for item in items):
            return f"{should}{about_items(got, expected, written)}"
        case Items(items=[only]), _ if kind(only) == kind(expected):
            return f"{should} What should come back is its one item: take that, with `[0]`."
        case str(), Named():
            return f"{should} A text only looks like it: give the object itself."
        case Items(kind="generator"), Items():
            return f"{should} `yield` gives item by item; collect them and return them together."
        case Array(kind="ndarray"), Array(kind="tensor"):
            return f"{should} Stay with PyTorch up to the end."
        case Array(kind="tensor"), bool() | int() | float() if got.data.numel() == 1:
            return f"{should} `.item()` takes the number out of a tensor."
        case ((bool() | int() | float()), Array(kind="tensor")):
            return f"{should} Stay with tensor operations up to the end."
    return should


NO_RETURN = "a function that ends without `return` gives None back"
GIVE_PAIRS = r"\b(?:max|min|sort|topk|median|mode|kthvalue|cummax|cummin)\("


def about_items(got: Items, expected: Array, written: Written) -> str:
    """How several tensors become the one that should come back, where that is known."""
    tensors = [item.data for item in got.items if isinstance(item, Array)]
    if len(tensors) == 1 and close(tensors[0], expected.data):
        whose = (
            " `torch.autograd.grad` gives one for each input." if written.holds(r"autograd\.grad\(|[^.]grad\(") else ""
        )
        return f" It holds the right tensor as its one item: take that, with `[0]`.{whose}"
    for join, name in ((torch.stack, "stack"), (torch.cat, "cat")):
        try:
            joined = join(tensors)
        except RuntimeError:
            continue
        if joined.shape == expected.data.shape:
            return f" `torch.{name}` joins its tensors to one."
    return ""


def about_dtype(mismatch: Mismatch, written: Written) -> str:
    """Right but for its dtype, or only of another one; and what made it, where the code shows that."""
    got, expected = mismatch.got, mismatch.expected
    assert isinstance(got, Array) and isinstance(expected, Array)
    if got.data.shape == expected.data.shape and close(got.data, expected.data):
        only = f"The numbers are right; only the dtype is not: {dtype(got)} where {dtype(expected)} should be."
        made = written.makes_default if got.data.dtype == torch.get_default_dtype() else ""
        return f"{only} `{made}` makes that unless `dtype=` says otherwise." if made else only
    return f"The dtype is {dtype(got)} and should be {dtype(expected)}."


# ---------------------------------------------------------------- values, calls, arguments


def about_values(mismatch: Mismatch, seen: Observation, context: Context) -> str:
    """Wrong numbers, text or truth values."""
    match mismatch.got, mismatch.expected:
        case str(mine), str(due):
            return about_string(mine, due)
        case bool(), bool():
            return ""
        case (int() | float()) as mine, (int() | float()) as due:
            return about_scalar(mine, due, seen)
        case Array() as mine, Array() as due:
            return about_arrays(mine, due, seen, context)
        case _:
            return ""


def about_string(mine: str, due: str) -> str:
    """A text that is another one, and where it begins to be."""
    if re.search(r"\{\w+[^{}]*\}", mine) and "{" not in due:
        return (
            "The braces stand in your text as they are: an f-string, with `f` before the quotes, or `.format` fills"
            " them."
        )
    if mine.strip() == due.strip():
        return "Only spaces or line ends at the start or the end differ."
    if mine.lower() == due.lower():
        return "Only capital and small letters differ."
    at = first_difference(mine, due)
    stands, should = (repr(text[at : at + 12]) if text[at:] else "the end" for text in (mine, due))
    return f"The first difference is at character {at + 1}: {stands} stands where {should} should be."


def about_calls(mine: list[str], due: list[str]) -> str:
    """The first call of a given function that is not the one that is due."""
    at = first_difference(mine, due)
    if at == len(mine):
        return f"The functions that were handed in are called too few times: `{due[at]}` is missing as call {at + 1}."
    if at == len(due):
        return f"The functions that were handed in are called too often: call {at + 1}, of `{mine[at]}`, is too many."
    return (
        f"The functions that were handed in are called in another order: call {at + 1} is of `{mine[at]}` and should be"
        f" of `{due[at]}`."
    )


def about_mutation(mismatch: Mismatch, got: Observation, written: Written) -> str:
    """An argument that the call left otherwise than it should."""
    where, problem = mismatch.where, mismatch.problem
    item = where.removesuffix(".grad")
    if problem in ("gone", "not changed", "different") and "[" in item and (item, item) not in got.same_objects:
        return (
            f"`{item}` is another tensor after the call than the one that was handed in, which nobody outside your"
            " function sees change. Change the tensor that is there, in place."
        )
    if problem == "not changed" and "[" in where and written.writes_in_place:
        return (
            f"`{where}` itself should have changed in this call. Your function writes in place, but not to this one:"
            " look at what decides it."
        )
    if problem == "not changed" and not written.rebinds(where):
        plain = (
            f"`{where}` itself should have changed: `x += …`, `x[...] = …` and methods that end in `_` change a tensor"
            " in place."
        )
        return (slip(written, got) if "[" in where else "") or plain
    return SENTENCES.get((mismatch.aspect, problem), "").format(where=where, expected=mismatch.expected)


SENTENCES = {
    ("mutation", "changed"): "`{where}` must stay as it was. A method that ends in `_`, `+=` and `x[...] =` change"
    " a tensor in place, for everyone who holds it.",
    ("mutation", "requires_grad"): "`{where}` must keep its `requires_grad`, for everyone who holds it. Where you need"
    " another one, work on a tensor of your own.",
    ("mutation", "not changed"): "`{where}` itself should have changed. `x = x + …` gives the name to a new tensor;"
    " `x += …`, `x[...] = …` and methods that end in `_` change the tensor itself.",
    ("mutation", "container"): "The list or dict that was handed in must stay as it was: make a new one.",
    ("mutation", "moved"): "`{where}` was given other memory: whoever holds a view of it, or its NumPy array, does not"
    " see the change. `x += …`, `x[...] = …` and methods that end in `_` write to the memory that is there.",
    ("mutation", "contents"): "The list or dict that was handed in does not end with what it should hold.",
    ("mutation", "gone"): "`{where}` should still be there after the call.",
    ("mutation", "not cleared"): "`{where}` should be None or zeros after the call.",
    ("mutation", "different"): "`{where}` is left with another shape, dtype or device than it should have.",
    ("identity", "new object"): "This must be the very object that was handed in as `{expected}`, not a new one with"
    " the same numbers.",
    (
        "identity",
        "not new",
    ): "Your result is the very `{expected}` that was handed in, so a change to one is a change to"
    " the other. Make a new one.",
    ("aliasing", "shared"): "Your result shares its memory with `{where}`: a write to one shows in the other. It"
    " should be a copy.",
    ("aliasing", "copied"): "Your result is a copy: a write to it does not show in `{where}`. It should share the"
    " memory.",
    ("leaf", "not a leaf"): "This is no longer a leaf: it was computed from another tensor. Only leaves get a `.grad`;"
    " call `requires_grad_()` last, after every move and product.",
    ("leaf", "requires_grad"): "Whether this requires gradients is not as it should be.",
    ("graph", "kept"): "The result still belongs to a graph (`requires_grad` is True), where it should not.",
    ("graph", "cut"): "The result has no graph any more (`requires_grad` is False), where it should have one.",
    ("layout", "different"): "The result is not contiguous: its elements are not in order in memory.",
    ("text", "missing line"): "A line is missing from what is printed.",
    ("text", "extra line"): "More is printed than there should be.",
    ("text", "different"): "What is printed differs in {where}.",
}

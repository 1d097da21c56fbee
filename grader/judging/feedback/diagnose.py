"""What can be said about a mismatch from the values alone, in one or two sentences; nothing where that is nothing.

Each rule states a fact about what came back ("is the transpose of …"), never a guess about how it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import torch

from grader.core.observation import Observation
from grader.core.rules import Mismatch
from grader.core.values import HERE, Array, Items, Mapping, Other, Value
from grader.judging.feedback.exceptions import meaning
from grader.judging.feedback.format import dtype, kind, place_name, shape
from grader.judging.feedback.written import NOT_SEEN, Written

Transposed = Callable[[], Value]
"""What the reference returns for the case with its matrices transposed, looked up where it is needed."""


def diagnose(
    mismatch: Mismatch,
    got: Observation,
    device: str,
    transposed: Transposed | None = None,
    written: Written = NOT_SEEN,
) -> str:
    """The sentence for one mismatch, the first that explains the rest."""
    match mismatch.aspect:
        case "raised":
            return about_error(mismatch, device)
        case "device":
            return about_device(mismatch, device)
        case "type":
            return about_type(mismatch.got, mismatch.expected, written)
        case "dtype":
            return about_dtype(mismatch)
        case "shape":
            return about_shape(mismatch, got, written)
        case "values":
            return about_values(mismatch, got, transposed, written)
        case "gradient":
            return about_gradient(mismatch, got, device)
        case "mutation" if mismatch.problem == "not changed" and not written.rebinds(mismatch.where):
            return (
                f"`{mismatch.where}` itself should have changed: `x += …`, `x[...] = …` and methods that end in `_`"
                " change a tensor in place."
            )
        case _:
            return SENTENCES.get((mismatch.aspect, mismatch.problem), "").format(
                where=mismatch.where, expected=mismatch.expected
            )


# ---------------------------------------------------------------- exceptions


def about_error(mismatch: Mismatch, device: str) -> str:
    """What the text of an exception means, for the common ones."""
    if mismatch.problem == "none":
        return "These arguments are an error, and the exercise asks you to raise it."
    if mismatch.problem == "text":
        return f"The text of the exception should name {mismatch.where!r}."
    if mismatch.problem == "other" or not isinstance(mismatch.got, Other):
        return "This is an error, but the exercise asks for another type of exception."
    if mismatch.got.type == "RecursionError":
        return "The function calls itself without end."
    if mismatch.got.type in ("SystemExit", "KeyboardInterrupt"):
        return "A function should return its answer; this one ends the program."
    return meaning(mismatch.got.text)


# ---------------------------------------------------------------- devices, dtypes, shapes


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


def about_type(got: Value, expected: Value, written: Written = NOT_SEEN) -> str:
    """Something of another kind than what was asked for."""
    if got is None and written.has_no_return:
        return "This is None: a function that ends without `return` gives None back."
    if got is None and written.returned_call:
        return (
            f"This is None, and that is what `{written.returned_call}` gives back: it does its work without an answer."
            " Return what you want to give back on a line of its own."
        )
    if isinstance(got, Other) and re.search("function|method", got.type):
        return "This is a function and not what it returns: its name was given without `()`."
    if isinstance(got, Other) and got.type == "Tensor":
        return (
            f"This is {got.text or 'a tensor of another sort'}. A plain tensor should come back{how_plain(got.text)}."
        )
    if kind(got).lower() == kind(expected).lower():
        return f"This is {kind(got)}, but not the one that should come back: a type of the same name."
    should = f"This is {kind(got)} and should be {kind(expected)}."
    match got, expected:
        case Items(items=items), Array(kind="tensor") if items and all(isinstance(item, Array) for item in items):
            return f"{should} `torch.stack` and `torch.cat` join several tensors to one."
        case Array(kind="tensor"), bool() | int() | float() if got.data.numel() == 1:
            return f"{should} `.item()` takes the number out of a tensor."
        case ((bool() | int() | float()), Array(kind="tensor")):
            return f"{should} Stay with tensor operations up to the end."
    return should


def about_dtype(mismatch: Mismatch) -> str:
    """Right but for its dtype, or only of another one."""
    got, expected = mismatch.got, mismatch.expected
    assert isinstance(got, Array) and isinstance(expected, Array)
    if got.data.shape == expected.data.shape and close(got.data, expected.data):
        return f"The numbers are right; only the dtype is not: {dtype(got)} where {dtype(expected)} should be."
    return f"The dtype is {dtype(got)} and should be {dtype(expected)}."


def about_shape(mismatch: Mismatch, got: Observation, written: Written = NOT_SEEN) -> str:
    """A shape that is off in a way that has a name."""
    if mismatch.problem in ("missing key", "extra key"):
        word = "lacks the key" if mismatch.problem == "missing key" else "has a key that it should not have:"
        return f"The dict {word} {mismatch.where}."
    if isinstance(mismatch.got, Items) and isinstance(mismatch.expected, Items):
        return about_length(mismatch.got, mismatch.expected, written)
    if not (isinstance(mismatch.got, Array) and isinstance(mismatch.expected, Array)):
        return ""
    mine, due = mismatch.got.data, mismatch.expected.data
    if mine.ndim == due.ndim >= 2 and mine.mT.shape == due.shape and close(mine.mT, due):
        return "Your result is the transpose of the expected one."
    if mine.numel() == due.numel() and close(mine.reshape(due.shape), due):
        if mine.squeeze().shape == due.squeeze().shape:
            return (
                f"The numbers are right, but the shape is {shape(mine.shape)} instead of {shape(due.shape)}:"
                " dimensions of size 1 count, because broadcasting treats them differently."
            )
        return f"The numbers are right, but laid out as {shape(mine.shape)} instead of {shape(due.shape)}."
    if mine.numel() > due.numel() and broadcasts(due, mine.shape) and close(mine, due.expand(mine.shape)):
        return f"The numbers are right but repeated: broadcasting made {shape(mine.shape)} out of {shape(due.shape)}."
    if due.ndim > 1 and len(due) > 1 and mine.shape == due.shape[1:]:
        for index, word in ((-1, "last"), (0, "first")):
            if close(mine, due[index]):
                return f"Your result is only the {word} of the {len(due)} rows of the expected one."
    if mine.ndim == 0 and due.ndim > 0:
        return f"The result is one number and should have the shape {shape(due.shape)}: something was reduced too far."
    if due.ndim == 0 and mine.ndim > 0:
        return f"The result should be one number (shape ()), and yours still has the shape {shape(mine.shape)}."
    return f"The shape is {shape(mine.shape)} and should be {shape(due.shape)}."


def about_length(got: Items, expected: Items, written: Written = NOT_SEEN) -> str:
    """A list or tuple with too many or too few items."""
    mine, due = len(got.items), len(expected.items)
    if got.kind == "list" and mine == 1 < due and written.returns_in_a_loop:
        return f"There is 1 item here, and there should be {due}. A `return` inside a loop ends it in its first round."
    return f"There {'is 1 item' if mine == 1 else f'are {mine} items'} here, and there should be {due}."


def broadcasts(tensor: torch.Tensor, sizes: torch.Size) -> bool:
    """Whether a tensor can be expanded to a shape."""
    try:
        tensor.expand(sizes)
    except RuntimeError:
        return False
    return True


# ---------------------------------------------------------------- values


def about_values(
    mismatch: Mismatch, got: Observation, transposed: Transposed | None, written: Written = NOT_SEEN
) -> str:
    """Wrong numbers that are the right ones under a simple change."""
    if isinstance(mismatch.expected, float) and isinstance(mismatch.got, float):
        return about_ratio(ratio_of(mismatch.got, mismatch.expected), "Your number", sizes(got), several=False)
    if isinstance(mismatch.got, str) and isinstance(mismatch.expected, str):
        if re.search(r"\{\w+[^{}]*\}", mismatch.got) and "{" not in mismatch.expected:
            return (
                "The braces stand in your text as they are: only an f-string, with `f` before the quotes, fills them."
            )
        return ""
    if type(mismatch.expected) is int and type(mismatch.got) is int and mismatch.expected:
        return about_ratio(mismatch.got / mismatch.expected, "Your number", sizes(got), several=False)
    if not (isinstance(mismatch.got, Array) and isinstance(mismatch.expected, Array)):
        return ""
    mine, due = mismatch.got.data, mismatch.expected.data
    if mine.dtype == torch.bool or due.dtype == torch.bool:
        return "Every truth value is the wrong way round." if close(~mine.bool(), due.bool()) else ""
    if bool(mine.isnan().any()) and not bool(due.isnan().any()):
        return "There are NaNs in your result: somewhere 0 was divided by 0, or infinity met infinity."
    if bool(mine.isinf().any()) and not bool(due.isinf().any()):
        return "There are infinities in your result: a number overflowed, or was divided by 0."
    if not bool(mine.any()):
        return "Your result is all zeros."
    if not mine.is_complex() and close(mine.double().abs(), due.double().abs()) and not close(-mine.double(), due):
        return "The numbers are right up to their signs: some of these are the wrong way round."
    for where, array in inputs(got):
        if array.data.shape == mine.shape and torch.equal(array.data.to(mine.dtype), mine):
            return (
                f"Your result is `{where}` itself, unchanged. Most tensor operations return a new tensor and leave the"
                " old one alone: use what they return."
            )
    if mine.ndim >= 2 and mine.mT.shape == due.shape and close(mine.mT, due):
        return "Your result is the transpose of the expected one."
    for where, array in inputs(got):
        if (
            array.data.ndim >= 2
            and array.data.mT.shape == due.shape
            and close(array.data.mT, due)
            and close(array.data.reshape(due.shape), mine)
        ):
            return (
                f"Your result is `{where}` reshaped, not transposed. `reshape` fills the new shape row by row in the"
                " old order; a transpose swaps rows and columns."
            )
    if transposed is not None and mine.ndim <= 2:
        other = transposed()
        if isinstance(other, Array):
            for candidate in (other.data, other.data.mT) if other.data.ndim == 2 else (other.data,):
                if candidate.shape == mine.shape and not close(candidate, due) and close(candidate, mine):
                    return "This is right along the other dimension" + (
                        ": `dim` names the dimension that disappears, dim=0 runs down the rows, dim=1 along columns."
                        if written.names_a_dimension
                        else ": rows and columns have changed places."
                    )
    return about_ratio(ratio(mine, due), "Your result", sizes(got), several=mine.numel() > 1)


def inputs(got: Observation) -> Iterator[tuple[str, Array]]:
    """The arrays among the arguments as they were handed in."""
    for label, value in got.before:
        match value:
            case Array():
                yield label, value
            case Items(items=items):
                for index, item in enumerate(items):
                    if isinstance(item, Array):
                        yield f"{label}[{index}]", item
            case Mapping(items=pairs):
                for key, item in pairs:
                    if isinstance(item, Array):
                        yield f"{label}[{key!r}]", item


def sizes(got: Observation) -> dict[int, str]:
    """The sizes that a wrong factor may come from, with their names."""
    found: dict[int, str] = {}
    for where, array in inputs(got):
        for dim, size in enumerate(array.data.shape):
            found.setdefault(size, f"the size of dimension {dim} of {where}")
        found.setdefault(array.data.numel(), f"the number of elements of {where}")
    return {size: name for size, name in found.items() if size > 2}


def ratio(got: torch.Tensor, expected: torch.Tensor) -> float | None:
    """The one factor between two tensors, None where there is none."""
    a, b = got.reshape(-1).to(torch.complex128), expected.reshape(-1).to(torch.complex128)
    big = b.abs() > 1e-3 * b.abs().max()
    if not bool(big.any()) or not bool((a.isfinite() & b.isfinite()).all()):
        return None
    factor = (a[big] / b[big]).real.median()
    if bool((a - factor * b).abs().max() <= 1e-4 * (factor * b).abs().max()):
        return float(factor)
    return None


def ratio_of(got: float, expected: float) -> float | None:
    """The factor between two numbers, None where it could be chance."""
    return got / expected if expected else None


def about_ratio(factor: float | None, what: str, known: dict[int, str], *, several: bool) -> str:
    """A factor that has a name; why it is there is told only of several numbers, for one it could be chance."""
    if factor is None or abs(factor - 1) < 1e-4:
        return ""
    for value, words in ((0.0, "0"), (-1.0, "−1: a sign is the wrong way round"), (0.5, "½"), (2.0, "2")):
        if abs(factor - value) < 1e-4 * max(1.0, abs(value)):
            return f"{what} is the expected one times {words}."
    for size, name in known.items():
        if abs(factor - size) < 1e-4 * size:
            why = ": a sum stands where a mean should" if several else ""
            return f"{what} is the expected one times {size}, {name}{why}."
        if abs(factor * size - 1) < 1e-4:
            why = ": a mean stands where a sum should" if several else ""
            return f"{what} is the expected one divided by {size}, {name}{why}."
    return ""


def close(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether two tensors of one shape hold the same numbers, dtype aside, up to rounding."""
    if a.shape != b.shape or a.numel() == 0:
        return False
    x, y = a.to(torch.complex128), b.to(torch.complex128)
    if not bool((x.isfinite() & y.isfinite()).all()):
        finite = a.isfinite()
        return torch.equal(finite, b.isfinite()) and bool(finite.any()) and bool((x == y)[finite].all())
    return bool((x - y).abs().max() <= 1e-5 * y.abs().max())


# ---------------------------------------------------------------- gradients and the rest


def about_gradient(mismatch: Mismatch, got: Observation, device: str) -> str:
    """A gradient that is missing, not finite, or the right one times something."""
    where = mismatch.where
    match mismatch.problem:
        case "cut":
            return (
                f"The value is right, but no gradient reaches {where}: the result has no graph. `.item()`, `.data`,"
                " `.detach()`, `torch.tensor(...)`, NumPy and `torch.no_grad()` each cut it."
            )
        case "unused":
            return f"The value is right, but no gradient reaches {where}: the result's graph does not lead back to it."
        case "not finite":
            return (
                f"The value is right, but the gradient of {where} is not finite. A branch that is not chosen is"
                " differentiated too, and infinity times 0 is NaN."
            )
        case "error":
            return meaning(str(mismatch.got)) or "The backward pass fails."
        case "different":
            return f"The value is right, but the gradient of {where} has another shape or dtype than {where} has."
    if isinstance(mismatch.got, Array) and isinstance(mismatch.expected, Array):
        if not bool(mismatch.got.data.any()):
            return f"The value is right, but the gradient of {where} is all zeros."
        factor = ratio(mismatch.got.data, mismatch.expected.data)
        if sentence := about_ratio(factor, f"The value is right. The gradient of {where}", sizes(got), several=False):
            return sentence
    return f"The value is right, but the gradient of {where} is not."


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
    ("calls", "different"): "The functions that were handed in are called in another order than they should be.",
}

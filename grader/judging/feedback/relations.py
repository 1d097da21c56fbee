"""What is simple about wrong numbers: they are the right ones times 2, in another order, squared, plus an argument.

Each is a fact about what came back, found by trying it; nothing here says how the answer is written.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import torch

from grader.core.observation import Observation
from grader.core.values import Array, Items, Mapping
from grader.judging.feedback.context import Context


def about_arrays(got: Array, expected: Array, seen: Observation, context: Context) -> str:
    """Wrong numbers of the right shape that are the right ones under a simple change."""
    mine, due = got.data, expected.data
    if mine.dtype == torch.bool or due.dtype == torch.bool:
        opposite = mine.numel() > 1 and close(~mine.bool(), due.bool())
        return "Every truth value is the wrong way round." if opposite else ""
    if bool(mine.isnan().any()) and not bool(due.isnan().any()):
        return (
            "There are NaNs in your result: 0 divided by 0, infinity minus infinity, and the root or the logarithm of a"
            " negative number make them."
        )
    if bool(mine.isinf().any()) and not bool(due.isinf().any()):
        return (
            "There are infinities in your result: a number that is too large for the dtype, a division by 0 and the"
            " logarithm of 0 make them."
        )
    if not bool(mine.any()):
        return "Your result is all zeros."
    if not mine.is_complex() and close(mine.double().abs(), due.double().abs()) and not close(-mine.double(), due):
        return "The numbers are right up to their signs: some of these are the wrong way round."
    if sentence := about_inputs(mine, due, seen) or about_transposes(mine, due, seen, context):
        return sentence
    if mine.numel() == 1 and not (mine.is_complex() or due.is_complex()):
        return about_scalar(mine.item(), due.item(), seen, "Your result")
    return (
        about_ratio(ratio(mine, due), "Your result", sizes(seen), several=varied(due))
        or about_order(mine, due, context)
        or about_powers(mine, due)
        or about_offset(mine, due, seen)
    )


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


def about_inputs(mine: torch.Tensor, due: torch.Tensor, seen: Observation) -> str:
    """What was handed in, as it was or laid out anew."""
    handed_back = {was for now, was in seen.same_objects if now.startswith("result")}
    for where, array in inputs(seen):
        if array.data.shape != mine.shape or not torch.equal(array.data.to(mine.dtype), mine):
            continue
        if where in handed_back:
            return (
                f"Your result is `{where}` itself, unchanged. Most tensor operations return a new tensor and leave the"
                " old one alone: use what they return."
            )
        if varied(mine):
            return f"Your result holds the numbers of `{where}`, unchanged."
    if mine.ndim >= 2 and mine.mT.shape == due.shape and close(mine.mT, due):
        return "Your result is the transpose of the expected one."
    for where, array in inputs(seen):
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
    return ""


def about_transposes(mine: torch.Tensor, due: torch.Tensor, seen: Observation, context: Context) -> str:
    """What would be right for the arguments transposed, or for a product's factors in the other order."""
    squares = [(where, array.data) for where, array in inputs(seen) if is_square(array.data)]
    for (left, a), (right, b) in itertools.permutations(squares, 2):
        if a.shape == b.shape == mine.shape and close(product(a, b), mine) and close(product(b, a), due):
            return f"The factors have changed places: this is `{left} @ {right}`, and `{right} @ {left}` is expected."
    other = context.transposed() if context.transposed is not None and mine.ndim <= 2 else None
    if isinstance(other, Array):
        # of two square matrices, a product transposed is also the one of the factors in the other order
        turned = (other.data.mT,) if other.data.ndim == 2 and len(squares) < 2 else ()
        for candidate in (other.data, *turned):
            if candidate.shape == mine.shape and not close(candidate, due) and close(candidate, mine):
                return "This is right along the other dimension" + (
                    ": `dim` names the dimension to go along, dim=0 down each column, dim=1 along each row."
                    if context.written.names_a_dimension
                    else ": rows and columns have changed places."
                )
    return ""


def is_square(tensor: torch.Tensor) -> bool:
    """Whether a tensor is a matrix with as many rows as columns."""
    return tensor.ndim == 2 and tensor.shape[0] == tensor.shape[1]


def product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The matrix product of two tensors, whatever their dtypes."""
    return a.to(torch.complex128) @ b.to(torch.complex128)


def varied(tensor: torch.Tensor) -> bool:
    """Whether a tensor holds different numbers: with one number everywhere, much is so by chance."""
    return tensor.numel() > 1 and not bool((tensor == tensor.reshape(-1)[0]).all())


def about_order(mine: torch.Tensor, due: torch.Tensor, context: Context) -> str:
    """The right numbers in other places, or one number or row in all of them."""
    if mine.numel() < 2 or mine.is_complex() or due.is_complex():
        return ""
    different = len(set(due.reshape(-1).tolist()))
    if different > 2:  # two numbers, such as 0 and 1, are soon in another order by chance
        for dim in range(mine.ndim):
            if mine.shape[dim] > 2 and close(mine.flip(dim), due):
                return f"Your result is the expected one turned round: along dimension {dim} its end comes first."
        if 2 * different >= due.numel() and close(mine.reshape(-1).sort().values, due.reshape(-1).sort().values):
            return "These are the right numbers in another order."
    if bool((mine == mine.reshape(-1)[0]).all()) and not bool((due == due.reshape(-1)[0]).all()):
        return "All numbers of your result are the same, and they should not be."
    if mine.ndim == 2 and len(mine) > 1 and bool((mine == mine[0]).all()) and not bool((due == due[0]).all()):
        keep = (
            f" `{name}` is kept in turn and changed in place: what is kept is always the same tensor. Keep a copy."
            if (name := context.written.kept_and_changed)
            else ""
        )
        return f"All rows of your result are the same, and they should not be.{keep}"
    return ""


def about_powers(mine: torch.Tensor, due: torch.Tensor) -> str:
    """The square or the root of the right numbers, or these as whole numbers."""
    if mine.is_complex() or due.is_complex():
        return ""
    a, b = mine.double(), due.double()
    if close(a, b**2):
        return "Your result is the square of the expected one: a root is missing at the end, or a square is too many."
    if bool((a >= 0).all()) and close(a**2, b):
        return "Your result is the root of the expected one: a root is too many, or a square is missing."
    for change, words in ((torch.round, "rounded to whole numbers"), (torch.trunc, "cut to whole numbers")):
        if due.is_floating_point() and close(a, change(b)):
            return f"Your result is the expected one, {words}."
    return ""


def about_offset(mine: torch.Tensor, due: torch.Tensor, seen: Observation) -> str:
    """The right numbers plus, minus or times something that was handed in, or all too large by the same."""
    if mine.numel() < 2 or mine.is_complex() or due.is_complex():
        return ""
    a, b = mine.double(), due.double()
    if not bool(a.isfinite().all() and b.isfinite().all()):
        return ""
    first = float((a - b).reshape(-1)[0])
    if first and close(a - first, b):
        word = "large" if first > 0 else "small"
        return f"Every number of your result is too {word} by {abs(first):.4g}."
    for (where, array), (change, words) in itertools.product(inputs(seen), CHANGES):
        given = array.data
        if given.is_complex() or not broadcasts(given, due.shape) or not bool(given.any()):
            continue
        changed = change(b, given.double())
        if changed.shape == a.shape and bool(changed.isfinite().all()) and close(a, changed):
            return f"Your result is the expected one {words} `{where}`."
    return ""


CHANGES: tuple[tuple[Callable[[torch.Tensor, torch.Tensor], torch.Tensor], str], ...] = (
    (torch.add, "plus"),
    (torch.sub, "minus"),
    (torch.mul, "times"),
    (torch.div, "divided by"),
)


def broadcasts(tensor: torch.Tensor, sizes: torch.Size) -> bool:
    """Whether a tensor can be expanded to a shape."""
    try:
        tensor.expand(sizes)
    except RuntimeError:
        return False
    return True


# ---------------------------------------------------------------- factors


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
    wanted = factor * b
    if bool(((a - wanted).abs() <= 1e-4 * wanted.abs() + 1e-6 * wanted.abs().max()).all()):
        return float(factor)
    return None


def about_ratio(factor: float | None, what: str, known: dict[int, str], *, several: bool) -> str:
    """A factor that has a name; what makes it is told only of several numbers, for one it could be chance."""
    if factor is None or abs(factor - 1) < 1e-4:
        return ""
    for value, words in ((-1.0, "−1: a sign is the wrong way round"), (0.5, "½"), (2.0, "2")):
        if abs(factor - value) < 1e-4 * max(1.0, abs(value)):
            return f"{what} is the expected one times {words}."
    for size, name in known.items():
        if abs(factor - size) < 1e-4 * size:
            why = ", as a sum in the place of a mean makes it" if several else ""
            return f"{what} is the expected one times {size}, {name}{why}."
        if abs(factor * size - 1) < 1e-4:
            why = ", as a mean in the place of a sum makes it" if several else ""
            return f"{what} is the expected one divided by {size}, {name}{why}."
    return ""


def about_scalar(mine: float, due: float, seen: Observation, what: str = "Your number") -> str:
    """One wrong number: 1 too large or too small, a factor that has a name, its square or its root."""
    if not (abs(mine) < HUGE and abs(due) < HUGE):
        return ""
    if isinstance(mine, int) and isinstance(due, int):
        if abs(mine - due) == 1:
            return f"{what} is 1 too {'large' if mine > due else 'small'}."
        if min(abs(mine), abs(due)) <= SMALL and mine != -due:
            return ""
    if mine == 0 or due == 0:
        return ""
    if sentence := about_ratio(mine / due, what, sizes(seen), several=False):
        return sentence
    if abs(mine - due * due) < 1e-5 * abs(due * due):
        return f"{what} is the square of the expected one: a root is missing at the end, or a square is too many."
    if mine > 0 and abs(mine * mine - due) < 1e-5 * abs(due):
        return f"{what} is the root of the expected one: a root is too many, or a square is missing."
    return ""


HUGE = 1e150
"""Beyond this, a square is no float any more."""
SMALL = 4
"""A whole number up to this is soon a multiple or the root of another one by chance."""


def close(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether two tensors of one shape hold the same numbers, dtype aside, up to rounding."""
    if a.shape != b.shape or a.numel() == 0:
        return False
    x, y = a.to(torch.complex128), b.to(torch.complex128)
    if not bool((x.isfinite() & y.isfinite()).all()):
        finite = a.isfinite()
        return torch.equal(finite, b.isfinite()) and bool(finite.any()) and bool((x == y)[finite].all())
    return bool(((x - y).abs() <= 1e-5 * y.abs() + 1e-6 * y.abs().max()).all())

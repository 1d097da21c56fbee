"""What is compared for an exercise and how closely, and one difference that was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.core.values import Value

if TYPE_CHECKING:
    import torch


# ---------------------------------------------------------------- the difference between two observations

Aspect = Literal[
    "raised",
    "type",
    "shape",
    "dtype",
    "device",
    "calls",
    "values",
    "gradient",
    "mutation",
    "identity",
    "aliasing",
    "leaf",
    "graph",
    "layout",
    "text",
    "figure",
]
"""In the order in which they explain each other: a wrong shape explains wrong values, and so on."""

Also = Literal[
    "unchanged",  # every argument, bit for bit
    "mutation",  # the arguments end as the reference leaves them
    "memory",  # what the call changes shows to whoever holds the memory of an argument: a view, its NumPy array
    "same object",  # what the reference returns or leaves in place as the same object is the same object
    "aliasing",  # writes show, or do not show, between result and arguments as with the reference
    "contiguous",  # results are contiguous where the reference's are
    "requires_grad",  # results require gradients where the reference's do, and only there
    "leaves",  # results and arguments are leaves that require gradients where the reference's are
    "grad",  # what the call leaves in the `.grad` of its arguments; zeros and None are the same once it is cleared
    "text",  # printed lines, numbers in them as numbers
    "calls",  # the order in which given functions were called
    "figure",  # what was plotted and saved
]
"""What an exercise can promise beyond its result; what is not promised is not compared."""


@dataclass(frozen=True)
class Tolerance:
    """How far numbers may differ: |got - expected| <= atol + rtol * (|expected| + scale).

    Left at None, `rtol` and `atol` follow the dtype as in `torch.testing`, with an `atol` that shrinks with the
    values, and the rounding noise of the inputs is allowed. `scale` is for sums whose order is free: the size of what
    was added up, or "largest" for the largest expected magnitude; it replaces the default `atol`.
    """

    rtol: float | None = None
    atol: float | None = None
    scale: float | torch.Tensor | Literal["largest"] | None = None


@dataclass(frozen=True)
class Rules:
    """What is compared for one exercise and how closely."""

    also: frozenset[Also] = frozenset()
    gradient: bool = False
    tolerance: Tolerance = Tolerance()
    gradient_tolerance: Tolerance = Tolerance()
    raises: str = "ValueError"
    """The type of exception that the reference may raise on purpose."""
    mentions: tuple[str, ...] = ()
    """Words that the text of an expected exception must hold."""
    ignore: str = ""
    """A regular expression for what does not count in returned strings."""


@dataclass(frozen=True)
class Mismatch:
    """One difference: which aspect, where it is, what kind of problem, and what came against what should have.

    `where` is a path as PyTorch writes it: `` (the result), `['quotient']`, `[1]`, `x`, `params[0].grad`.
    """

    aspect: Aspect
    where: str = ""
    problem: str = "different"
    got: Value = None
    expected: Value = None
    count: int = 0
    total: int = 0
    most_at: tuple[int, ...] = ()
    by: float = 0.0

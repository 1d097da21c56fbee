"""Functions that the checks hand in to your exercises.

There is nothing to do in this file.

Some exercises take a function as an argument: an operation to time, a clock
to read, a function to differentiate. The checks pass in the ones below, and a
failure message calls them by their names here.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def do_nothing() -> None:
    """Stand in for an operation, or for the wait until one is done."""


def clock_of(readings: Sequence[float]) -> Callable[[], float]:
    """Make a clock that shows these readings in turn, then always the last."""
    left = list(readings)

    def clock() -> float:
        return left.pop(0) if len(left) > 1 else left[0]

    return clock


# Functions to differentiate, and to make tensors that remember how they were
# computed (chapters 8 and 9).


def double(x: Tensor) -> Tensor:
    """Twice x."""
    return x * 2


def squares(x: Tensor) -> Tensor:
    """The square of each number."""
    return x**2


def neighbour_products(x: Tensor) -> Tensor:
    """Each number times the next one: one result fewer than numbers."""
    return x[:-1] * x[1:]


def running_totals(x: Tensor) -> Tensor:
    """The sums of the first one, two, three, ... squares."""
    return (x**2).cumsum(dim=0)


def sines_and_exponentials(x: Tensor) -> Tensor:
    """All sines, then all exponentials: twice as many results as numbers."""
    return torch.cat([x.sin(), x.exp()])


def mean_square(x: Tensor) -> Tensor:
    """The mean of the squares, in a tensor of shape (1,)."""
    return (x**2).mean().reshape(1)


def sum_of_squares(x: Tensor) -> Tensor:
    """The sum of all squares, a single number."""
    return (x * x).sum()


def sum_of_cubes(x: Tensor) -> Tensor:
    """The sum of all cubes, a single number."""
    return (x**3).sum()


def mixed_cubic(x: Tensor) -> Tensor:
    """One number: each entry times the square of its partner from the end."""
    flat = x.reshape(-1)
    return (flat * flat.flip(0) ** 2 + 3 * flat).sum()


def weighted_sum(weights: Tensor, x: Tensor) -> Tensor:
    """The sum of the products, a single number."""
    return (weights * x).sum()


def uneven_paths(x: Tensor, y: Tensor) -> Tensor:
    """A product of two steps on the left and one on the right."""
    return x.exp().sin() * y.cos()


def shared_middle(x: Tensor) -> Tensor:
    """A product of two factors made from the same intermediate result."""
    middle = x.exp()
    return middle.sin() * middle.cos()


def short_and_long_way(x: Tensor) -> Tensor:
    """A product of x itself and of something two steps away from x."""
    return x * x.exp().sin()


def six_times(x: Tensor) -> Tensor:
    """Twice x, times three: the same operation two times in a row."""
    return x * 2 * 3

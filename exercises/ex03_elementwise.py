"""Chapter 3: Elementwise operations.

An elementwise operation does the same small calculation for every entry, and
you write it without a loop, as if the tensors were single numbers:

    a = torch.tensor([1., 2., 3.])
    b = torch.tensor([4., 5., 6.])
    a + b                  # tensor([5., 7., 9.])
    a * b                  # entry by entry too: tensor([ 4., 10., 18.])
    a ** 2                 # power; in Python, ^ means something else
    torch.exp(-a)          # also log, sqrt, abs, ...; a.exp() is the same
    torch.where(a > 2, a, b)    # entries of a where a > 2, else those of b

`/` divides exactly, also for integers; `//` rounds down.

A reduction gathers entries. `a.sum()`, `a.mean()` and `a.amax()` (the
largest) leave one number, as a tensor of no dimensions. With `dim=` they work
along one dimension, which disappears; -1 is the last. `keepdim=True` keeps it
with size 1, so that the result still lines up with the tensor it came from:

    x = torch.tensor([[1., 2.], [3., 5.]])
    x.sum(dim=-1)                     # tensor([3., 8.])
    x - x.amax(dim=-1, keepdim=True)  # tensor([[-1.,  0.], [-2.,  0.]])

New, or in place? `a + b` makes a new tensor. A method whose name ends in `_`
changes its own tensor, and so does `+=`: after `a.add_(1)` or `a += 1`
everyone who holds `a` sees it. `a = a + 1` only moves your name `a` to a new
tensor. `b = a` copies nothing; `a.clone()` does.

Gradients. PyTorch can follow tensor operations from a result back to where
it came from (chapter 8 tells how), and all exercises here but `add_in_place_`
check this too. So go from the argument to the result by tensor operations
alone: a detour by `.item()`, which makes a Python number, by NumPy or by
`torch.tensor(...)` cuts the trail, and a tensor whose trail is followed
refuses to be changed in place.

Devices. Your functions are also called with tensors on an accelerator. A
helper tensor has to live where `x` lives: `torch.zeros_like(x)`.

Overflow. float32 ends near 3.4e38, so `exp(100.)` is already inf, and inf/inf
is nan. The remedy is to rewrite a formula so that `exp` only meets numbers
that are not above 0. Choosing with `torch.where` comes too late: both sides
are computed, and a nan on the side not taken still spoils the gradient.

With this you can write down any formula safely; next: matrix operations.
"""

import torch
from torch import Tensor


def arithmetic(a: Tensor, b: Tensor) -> dict[str, Tensor]:
    """Do five elementwise calculations at once.

    `a` and `b` have the same shape, and no entry of `b` is 0. Return a dict
    with the keys "sum", "difference" (a minus b), "product", "quotient"
    (a divided by b, exactly, for integers too) and "square" (of a). `a` and
    `b` themselves must not change.

    >>> a, b = torch.tensor([3, 8]), torch.tensor([2, 4])
    >>> arithmetic(a, b)["difference"]
    tensor([1, 4])
    >>> arithmetic(a, b)["quotient"]
    tensor([1.5000, 2.0000])
    """
    raise NotImplementedError


def add_in_place_(x: Tensor, amount: float) -> Tensor:
    """Add `amount` to every entry of `x`, in place, and return `x` itself.

    No new tensor comes back: whoever holds `x` sees the change. `x` holds
    floats in any shape, and need not be contiguous in memory.

    >>> x = torch.tensor([1., 2.])
    >>> y = add_in_place_(x, 0.5)
    >>> x
    tensor([1.5000, 2.5000])
    >>> y is x
    True
    """
    raise NotImplementedError


def scaled_copy(x: Tensor, factor: float) -> Tensor:
    """Return a new tensor that holds `x` times `factor`.

    `x` itself must not change, and the result must not share memory with it:
    a later write to one never shows in the other, for a factor of 1 too.

    >>> x = torch.tensor([1., 2.])
    >>> scaled_copy(x, 3.0)
    tensor([3., 6.])
    >>> x
    tensor([1., 2.])
    """
    raise NotImplementedError


def root_mean_square(x: Tensor) -> Tensor:
    """Return the root of the mean of the squares of all entries.

    It says how large the entries typically are, whatever their signs. `x` may
    have any shape; the result is a tensor of no dimensions.

    >>> root_mean_square(torch.tensor([[1., -1.], [7., -7.]]))
    tensor(5.)
    """
    raise NotImplementedError


def sigmoid(x: Tensor) -> Tensor:
    """Squash every entry into the range from 0 to 1, without overflow.

    The sigmoid is 1 / (1 + exp(-x)), and multiplying above and below by
    exp(x) gives exp(x) / (1 + exp(x)): the same number, but each of the two
    overflows at its own end. Write it with `torch.exp` so that values and
    gradients are right (to 1e-6) even at 1000 and -1000. The gradient at
    exactly 0 is not looked at.

    >>> sigmoid(torch.tensor([-1000., 0., 1000.]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    raise NotImplementedError


def log_sum_exp(x: Tensor) -> Tensor:
    """Return log(sum(exp(x))) along the last dimension, without overflow.

    That dimension disappears: (3, 4) becomes (3,), and (4,) becomes a tensor
    of no dimensions. It is a smooth stand-in for the largest entry. For any
    number m it equals m + log(sum(exp(x - m))), which gives you a choice.
    Values and gradients must be right for entries up to 1000 and -1000, equal
    ones included, also where one row is huge and another tiny.

    >>> log_sum_exp(torch.tensor([[0., 0.], [1000., 0.]]))
    tensor([6.9315e-01, 1.0000e+03])
    """
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))

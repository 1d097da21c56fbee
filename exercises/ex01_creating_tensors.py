"""Chapter 1: Creating tensors.

Welcome. How this course works: read a chapter's story, then in its functions

    1. replace `raise NotImplementedError` by code of your own,
    2. run `pytest` (or `pytest exercises/ex01_creating_tensors.py`),
    3. read the message: it shows the call, your result and the right one.

`grader hint from_rows` gives a hint. Take the chapters in order. Code that
uses a device is checked on the CPU and on a GPU; where there is none, on a
simulated one called "sim".

A tensor is a box of numbers, all of one type, in rows and columns or any other
number of dimensions. If you know NumPy's arrays, you know tensors; but they
can also live on a GPU (chapter 7) and compute derivatives of what you do with
them (chapter 8). Here you learn the ways to make one.

From numbers that you have. PyTorch looks at them and picks the type:

    torch.tensor([[1, 2], [3, 4]])       # int64: whole numbers only
    torch.tensor([[1, 2], [3, 4.5]])     # float32: there is a fraction

The small t matters. `torch.Tensor(3)`, with a capital T, is no tensor that
holds a 3, but one with room for three numbers, whatever they happen to be.

From a NumPy array. You choose: one memory for both, or a copy.

    t = torch.from_numpy(array)          # shares: array[0] = 7 shows in t
    t = torch.tensor(array)              # copies: t goes its own way

From a shape, or from the ends of a range:

    torch.zeros(2, 3)                    # also: torch.ones(2, 3)
    torch.zeros((2, 3))                  # the same: the sizes in a tuple
    torch.zeros(2, 3, device=device)     # made there, say on "cuda"
    torch.zeros_like(x)                  # shape, dtype and device as x has
    torch.arange(4)                      # 0, 1, 2, 3; without the end
    torch.linspace(0, 1, 5)              # 0, 0.25, ... 1; with the end

At random. `torch.rand(shape)` draws evenly between 0 and 1, and
`torch.randn(shape)` from the bell curve around 0. `torch.manual_seed(seed)`
puts the generator at a fixed starting point, so that what is drawn next is
always the same. But each kind of device has a generator of its own: for the
same numbers everywhere, draw on the CPU, then move them with `x.to(device)`,
which leaves x alone and returns a tensor on the device.

With this you can get data into PyTorch; next: how to ask a tensor what it is.
"""

import numpy as np
import torch
from torch import Tensor


def from_rows(rows: list[list[float]]) -> Tensor:
    """Make a 2-D tensor from a list of rows.

    All rows have the same length, and there is at least one. If every number
    is a Python int, the result is int64; if any is a float, it is float32.

    >>> from_rows([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    """
    raise NotImplementedError


def share_with_numpy(array: np.ndarray) -> Tensor:
    """Turn an array into a tensor that uses the same memory.

    A later write to either side shows in the other. Shape and dtype (float64,
    float32 or int64) are those of the array, which may be a slice or a
    transpose of another one.

    >>> array = np.array([1.0, 2.0])
    >>> x = share_with_numpy(array)
    >>> array[0] = 7.0
    >>> x
    tensor([7., 2.], dtype=torch.float64)
    """
    raise NotImplementedError


def copy_from_numpy(array: np.ndarray) -> Tensor:
    """Turn an array into a tensor with memory of its own.

    Shape, dtype and values are those of the array, which is of the same kinds
    as in `share_with_numpy`. But a later write to either side does not show in
    the other.

    >>> array = np.array([1.0, 2.0])
    >>> x = copy_from_numpy(array)
    >>> array[0] = 7.0
    >>> x
    tensor([1., 2.], dtype=torch.float64)
    """
    raise NotImplementedError


def zeros_and_ones(rows: int, cols: int, device) -> tuple[Tensor, Tensor]:
    """Make a tensor of zeros and one of ones, each of shape (rows, cols).

    Both are float32 and live on `device`, which is a string such as "cpu" or
    "cuda", or a `torch.device`. The zeros come first.

    >>> zeros_and_ones(1, 2, "cpu")
    (tensor([[0., 0.]]), tensor([[1., 1.]]))
    """
    raise NotImplementedError


def uniform_and_normal(
    shape: tuple,
    seed: int,
    device,
) -> tuple[Tensor, Tensor]:
    """Draw two random float32 tensors, the same on every device.

    Seed once with `seed`. Then draw the first by one call of `rand` and the
    second by one call of `randn`, in that order, on the CPU. Then move them:
    the results live on `device`. A `torch.Generator` of your own is as good
    as the global seed.

    >>> first, _ = uniform_and_normal((2, 3), 0, "cpu")
    >>> again, _ = uniform_and_normal((2, 3), 0, "cpu")
    >>> torch.equal(first, again)
    True
    """
    raise NotImplementedError


def blank_copy(x: Tensor) -> Tensor:
    """Make a tensor of zeros with the shape, dtype and device of x.

    x can have any dtype, bool too (where zero is False), and any number of
    dimensions. x itself must not change.

    >>> blank_copy(torch.tensor([3, 4]))
    tensor([0, 0])
    """
    raise NotImplementedError


def evenly_spaced(start: float, stop: float, steps: int) -> Tensor:
    """Make `steps` float32 numbers from start to stop, both included.

    The gaps between neighbours are equal, and the result is 1-D. A single
    step gives just [start]. start may be above stop (then the numbers fall),
    and both may be ints: the result is float32 all the same.

    >>> evenly_spaced(0, 3, 4)
    tensor([0., 1., 2., 3.])
    """
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))

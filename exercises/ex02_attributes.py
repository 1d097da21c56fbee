"""Chapter 2: A tensor's attributes.

Most errors in PyTorch come from a tensor that is not what you thought it was.
So the first move is always the same: ask it.

    x = torch.ones(2, 3)
    x.shape              # torch.Size([2, 3]): a tuple of sizes
    x.ndim               # 2, the number of dimensions
    x.numel()            # 6, the number of elements
    x.dtype              # torch.float32, the type of every element
    x.device             # device(type='cpu'): where the memory is
    x.device.type        # 'cpu', 'cuda', ...: the kind alone, as text
    x.requires_grad      # False: nobody asked for gradients (chapter 8)

Some are attributes and some are methods: without the parentheses, `x.numel`
is the method itself and no number, and Python does not complain.

The dtype decides what numbers fit. `torch.tensor` takes one as an argument,
and `x.to(dtype)` converts:

    torch.tensor([0.1], dtype=torch.float64)   # 8 bytes, 16 digits
    torch.tensor([0.1])                        # float32: 4 bytes, 7 digits
    torch.tensor([-2.7]).to(torch.int32)       # -2: the fraction is cut off
    torch.tensor([250], dtype=torch.uint8)     # one byte: 0 to 255

Digits that a narrow type has dropped do not come back in a wider one. Some
operations want a certain kind: `x.mean()` refuses integers, since their mean
is seldom one. Two float32 tensors together can be a complex64 one, made by
`torch.complex`. Each element takes `x.element_size()` bytes.

Memory is a row of numbers, whatever the shape. A contiguous tensor is stored
row after row. `x.T` swaps the two dimensions of a matrix without moving any
number: it is a *view*, the same memory read in another order, and so it is
not contiguous as a rule. `x.is_contiguous()` tells; `x.contiguous()` returns
the same numbers stored row after row, in a copy where x is not stored so. One
more such view: `x.expand(4, 3)` shows the row of a (1, 3) tensor four times.

Some exercises from here on say that gradients are checked. You need not know
how yet: with PyTorch's operations it works by itself, while a detour through
Python's numbers or NumPy cuts the path on which gradients travel.

With this you can see what a tensor is; next: computing with its elements.
"""

import torch
from torch import Tensor


def describe(x: Tensor) -> dict:
    """Write down what x is, in a dict with these seven keys.

    `shape`, `ndim` (int), `numel` (int), `dtype` (a torch.dtype), `device`
    (its type as text, such as "cpu"), `requires_grad` (bool) and
    `is_contiguous` (bool). x itself must not change.

    >>> facts = describe(torch.ones(2, 3))
    >>> facts["ndim"], facts["numel"], facts["dtype"], facts["device"]
    (2, 6, torch.float32, 'cpu')
    """
    raise NotImplementedError


def typed_copies(values: list[float]) -> dict[str, Tensor]:
    """Make the same numbers into 1-D tensors of five dtypes.

    The keys are `int32`, `int64`, `float32`, `float64` and `bool`. Each tensor
    is made from the Python floats themselves, so that float64 keeps all their
    digits. The ints drop the fraction: 2.7 becomes 2, and -2.7 becomes -2.
    As a bool, every number but zero is True. No value is NaN, and none
    reaches 2**31 in size.

    >>> typed_copies([0.5, -2.7])["int32"]
    tensor([ 0, -2], dtype=torch.int32)
    """
    raise NotImplementedError


def complex_numbers(real: Tensor, imag: Tensor) -> Tensor:
    """Join real and imaginary parts into complex numbers.

    Both parts are float32 and have the same shape, which is also the shape of
    the complex64 result. Gradients are checked for both.

    >>> complex_numbers(torch.tensor([1.0, 2.0]), torch.tensor([3.0, -4.0]))
    tensor([1.+3.j, 2.-4.j])
    """
    raise NotImplementedError


def memory_in_bytes(x: Tensor) -> int:
    """Count the bytes that the elements of x take.

    This is what a copy of x would need. It does not matter whether x has
    memory of its own or is a view, such as a slice of a larger tensor, or a
    row that `expand` repeats: every element of x counts once.

    >>> memory_in_bytes(torch.ones(2, 3))
    24
    """
    raise NotImplementedError


def mean_of_counts(counts: Tensor) -> Tensor:
    """Average whole numbers.

    counts is uint8, int32 or int64, of any shape, with at least one element.
    The result is the mean of all of them: a float32 tensor of no dimensions,
    on the device of counts. (The counts add up to less than 2**24, so that
    float32 holds the sum exactly.)

    >>> mean_of_counts(torch.tensor([1, 2, 4, 3]))
    tensor(2.5000)
    """
    raise NotImplementedError


def contiguous_transpose(x: Tensor) -> Tensor:
    """Transpose a matrix, (r, c) → (c, r), and store it row after row.

    The result must be contiguous; some code, on GPUs above all, wants it so.
    x itself must not change. Where the transpose of x is contiguous already,
    the result may share its memory. Gradients are checked.

    >>> y = contiguous_transpose(torch.tensor([[1, 2], [3, 4]]))
    >>> y
    tensor([[1, 3],
            [2, 4]])
    >>> y.is_contiguous()
    True
    """
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))

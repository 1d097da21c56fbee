"""Chapter 5: Broadcasting.

Elementwise operations want equal shapes. Where two shapes differ, PyTorch
tries to stretch them, without copying anything. The rules:

1. Line the shapes up at the right. Missing dimensions on the left count as 1.
2. In each place the sizes must be equal, or one of them must be 1.
3. A size of 1 is stretched to the other size, whatever that is (even 0).

    (4, 3)        (4, 3)        (4, 1)        (4, 3)
       (3)        (4, 1)           (3)           (4)
    ------        ------        ------        ------
    (4, 3)        (4, 3)        (4, 3)        an error: 3 against 4

So a vector lies down as a row by itself. To stand it up as a column, give it
a last dimension of size 1; three ways to write the same:

    v = torch.tensor([10., 20.])     # (2,)
    v[:, None]                       # (2, 1)
    v.unsqueeze(1)                   # (2, 1)
    v.reshape(-1, 1)                 # (2, 1), -1 means "work it out"

Reductions take a dimension away, and `dim` names the one that disappears: on
a (4, 3) tensor `x.mean(dim=0)` has shape (3,), one mean for each column, and
`x.mean(dim=1)` has shape (4,), one for each row. To use the latter together
with `x`, keep its place with `keepdim=True`, which makes it (4, 1).

Beware of square matrices: on a (3, 3) matrix a vector meant as a column is
added as a row, and nothing complains. Nor does anything complain here:

    pred, target = torch.zeros(3, 1), torch.zeros(3)
    (pred - target).shape            # torch.Size([3, 3]), not 3 differences

That is why the last two exercises refuse what broadcasting would allow:

    if a.shape != b.shape:
        raise ValueError(f"shapes differ: {tuple(a.shape)} ...")

As before, make new tensors rather than changing an argument, stay with tensor
operations, since gradients are checked for all tensors that come in, and
create helper tensors on the device of the argument:
`torch.ones(3, device=x.device, dtype=x.dtype)`.

With this you can combine tensors of different shapes on purpose, and never by
accident; next: reshaping and indexing.
"""

import torch
from torch import Tensor


def add_row_vector(matrix: Tensor, v: Tensor) -> Tensor:
    """Add the vector `v` to every row of `matrix`.

    Shapes: matrix (r, c), v (c,), result (r, c).

    >>> matrix = torch.tensor([[1., 2.], [3., 4.], [5., 6.]])
    >>> add_row_vector(matrix, torch.tensor([10., 20.]))
    tensor([[11., 22.],
            [13., 24.],
            [15., 26.]])
    """
    raise NotImplementedError


def add_column_vector(matrix: Tensor, v: Tensor) -> Tensor:
    """Add the vector `v` to every column of `matrix`.

    Shapes: matrix (r, c), v (r,), result (r, c). The matrix may be square.

    >>> matrix = torch.tensor([[1., 2., 3.], [4., 5., 6.]])
    >>> add_column_vector(matrix, torch.tensor([10., 20.]))
    tensor([[11., 12., 13.],
            [24., 25., 26.]])
    """
    raise NotImplementedError


def center_columns(x: Tensor) -> Tensor:
    """Shift each column of `x` so that its mean becomes 0.

    Shapes: x (r, c), result (r, c). A single row becomes zeros. `x` itself
    must not change.

    >>> center_columns(torch.tensor([[1., 10.], [3., 30.]]))
    tensor([[ -1., -10.],
            [  1.,  10.]])
    """
    raise NotImplementedError


def normalize_rows(x: Tensor) -> Tensor:
    """Divide each row of `x` by its own sum, so that every row sums to 1.

    Shapes: x (r, c), result (r, c). Entries may be negative; no row's sum is
    close to 0.

    >>> normalize_rows(torch.tensor([[1., 3.], [4., -2.]]))
    tensor([[ 0.2500,  0.7500],
            [ 2.0000, -1.0000]])
    """
    raise NotImplementedError


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """Return the squared distance from every row of `x` to every row of `y`.

    Each row is a point with d coordinates; the squared distance of two points
    is the sum of their squared differences. Shapes: x (n, d), y (m, d),
    result (n, m), where entry [i, j] belongs to x[i] and y[j].

    >>> x = torch.tensor([[0., 0.], [1., 1.]])
    >>> y = torch.tensor([[0., 0.], [3., 4.], [1., 0.]])
    >>> squared_distances(x, y)
    tensor([[ 0., 25.,  1.],
            [ 2., 13.,  1.]])
    """
    raise NotImplementedError


def broadcast_shape(a: tuple, b: tuple) -> tuple:
    """Return the shape that tensors of shapes `a` and `b` broadcast to.

    Apply the three rules above to the two tuples; no tensors are needed. The
    tuples may have any lengths, () included, and sizes may be 0 or 1. Raise a
    ValueError where the shapes do not go together; its text is up to you.

    >>> broadcast_shape((4, 1), (3,))
    (4, 3)
    >>> broadcast_shape((0,), (2, 1))
    (2, 0)
    """
    raise NotImplementedError


def strict_add(a: Tensor, b: Tensor) -> Tensor:
    """Add two tensors of equal shape, and refuse to broadcast.

    Where the shapes differ at all, raise a ValueError, whether or not they
    would broadcast; its text is up to you. Otherwise return a + b.

    >>> strict_add(torch.tensor([1., 2.]), torch.tensor([3., 4.]))
    tensor([4., 6.])
    >>> strict_add(torch.ones(2, 1), torch.ones(2))
    Traceback (most recent call last):
    ValueError: shapes differ: (2, 1) and (2,)
    """
    raise NotImplementedError


def strict_mse(pred: Tensor, target: Tensor) -> Tensor:
    """Return the mean of the squared differences, and refuse to broadcast.

    Where the shapes differ at all, raise a ValueError: (n, 1) and (n,) are
    different, and so are (1,) and (). Otherwise average over all entries; the
    result has no dimensions, and gradients reach both `pred` and `target`.

    >>> strict_mse(torch.tensor([1., 2.]), torch.tensor([3., 6.]))
    tensor(10.)
    >>> strict_mse(torch.ones(2, 1), torch.ones(2))
    Traceback (most recent call last):
    ValueError: shapes differ: (2, 1) and (2,)
    """
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))

"""Chapter 4: Matrix operations.

A star multiplies element by element. The matrix product, where rows meet
columns, is `@`:

    A = torch.tensor([[1., 2.], [3., 4.]])
    B = torch.tensor([[0., 1.], [1., 0.]])
    A * B            # [[0., 2.], [3., 0.]]: 1·0, 2·1, 3·1, 4·0
    A @ B            # [[2., 1.], [4., 3.]]: rows of A times columns of B

Read it by the shapes. The sizes that meet must be equal, and vanish:

    (n, k) @ (k, m) → (n, m)

Write them behind your lines: `h = x @ A  # (b, m)`. With square matrices every
order fits, and the wrong one gives wrong numbers instead of an error.

In more than two dimensions only the last two are matrices. What stands before
them counts matrices, each with its own partner:

    (b, n, k) @ (b, k, m) → (b, n, m)    # b products at once

For two vectors of n numbers, `v @ w` multiplies pair by pair and adds up. That
is the dot product, one number, a tensor of shape ().

To turn a matrix over, write `x.mT`: it swaps the last two dimensions, however
many there are. (`x.T` is for matrices only.) It copies nothing; it is a view,
so a write to it shows in x. It is not `x.reshape(...)`, which keeps the
numbers in their order and only breaks the lines elsewhere.

Two tools are worth having beside `@`. A sum over one dimension, which then is
gone, and `einsum`, which names dimensions by letters:

    x.sum(dim=1)                             # (n, d) → (n,)
    torch.einsum("nk,km->nm", A, B)          # A @ B
    torch.einsum("nk,nk->n", C, D)           # (C * D).sum(dim=1)

A letter missing after the arrow is summed over; the others stay. There may be
three tensors, or one.

Gradients are checked throughout. All inputs are floats of one dtype, and not
always contiguous. The last exercise is what most neural networks are made of.

With this you can write whole batches of products in one line; next: how
tensors of different shapes are combined, element by element.
"""

import torch
from torch import Tensor


def matrix_product(A: Tensor, B: Tensor) -> Tensor:
    """Multiply two matrices: (n, k) times (k, m) gives (n, m).

    The element in row i and column j is the sum over k of A[i, k] * B[k, j].

    >>> A = torch.tensor([[1.0, 2.0]])
    >>> B = torch.tensor([[3.0], [4.0]])
    >>> matrix_product(A, B)
    tensor([[11.]])
    """
    raise NotImplementedError


def batch_product(A: Tensor, B: Tensor) -> Tensor:
    """Multiply b pairs of matrices: (b, n, k) and (b, k, m) give (b, n, m).

    The first matrix of A is multiplied with the first of B, the second with
    the second, and so on.

    >>> A = torch.tensor([[[1.0, 2.0]], [[3.0, 4.0]]])  # (2, 1, 2)
    >>> B = torch.tensor([[[1.0], [1.0]], [[2.0], [0.0]]])  # (2, 2, 1)
    >>> batch_product(A, B)
    tensor([[[3.]],
    <BLANKLINE>
            [[6.]]])
    """
    raise NotImplementedError


def dot_product(v: Tensor, w: Tensor) -> Tensor:
    """Multiply two vectors of shape (n,) pair by pair and add up.

    The result is a tensor of no dimensions, shape ().

    >>> dot_product(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0]))
    tensor(11.)
    """
    raise NotImplementedError


def transpose_last_two(x: Tensor) -> Tensor:
    """Swap the last two dimensions: (..., r, c) → (..., c, r).

    x has at least two dimensions, perhaps more. The result is a view: a write
    to it shows in x.

    >>> transpose_last_two(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[1., 3.],
             [2., 4.]]])
    """
    raise NotImplementedError


def gram_matrix(X: Tensor) -> Tensor:
    """Take the dot product of every column of X with every column.

    X has shape (n, m). The result is XᵀX, of shape (m, m): its element at
    [i, j] belongs to the columns i and j. It tells how alike they are.

    >>> gram_matrix(torch.tensor([[1.0, 2.0], [0.0, 1.0]]))
    tensor([[1., 2.],
            [2., 5.]])
    """
    raise NotImplementedError


def bilinear_form(x: Tensor, A: Tensor, y: Tensor) -> Tensor:
    """For each row, put A between x and y: one number xᵢᵀ A yᵢ per row i.

    x has shape (b, n), A (n, m) and y (b, m); the result has shape (b,), also
    if b is 1. Row i of x meets row i of y and no other.

    >>> x = torch.tensor([[1.0, 0.0], [1.0, 1.0]])
    >>> A = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> y = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    >>> bilinear_form(x, A, y)
    tensor([2., 4.])
    """
    raise NotImplementedError


def linear_layer(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Compute the layer of a neural network: x Wᵀ + bias.

    x has shape (n, in): n inputs, one per row. weight has shape (out, in), one
    row per output, as PyTorch stores it. bias has shape (out,) and is added to
    every row, which `+` does by itself. The result has shape (n, out).

    >>> x = torch.tensor([[1.0, 2.0]])
    >>> weight = torch.tensor([[1.0, 1.0], [0.0, 2.0], [1.0, 0.0]])
    >>> linear_layer(x, weight, torch.tensor([10.0, 20.0, 30.0]))
    tensor([[13., 24., 31.]])
    """
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))

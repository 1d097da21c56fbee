"""Chapter 6: Reshaping and indexing.

The numbers of a tensor lie in memory in one long row. The shape says how to
read that row: the last dimension runs fastest, so a (2, 3) tensor is three
numbers for row 0, then three for row 1. To *reshape* is to read the same row
with another shape, in the same order; the number of elements must fit.

    x = torch.tensor([[1, 2, 3], [4, 5, 6]])
    x.view(3, 2)            # [[1, 2], [3, 4], [5, 6]]
    x.view(-1)              # [1, 2, 3, 4, 5, 6]; -1: work this size out
    x.flatten(start_dim=1)  # joins dimension 1 and all after it

Reshaping is not transposing: `x.T` has shape (3, 2) too, but its first row
is [1, 4]. `x.view` never copies. Its result is a *view*: the same memory, so
that a write to one shows in the other. Where memory is not in the right order,
as in `x.T`, `view` raises a RuntimeError; `x.reshape` then makes a copy, and
otherwise a view.

A dimension of size 1 holds no extra numbers, so it comes and goes freely:

    x.unsqueeze(0)          # shape (1, 2, 3): a new dimension, placed first
    x.squeeze(0)            # drops dimension 0 if its size is 1
    x.squeeze()             # drops every dimension of size 1

Neither changes x: like most methods, they return a new tensor.

An index stands between brackets, one entry per dimension, with commas:

    x[0]                    # row 0
    x[-1]                   # the last row
    x[1, 2]                 # row 1, column 2
    x[:, 2]                 # column 2 (":" takes all rows)
    x[:, :2]                # columns 0 and 1
    x[:, -2:]               # the last two columns

A number removes its dimension, a slice keeps it: `x[0]` has shape (3,), and
`x[0:1]` has shape (1, 3). These results are views of x.

A tensor can be an index as well, and then the result is a copy:

    x[x > 4]                        # [5, 6]; a mask: where it is True
    x[torch.tensor([1, 1, 0])]      # rows 1, 1 and 0, in that order
    x[torch.tensor([0, 1]), torch.tensor([2, 0])]    # [3, 4]

The last line pairs the indices up: element [0, 2], then element [1, 0]. To
count off all n rows, `torch.arange(n, device=x.device)` is 0, 1, ... n - 1.
Because such a result is a copy, `x[mask][0] = 5` writes into it and is lost.
An assignment straight to x, such as `x[mask] = 5`, does change x.

Views and indexing let gradients through; these are checked in every exercise
but `clip_negatives_` and `one_hot`.

With this you can cut and rearrange any batch of data, and look up one value
per row, as a classifier's loss does; next: tensors on a GPU.
"""

import torch
from torch import Tensor


def flatten_images(x: Tensor) -> Tensor:
    """Turn a batch of images into a batch of rows, one row per image.

    x has shape (n, c, h, w): n images, each with c channels of h * w pixels.
    It is contiguous. The result has shape (n, c * h * w), every image's
    numbers in the order in which they were. No copy is needed: a write to
    the result must show in x.

    >>> flatten_images(torch.tensor([[[[1., 2.], [3., 4.]]]]))
    tensor([[1., 2., 3., 4.]])
    """
    raise NotImplementedError


def reshape_any(x: Tensor, shape: tuple) -> Tensor:
    """Give x another shape, whether or not it is contiguous.

    The numbers keep their order: x is read row by row. `shape` has as many
    elements as x; at most one of its sizes is -1, to be worked out.

    >>> x = torch.tensor([[1., 2., 3.], [4., 5., 6.]])
    >>> reshape_any(x, (3, -1))
    tensor([[1., 2.],
            [3., 4.],
            [5., 6.]])
    >>> reshape_any(x.T, (6,))
    tensor([1., 4., 2., 5., 3., 6.])
    """
    raise NotImplementedError


def batch_of_one(x: Tensor) -> Tensor:
    """Make a batch that holds only x: put a dimension of size 1 first.

    Models take batches, even of one example. Shape (3, 4) becomes (1, 3, 4).
    x may have any number of dimensions, none included: () becomes (1,).

    >>> batch_of_one(torch.tensor([1., 2.]))
    tensor([[1., 2.]])
    """
    raise NotImplementedError


def drop_single_dims(x: Tensor) -> Tensor:
    """Remove every dimension of size 1, wherever it stands.

    Shape (1, 3, 1, 2) becomes (3, 2). The first dimension is no exception,
    and if all sizes are 1, the shape becomes (). The others stay.

    >>> drop_single_dims(torch.tensor([[[1.], [2.]]]))
    tensor([1., 2.])
    """
    raise NotImplementedError


def first_row_and_last_column(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the first row and the last column of a matrix, in this order.

    x has shape (r, c). The row has shape (c,), the column shape (r,).

    >>> row, column = first_row_and_last_column(torch.tensor([[1., 2.],
    ...                                                       [3., 4.]]))
    >>> row
    tensor([1., 2.])
    >>> column
    tensor([2., 4.])
    """
    raise NotImplementedError


def top_right_block(x: Tensor, size: int) -> Tensor:
    """Cut the square block out of the top right corner of a matrix.

    x has shape (r, c), the result shape (size, size). `size` is at least 1
    and at most as large as the smaller side of x.

    >>> top_right_block(torch.tensor([[1., 2., 3.], [4., 5., 6.]]), 2)
    tensor([[2., 3.],
            [5., 6.]])
    """
    raise NotImplementedError


def values_above(x: Tensor, threshold: float) -> Tensor:
    """Collect the values that are greater than a threshold.

    x may have any shape. The result is one-dimensional and has the values in
    the order in which they stand in x, read row by row. A value equal to the
    threshold is not above it. If there is none, the shape is (0,).

    >>> values_above(torch.tensor([[1., 5.], [3., 4.]]), 3.0)
    tensor([5., 4.])
    """
    raise NotImplementedError


def clip_negatives_(x: Tensor) -> Tensor:
    """Set the negative entries of x to zero, in place, and return x itself.

    After the call the tensor that was passed in has changed; what comes back
    is that same object. x holds floats, has any shape and need not be
    contiguous.

    >>> x = torch.tensor([1., -2., 3.])
    >>> clip_negatives_(x) is x
    True
    >>> x
    tensor([1., 0., 3.])
    """
    raise NotImplementedError


def pick_rows(x: Tensor, indices: Tensor) -> Tensor:
    """Return the rows of a matrix that `indices` names, in its order.

    x has shape (n, c). `indices` holds k integers (int64) from 0 to n - 1;
    a row may be named several times, and k may be 0. The result has shape
    (k, c). It is a copy: a later write to it does not show in x.

    >>> x = torch.tensor([[1., 2.], [3., 4.], [5., 6.]])
    >>> pick_rows(x, torch.tensor([2, 0, 2]))
    tensor([[5., 6.],
            [1., 2.],
            [5., 6.]])
    """
    raise NotImplementedError


def pick_per_row(x: Tensor, columns: Tensor) -> Tensor:
    """Return one value from each row: from row i the one in `columns[i]`.

    x has shape (n, c), `columns` holds n integers (int64) from 0 to c - 1.
    The result has shape (n,), also where n or c is 1.

    >>> x = torch.tensor([[1., 2., 3.], [4., 5., 6.]])
    >>> pick_per_row(x, torch.tensor([2, 0]))
    tensor([3., 4.])
    """
    raise NotImplementedError


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Write each label as a row of zeros with a single 1, at its own place.

    `labels` holds n integers (int64) from 0 to classes - 1; not every class
    has to occur. The result has shape (n, classes) and dtype float32, and it
    is on the device of `labels`: give `device=labels.device` to what you
    create.

    >>> one_hot(torch.tensor([2, 0]), 4)
    tensor([[0., 0., 1., 0.],
            [1., 0., 0., 0.]])
    """
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))

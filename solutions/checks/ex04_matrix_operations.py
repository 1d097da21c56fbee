"""Checks of chapter 4: matrix operations."""

import torch
from torch.nn import functional as F

from grader.authoring import Chapter, Draw

chapter = Chapter(__file__)


# ---------------------------------------------------------------- matrix_product


@chapter.exercise(
    points=1,
    gradient=True,
    scale=lambda A, B: A.abs() @ B.abs(),
    hints=[
        "Which sizes meet and vanish? Write the three shapes down before you write the code.",
        "A star multiplies element by element. The matrix product has an operator of its own.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.matmul.html",
)
def matrix_product(draw: Draw):
    yield draw.integers(2, 3), draw.integers(3, 2)
    yield torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[0.0, 1.0], [2.0, 5.0]])  # any order fits
    yield draw.integers(1, 1), draw.integers(1, 1)
    yield draw.integers(4, 1), draw.integers(1, 3)
    yield draw.integers(1, 4), draw.integers(4, 1)
    yield draw.normal(5, 4).mT, draw.normal(6, 5).mT
    yield draw.normal(20, 30, dtype=torch.float64), draw.normal(30, 10, dtype=torch.float64)
    yield draw.normal(40, 25)[::2], draw.normal(25, 30)


@chapter.mistake(matrix_product)
def multiplies_elements(A, B):
    """`*` multiplies element by element, and for that the shapes must match each other. Where rows meet
    columns, the operator is another one."""
    return A * B


@chapter.mistake(matrix_product)
def swaps_the_factors(A, B):
    """You multiplied in the other order, B by A. The order matters: the columns of the first matrix meet the
    rows of the second."""
    return B @ A


@chapter.mistake(matrix_product)
def transposes_the_second(A, B):
    """You paired the rows of A with the rows of B, as if B were turned over. B has shape (k, m): its columns meet
    the rows of A, and no transpose is needed."""
    return A @ B.mT


@chapter.mistake(matrix_product)
def takes_dot_for_matrices(A, B):
    """`torch.dot` multiplies two vectors and refuses matrices, unlike NumPy's `dot`. Matrices have an
    operator of their own."""
    return torch.dot(A, B)


@chapter.mistake(matrix_product)
def sums_everything(A, B):
    """Your result is a single number: everything was added up. It should have an entry for each row of A and column
    of B; in einsum, their letters stay after the arrow."""
    return torch.einsum("nk,km->", A, B)


@chapter.mistake(matrix_product)
def takes_numbers_out(A, B):
    """The values are right, but no gradient gets through: what goes through Python numbers, NumPy or `.detach()`
    knows nothing of A and B. Stay with operations on tensors."""
    rows = [[(row * column).sum().item() for column in B.mT] for row in A]
    return torch.tensor(rows, dtype=A.dtype, device=A.device)


@chapter.mistake(matrix_product, on="accelerator")
def fills_zeros_on_the_cpu(A, B):
    """Your result is on the CPU. A tensor that you make to fill it needs the device of A, `device=A.device`; an
    operator would make it there by itself."""
    product = torch.zeros(A.shape[0], B.shape[1], dtype=A.dtype)
    for i, row in enumerate(A):
        product[i] = row @ B
    return product


@chapter.mistake(matrix_product)
def turns_the_first_over(A, B):
    """You turned A over first. A has shape (n, k) already, so that the k's meet: no transpose is needed."""
    return A.mT @ B


@chapter.mistake(matrix_product)
def uses_bmm(A, B):
    """`torch.bmm` is for batches of matrices, with three dimensions. For two matrices there is an operator."""
    return torch.bmm(A, B)


@chapter.mistake(matrix_product)
def collects_a_list(A, B):
    """Your rows stand in a Python list. One tensor is wanted: join them, or let the operator do it all."""
    return [row @ B for row in A]


@chapter.right(matrix_product)
def by_matmul(A, B):
    return torch.matmul(A, B)


@chapter.right(matrix_product)
def by_einsum(A, B):
    return torch.einsum("nk,km->nm", A, B)


@chapter.right(matrix_product)
def by_broadcasting(A, B):
    return (A[:, :, None] * B).sum(dim=1)


@chapter.right(matrix_product)
def row_by_row(A, B):
    return torch.stack([row @ B for row in A])


@chapter.right(matrix_product)
def by_a_linear_function(A, B):
    return F.linear(A, B.mT)


@chapter.right(matrix_product)
def turned_over_twice(A, B):
    return torch.mm(B.t(), A.t()).t()


@chapter.right(matrix_product)
def as_a_sum_of_outer_products(A, B):
    return sum(torch.outer(column, row) for column, row in zip(A.unbind(1), B.unbind(0), strict=True))


@chapter.right(matrix_product)
def by_tensordot(A, B):
    return torch.tensordot(A, B, dims=1)


class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, A, B):
        ctx.save_for_backward(A, B)
        return A @ B

    @staticmethod
    def backward(ctx, grad):
        A, B = ctx.saved_tensors
        return grad @ B.mT, A.mT @ grad


@chapter.right(matrix_product)
def with_a_backward_of_its_own(A, B):
    return Product.apply(A, B)


# ---------------------------------------------------------------- batch_product


@chapter.exercise(
    points=1,
    gradient=True,
    scale=lambda A, B: A.abs() @ B.abs(),
    hints=[
        "You know this for one pair. What does the same operator do with a dimension in front?",
        "No loop is needed: for the operator the last two dimensions are matrices, the first counts them.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.bmm.html",
)
def batch_product(draw: Draw):
    yield draw.integers(2, 1, 3), draw.integers(2, 3, 2)
    yield draw.integers(2, 2, 2), draw.integers(2, 2, 2)
    yield draw.integers(1, 1, 1), draw.integers(1, 1, 1)
    yield draw.integers(3, 4, 1), draw.integers(3, 1, 2)
    yield draw.integers(1, 2, 3), draw.integers(1, 3, 4)
    yield draw.normal(4, 5, 3).mT, draw.normal(5, 4, 6).transpose(0, 1)
    yield draw.normal(6, 3, 10, dtype=torch.float64), draw.normal(6, 10, 4, dtype=torch.float64)
    yield draw.normal(7, 6, 5), draw.normal(7, 5, 8)


@chapter.mistake(batch_product)
def multiplies_pairs_of_elements(A, B):
    """`*` multiplies element by element. For rows that meet columns, use the operator of the matrix product:
    it knows about batches."""
    return A * B


@chapter.mistake(batch_product)
def uses_mm(A, B):
    """`torch.mm` multiplies exactly two matrices, and these are batches of them. There is a function for
    batches, and an operator that does both."""
    return torch.mm(A, B)


@chapter.mistake(batch_product)
def uses_the_first_matrix_of_B(A, B):
    """You multiplied every matrix of A by the first one of B. Each has a partner of its own: the second
    belongs to the second."""
    return A @ B[0]


@chapter.mistake(batch_product)
def concatenates_the_products(A, B):
    """All products stand in one tall matrix: `cat` joins along a dimension that is there, while `stack` makes a new
    one that counts them. The operator needs neither."""
    return torch.cat([a @ b for a, b in zip(A, B, strict=True)])


@chapter.mistake(batch_product)
def adds_up_the_batch(A, B):
    """You added up the products of all pairs, so the batch is gone. Each pair keeps its own: leave out that sum,
    and in einsum keep the batch's letter after the arrow."""
    return torch.einsum("bnk,bkm->nm", A, B)


@chapter.mistake(batch_product)
def turns_B_over(A, B):
    """You turned the matrices of B over first. They have shape (k, m) already, so that the k's meet: no
    transpose is needed."""
    return A @ B.mT


@chapter.mistake(batch_product, on="accelerator")
def fills_a_batch_on_the_cpu(A, B):
    """Your result is on the CPU. A tensor that you make to fill it needs `device=A.device`; the operator would make
    it there by itself."""
    products = torch.zeros(A.shape[0], A.shape[1], B.shape[2], dtype=A.dtype)
    for i in range(len(A)):
        products[i] = A[i] @ B[i]
    return products


@chapter.mistake(batch_product)
def takes_dot_for_batches(A, B):
    """`torch.dot` multiplies two vectors and refuses all else. Batches of matrices have a function of their own,
    and an operator."""
    return torch.dot(A, B)


@chapter.mistake(batch_product)
def turns_every_A_over(A, B):
    """You turned the matrices of A over first. They have shape (n, k) already, so that the k's meet: no transpose
    is needed."""
    return A.mT @ B


@chapter.right(batch_product)
def by_bmm(A, B):
    return torch.bmm(A, B)


@chapter.right(batch_product)
def batch_by_einsum(A, B):
    return torch.einsum("bnk,bkm->bnm", A, B)


@chapter.right(batch_product)
def stacked_products(A, B):
    return torch.stack([torch.mm(a, b) for a, b in zip(A, B, strict=True)])


@chapter.right(batch_product)
def batch_by_broadcasting(A, B):
    return (A.unsqueeze(3) * B.unsqueeze(1)).sum(dim=2)


@chapter.right(batch_product)
def mapped_over_the_batch(A, B):
    return torch.func.vmap(torch.matmul)(A, B)


@chapter.right(batch_product)
def filled_where_A_is(A, B):
    products = A.new_zeros(A.shape[0], A.shape[1], B.shape[2])
    for i in range(len(A)):
        products[i] = A[i] @ B[i]
    return products


@chapter.right(batch_product)
def added_to_zero(A, B):
    zeros = torch.zeros(A.shape[0], A.shape[1], B.shape[2], dtype=A.dtype, device=A.device)
    return torch.baddbmm(zeros, A, B)


# ---------------------------------------------------------------- dot_product


@chapter.exercise(
    points=1,
    gradient=True,
    scale=lambda v, w: v.abs() @ w.abs(),
    hints=[
        "Two steps in one: the products of all pairs, then their sum. What shape does the sum have?",
        "Between two vectors, the operator of the matrix product does both steps.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.dot.html",
)
def dot_product(draw: Draw):
    yield torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0, 5.0, 6.0])
    yield draw.integers(4), draw.integers(4)
    yield torch.tensor([3.0]), torch.tensor([-2.0])
    yield draw.normal(12)[::3], draw.normal(4, 3)[:, 1]
    yield draw.normal(50, dtype=torch.float64), draw.normal(50, dtype=torch.float64)
    yield draw.normal(300), draw.normal(300)


@chapter.mistake(dot_product)
def forgets_to_add_up(v, w):
    """These are the products of the pairs. The dot product is their sum, a single number."""
    return v * w


@chapter.mistake(dot_product)
def keeps_a_dimension(v, w):
    """The value is right, but your result has a dimension of size 1. A sum over all elements is a tensor of
    no dimensions, with shape ()."""
    return (v * w).sum(dim=0, keepdim=True)


@chapter.mistake(dot_product)
def multiplies_every_pair(v, w):
    """You multiplied every element of v by every one of w, which makes a matrix, the outer product. Only
    elements at the same place belong together."""
    return torch.outer(v, w)


@chapter.mistake(dot_product)
def averages_the_products(v, w):
    """You averaged the products of the pairs. The dot product is their sum."""
    return (v * w).mean()


@chapter.mistake(dot_product)
def names_two_letters(v, w):
    """You multiplied the sum of v by the sum of w, so every element met every other one (einsum with two letters
    does that). Only those at the same place belong together."""
    return torch.einsum("i,j->", v, w)


@chapter.mistake(dot_product)
def uses_mm_on_vectors(v, w):
    """`torch.mm` multiplies two matrices and refuses vectors. There is a function for two vectors, and an
    operator that does both."""
    return torch.mm(v, w)


@chapter.mistake(dot_product)
def returns_a_number(v, w):
    """This is a Python number, as `.item()` makes it, and the path of the gradient ends there. Return a tensor, and
    compute it from tensors to the end."""
    return (v @ w).item()


@chapter.mistake(dot_product, on="accelerator")
def adds_to_a_zero_on_the_cpu(v, w):
    """Your running total was made on the CPU, and `+=` cannot add a number from another device into it. Make
    it with `device=v.device`, or leave the adding to PyTorch."""
    total = torch.tensor(0.0, dtype=v.dtype)
    for product in v * w:
        total += product
    return total


@chapter.mistake(dot_product)
def adds_the_vectors(v, w):
    """You added the elements of each pair. They are to be multiplied, and the products added up."""
    return (v + w).sum()


@chapter.right(dot_product)
def by_dot(v, w):
    return torch.dot(v, w)


@chapter.right(dot_product)
def summed_products(v, w):
    return (v * w).sum()


@chapter.right(dot_product)
def one_letter(v, w):
    return torch.einsum("i,i->", v, w)


@chapter.right(dot_product)
def a_row_times_a_column(v, w):
    return (v[None] @ w[:, None]).squeeze()


@chapter.right(dot_product)
def by_vecdot(v, w):
    return torch.linalg.vecdot(v, w)


@chapter.right(dot_product)
def added_up_one_by_one(v, w):
    return sum(a * b for a, b in zip(v, w, strict=True))


chapter.equivalent(dot_product, "return v @ w → return w @ v", reason="v · w = w · v.")


# ---------------------------------------------------------------- transpose_last_two


@chapter.exercise(
    points=1,
    gradient=True,
    also=["aliasing"],
    hints=[
        "How do you name the last two when you do not know how many there are? Think of Python's indices.",
        "`x.T` is for matrices only. An attribute of two letters swaps just the last two dimensions.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.transpose.html",
)
def transpose_last_two(draw: Draw):
    yield draw.integers(2, 3)
    yield draw.integers(2, 2, 3)
    yield draw.integers(3, 3)
    yield draw.integers(1, 1)
    yield draw.integers(2, 2, 2)
    yield draw.integers(2, 1, 3, 2)
    yield draw.normal(3, 4, 5).transpose(0, 1)[:, ::2]
    yield draw.normal(2, 3, 4, 5, 6, dtype=torch.float64)


@chapter.mistake(transpose_last_two)
def turns_all_dimensions_around(x):
    """With more than two dimensions you turned all of them around, as `x.T` does. Only the last two are to be
    swapped: `x.T` is meant for matrices."""
    return x.permute(*reversed(range(x.ndim)))


@chapter.mistake(transpose_last_two)
def swaps_the_first_two(x):
    """You swapped the first two dimensions. In a matrix they are also the last two, but not in a batch of
    matrices: count from the end, with negative numbers."""
    return x.transpose(0, 1)


@chapter.mistake(transpose_last_two)
def counts_on_a_batch(x):
    """This fits tensors of three dimensions alone: 1 and 2 are not the last two of every tensor. Count from
    the end, with negative numbers."""
    return x.transpose(1, 2)


@chapter.mistake(transpose_last_two)
def copies_the_transpose(x):
    """The values are right, but your result is a copy, as `clone` or `contiguous` make one. A transpose by
    itself is a view, and writes to it show in x."""
    return x.mT.clone()


@chapter.mistake(transpose_last_two)
def breaks_the_lines_elsewhere(x):
    """The shape is right, but the numbers are in the wrong places: `reshape` and `view` keep them in their order
    and only break the lines elsewhere. Swap the dimensions instead."""
    return x.reshape(*x.shape[:-2], x.shape[-1], x.shape[-2])


@chapter.mistake(transpose_last_two)
def returns_x_itself(x):
    """You returned x as it was. `transpose` and its like do not change x, they return another tensor: that is
    the one to return."""
    x.transpose(-2, -1)
    return x


@chapter.mistake(transpose_last_two)
def uses_t(x):
    """`t()` is for matrices and refuses more dimensions. Swap the last two, counted from the end with negative
    numbers."""
    return x.t()


@chapter.right(transpose_last_two)
def by_negative_numbers(x):
    return x.transpose(-2, -1)


@chapter.right(transpose_last_two)
def by_swapping_axes(x):
    return torch.swapaxes(x, -1, -2)


@chapter.right(transpose_last_two)
def by_a_permutation(x):
    return x.permute(*range(x.ndim - 2), -1, -2)


@chapter.right(transpose_last_two)
def by_moving_one_dimension(x):
    return x.movedim(-1, -2)


@chapter.right(transpose_last_two)
def by_letters(x):
    return torch.einsum("...rc->...cr", x)


@chapter.right(transpose_last_two)
def by_the_adjoint(x):
    return x.mH


@chapter.right(transpose_last_two)
def by_strides(x):
    *batch, rows, columns = x.shape
    *steps, down, along = x.stride()
    return x.as_strided((*batch, columns, rows), (*steps, along, down))


# ---------------------------------------------------------------- gram_matrix


@chapter.exercise(
    points=1,
    gradient=True,
    scale=lambda X: X.abs().mT @ X.abs(),
    hints=[
        "Which shape should the result have, (m, m) or (n, n)? So which size has to meet itself and vanish?",
        "It is one matrix product of X with X, one of them turned over. The shapes tell which.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.matmul.html",
)
def gram_matrix(draw: Draw):
    yield torch.tensor([[1.0, 2.0, 0.0], [3.0, 4.0, 1.0]])
    yield torch.tensor([[1.0, 2.0], [3.0, 5.0]])  # both orders fit
    yield torch.tensor([[3.0]])
    yield draw.integers(1, 4)
    yield draw.integers(4, 1)
    yield draw.normal(6, 4).mT
    yield draw.normal(30, 10, dtype=torch.float64)
    yield draw.normal(40, 12)[::2]


@chapter.mistake(gram_matrix)
def compares_the_rows(X):
    """You took the dot products of the rows, which gives (n, n). For those of the columns the size n has to
    meet itself, so turn over the other factor."""
    return X @ X.mT


@chapter.mistake(gram_matrix)
def squares_the_elements(X):
    """These are the squares of the elements: `*` and `**` work element by element. Every column has to meet every
    column: that is a matrix product."""
    return X * X


@chapter.mistake(gram_matrix)
def multiplies_X_by_itself(X):
    """You multiplied X by X as it is, which fits only square matrices. One of the two has to be turned over,
    so that the columns of X become rows."""
    return X @ X


@chapter.mistake(gram_matrix)
def keeps_the_diagonal(X):
    """These are the dot products of each column with itself, the diagonal of the result. Every column has to
    meet every other one too."""
    return (X * X).sum(dim=0)


@chapter.mistake(gram_matrix)
def divides_by_the_rows(X):
    """You divided by the number of rows. The result is the plain sum of products, not their mean."""
    return X.mT @ X / X.shape[0]


@chapter.mistake(gram_matrix)
def makes_a_new_tensor(X):
    """The values are right, but no gradient gets through: what goes through `torch.tensor`, NumPy or `.detach()`
    knows nothing of X. To join tensors, there is `torch.stack`."""
    columns = X.detach().mT
    products = [[(a * b).sum() for b in columns] for a in columns]
    return torch.tensor(products, dtype=X.dtype, device=X.device)


@chapter.mistake(gram_matrix)
def detaches_one_factor(X):
    """The values are right, but only half of the gradient arrives: X comes in twice, and you detached one of
    the two. Use X itself both times."""
    return X.detach().mT @ X


@chapter.mistake(gram_matrix)
def multiplies_elements_of_the_transpose(X):
    """`*` multiplies element by element, and X turned over has another shape than X. Where rows meet columns, the
    operator is another one."""
    return X.mT * X


@chapter.mistake(gram_matrix)
def takes_dot_for_columns(X):
    """`torch.dot` multiplies two vectors and refuses matrices, unlike NumPy's `dot`. Matrices have an operator of
    their own."""
    return torch.dot(X.mT, X)


@chapter.right(gram_matrix)
def gram_by_matmul(X):
    return torch.matmul(X.transpose(0, 1), X)


@chapter.right(gram_matrix)
def gram_by_einsum(X):
    return torch.einsum("ni,nj->ij", X, X)


@chapter.right(gram_matrix)
def gram_column_by_column(X):
    return torch.stack([(X * column[:, None]).sum(dim=0) for column in X.unbind(dim=1)])


@chapter.right(gram_matrix)
def gram_by_outer_products(X):
    return torch.stack([torch.outer(row, row) for row in X]).sum(dim=0)


@chapter.right(gram_matrix)
def gram_by_a_linear_function(X):
    return F.linear(X.mT, X.mT)


@chapter.right(gram_matrix)
def gram_by_tensordot(X):
    return torch.tensordot(X, X, dims=([0], [0]))


# ---------------------------------------------------------------- bilinear_form


@chapter.exercise(
    points=2,
    gradient=True,
    scale=lambda x, A, y: (x.abs() @ A.abs() * y.abs()).sum(dim=1),
    hints=[
        "Begin on the left: which shape has x @ A, and what does row i of it have to do with row i of y?",
        "Row i meets only row i, so the second step is no matrix product. What gives one number per row?",
        "Multiply element by element and add up along each row; or name the letters b, n, m for einsum.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.einsum.html",
)
def bilinear_form(draw: Draw):
    yield draw.integers(2, 3), draw.integers(3, 2), draw.integers(2, 2)
    yield draw.integers(1, 2), draw.integers(2, 3), draw.integers(1, 3)  # b = 1
    yield torch.eye(2), torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[5.0, 6.0], [7.0, 8.0]])
    yield draw.integers(1, 1), draw.integers(1, 1), draw.integers(1, 1)
    yield draw.integers(4, 1), draw.integers(1, 1), draw.integers(4, 1)
    yield draw.normal(3, 5).mT, draw.normal(4, 3).mT, draw.normal(10, 4)[::2]
    yield tuple(draw.normal(*shape, dtype=torch.float64) for shape in ((7, 6), (6, 9), (7, 9)))
    yield draw.normal(30, 8), draw.normal(8, 5), draw.normal(30, 5)


@chapter.mistake(bilinear_form)
def pairs_every_row_with_every_row(x, A, y):
    """You paired every row of x with every row of y, which makes (b, b); the numbers wanted are on its
    diagonal. Once you have x @ A, pair its rows with those of y one by one."""
    return x @ A @ y.mT


@chapter.mistake(bilinear_form)
def adds_up_all_rows(x, A, y):
    """You added up the numbers of all rows. Sum along each row only: `dim` names the dimension that
    disappears."""
    return (x @ A * y).sum()


@chapter.mistake(bilinear_form)
def adds_up_the_columns(x, A, y):
    """You added up along the wrong dimension: dim 0 counts the rows, and it is the one that should stay.
    `dim` names the dimension that disappears."""
    return (x @ A * y).sum(dim=0)


@chapter.mistake(bilinear_form)
def forgets_the_last_sum(x, A, y):
    """This is not yet one number per row: what you have are the products of the elements. They still have to
    be added up along each row."""
    return x @ A * y


@chapter.mistake(bilinear_form)
def averages_each_row(x, A, y):
    """You averaged along each row. A product of matrices adds up and divides by nothing."""
    return (x @ A * y).mean(dim=1)


@chapter.mistake(bilinear_form)
def turns_A_over(x, A, y):
    """You turned A over. A has shape (n, m), so that x meets its rows and y its columns: no transpose is
    needed."""
    return (x @ A.mT * y).sum(dim=1)


@chapter.mistake(bilinear_form)
def squeezes_a_batch_of_one(x, A, y):
    """`squeeze()` drops every dimension of size 1, and in a batch of one that of the batch too. Name the
    dimensions that should go, or do without."""
    return (x[:, None] @ A @ y[:, :, None]).squeeze()


@chapter.mistake(bilinear_form)
def keeps_a_column(x, A, y):
    """The values are right, but they stand in a column of shape (b, 1). The result should be (b,): let the
    sum drop its dimension."""
    return (x @ A * y).sum(dim=1, keepdim=True)


@chapter.mistake(bilinear_form, on="accelerator")
def fills_rows_on_the_cpu(x, A, y):
    """Your result is on the CPU. A tensor that you make to fill it needs `device=x.device`; or join the numbers
    with `torch.stack`."""
    values = torch.zeros(len(x), dtype=x.dtype)
    for i in range(len(x)):
        values[i] = x[i] @ A @ y[i]
    return values


@chapter.mistake(bilinear_form)
def turns_x_over(x, A, y):
    """You turned x over. In xᵢᵀ each xᵢ is a column, but here it is a row of x already: `x @ A` has the sizes that
    meet."""
    return x.mT @ A @ y


@chapter.mistake(bilinear_form)
def multiplies_by_y_as_it_is(x, A, y):
    """After x @ A came a second matrix product, and y does not fit there as it is: row i belongs to row i of y.
    Pair these two element by element, then sum each row."""
    return x @ A @ y


@chapter.mistake(bilinear_form)
def takes_dot_for_rows(x, A, y):
    """`torch.dot` multiplies two vectors and refuses matrices. Multiply the rows element by element, then sum each
    one."""
    return torch.dot(x @ A, y)


@chapter.right(bilinear_form)
def multiplied_and_summed(x, A, y):
    return (x @ A * y).sum(dim=1)


@chapter.right(bilinear_form)
def begun_on_the_right(x, A, y):
    return (x * (y @ A.mT)).sum(-1)


@chapter.right(bilinear_form)
def rows_one_by_one(x, A, y):
    return torch.stack([a @ A @ b for a, b in zip(x, y, strict=True)])


@chapter.right(bilinear_form)
def as_batches_of_matrices(x, A, y):
    return torch.bmm((x @ A).unsqueeze(1), y.unsqueeze(2)).flatten()


@chapter.right(bilinear_form)
def diagonal_of_all_pairs(x, A, y):
    return (x @ A @ y.T).diagonal()


@chapter.right(bilinear_form)
def by_pytorchs_bilinear(x, A, y):
    return F.bilinear(x, y, A[None]).squeeze(1)


@chapter.right(bilinear_form)
def mapped_over_rows(x, A, y):
    return torch.func.vmap(lambda a, b: a @ A @ b)(x, y)


@chapter.right(bilinear_form)
def against_outer_products(x, A, y):
    pairs = x[:, :, None] * y[:, None, :]  # (b, n, m)
    return (pairs * A).sum(dim=(1, 2))


# ---------------------------------------------------------------- linear_layer


@chapter.exercise(
    points=1,
    gradient=True,
    scale=lambda x, weight, bias: x.abs() @ weight.abs().mT + bias.abs(),
    hints=[
        "Write the shapes down: which size of weight meets the `in` of x, and where does it stand?",
        "Turn the weight over for the product, then add the bias as it is: `+` adds it to each row.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html",
)
def linear_layer(draw: Draw):
    yield draw.integers(2, 3), draw.integers(2, 3), draw.integers(2, low=1)
    yield draw.integers(1, 2), draw.integers(3, 2), draw.integers(3, low=1)
    yield draw.integers(2, 2), torch.tensor([[1.0, 5.0], [2.0, 0.0]]), torch.tensor([10.0, 20.0])  # square
    yield draw.integers(1, 1), draw.integers(1, 1), draw.integers(1, low=1)
    yield draw.integers(4, 1), draw.integers(2, 1), draw.integers(2, low=1)
    yield draw.normal(6, 5).mT, draw.normal(6, 4).mT, draw.normal(8)[::2]
    yield tuple(draw.normal(*shape, dtype=torch.float64) for shape in ((12, 10), (7, 10), (7,)))
    yield draw.normal(30, 16), draw.normal(9, 16), draw.normal(9)


@chapter.mistake(linear_layer)
def leaves_the_weight_as_it_is(x, weight, bias):
    """You multiplied by the weight as it is, (out, in). The sizes that meet must be equal, and x ends with
    `in`: turn the weight over. With a square weight no error tells you."""
    return x @ weight + bias


@chapter.mistake(linear_layer)
def forgets_the_bias(x, weight, bias):
    """The bias is missing: it is added to every row of the product."""
    return x @ weight.mT


@chapter.mistake(linear_layer)
def reshapes_the_weight(x, weight, bias):
    """The shapes fit, but `reshape` does not turn a matrix over: it keeps the numbers in their order and only
    breaks the rows elsewhere. Transpose the weight."""
    return x @ weight.reshape(weight.shape[1], weight.shape[0]) + bias


@chapter.mistake(linear_layer)
def adds_the_bias_as_a_column(x, weight, bias):
    """You made a column of the bias, so each row gets one number of it. Each output has its own number in the
    bias, that is, each column: add it as it is."""
    return x @ weight.mT + bias[:, None]


@chapter.mistake(linear_layer)
def returns_outputs_by_inputs(x, weight, bias):
    """Your result is transposed: (out, n) instead of (n, out). Begin with x, so that each row of the result
    belongs to a row of x."""
    return weight @ x.mT + bias[:, None]


@chapter.mistake(linear_layer)
def subtracts_the_bias(x, weight, bias):
    """You subtracted the bias; it is added."""
    return x @ weight.mT - bias


@chapter.mistake(linear_layer)
def fills_a_layer_with_copies(x, weight, bias):
    """The values are right, but no gradient reaches weight and bias: a layer that you make has parameters of its
    own, and `.detach()` cuts the path. Use them directly."""
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], dtype=x.dtype, device=x.device)
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    return layer(x)


@chapter.mistake(linear_layer, on="accelerator")
def appends_ones_from_the_cpu(x, weight, bias):
    """The ones that you put beside x are on the CPU. Whatever you make inside a function belongs on the
    device of its inputs: `device=x.device`."""
    ones = torch.ones(x.shape[0], 1, dtype=x.dtype)
    return torch.cat([x, ones], dim=1) @ torch.cat([weight.mT, bias[None]])


@chapter.mistake(linear_layer)
def multiplies_elements_by_the_weight(x, weight, bias):
    """`*` multiplies element by element. Here rows of x meet rows of weight, which takes the operator of the matrix
    product."""
    return x * weight + bias


@chapter.mistake(linear_layer)
def multiplies_elements_by_the_transposed_weight(x, weight, bias):
    """The weight is turned over as it should be, but `*` multiplies element by element. Where rows meet columns,
    the operator is another one."""
    return x * weight.mT + bias


@chapter.mistake(linear_layer)
def begins_with_the_weight(x, weight, bias):
    """You began with the weight, and x does not fit behind it as it is. Begin with x, whose rows are the inputs,
    and turn the weight over."""
    return weight @ x + bias


@chapter.mistake(linear_layer)
def multiplies_by_the_bias(x, weight, bias):
    """You multiplied by the bias; it is added."""
    return x @ weight.mT * bias


@chapter.mistake(linear_layer)
def adds_the_bias_to_the_weight(x, weight, bias):
    """You added the bias to the weight, so it is multiplied by x as well. Add it after the product."""
    return x @ (weight.mT + bias)


@chapter.mistake(linear_layer)
def begins_with_the_weight_and_adds_a_row(x, weight, bias):
    """Your product has shape (out, n), a column for each row of x, so the bias lines up with the wrong dimension.
    Begin with x, so that its rows stay rows."""
    return weight @ x.mT + bias


@chapter.mistake(linear_layer)
def takes_dot_for_inputs(x, weight, bias):
    """`torch.dot` multiplies two vectors and refuses matrices. Rows that meet rows need the matrix product, with
    the weight turned over."""
    return torch.dot(x, weight) + bias


@chapter.right(linear_layer)
def by_pytorchs_linear(x, weight, bias):
    return F.linear(x, weight, bias)


@chapter.right(linear_layer)
def by_addmm(x, weight, bias):
    return torch.addmm(bias, x, weight.t())


@chapter.right(linear_layer)
def layer_by_einsum(x, weight, bias):
    return torch.einsum("ni,oi->no", x, weight) + bias


@chapter.right(linear_layer)
def with_a_column_of_ones(x, weight, bias):
    ones = x.new_ones(x.shape[0], 1)
    return torch.cat([x, ones], dim=1) @ torch.cat([weight, bias[:, None]], dim=1).mT


@chapter.right(linear_layer)
def turned_over_at_the_end(x, weight, bias):
    return (weight @ x.mT + bias.unsqueeze(1)).mT


@chapter.right(linear_layer)
def output_by_output(x, weight, bias):
    return torch.stack([x @ w + b for w, b in zip(weight, bias, strict=True)], dim=1)


@chapter.right(linear_layer)
def called_with_these_parameters(x, weight, bias):
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0], dtype=x.dtype, device=x.device)
    return torch.func.functional_call(layer, {"weight": weight, "bias": bias}, (x,))

"""Cases, hints, known mistakes and other right answers for chapter 5, broadcasting."""

import numpy as np
import torch
import torch.nn.functional as F

from grader.authoring import Chapter, Draw, Tolerance

chapter = Chapter(__file__)


# ---------------------------------------------------------------- add_row_vector


@chapter.exercise(
    points=1,
    gradient=True,
    hints=[
        "Write the two shapes below each other, lined up at the right. What happens in each place?",
        "(r, c) and (c,) already go together: the missing dimension counts as 1.",
        "A single `+` is enough.",
    ],
    read="https://docs.pytorch.org/docs/stable/notes/broadcasting.html",
)
def add_row_vector(draw: Draw):
    yield draw.integers(2, 3), draw.integers(3, low=10, high=40)
    yield draw.integers(3, 3), draw.integers(3, low=10, high=40)
    yield draw.integers(1, 1), draw.integers(1, low=10, high=40)
    yield draw.integers(3, 1), draw.integers(1, low=10, high=40)
    yield draw.integers(1, 4), draw.integers(4, low=10, high=40)
    yield draw.normal(3, 4).mT, draw.normal(6)[::2]
    yield draw.normal(4, 2, dtype=torch.float64), draw.normal(2, dtype=torch.float64)
    yield draw.normal(12, 9), draw.normal(9)


@chapter.mistake(add_row_vector)
def added_as_a_column(matrix, v):
    """You stood v up as a column, so each row got one entry of v. Left as it is, v lines up with the last
    dimension, the columns."""
    return matrix + v[:, None]


@chapter.mistake(add_row_vector)
def added_in_place_to_the_matrix(matrix, v):
    """You changed the matrix that came in, as `+=` and methods that end in `_` do, which PyTorch refuses while it
    follows gradients. A plain `+` makes a new one."""
    matrix += v
    return matrix


@chapter.mistake(add_row_vector)
def first_row_only(matrix, v):
    """Only the first row has changed. No index is needed: broadcasting brings v to every row."""
    result = matrix.clone()
    result[0] += v
    return result


@chapter.mistake(add_row_vector)
def sums_are_thrown_away(matrix, v):
    """The matrix came back unchanged. `+` makes a new tensor, and `row = row + v` only gives it the name `row`:
    keep what the addition returns."""
    for row in matrix:
        row = row + v
    return matrix


@chapter.mistake(add_row_vector)
def entries_repeated_in_place(matrix, v):
    """You repeated every entry of v before going on to the next, so the rows are scrambled. Broadcasting
    repeats v as a whole, without your help."""
    return matrix + v.repeat_interleave(len(matrix)).reshape(matrix.shape)


@chapter.mistake(add_row_vector)
def sum_of_v(matrix, v):
    """You added the sum of v to every entry. Each column should get its own entry of v: add v itself."""
    return matrix + v.sum()


@chapter.mistake(add_row_vector, on="accelerator")
def rows_collected_on_the_cpu(matrix, v):
    """Your result is on the CPU. A tensor that you make to fill it needs a device: `torch.zeros_like(matrix)` makes
    it where the matrix lives."""
    result = torch.zeros(matrix.shape, dtype=matrix.dtype)
    for i, row in enumerate(matrix):
        result[i] = row + v
    return result


@chapter.mistake(add_row_vector, on="accelerator")
def ones_on_the_cpu(matrix, v):
    """You made a helper tensor without `device=`, so it is on the CPU while v is not. Here no helper is
    needed at all."""
    return matrix + torch.ones(len(matrix), 1, dtype=v.dtype) * v


@chapter.mistake(add_row_vector)
def added_to_each_row_in_place(matrix, v):
    """The rows that a loop hands out are parts of the matrix that came in, so `+=` changes that, which PyTorch
    refuses while it follows gradients. `+` with the whole matrix needs no loop."""
    for row in matrix:
        row += v
    return matrix


@chapter.mistake(add_row_vector)
def multiplied_by_the_row(matrix, v):
    """You multiplied by v. It is to be added."""
    return matrix * v


@chapter.right(add_row_vector)
def with_a_dimension_in_front(matrix, v):
    return torch.add(v.unsqueeze(0), matrix)


@chapter.right(add_row_vector)
def row_by_row(matrix, v):
    return torch.stack([row + v for row in matrix])


@chapter.right(add_row_vector)
def by_outer_product(matrix, v):
    return torch.addr(matrix, torch.ones_like(matrix[:, 0]), v)


@chapter.right(add_row_vector)
def by_repeat(matrix, v):
    return matrix.clone().add_(v.repeat(matrix.shape[0], 1))


@chapter.right(add_row_vector)
def by_expand(matrix, v):
    return matrix + v.expand_as(matrix)


@chapter.right(add_row_vector)
def by_vmap(matrix, v):
    return torch.vmap(lambda row: row + v)(matrix)


@chapter.right(add_row_vector)
def by_linear(matrix, v):
    identity = torch.eye(len(v), dtype=v.dtype, device=v.device)
    return F.linear(matrix, identity, v)


# ---------------------------------------------------------------- add_column_vector


@chapter.exercise(
    points=1,
    gradient=True,
    hints=[
        "Line (r, c) and (r,) up at the right. Which sizes meet, and which should?",
        "v must have the shape (r, 1), so that its single column is stretched.",
        "`v[:, None]`, `v.unsqueeze(1)` and `v.reshape(-1, 1)` all make a column of v.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.unsqueeze.html",
)
def add_column_vector(draw: Draw):
    yield draw.integers(2, 3), draw.integers(2, low=10, high=40)
    yield draw.integers(3, 3), draw.integers(3, low=10, high=40)
    yield draw.integers(1, 1), draw.integers(1, low=10, high=40)
    yield draw.integers(3, 1), draw.integers(3, low=10, high=40)
    yield draw.integers(1, 4), draw.integers(1, low=10, high=40)
    yield draw.normal(3, 4).mT, draw.normal(8)[::2]
    yield draw.normal(4, 2, dtype=torch.float64), draw.normal(4, dtype=torch.float64)
    yield draw.normal(9, 12), draw.normal(9)


@chapter.mistake(add_column_vector)
def added_as_a_row(matrix, v):
    """A vector lines up with the last dimension, so v was added as a row (a square matrix hides that). Give
    it a last dimension of size 1."""
    return matrix + v


@chapter.mistake(add_column_vector)
def not_turned_back(matrix, v):
    """The sums are right, but the result lies on its side: what was a column has become a row. Turn it back, or
    leave the matrix as it is and make v a column."""
    return matrix.T + v


@chapter.mistake(add_column_vector)
def tiled_and_reshaped(matrix, v):
    """The entries of v landed in the wrong places: `repeat` lines up copies of v, and `reshape` fills row by row.
    Make v a column; broadcasting does the rest."""
    return matrix + v.repeat(matrix.shape[1]).reshape(matrix.shape)


@chapter.mistake(add_column_vector)
def first_column_only(matrix, v):
    """Only the first column has changed. Give v the shape (r, 1), and broadcasting brings it to every
    column."""
    result = matrix.clone()
    result[:, 0] += v
    return result


@chapter.mistake(add_column_vector)
def column_added_in_place(matrix, v):
    """You changed the matrix that came in, as `+=` and methods that end in `_` do, which PyTorch refuses while it
    follows gradients. A plain `+` makes a new one."""
    matrix += v[:, None]
    return matrix


@chapter.mistake(add_column_vector)
def column_glued_on(matrix, v):
    """You put v beside the matrix as one more column, as `cat` does. To add numbers use `+`."""
    return torch.cat([matrix, v[:, None]], dim=1)


@chapter.mistake(add_column_vector, on="accelerator")
def columns_collected_on_the_cpu(matrix, v):
    """Your result is on the CPU. A tensor that you make to fill it needs a device: `torch.zeros_like(matrix)` makes
    it where the matrix lives."""
    result = torch.zeros(matrix.shape, dtype=matrix.dtype)
    for j in range(matrix.shape[1]):
        result[:, j] = matrix[:, j] + v
    return result


@chapter.mistake(add_column_vector, on="accelerator")
def row_of_ones_on_the_cpu(matrix, v):
    """You made a helper tensor without `device=`, so it is on the CPU while v is not. Broadcasting stretches
    v without a helper."""
    return matrix + v[:, None] * torch.ones(matrix.shape[1], dtype=v.dtype)


@chapter.mistake(add_column_vector)
def columns_are_thrown_away(matrix, v):
    """The matrix came back unchanged. `+` makes a new tensor: keep what the addition returns."""
    matrix + v[:, None]
    return matrix


@chapter.mistake(add_column_vector)
def sum_of_v_everywhere(matrix, v):
    """You added the sum of v to every entry. Each row should get its own entry of v: stand v up as a column."""
    return matrix + v.sum()


@chapter.right(add_column_vector)
def by_unsqueeze(matrix, v):
    return torch.add(matrix, v.unsqueeze(-1))


@chapter.right(add_column_vector)
def by_two_transposes(matrix, v):
    return (matrix.mT + v).mT


@chapter.right(add_column_vector)
def column_by_column(matrix, v):
    return torch.stack([column + v for column in matrix.unbind(dim=1)], dim=1)


@chapter.right(add_column_vector)
def row_by_row_with_numbers(matrix, v):
    return torch.stack([row + number for row, number in zip(matrix, v, strict=True)])


@chapter.right(add_column_vector)
def by_einsum(matrix, v):
    return matrix + torch.einsum("i,ij->ij", v, torch.ones_like(matrix))


@chapter.right(add_column_vector)
def by_repeat_interleave(matrix, v):
    return v.repeat_interleave(matrix.shape[1]).reshape(matrix.shape) + matrix


@chapter.right(add_column_vector)
def by_vmap_over_columns(matrix, v):
    return torch.vmap(torch.add, in_dims=(1, None), out_dims=1)(matrix, v)


# ---------------------------------------------------------------- center_columns


@chapter.exercise(
    points=2,
    gradient=Tolerance(atol=1e-6),
    also=["unchanged"],
    scale=lambda x: x.abs().max(),
    hints=[
        "One mean for each column: along which dimension do you walk, and which one disappears?",
        "The means have one entry per column, so they line up with the last dimension of x.",
        "Take `x.mean(dim=0)` off x with a plain `-`; `keepdim=True` does no harm here.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.mean.html",
)
def center_columns(draw: Draw):
    yield draw.integers(2, 3) * 2 + torch.tensor([[0.0, 10.0, 20.0]])
    yield draw.integers(3, 3) * 3 + torch.tensor([[0.0, 10.0, 20.0]])
    yield draw.integers(1, 1)
    yield draw.integers(1, 4)
    yield draw.integers(4, 1)
    yield draw.normal(6, 4).mT
    yield draw.normal(4, 6)[:, ::2] + 5
    yield draw.normal(4, 3, dtype=torch.float64)
    yield draw.normal(15, 8, scale=10.0)


@chapter.mistake(center_columns)
def centers_rows(x):
    """You took the mean of each row. `dim` names the dimension that disappears: for one mean per column, that
    is dim 0."""
    return x - x.mean(dim=1, keepdim=True)


@chapter.mistake(center_columns)
def one_mean_for_all(x):
    """You took off one mean of all entries. Without `dim`, `mean()` runs over everything; each column needs a
    mean of its own."""
    return x - x.mean()


@chapter.mistake(center_columns)
def row_means_along_the_columns(x):
    """`mean(dim=1)` gives one mean for each row, and broadcasting lined them up with the columns (a square x
    hides that). `dim` names the dimension that disappears."""
    return x - x.mean(dim=1)


@chapter.mistake(center_columns)
def takes_off_the_sum(x):
    """You took off each column's sum. The mean is the sum divided by the number of rows."""
    return x - x.sum(dim=0)


@chapter.mistake(center_columns)
def divides_by_columns(x):
    """You divided each column's sum by the number of columns. A column has as many entries as there are
    rows."""
    return x - x.sum(dim=0) / x.shape[1]


@chapter.mistake(center_columns)
def standardizes(x):
    """You also divided by the standard deviation, which was not asked for, and which is nan for a single row.
    Only shift the columns."""
    return (x - x.mean(dim=0)) / x.std(dim=0)


@chapter.mistake(center_columns)
def only_the_means(x):
    """You returned the means themselves. Take them off x, so that each column is shifted."""
    return x.mean(dim=0)


@chapter.mistake(center_columns)
def centers_in_place(x):
    """You changed the tensor that came in, as `-=`, `x[...] =` and methods that end in `_` do, and PyTorch refuses
    that while it follows gradients. A plain `-` makes a new tensor."""
    x -= x.mean(dim=0)
    return x


@chapter.mistake(center_columns)
def means_without_history(x):
    """Your values are right, but the means were computed without a history (`.item()`, `.detach()` or `no_grad`).
    They depend on x too, so gradients must pass."""
    return x - x.detach().mean(dim=0)


@chapter.mistake(center_columns, on="accelerator")
def means_on_the_cpu(x):
    """You collected the means in a tensor on the CPU, and x is not there. `x.new_zeros(...)` makes it on x's
    device; better, let `dim` do the work."""
    means = torch.zeros(x.shape[1], dtype=x.dtype)
    for j in range(x.shape[1]):
        means[j] = x[:, j].mean()
    return x - means


@chapter.mistake(center_columns, on="accelerator")
def centered_on_the_cpu(x):
    """Your result is on the CPU, x is not. Leave out `.cpu()`: a result stays where its input lives."""
    x = x.cpu()
    return x - x.mean(dim=0)


@chapter.mistake(center_columns)
def means_less_entries(x):
    """Your result has the wrong sign: take the means off the entries, not the entries off the means."""
    return x.mean(dim=0) - x


@chapter.mistake(center_columns)
def divides_by_the_means(x):
    """You divided each column by its mean. To shift it, take the mean off."""
    return x / x.mean(dim=0)


@chapter.mistake(center_columns)
def adds_the_means(x):
    """You added each column's mean. To make the mean 0, take it off."""
    return x + x.mean(dim=0)


@chapter.right(center_columns)
def without_keepdim(x):
    return x - x.sum(dim=0) / len(x)


@chapter.right(center_columns)
def by_matrix(x):
    n = x.shape[0]
    identity = torch.eye(n, dtype=x.dtype, device=x.device)
    return (identity - torch.full_like(identity, 1 / n)) @ x


@chapter.right(center_columns)
def columns_stacked(x):
    return torch.stack([column - column.mean() for column in x.unbind(dim=1)], dim=1)


@chapter.right(center_columns)
def rows_of_the_transpose(x):
    return (x.T - x.T.mean(dim=1, keepdim=True)).T


@chapter.right(center_columns)
def by_einsum_mean(x):
    means = torch.einsum("ij->j", x) / x.size(0)
    return x - means.expand_as(x)


@chapter.right(center_columns)
def by_vmap_in_place_on_clone(x):
    centered = x.clone()
    centered -= torch.vmap(torch.mean, in_dims=1)(x)
    return centered


@chapter.right(center_columns)
def by_python_sum(x):
    return x - sum(x) / len(x)


chapter.equivalent(
    center_columns,
    "keepdim",
    "flag",
    reason="One mean per column, of shape (c,), lines up with the columns by itself.",
)


# ---------------------------------------------------------------- normalize_rows


def fair_rows(x: torch.Tensor) -> torch.Tensor:
    """The same rows with 3 added to the first entry of those that sum to less than 1 in size: no sum is near
    0."""
    small = x.sum(dim=1).abs() < 1
    x[:, 0] += 3 * small
    return x


@chapter.exercise(
    points=2,
    gradient=Tolerance(rtol=1e-5, atol=2e-5),
    scale=lambda x: x.abs() * x.abs().sum(1, keepdim=True) / x.sum(1, keepdim=True) ** 2,
    hints=[
        "One sum for each row: which dimension disappears?",
        "Sums of shape (r,) line up with the columns. What shape would line up with the rows?",
        "`sum(dim=1, keepdim=True)` has the shape (r, 1); divide x by it.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.sum.html",
)
def normalize_rows(draw: Draw):
    yield draw.integers(2, 3, low=1)
    yield fair_rows(draw.integers(2, 3))
    yield fair_rows(draw.integers(3, 3))
    yield fair_rows(draw.integers(1, 1))
    yield fair_rows(draw.integers(3, 1))
    yield fair_rows(draw.integers(1, 4))
    yield fair_rows(draw.normal(3, 4).mT)
    yield fair_rows(draw.normal(3, 8)[:, ::2])
    yield fair_rows(draw.normal(4, 2, dtype=torch.float64))
    yield fair_rows(draw.normal(12, 7))


@chapter.mistake(normalize_rows)
def by_the_total(x):
    """You divided by the sum of all entries, so that the whole tensor sums to 1. Each row has a sum of its
    own: say so with `dim`."""
    return x / x.sum()


@chapter.mistake(normalize_rows)
def normalizes_columns(x):
    """You divided by the sum of each column (Python's own `sum` does the same). `dim` names the dimension
    that disappears; for one sum per row, that is dim 1."""
    return x / x.sum(dim=0, keepdim=True)


@chapter.mistake(normalize_rows)
def lost_dimension(x):
    """`sum(dim=1)` has the shape (r,), and broadcasting lines that up with the columns (a square x hides it).
    `keepdim=True` keeps the place of the rows."""
    return x / x.sum(dim=1)


@chapter.mistake(normalize_rows)
def by_absolute_values(x):
    """You summed absolute values. Take the sum as it is: entries, and sums, may be negative."""
    return x / x.abs().sum(dim=1, keepdim=True)


@chapter.mistake(normalize_rows)
def by_length(x):
    """You divided each row by its length, the root of the sum of squares. Here it is the plain sum of the
    entries."""
    return x / x.norm(dim=1, keepdim=True)


@chapter.mistake(normalize_rows)
def by_mean(x):
    """You divided by each row's mean, so that rows sum to the number of columns. Divide by the sum."""
    return x / x.mean(dim=1, keepdim=True)


@chapter.mistake(normalize_rows)
def softmax(x):
    """Softmax takes `exp` of every entry first. Here the entries themselves are divided by their sum."""
    return torch.softmax(x, dim=1)


@chapter.mistake(normalize_rows)
def divides_in_place(x):
    """You changed the tensor that came in, as `/=`, `x[...] =` and methods that end in `_` do, and PyTorch refuses
    that while it follows gradients. A plain `/` makes a new tensor."""
    x /= x.sum(dim=1, keepdim=True)
    return x


@chapter.mistake(normalize_rows)
def sums_without_history(x):
    """Your values are right, but the sums were computed without a history (`.item()`, `.detach()` or `no_grad`).
    They depend on x too, so gradients must pass."""
    return x / x.detach().sum(dim=1, keepdim=True)


@chapter.mistake(normalize_rows, on="accelerator")
def sums_on_the_cpu(x):
    """You collected the sums in a tensor on the CPU, and x is not there. `x.new_zeros(...)` makes it on x's
    device; better, let `dim` do the work."""
    sums = torch.zeros(len(x), 1, dtype=x.dtype)
    for i, row in enumerate(x):
        sums[i] = row.sum()
    return x / sums


@chapter.mistake(normalize_rows, on="accelerator")
def rows_collected_there(x):
    """Your result is on the CPU. A tensor that you make to fill it needs a device: `torch.zeros_like(x)` makes it
    where x lives."""
    result = torch.zeros(x.shape, dtype=x.dtype)
    for i, row in enumerate(x):
        result[i] = row / row.sum()
    return result


@chapter.mistake(normalize_rows)
def divides_each_row_in_place(x):
    """The rows that a loop hands out are parts of x itself, so `/=` changes x, which PyTorch refuses while it
    follows gradients. `/` with all of x needs no loop."""
    for row in x:
        row /= row.sum()
    return x


@chapter.mistake(normalize_rows)
def left_on_its_side(x):
    """The numbers are right, but rows and columns have changed places: you turned x over to divide, and did not
    turn it back."""
    return x.T / x.sum(dim=1)


@chapter.mistake(normalize_rows)
def by_the_largest(x):
    """You divided each row by its largest entry. Here it is the sum of the entries."""
    return x / x.amax(dim=1, keepdim=True)


@chapter.mistake(normalize_rows)
def takes_off_the_sums(x):
    """You took off each row's sum. Divide by it."""
    return x - x.sum(dim=1, keepdim=True)


@chapter.right(normalize_rows)
def by_new_dimension(x):
    return x / x.sum(dim=1)[:, None]


@chapter.right(normalize_rows)
def by_transposing(x):
    return torch.div(x.T, x.sum(dim=-1)).T


@chapter.right(normalize_rows)
def rows_stacked(x):
    return torch.stack([row / row.sum() for row in x])


@chapter.right(normalize_rows)
def by_matrix_products(x):
    ones = torch.ones_like(x[0])
    return torch.diag(1 / (x @ ones)) @ x


@chapter.right(normalize_rows)
def by_einsum_and_reciprocal(x):
    return torch.einsum("ij,i->ij", x, torch.einsum("ij->i", x).reciprocal())


@chapter.right(normalize_rows)
def by_running_sum(x):
    return x / x.cumsum(dim=1)[:, -1:]


@chapter.right(normalize_rows)
def by_vmap_over_rows(x):
    return torch.vmap(lambda row: row / row.sum())(x)


chapter.equivalent(normalize_rows, "…(dim=1, … → …(dim=-1, …", reason="x has two dimensions: dim 1 is the last.")


# ---------------------------------------------------------------- squared_distances


@chapter.exercise(
    points=3,
    gradient=True,
    scale=lambda x, y: (x**2).sum(dim=1)[:, None] + (y**2).sum(dim=1)[None, :],
    hints=[
        "There is one entry for each pair (i, j). Which shapes should x and y have, to meet in every pair?",
        "Use three dimensions: x gets a size of 1 where y has its points, and y where x has its points.",
        "(n, 1, d) minus (1, m, d) holds all differences; square them, and sum over the last dimension.",
    ],
    read="https://docs.pytorch.org/docs/stable/notes/broadcasting.html",
)
def squared_distances(draw: Draw):
    yield draw.integers(2, 2, low=0), draw.integers(3, 2, low=0)
    yield draw.integers(3, 3), draw.integers(3, 3)
    yield draw.integers(1, 1, low=1, high=5), draw.integers(1, 1, low=-5, high=-1)
    yield draw.integers(4, 1), draw.integers(2, 1)
    yield draw.integers(1, 3), draw.integers(4, 3)
    yield draw.integers(2, 4), draw.integers(2, 4)
    points = draw.integers(4, 2)
    yield points, points
    yield draw.normal(3, 4).mT, draw.normal(5, 6)[:, ::2]
    yield draw.normal(3, 2, dtype=torch.float64), draw.normal(4, 2, dtype=torch.float64)
    yield draw.uniform(8, 5, low=-10, high=10), draw.uniform(6, 5, low=-10, high=10)


@chapter.mistake(squared_distances)
def only_pairs_of_the_same_number(x, y):
    """`x - y` compares x[i] with y[i] alone. For every pair, the points of x and of y need dimensions of
    their own: (n, 1, d) and (1, m, d)."""
    return ((x - y) ** 2).sum(dim=-1)


@chapter.mistake(squared_distances)
def not_squared(x, y):
    """These are distances: a root too many. The squared distance is the sum of squared differences as it
    is."""
    return torch.cdist(x, y)


@chapter.mistake(squared_distances)
def points_summed_away(x, y):
    """You summed over a dimension of points. The dimension that should disappear is the last, the
    coordinates."""
    return ((x[:, None] - y[None]) ** 2).sum(dim=1)


@chapter.mistake(squared_distances)
def everything_summed(x, y):
    """Without `dim`, the sum runs over all pairs and one number is left. Only the coordinates should
    disappear."""
    return ((x[:, None] - y[None]) ** 2).sum()


@chapter.mistake(squared_distances)
def mean_of_coordinates(x, y):
    """You averaged over the coordinates. A squared distance is their sum."""
    return ((x[:, None] - y[None]) ** 2).mean(dim=-1)


@chapter.mistake(squared_distances)
def transposed(x, y):
    """Your result is on its side: the first dimension should belong to x and the second to y."""
    return ((y[:, None] - x[None]) ** 2).sum(dim=-1)


@chapter.mistake(squared_distances)
def summed_before_squaring(x, y):
    """You summed the differences first and squared the sum, so that they cancel. Square every difference,
    then sum."""
    return (x[:, None] - y[None]).sum(dim=-1) ** 2


@chapter.mistake(squared_distances)
def absolute_differences(x, y):
    """You summed absolute differences. Here each difference is squared."""
    return (x[:, None] - y[None]).abs().sum(dim=-1)


@chapter.mistake(squared_distances)
def lengths_not_lined_up(x, y):
    """x² + y² - 2xy is a good idea, but the squared lengths of x must stand as a column, (n, 1). Where n = m,
    this shows only in the values."""
    return (x**2).sum(dim=1) + (y**2).sum(dim=1) - 2 * x @ y.T


@chapter.mistake(squared_distances)
def forgot_the_two(x, y):
    """In (x - y)² = x² - 2xy + y² the product in the middle counts twice."""
    return (x**2).sum(dim=1, keepdim=True) + (y**2).sum(dim=1) - x @ y.T


@chapter.mistake(squared_distances, on="accelerator")
def table_on_the_cpu(x, y):
    """Your table is on the CPU, where `torch.zeros(n, m)` makes it. Made by `x.new_zeros(n, m)` it lives where x
    does."""
    table = torch.zeros(len(x), len(y), dtype=x.dtype)
    for i, point in enumerate(x):
        for j, other in enumerate(y):
            table[i, j] = ((point - other) ** 2).sum()
    return table


@chapter.mistake(squared_distances, on="accelerator")
def helper_ones_on_the_cpu(x, y):
    """You made a helper tensor without `device=`, so it is on the CPU while x is not. To sum over a
    dimension, use `sum(dim=...)`."""
    return ((x[:, None] - y[None]) ** 2) @ torch.ones(x.shape[1], dtype=x.dtype)


@chapter.mistake(squared_distances)
def differences_of_the_same_number(x, y):
    """`x - y` compares x[i] with y[i] alone, if there are equally many. For every pair, the points of x and of y
    need dimensions of their own: (n, 1, d) and (1, m, d)."""
    return (x - y) ** 2


@chapter.mistake(squared_distances)
def root_at_the_end(x, y):
    """These are distances: a root too many. The squared distance is the sum of squared differences as it is."""
    return ((x[:, None] - y[None]) ** 2).sum(dim=-1).sqrt()


@chapter.mistake(squared_distances)
def leaves_the_coordinates(x, y):
    """The squared differences are there, one for each coordinate. Sum over the coordinates, so that their dimension
    disappears."""
    return (x[:, None] - y[None]) ** 2


@chapter.mistake(squared_distances)
def products_of_the_points(x, y):
    """These are the dot products of the points. Take differences first, for every pair, then square and sum
    them."""
    return x @ y.T


@chapter.right(squared_distances)
def by_expansion(x, y):
    return (x**2).sum(dim=1, keepdim=True) + (y**2).sum(dim=1) - 2 * x @ y.T


@chapter.right(squared_distances)
def by_cdist(x, y):
    return torch.cdist(x, y) ** 2


@chapter.right(squared_distances)
def point_by_point(x, y):
    return torch.stack([torch.stack([(p - q).square().sum() for q in y]) for p in x])


@chapter.right(squared_distances)
def by_einsum_of_differences(x, y):
    difference = x.unsqueeze(1) - y
    return torch.einsum("nmd,nmd->nm", difference, difference)


@chapter.right(squared_distances)
def by_two_vmaps(x, y):
    def one_pair(p, q):
        return torch.dot(p - q, p - q)

    return torch.vmap(lambda p: torch.vmap(lambda q: one_pair(p, q))(y))(x)


@chapter.right(squared_distances)
def by_mse_loss(x, y):
    shape = (len(x), len(y), x.shape[1])
    return F.mse_loss(x[:, None].expand(shape), y[None].expand(shape), reduction="none").sum(-1)


@chapter.right(squared_distances)
def by_coordinates(x, y):
    total = torch.zeros(len(x), len(y), dtype=x.dtype, device=x.device)
    for p, q in zip(x.T, y.T, strict=True):
        total = total + (p[:, None] - q) ** 2
    return total


@chapter.right(squared_distances)
def by_repeating(x, y):
    n, m = len(x), len(y)
    return (x.repeat_interleave(m, dim=0) - y.repeat(n, 1)).pow(2).sum(dim=1).view(n, m)


chapter.equivalent(
    squared_distances,
    "difference = … → difference = y[None, :, :] - x[:, None, :]",
    reason="A difference and its opposite have the same square.",
)


# ---------------------------------------------------------------- broadcast_shape


@chapter.exercise(
    points=2,
    hints=[
        "Write the shapes below each other, lined up at the right. What stands where one has nothing?",
        "Put 1s in front of the shorter one until the lengths agree. Then look at one place at a time.",
        "Equal sizes stay; a 1 gives way to the other size, whatever that is; anything else is an error.",
        "The larger of two sizes is not always right: 1 against 0 is 0, and 0 against 3 is an error.",
    ],
    read="https://docs.pytorch.org/docs/stable/notes/broadcasting.html",
)
def broadcast_shape(draw: Draw):
    n, m, k = draw.integer(3, 4), draw.integer(5, 7), draw.integer(8, 9)
    yield (n, m), (n, m)
    yield (n, m), (m,)
    yield (m,), (n, m)
    yield (n, 1), (m,)
    yield (n, m), (n,)
    yield (n, m), (1, 1)
    yield (), ()
    yield (), (n,)
    yield (n,), (m,)
    yield (1,), (0,)
    yield (0,), (n,)
    yield (n, 0), (1, 1)
    yield (k, 1, m), (n, 1)
    yield (k, n, m), (n, 1, m)
    yield (1, n, 1, m), (k, 1, n, 1)
    yield (2, n, 1, m, 1), (m, 1, 0)


chapter.way(
    broadcast_shape,
    uses=["max", "zip", "range", "reversed", "enumerate"],
    instead=[
        "broadcast_shapes",
        "broadcast_tensors",
        "broadcast_to",
        "expand",
        "empty",
        "zeros",
        "ones",
        "rand",
        "randn",
    ],
    sentence=(
        "This exercise is about the three rules, and your function leaves them to a library: apply them once"
        " yourself, from the right."
    ),
)


@chapter.mistake(broadcast_shape)
def takes_the_larger(a, b):
    """You took the larger size. A 1 gives way to the other size even if that is 0, and 0 against 3 is an
    error."""
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    if any(m != n and min(m, n) > 1 for m, n in zip(a, b, strict=True)):
        raise ValueError("no")
    return tuple(max(m, n) for m, n in zip(a, b, strict=True))


@chapter.mistake(broadcast_shape)
def never_refuses(a, b):
    """Some shapes do not go together: two sizes that differ, neither of them 1. Then raise a ValueError."""
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    return tuple(n if m == 1 else m for m, n in zip(a, b, strict=True))


@chapter.mistake(broadcast_shape)
def lines_up_at_the_left(a, b):
    """You lined the shapes up at the left. Broadcasting compares from the right: the missing dimensions are
    the first ones."""
    ndim = max(len(a), len(b))
    return np.broadcast_shapes(a + (1,) * (ndim - len(a)), b + (1,) * (ndim - len(b)))


@chapter.mistake(broadcast_shape)
def drops_what_is_left_over(a, b):
    """The dimensions that only the longer shape has are lost; `zip`, for one, stops where the shorter one ends. A
    missing dimension counts as 1."""
    shape = []
    for m, n in zip(reversed(a), reversed(b), strict=False):
        if m != n and 1 not in (m, n):
            raise ValueError("no")
        shape.append(n if m == 1 else m)
    return tuple(reversed(shape))


@chapter.mistake(broadcast_shape)
def forgot_to_turn_back(a, b):
    """You worked from right to left, which is good, but the result is still in that order. Turn it round at
    the end."""
    return tuple(reversed(np.broadcast_shapes(a, b)))


@chapter.mistake(broadcast_shape)
def another_exception(a, b):
    """`torch.broadcast_shapes` raises a RuntimeError where shapes do not go together; asked for is a
    ValueError. Apply the rules yourself, or translate it."""
    return torch.broadcast_shapes(a, b)


@chapter.mistake(broadcast_shape)
def returns_none(a, b):
    """You returned None where the shapes do not go together. A caller easily overlooks that: use `raise
    ValueError(...)`."""
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return None


@chapter.mistake(broadcast_shape)
def wants_equal_lengths(a, b):
    """You refused shapes of different lengths. The shorter one counts as if it had 1s in front."""
    if len(a) != len(b):
        raise ValueError("no")
    return np.broadcast_shapes(a, b)


@chapter.mistake(broadcast_shape)
def only_ones_in_b(a, b):
    """You let sizes of 1 be stretched in only one of the shapes. The rule holds for both."""
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    if any(m != n and n != 1 for m, n in zip(a, b, strict=True)):
        raise ValueError("no")
    return a


@chapter.mistake(broadcast_shape)
def takes_the_larger_of_what_fits(a, b):
    """You took the larger of two sizes. The 1 gives way, whichever is larger: 1 beside 0 gives 0."""
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    if any(m != n and m != 1 and n != 1 for m, n in zip(a, b, strict=True)):
        raise ValueError("no")
    return tuple(max(m, n) for m, n in zip(a, b, strict=True))


@chapter.mistake(broadcast_shape)
def wants_equal_lengths_and_takes_the_larger(a, b):
    """You refused shapes of different lengths. The shorter one counts as if it had 1s in front."""
    if len(a) != len(b):
        raise ValueError("no")
    return tuple(max(m, n) for m, n in zip(a, b, strict=True))


@chapter.mistake(broadcast_shape)
def adds_two_tensors(a, b):
    """PyTorch raises a RuntimeError where tensors do not go together; asked for is a ValueError. Apply the rules
    yourself, or translate it."""
    return tuple((torch.zeros(a) + torch.zeros(b)).shape)


@chapter.mistake(broadcast_shape)
def asserts_that_they_fit(a, b):
    """`assert` raises an AssertionError, and is left out when Python runs with -O. For wrong arguments use `raise
    ValueError(...)`."""
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    for m, n in zip(a, b, strict=True):
        assert m == n or m == 1 or n == 1
    return tuple(n if m == 1 else m for m, n in zip(a, b, strict=True))


@chapter.mistake(broadcast_shape)
def lists_the_larger_of_what_fits(a, b):
    """You took the larger of two sizes. The 1 gives way, whichever is larger: 1 beside 0 gives 0."""
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b
    if any(m != n and m != 1 and n != 1 for m, n in zip(a, b, strict=True)):
        raise ValueError("no")
    return [max(m, n) for m, n in zip(a, b, strict=True)]


@chapter.right(broadcast_shape)
def from_the_right(a, b):
    shape = []
    for place in range(1, max(len(a), len(b)) + 1):
        sizes = {s[-place] for s in (a, b) if place <= len(s)} - {1}
        if len(sizes) > 1:
            raise ValueError(f"sizes {sizes} do not go together")
        shape.insert(0, sizes.pop() if sizes else 1)
    return tuple(shape)


@chapter.right(broadcast_shape)
def recursively(a, b):
    if not a or not b:
        return a or b
    if a[-1] != b[-1] and 1 not in (a[-1], b[-1]):
        raise ValueError("shapes do not go together")
    return (*recursively(a[:-1], b[:-1]), b[-1] if a[-1] == 1 else a[-1])


@chapter.right(broadcast_shape)
def by_numpy(a, b):
    return np.broadcast_shapes(a, b)


@chapter.right(broadcast_shape)
def by_translating_the_error(a, b):
    try:
        return torch.broadcast_shapes(a, b)
    except RuntimeError as error:
        raise ValueError(str(error)) from error


@chapter.right(broadcast_shape)
def by_adding_tensors(a, b):
    try:
        return (torch.empty(a, device="meta") + torch.empty(b, device="meta")).shape
    except RuntimeError:
        raise ValueError("shapes do not go together") from None


@chapter.right(broadcast_shape)
def by_list(a, b):
    longer, shorter = sorted([list(a), list(b)], key=len, reverse=True)
    for place, size in enumerate(shorter, start=len(longer) - len(shorter)):
        if longer[place] == 1:
            longer[place] = size
        elif size not in (1, longer[place]):
            raise ValueError("shapes do not go together")
    return longer


chapter.equivalent(
    broadcast_shape,
    "ndim = max(len(a), len(b)) → ndim = max(len(b), len(a))",
    "…(padded_a, padded_b, strict=True): → …(padded_b, padded_a, strict=True):",
    reason="The rules are the same for both shapes.",
)
chapter.equivalent(broadcast_shape, "argument", "flag", reason="The padded shapes have the same length.")
chapter.equivalent(broadcast_shape, "text", reason="The text of the error is free.")


# ---------------------------------------------------------------- strict_add


@chapter.exercise(
    points=1,
    gradient=True,
    hints=[
        "Compare the shapes before you add. What do you get from `a.shape`?",
        "Two shapes can be compared with `!=`, as a whole.",
        "If `a.shape != b.shape`, raise ValueError(...); after that, a plain + is safe.",
    ],
    read="https://docs.pytorch.org/docs/stable/notes/broadcasting.html",
)
def strict_add(draw: Draw):
    yield draw.integers(2, 3), draw.integers(2, 3)
    yield draw.integers(2, 3), draw.integers(3)
    yield draw.integers(3, 1), draw.integers(3)
    yield draw.integers(2, 3), draw.integers(3, 2)
    yield draw.integers(2, 3), draw.integers(2, 4)
    yield draw.integers(3, 3), draw.integers(3, 3)
    yield draw.integers(1), draw.integers()
    yield draw.integers(1, 3), draw.integers(3, 1)
    yield draw.integers(2, 3), draw.integers(2, 1)
    yield draw.integers(), draw.integers()
    yield draw.integers(1), draw.integers(1)
    yield draw.normal(3, 4).mT, draw.normal(4, 6)[:, ::2]
    yield draw.normal(3, dtype=torch.float64), draw.normal(3, dtype=torch.float64)
    yield draw.normal(3, 4, 5), draw.normal(3, 4, 5)


@chapter.mistake(strict_add)
def no_check(a, b):
    """Shapes that differ are not refused, and `+` broadcasts them. Where `a.shape` and `b.shape` are not equal,
    `raise` a ValueError: to print something or to make one is not enough."""
    return a + b


@chapter.mistake(strict_add)
def refuses_what_torch_refuses(a, b):
    """You refuse only what cannot be broadcast. Shapes such as (2, 3) and (3,) go together for PyTorch, but
    they differ: refuse them too."""
    try:
        return a + b
    except RuntimeError:
        raise ValueError("no") from None


@chapter.mistake(strict_add)
def counts_entries(a, b):
    """You compared how many entries there are. (3, 1) and (3,) have equally many, and yet different shapes:
    compare `.shape`."""
    if a.numel() != b.numel():
        raise ValueError("no")
    return a + b


@chapter.mistake(strict_add)
def counts_dimensions(a, b):
    """You compared the number of dimensions. The sizes must agree as well: compare `.shape`."""
    if a.ndim != b.ndim:
        raise ValueError("no")
    return a + b


@chapter.mistake(strict_add, written=r"\.size\b(?!\()")
def compares_methods(a, b):
    """`a.size` without parentheses is a method, and two tensors' methods are never equal, so you refuse
    everything. Use `a.shape` or `a.size()`."""
    if a.size != b.size:
        raise ValueError("no")
    return a + b


@chapter.mistake(strict_add)
def compares_lengths(a, b):
    """`len(a)` is the size of the first dimension alone, and a tensor without dimensions has none. Compare
    `.shape`, which holds all sizes."""
    if len(a) != len(b):
        raise ValueError("no")
    return a + b


@chapter.mistake(strict_add)
def asserts(a, b):
    """`assert` raises an AssertionError, and is left out when Python runs with -O. For wrong arguments use
    `raise ValueError(...)`."""
    assert a.shape == b.shape
    return a + b


@chapter.mistake(strict_add)
def returns_the_error(a, b):
    """You returned a ValueError as if it were a result. To stop the caller, `raise` it."""
    if a.shape != b.shape:
        return ValueError("no")
    return a + b


@chapter.mistake(strict_add)
def makes_them_fit(a, b):
    """You reshaped b to fit a, so shapes that differ pass unnoticed. Change nothing: compare the shapes and
    raise a ValueError."""
    if a.numel() != b.numel():
        raise ValueError("no")
    return a + b.reshape(a.shape)


@chapter.mistake(strict_add)
def adds_in_place(a, b):
    """You changed the tensor that came in, as `+=` and methods that end in `_` do, which PyTorch refuses while it
    follows gradients. A plain `+` makes a new one."""
    if a.shape != b.shape:
        raise ValueError("no")
    a += b
    return a


@chapter.mistake(strict_add, on="accelerator")
def adds_to_zeros_on_the_cpu(a, b):
    """You add to a tensor made by `torch.zeros(shape)`, and that one is on the CPU while a is not. `a + b`
    needs no start value."""
    if a.shape != b.shape:
        raise ValueError("no")
    return torch.zeros(a.shape, dtype=a.dtype) + a + b


@chapter.mistake(strict_add, on="accelerator")
def adds_on_the_cpu(a, b):
    """Your result is on the CPU, a and b are not. Leave out `.cpu()`: a result stays where its inputs
    live."""
    if a.shape != b.shape:
        raise ValueError("no")
    return a.cpu() + b.cpu()


@chapter.mistake(strict_add, written=r"\bis (not )?\w+\.(shape|size)")
def compares_by_identity(a, b):
    """`is` asks whether two names stand for the same object, and two tensors' shapes are never that, so you refuse
    everything. `==` and `!=` compare what they hold."""
    if a.shape is not b.shape:
        raise ValueError("no")
    return a + b


@chapter.mistake(strict_add)
def refuses_everything(a, b):
    """You refuse all pairs, those of equal shape too. Compare `a.shape` with `b.shape`, and raise the error only
    where they differ."""
    raise ValueError("shapes differ")


@chapter.mistake(strict_add)
def refuses_equal_shapes(a, b):
    """It is the wrong way round: you refuse equal shapes and let the others pass."""
    if a.shape == b.shape:
        raise ValueError("no")
    return a + b


@chapter.mistake(strict_add)
def compares_the_first_sizes(a, b):
    """`shape[0]` is the size of the first dimension alone, and a tensor without dimensions has none. Compare
    `.shape`, which holds all sizes."""
    if a.shape[0] != b.shape[0]:
        raise ValueError("no")
    return a + b


@chapter.mistake(strict_add)
def returns_none_where_they_differ(a, b):
    """Where the shapes differ, None comes back. A caller easily overlooks that: use `raise ValueError(...)`."""
    if a.shape != b.shape:
        return None
    return a + b


@chapter.right(strict_add)
def size_by_size(a, b):
    for m, n in zip(a.shape, b.shape, strict=True):
        if m != n:
            raise ValueError(f"size {m} against {n}")
    return torch.add(a, b)


@chapter.right(strict_add)
def by_own_exception(a, b):
    class ShapeError(ValueError):
        pass

    if a.size() == b.size():
        return a.clone().add_(b)
    raise ShapeError


@chapter.right(strict_add)
def by_stack(a, b):
    try:
        return torch.stack([a, b]).sum(dim=0)
    except RuntimeError as error:
        raise ValueError("shapes differ") from error


@chapter.right(strict_add)
def by_difference(a, b):
    if a.ndim != b.ndim or any(a.shape[i] != b.shape[i] for i in range(a.ndim)):
        raise ValueError
    return a - (-b)


@chapter.right(strict_add)
def by_flat_vectors(a, b):
    if tuple(a.shape) != tuple(b.shape):
        raise ValueError(a.shape, b.shape)
    return torch.vmap(torch.add)(a.flatten(), b.flatten()).reshape(a.shape)


@chapter.right(strict_add)
def by_lists(a, b):
    match list(a.shape), list(b.shape):
        case first, second if first == second:
            return torch.lerp(a, a + b, 1.0)
        case _:
            raise ValueError("shapes differ")


chapter.equivalent(strict_add, "text", reason="The text of the error is free.")


# ---------------------------------------------------------------- strict_mse


@chapter.exercise(
    points=2,
    gradient=True,
    tolerance=Tolerance(scale="largest"),
    hints=[
        "What shape has the difference of an (n, 1) and an (n,) tensor? Try it with n = 3.",
        "Check the shapes first, as in `strict_add`. Then three steps, in order: difference, square, mean.",
        "If the shapes differ, raise ValueError(...); if not, average (pred - target) ** 2 over everything.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html",
)
def strict_mse(draw: Draw):
    pred = draw.integers(3)
    yield pred, pred + 2 * draw.integers(3, low=1, high=3)
    yield draw.integers(3, 1), draw.integers(3)
    yield draw.integers(3), draw.integers(3, 1)
    yield draw.integers(1), draw.integers()
    yield draw.integers(2, 3), draw.integers(2, 3) + 20
    yield draw.integers(2, 3), draw.integers(3)
    yield draw.integers(2, 3), draw.integers(3, 2)
    yield draw.integers(3), draw.integers(4)
    yield draw.integers(3, 3), draw.integers(3, 3) - 20
    yield draw.integers(), draw.integers() + 20
    yield draw.integers(1, 1), draw.integers(1, 1) - 20
    yield draw.normal(3, 4).mT, draw.normal(4, 6)[:, ::2]
    yield draw.normal(5, 1, dtype=torch.float64), draw.normal(5, 1, dtype=torch.float64)
    yield draw.normal(8, 10), draw.normal(8, 10)


@chapter.mistake(strict_mse)
def broadcasts(pred, target):
    """Shapes such as (n, 1) and (n,) broadcast to (n, n): pairs that do not belong together. `raise` a ValueError
    where shapes differ; a warning or a printed line is not enough."""
    return ((pred - target) ** 2).mean()


@chapter.mistake(strict_mse)
def squeezes_first(pred, target):
    """`squeeze` drops the dimensions of size 1 before the shapes are compared, so (n, 1) passes for (n,).
    Compare the shapes as they came."""
    pred, target = pred.squeeze(), target.squeeze()
    if pred.shape != target.shape:
        raise ValueError("no")
    return ((pred - target) ** 2).mean()


@chapter.mistake(strict_mse)
def compares_counts(pred, target):
    """You compared how many entries there are. (n, 1) and (n,) have equally many, and that is the very pair
    to refuse: compare `.shape`."""
    if pred.numel() != target.numel():
        raise ValueError("no")
    return ((pred - target) ** 2).mean()


@chapter.mistake(strict_mse)
def refuses_only_the_impossible(pred, target):
    """You refuse only what cannot be broadcast. Shapes that broadcast but differ are the dangerous ones:
    refuse all that are not equal."""
    try:
        return ((pred - target) ** 2).mean()
    except RuntimeError:
        raise ValueError("no") from None


@chapter.mistake(strict_mse)
def asserts_shapes(pred, target):
    """`assert` raises an AssertionError, and is left out when Python runs with -O. For wrong arguments use
    `raise ValueError(...)`."""
    assert pred.shape == target.shape
    return ((pred - target) ** 2).mean()


@chapter.mistake(strict_mse)
def sums(pred, target):
    """You summed the squares. The mean divides by their number, so that the loss does not grow with the
    data."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return ((pred - target) ** 2).sum()


@chapter.mistake(strict_mse)
def squares_the_mean(pred, target):
    """You averaged the differences and squared the average, so that they cancel. Square each difference
    first, then take the mean."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return (pred - target).mean() ** 2


@chapter.mistake(strict_mse)
def takes_the_root(pred, target):
    """You took the root at the end. The mean squared error stays squared."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return ((pred - target) ** 2).mean().sqrt()


@chapter.mistake(strict_mse)
def half_of_it(pred, target):
    """You halved the mean. Some texts do so to make the derivative look nicer; here the plain mean is asked
    for."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return ((pred - target) ** 2).mean() / 2


@chapter.mistake(strict_mse)
def mean_of_absolute_values(pred, target):
    """You averaged absolute differences. The squared error squares each one."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return (pred - target).abs().mean()


@chapter.mistake(strict_mse)
def no_reduction(pred, target):
    """You returned every squared difference. Take their mean, so that one number is left."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return (pred - target) ** 2


@chapter.mistake(strict_mse)
def divides_by_the_first_size(pred, target):
    """You divided by `len(pred)`, the size of the first dimension alone. `pred.numel()` counts all entries,
    and `mean()` does so for you."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return ((pred - target) ** 2).sum() / len(pred)


@chapter.mistake(strict_mse)
def plain_number(pred, target):
    """This is a Python number, as `.item()` makes it, and no gradient can pass through one. Return the tensor."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return ((pred - target) ** 2).mean().item()


@chapter.mistake(strict_mse)
def new_leaf(pred, target):
    """Your result is a fresh tensor, made of a number: it knows nothing of pred and target, so no gradient reaches
    them, with `requires_grad=True` or without. Return the mean itself."""
    if pred.shape != target.shape:
        raise ValueError("no")
    loss = ((pred - target) ** 2).mean().item()
    return torch.tensor(loss, dtype=pred.dtype, device=pred.device, requires_grad=True)


@chapter.mistake(strict_mse)
def detached_target(pred, target):
    """You detached the target, so no gradient reaches it. Here gradients should flow to both arguments."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return ((pred - target.detach()) ** 2).mean()


@chapter.mistake(strict_mse, on="accelerator")
def target_on_the_cpu(pred, target):
    """You moved one of the two to the CPU, and tensors on different devices do not mix. Leave both where they
    are."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return ((pred - target.cpu()) ** 2).mean()


@chapter.mistake(strict_mse, on="accelerator")
def loss_on_the_cpu(pred, target):
    """Your loss is on the CPU, pred and target are not. Leave out `.cpu()`: a result stays where its inputs
    live."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return ((pred - target) ** 2).mean().cpu()


@chapter.mistake(strict_mse, written=r"\.size\b(?!\()")
def compares_methods_of_both(pred, target):
    """`.size` without parentheses is a method, and two tensors' methods are never equal, so you refuse everything.
    Use `.shape` or `.size()`."""
    if pred.size != target.size:
        raise ValueError("no")
    return ((pred - target) ** 2).mean()


@chapter.mistake(strict_mse, written=r"\bis (not )?\w+\.(shape|size)")
def compares_shapes_by_identity(pred, target):
    """`is` asks whether two names stand for the same object, and two tensors' shapes are never that, so you refuse
    everything. `==` and `!=` compare what they hold."""
    if pred.shape is not target.shape:
        raise ValueError("no")
    return ((pred - target) ** 2).mean()


@chapter.mistake(strict_mse)
def refuses_all(pred, target):
    """You refuse all pairs, those of equal shape too. Compare `pred.shape` with `target.shape`, and raise the error
    only where they differ."""
    raise ValueError("shapes differ")


@chapter.mistake(strict_mse)
def compares_the_lengths(pred, target):
    """`len` gives the size of the first dimension alone, and a tensor without dimensions has none. Compare
    `.shape`, which holds all sizes."""
    if len(pred) != len(target):
        raise ValueError("no")
    return ((pred - target) ** 2).mean()


@chapter.mistake(strict_mse)
def compares_the_dimensions(pred, target):
    """You compared the number of dimensions. The sizes must agree as well: compare `.shape`."""
    if pred.ndim != target.ndim:
        raise ValueError("no")
    return ((pred - target) ** 2).mean()


@chapter.mistake(strict_mse)
def returns_an_error(pred, target):
    """You returned a ValueError as if it were a result. To stop the caller, `raise` it."""
    if pred.shape != target.shape:
        return ValueError("no")
    return ((pred - target) ** 2).mean()


@chapter.mistake(strict_mse)
def averages_without_squaring(pred, target):
    """You averaged the differences as they are, so that they cancel. Square each one first."""
    if pred.shape != target.shape:
        raise ValueError("no")
    return (pred - target).mean()


@chapter.right(strict_mse)
def by_mse_loss_after_check(pred, target):
    if pred.size() != target.size():
        raise ValueError("shapes differ")
    return F.mse_loss(pred, target)


@chapter.right(strict_mse)
def by_dot_product(pred, target):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    difference = (pred - target).flatten()
    return difference @ difference / len(difference)


@chapter.right(strict_mse)
def by_norm(pred, target):
    if list(pred.shape) != list(target.shape):
        raise ValueError("shapes differ")
    return torch.linalg.vector_norm(pred - target) ** 2 / pred.numel()


@chapter.right(strict_mse)
def by_einsum_of_errors(pred, target):
    for m, n in zip(pred.shape, target.shape, strict=True):
        if m != n:
            raise ValueError("shapes differ")
    error = (target - pred).reshape(-1)
    return torch.einsum("i,i->", error, error).div(error.numel())


@chapter.right(strict_mse)
def entry_by_entry(pred, target):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    pairs = zip(pred.reshape(-1), target.reshape(-1), strict=True)
    return torch.stack([(p - t) * (p - t) for p, t in pairs]).mean()


@chapter.right(strict_mse)
def by_variance_and_mean(pred, target):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    error = pred - target
    return error.var(correction=0) + error.mean() ** 2


class MeanSquare(torch.autograd.Function):
    """The mean squared error with its derivatives by hand."""

    @staticmethod
    def forward(ctx, pred, target):
        difference = pred - target
        ctx.save_for_backward(difference)
        return difference.square().mean()

    @staticmethod
    def backward(ctx, upstream):
        (difference,) = ctx.saved_tensors
        gradient = upstream * 2 * difference / difference.numel()
        return gradient, -gradient


@chapter.right(strict_mse)
def by_own_derivatives(pred, target):
    if pred.shape != target.shape:
        raise ValueError("shapes differ")
    return MeanSquare.apply(pred, target)


chapter.equivalent(strict_mse, "text", reason="The text of the error is free.")
chapter.equivalent(
    strict_mse, "…(pred - target)… → …(target - pred)…", reason="A difference and its opposite have the same square."
)

"""Chapter 6: cases, hints, likely mistakes and other right answers."""

import math

import torch
import torch.nn.functional as F

from grader.authoring import Chapter, Draw

chapter = Chapter(__file__)


# ---------------------------------------------------------------- flatten_images


@chapter.exercise(
    points=1,
    gradient=True,
    also=["aliasing"],
    hints=[
        "Which dimension has to survive as it is, and which ones melt into one?",
        "A view reads the same memory under another shape. A size of -1 stands for what is left over.",
        "`flatten` takes the dimension to start from.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.flatten.html",
)
def flatten_images(draw: Draw):
    yield draw.integers(2, 1, 2, 2)
    yield draw.integers(2, 3, 2, 2)
    yield draw.integers(1, 2, 1, 3)  # one image: its dimension stays
    yield draw.integers(1, 1, 1, 1)
    yield draw.normal(4, 1, 2, 2)  # as many images as numbers in one
    yield draw.normal(3, 2, 4, 5, dtype=torch.float64)
    yield draw.normal(8, 3, 6, 6)


@chapter.mistake(flatten_images)
def flattens_the_batch_too(x):
    """You joined all dimensions, so the images run into each other. Keep dimension 0 and flatten only from
    dimension 1 on: one row per image."""
    return x.flatten()


@chapter.mistake(flatten_images)
def keeps_the_channels(x):
    """You joined only height and width. The channels belong to the row of their image too: everything after
    dimension 0 becomes one dimension."""
    return x.flatten(2)


@chapter.mistake(flatten_images)
def rows_and_columns_swapped(x):
    """Your result has one column per image, and reshaping that way mixes the images: it does not transpose.
    The number of images comes first in the shape."""
    return x.reshape(-1, x.shape[0])


@chapter.mistake(flatten_images)
def reshapes_then_transposes(x):
    """The shape is right, but numbers of different images share a row. Reshaping fills the new shape in
    memory order; give it n as the first size and no transpose is needed."""
    return x.reshape(-1, x.shape[0]).T


@chapter.mistake(flatten_images)
def channels_last(x):
    """You moved the channels to the end before flattening, which interleaves them. The numbers of each image
    keep the order that they have in memory."""
    return x.permute(0, 2, 3, 1).reshape(x.shape[0], -1)


@chapter.mistake(flatten_images)
def squeezes_the_result(x):
    """`squeeze` without a dimension also removes the batch dimension where the batch has one image. The
    result has two dimensions for every batch."""
    return x.flatten(1).squeeze()


@chapter.mistake(flatten_images)
def copies(x):
    """The numbers are right, but they are a copy: a write to your result does not show in x. A contiguous
    tensor takes a new shape as a view, without `clone` or `stack`."""
    return torch.stack([image.flatten() for image in x])


@chapter.mistake(flatten_images)
def detaches(x):
    """The numbers are right, but `detach` (or `.data`) cut the connection to x, so no gradient can flow back.
    Changing a shape needs neither."""
    return x.detach().flatten(1)


@chapter.mistake(flatten_images)
def joins_channels_and_height(x):
    """You joined only channels and height. The width belongs to the row of its image too: everything after
    dimension 0 becomes one dimension."""
    return x.flatten(1, 2)


@chapter.mistake(flatten_images)
def makes_one_row_of_all(x):
    """You put all images into a single row. Each image has a row of its own: the number of images stays the first
    size."""
    return x.reshape(1, -1)


@chapter.mistake(flatten_images)
def lists_the_rows(x):
    """The rows are right, but they stand in a Python list. One tensor is wanted, and a new shape makes it without a
    loop."""
    return [image.flatten() for image in x]


@chapter.right(flatten_images)
def by_view(x):
    return x.view(len(x), -1)


@chapter.right(flatten_images)
def by_reshape(x):
    n, c, h, w = x.shape
    return torch.reshape(x, (n, c * h * w))


@chapter.right(flatten_images)
def by_module(x):
    return torch.nn.Flatten()(x)


@chapter.right(flatten_images)
def in_two_steps(x):
    return x.flatten(2).flatten(1)


@chapter.right(flatten_images)
def by_strides(x):
    row = math.prod(x.shape[1:])
    return x.as_strided((x.shape[0], row), (row, 1))


@chapter.right(flatten_images)
def by_unflattening(x):
    return x.view(-1).unflatten(0, (x.shape[0], -1))


# ---------------------------------------------------------------- reshape_any


@chapter.exercise(
    points=1,
    gradient=True,
    hints=[
        "What does `view` need of a tensor's memory that a transposed tensor lacks?",
        "There is a method that returns a view where it can and a copy where it must.",
        "It takes the shape as it is, -1 included.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.reshape.html",
)
def reshape_any(draw: Draw):
    yield draw.integers(2, 3), (3, 2)
    yield draw.integers(3, 2).mT, (6,)  # not contiguous
    yield draw.integers(2, 3), (-1,)
    yield draw.integers(1), (1, 1)
    yield draw.normal(3, 3).mT, (9, 1)
    yield draw.normal(4, 5)[:, ::2], (2, -1)  # every other column
    yield draw.normal(4, 3, 2).transpose(0, 1), (2, -1, 3)
    yield draw.normal(12, 20, dtype=torch.float64).mT, (4, 5, -1)


@chapter.mistake(reshape_any)
def by_view_only(x, shape):
    """`view` never copies, so it refuses a tensor whose memory is in another order, such as a transposed one.
    One method falls back on a copy where a view is impossible."""
    return x.view(shape)


@chapter.mistake(reshape_any)
def clones_first(x, shape):
    """`clone` keeps the order of memory, so the clone of a transposed tensor is as non-contiguous as the
    original, and `view` refuses it again. Use a method that copies into the right order."""
    return x.clone().view(shape)


@chapter.mistake(reshape_any)
def transposes_first(x, shape):
    """The shape is right, but the order is not: you transposed x before reshaping. The numbers are read row
    by row, with the last dimension running fastest."""
    return x.permute(*reversed(range(x.ndim))).reshape(shape)


@chapter.mistake(reshape_any)
def resolves_minus_one_to_one(x, shape):
    """A size of -1 does not mean 1: it stands for whatever size makes the number of elements come out right.
    `reshape` and `view` work it out for you."""
    return x.reshape([abs(size) for size in shape])


@chapter.mistake(reshape_any)
def fills_down_the_columns(x, shape):
    """Right shape, but you filled it column by column. PyTorch reads and fills row by row: the last dimension
    runs fastest."""
    total = math.prod(size for size in shape if size != -1)
    sizes = [size if size != -1 else x.numel() // total for size in shape]
    dims = list(range(len(sizes)))[::-1]
    return x.reshape(sizes[::-1]).permute(dims)


@chapter.mistake(reshape_any)
def rebuilds(x, shape):
    """The numbers are right, but no gradient can flow back to x: what goes through Python numbers or `.detach()`
    knows nothing of it, and its dtype or device may be lost. Stay with tensor methods."""
    return torch.tensor(x.tolist()).reshape(shape)


@chapter.mistake(reshape_any)
def resizes(x, shape):
    """`resize_` changes x itself and reads its memory as it lies there, and PyTorch refuses it while it follows
    gradients. Use a method that returns a tensor."""
    return x.resize_(shape)


@chapter.mistake(reshape_any)
def assigns_the_shape(x, shape):
    """The shape of a tensor cannot be assigned, unlike that of a NumPy array. A method returns a tensor with
    another shape."""
    x.shape = shape
    return x


@chapter.mistake(reshape_any)
def drops_the_result(x, shape):
    """x came back as it was. Methods that reshape do not change x, they return another tensor: that is the one to
    return."""
    x.reshape(shape)
    return x


@chapter.right(reshape_any)
def contiguous_first(x, shape):
    return x.contiguous().view(shape)


@chapter.right(reshape_any)
def flattened_first(x, shape):
    return x.flatten().view(*shape)


@chapter.right(reshape_any)
def by_function(x, shape):
    return torch.reshape(input=x, shape=shape)


@chapter.right(reshape_any)
def by_unflatten(x, shape):
    return x.ravel().unflatten(0, shape)


@chapter.right(reshape_any)
def number_by_number(x, shape):
    return torch.stack(list(x.flatten())).reshape(*shape)


# ---------------------------------------------------------------- batch_of_one


@chapter.exercise(
    points=1,
    gradient=True,
    hints=[
        "A dimension of size 1 adds no numbers; it only adds a pair of brackets. Where do these brackets go?",
        "`squeeze` has an opposite. It returns a new tensor and has to be told the place.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.unsqueeze.html",
)
def batch_of_one(draw: Draw):
    yield draw.integers(3)
    yield draw.integers(2, 3)
    yield draw.integers(1)[0]  # no dimension at all
    yield draw.integers(1, 1)
    yield draw.integers(3, 3)
    yield draw.normal(5, 4).mT
    yield draw.normal(3, 8, 8, dtype=torch.float64)


@chapter.mistake(batch_of_one)
def forgets_the_result(x):
    """x came back as it was. `x.unsqueeze(...)` does not change x: it returns a new tensor, which you have to
    return or assign."""
    x.unsqueeze(0)
    return x


@chapter.mistake(batch_of_one)
def at_the_end(x):
    """Your new dimension stands last. A batch counts its examples along the first dimension, which is number
    0."""
    return x.unsqueeze(-1)


@chapter.mistake(batch_of_one)
def one_flat_row(x):
    """You made a single row of all numbers. The shape of x has to stay behind the new first dimension: (3, 4)
    becomes (1, 3, 4)."""
    return x.reshape(1, -1)


@chapter.mistake(batch_of_one)
def as_dimension_one(x):
    """Dimensions count from 0, so `unsqueeze(1)` puts the new one second (and fails if x has no dimension).
    The batch comes first."""
    return x.unsqueeze(1)


@chapter.mistake(batch_of_one)
def two_dimensions_at_least(x):
    """You added dimensions only until there are two, as `atleast_2d` does, so a matrix is left as it is. Every x
    gets exactly one more."""
    return torch.atleast_2d(x)


@chapter.mistake(batch_of_one)
def concatenates(x):
    """`cat` joins along a dimension that is there already; it adds none. Its sibling `stack` makes a new
    dimension, and there is a more direct way too."""
    return torch.cat([x])


@chapter.mistake(batch_of_one)
def a_python_list(x):
    """You returned a Python list with x inside. A batch is one tensor whose first dimension has size 1."""
    return [x]


@chapter.mistake(batch_of_one)
def makes_a_tensor_of_a_list(x):
    """`torch.tensor` wants numbers in its lists, and x is a tensor. Its shape only needs one more dimension, in
    front."""
    return torch.tensor([x])


@chapter.mistake(batch_of_one)
def slices_a_dimension(x):
    """Behind the new dimension you slice one of x, and x may have none. Leave out the slice: all that is there
    stays."""
    return x[None, :]


@chapter.mistake(batch_of_one)
def nests_the_shape(x):
    """`x.shape` is a whole tuple of sizes, and `reshape` wants sizes one by one, or a single tuple of them."""
    return x.reshape(1, x.shape)


@chapter.right(batch_of_one)
def by_none(x):
    return x[None]


@chapter.right(batch_of_one)
def by_stack(x):
    return torch.stack([x])


@chapter.right(batch_of_one)
def by_shape(x):
    return x.reshape((1, *x.shape))


@chapter.right(batch_of_one)
def by_expand(x):
    return x.expand(1, *x.shape).clone()


@chapter.right(batch_of_one)
def from_behind(x):
    return torch.unsqueeze(x, -x.ndim - 1)


@chapter.right(batch_of_one)
def by_ellipsis(x):
    return x[None, ...].contiguous()


# ---------------------------------------------------------------- drop_single_dims


@chapter.exercise(
    points=1,
    gradient=True,
    hints=[
        "Look at `x.shape`: which of its sizes carry no information?",
        "There is a method that removes a dimension of size 1. What does it do if you name no dimension?",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.squeeze.html",
)
def drop_single_dims(draw: Draw):
    yield draw.integers(1, 3)
    yield draw.integers(2, 1, 3, 1)
    yield draw.integers(1, 2, 1, 2)
    yield draw.integers(1, 1, 1)  # nothing is left: shape ()
    yield draw.integers(2, 3)  # nothing to drop
    yield draw.integers(4, 1)
    yield draw.normal(5, 1, 4, 1).transpose(0, 2)
    yield draw.normal(1, 6, 1, 1, 7, dtype=torch.float64)


@chapter.mistake(drop_single_dims)
def result_is_thrown_away(x):
    """x came back as it was. `squeeze` does not change x: it returns a new tensor, which you have to return
    or assign."""
    x.squeeze()
    return x


@chapter.mistake(drop_single_dims)
def only_the_first(x):
    """You looked at one dimension only. Here every dimension of size 1 goes, wherever it stands; `squeeze` needs no
    argument for that."""
    return x.squeeze(0)


@chapter.mistake(drop_single_dims)
def only_the_last(x):
    """You looked at one dimension only. Here every dimension of size 1 goes, wherever it stands; `squeeze` needs no
    argument for that."""
    return x.squeeze(-1)


@chapter.mistake(drop_single_dims)
def spares_the_batch(x):
    """You kept the first dimension though its size is 1. That is often wise for a batch, but this exercise
    drops that one too."""
    return x.reshape(x.shape[0], *[size for size in x.shape[1:] if size != 1])


@chapter.mistake(drop_single_dims)
def flattens(x):
    """You joined all dimensions into one. Only those of size 1 go; the others keep their sizes."""
    return x.flatten()


@chapter.mistake(drop_single_dims)
def first_element(x):
    """`x[0]` takes the first element of dimension 0 whatever its size, so numbers are lost where it is larger
    than 1, and single dimensions further back stay."""
    return x[0]


@chapter.mistake(drop_single_dims)
def dimensions_move_while_looping(x):
    """When a dimension goes, those behind it move up by one, so your loop skips some or runs past the end. Do
    it in one call, or go from the last dimension to the first."""
    for dim, size in enumerate(x.shape):
        if size == 1:
            x = x.squeeze(dim)
    return x


@chapter.mistake(drop_single_dims)
def the_first_and_the_last(x):
    """You looked at the first and the last dimension only. Here every dimension of size 1 goes, wherever it stands;
    `squeeze` needs no argument for that."""
    return x.squeeze(0).squeeze(-1)


@chapter.right(drop_single_dims)
def by_sizes(x):
    return x.reshape([size for size in x.shape if size != 1])


@chapter.right(drop_single_dims)
def from_the_last(x):
    for dim in reversed(range(x.ndim)):
        x = x.squeeze(dim)
    return x


@chapter.right(drop_single_dims)
def all_dims_named(x):
    return x.squeeze(tuple(range(x.ndim)))


@chapter.right(drop_single_dims)
def by_an_index(x):
    return x[tuple(0 if size == 1 else slice(None) for size in x.shape)]


@chapter.right(drop_single_dims)
def while_there_is_one(x):
    while 1 in x.shape:
        x = x.select(list(x.shape).index(1), 0)
    return x.clone()


# ---------------------------------------------------------------- first_row_and_last_column


@chapter.exercise(
    points=1,
    gradient=True,
    hints=[
        "Between the brackets, the entry before the comma is for rows and the one after it for columns.",
        "A number removes its dimension, a slice keeps it. You want two results with one dimension each.",
        "`:` stands for all of a dimension, and -1 for its last place.",
    ],
    read="https://docs.pytorch.org/docs/stable/tensor_view.html",
)
def first_row_and_last_column(draw: Draw):
    yield (torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),)
    yield draw.integers(3, 2)
    yield draw.integers(3, 3)
    yield draw.integers(1, 1)
    yield draw.integers(1, 4)
    yield draw.normal(5, 1)
    yield draw.normal(6, 4).mT
    yield draw.normal(20, 30, dtype=torch.float64)[::2, 1::3]


@chapter.mistake(first_row_and_last_column)
def keeps_the_dimensions(x):
    """The numbers are right, but your results still have two dimensions. A slice such as `0:1` keeps its
    dimension; a plain number removes it."""
    return x[0:1], x[:, -1:]


@chapter.mistake(first_row_and_last_column)
def chained_brackets(x):
    """For the column you returned the last row: a single index counts rows, behind `x[:]` too. For a column, put
    both entries in one pair of brackets."""
    return x[0], x[:][-1]


@chapter.mistake(first_row_and_last_column)
def swapped(x):
    """Both parts are right, but in the wrong order: the row comes first."""
    return x[:, -1], x[0]


@chapter.mistake(first_row_and_last_column)
def column_first(x):
    """You returned the first column and the last row. The entry before the comma counts rows, the one after
    it columns."""
    return x[:, 0], x[-1]


@chapter.mistake(first_row_and_last_column)
def counts_from_one(x):
    """You took row 1, which is the second one: counting starts at 0."""
    return x[1], x[:, -1]


@chapter.mistake(first_row_and_last_column)
def number_of_rows_as_column(x):
    """You used the number of rows to find the last column, which works for square matrices only. `x.shape[1]`
    counts the columns; -1 is shorter."""
    return x[0], x[:, x.shape[0] - 1]


@chapter.mistake(first_row_and_last_column)
def without_the_last(x):
    """`:-1` is everything *but* the last column. The last one alone is -1, without the colon."""
    return x[0], x[:, :-1]


@chapter.mistake(first_row_and_last_column)
def rebuilds_both(x):
    """The numbers are right, but you rebuilt them from Python numbers, so no gradient can flow back to x, and
    dtype and device may be lost. Index the tensor itself."""
    return torch.tensor(x[0].tolist()), torch.tensor([row[-1].item() for row in x])


@chapter.mistake(first_row_and_last_column)
def counts_columns_from_one(x):
    """Columns are counted from 0, so the number of the last one is one less than how many there are; -1 is
    shorter."""
    return x[0], x[:, x.shape[1]]


@chapter.mistake(first_row_and_last_column)
def last_row_first(x):
    """You returned the last row and the first column. Rows are counted from 0 at the top, and -1 is the last of the
    columns."""
    return x[-1], x[:, 0]


@chapter.mistake(first_row_and_last_column)
def takes_single_entries(x):
    """These are single numbers. A colon stands for all entries of a dimension: `x[i, :]` is a whole row."""
    return x[0, 0], x[-1, -1]


@chapter.mistake(first_row_and_last_column)
def first_column(x):
    """Your column is the first one. The last one is counted from the end, with a minus sign."""
    return x[0], x[:, 0]


@chapter.right(first_row_and_last_column)
def by_select(x):
    return x.select(0, 0), x.select(1, -1)


@chapter.right(first_row_and_last_column)
def by_transpose(x):
    return x[0, :], x.mT[-1]


@chapter.right(first_row_and_last_column)
def by_index_select(x):
    row = x.index_select(0, torch.tensor([0], device=x.device)).squeeze(0)
    column = x.index_select(1, torch.tensor([x.shape[1] - 1], device=x.device)).squeeze(1)
    return row, column


@chapter.right(first_row_and_last_column)
def by_unbind(x):
    return x.unbind(0)[0], x.unbind(1)[-1]


@chapter.right(first_row_and_last_column)
def by_loops(x):
    return [torch.stack([x[0, j] for j in range(x.shape[1])]), torch.stack([row[-1] for row in x])]


# ---------------------------------------------------------------- top_right_block


@chapter.exercise(
    points=1,
    gradient=True,
    hints=[
        "Which rows are at the top, and which columns on the right? Write the two slices down separately.",
        "A slice may start with a negative number, counted from the end. Left open, it goes up to the end.",
        "Both slices go into the same pair of brackets, with a comma between them.",
    ],
    read="https://docs.pytorch.org/docs/stable/tensor_view.html",
)
def top_right_block(draw: Draw):
    yield torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]), 2
    yield torch.arange(8.0).reshape(2, 4), 1
    yield draw.integers(4, 4), 4  # all of it
    yield draw.integers(1, 1), 1
    yield draw.integers(5, 3), 3
    yield draw.normal(6, 4).mT, 3
    yield draw.normal(20, 30, dtype=torch.float64)[::2, ::3], 7


@chapter.mistake(top_right_block)
def top_left(x, size):
    """You took the block at the top left: `:size` counts from the left. A negative number in a slice counts
    from the end."""
    return x[:size, :size]


@chapter.mistake(top_right_block)
def bottom_right(x, size):
    """You took the block at the bottom right. The entry before the comma is for rows: the top ones are at the
    beginning."""
    return x[-size:, -size:]


@chapter.mistake(top_right_block)
def bottom_left(x, size):
    """You took the block at the bottom left. The entry before the comma is for rows, the one after it for
    columns."""
    return x[-size:, :size]


@chapter.mistake(top_right_block)
def starts_at_size(x, size):
    """`size:` starts at column `size`, counted from the left. The right end is reached by counting from the
    end, with a minus sign."""
    return x[:size, size:]


@chapter.mistake(top_right_block)
def stops_before_the_end(x, size):
    """The end of a slice is left out, so `-size:-1` leaves the last column behind. To go up to the end, write
    nothing after the colon."""
    return x[:size, -size:-1]


@chapter.mistake(top_right_block)
def chained_slices(x, size):
    """These are rows with all their columns: `x[:size][-size:]`, for one, slices the rows twice. Rows and columns
    go into one pair of brackets, with a comma between them."""
    return x[:size][-size:]


@chapter.mistake(top_right_block)
def pairs_of_indices(x, size):
    """Two lists of indices are paired up, one element for each pair, so you got a diagonal. Slices select
    whole blocks."""
    return x[list(range(size)), list(range(-size, 0))]


@chapter.mistake(top_right_block)
def rows_counted_as_columns(x, size):
    """You worked out the first column from the number of rows, which is right for square matrices only.
    `x.shape[1]` counts the columns."""
    return x[:size, x.shape[0] - size :]


@chapter.mistake(top_right_block)
def leaves_out_the_block(x, size):
    """`:-size` is everything but the last `size` columns. To begin there and go up to the end, put the colon
    behind."""
    return x[:size, :-size]


@chapter.mistake(top_right_block)
def the_corner_alone(x, size):
    """This is the single number in the corner. Slices, with a colon, select whole blocks."""
    return x[0, -1]


@chapter.right(top_right_block)
def by_narrow(x, size):
    return x.narrow(0, 0, size).narrow(1, x.shape[1] - size, size)


@chapter.right(top_right_block)
def by_counting(x, size):
    columns = x.shape[1]
    return x[0:size, columns - size : columns]


@chapter.right(top_right_block)
def in_two_cuts(x, size):
    top = x[:size]
    return top[:, -size:].clone()


@chapter.right(top_right_block)
def by_open_grid(x, size):
    rows = torch.arange(size, device=x.device)
    columns = torch.arange(x.shape[1] - size, x.shape[1], device=x.device)
    return x[rows[:, None], columns]


@chapter.right(top_right_block)
def by_chunks(x, size):
    return torch.stack([row[len(row) - size :] for row in x[:size]])


# ---------------------------------------------------------------- values_above


@chapter.exercise(
    points=2,
    gradient=True,
    hints=[
        "Comparing a tensor with a number gives a tensor of True and False. What is such a mask good for?",
        "Indexing with a mask keeps what is True and always gives one dimension, so nothing else is needed.",
        "Mind the difference between `>` and `>=`.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.masked_select.html",
)
def values_above(draw: Draw):
    yield torch.tensor([[1.0, 5.0, 3.0], [4.0, 3.0, 6.0]]), 3.0
    yield torch.tensor([2.0, -7.0, -1.0, 4.0, 0.0]), -1.0
    yield draw.integers(2, 3, low=-9, high=-1), 0.0  # none
    yield draw.integers(1, low=1), 0.5  # one of one
    yield draw.integers(3, 3), 0.5
    yield draw.normal(6, 4).mT, 0.25
    yield draw.normal(2, 5, 6)[:, ::2], -0.5
    yield draw.normal(20, 30, dtype=torch.float64), 1.0


@chapter.mistake(values_above)
def not_strictly(x, threshold):
    """A value equal to the threshold is not above it: `>=` lets it in, `>` does not."""
    return x[x >= threshold]


@chapter.mistake(values_above)
def zeros_the_others(x, threshold):
    """You set the other values to zero and kept the shape. To *select* values, use the mask as an index: what
    is False is left out."""
    return x * (x > threshold)


@chapter.mistake(values_above)
def the_mask_itself(x, threshold):
    """You returned the mask of True and False. It says where the values are; put it between the brackets of x
    to get them."""
    return x > threshold


@chapter.mistake(values_above)
def mask_of_integers(x, threshold):
    """Your mask holds the integers 0 and 1, and integers as an index mean row numbers. A mask has to be of
    dtype bool."""
    return x[(x > threshold).long()]


@chapter.mistake(values_above)
def positions(x, threshold):
    """You returned the places of the values. A mask between the brackets of x gives the values themselves."""
    return (x > threshold).nonzero()


@chapter.mistake(values_above)
def compares_sizes(x, threshold):
    """You compared the absolute values, so large negative numbers got in. Compare x itself."""
    return x[x.abs() > threshold]


@chapter.mistake(values_above)
def column_by_column(x, threshold):
    """The values are right, but in the order of the columns. A mask reads row by row: the last dimension runs
    fastest."""
    turned = x.mT if x.ndim > 1 else x
    return turned[turned > threshold]


@chapter.mistake(values_above)
def sorts(x, threshold):
    """The values are right, but sorted. They keep the order in which they stand in x."""
    return x[x > threshold].sort().values


@chapter.mistake(values_above)
def collects_in_a_list(x, threshold):
    """`torch.tensor` on a list of Python numbers makes a new tensor without history, so no gradient flows
    back to x, and dtype and device may be lost. Let the tensor pick, by a mask."""
    return torch.tensor([value for value in x.flatten().tolist() if value > threshold])


@chapter.mistake(values_above)
def stacks_a_list(x, threshold):
    """`torch.stack` has nothing to work with if no value is above the threshold; the answer is then an empty
    tensor of shape (0,). A mask as an index gives that by itself."""
    return torch.stack([value for value in x.flatten() if value > threshold])


@chapter.mistake(values_above)
def drops_the_only_dimension(x, threshold):
    """If exactly one value is above, `squeeze` turns its tensor of shape (1,) into one of shape (). The
    result always has one dimension."""
    return x[x > threshold].squeeze()


@chapter.mistake(values_above)
def values_below(x, threshold):
    """These are the values below the threshold. The sign points the other way."""
    return x[x < threshold]


@chapter.mistake(values_above)
def raises_the_others(x, threshold):
    """You raised the other values to the threshold, as `clamp` does, and kept the shape. To *select* values, use a
    mask as an index."""
    return x.clamp(min=threshold)


@chapter.mistake(values_above)
def lists_the_values(x, threshold):
    """The values are right, but they stand in a Python list. One tensor is wanted: use a mask as an index."""
    return [value for value in x.flatten() if value > threshold]


@chapter.mistake(values_above)
def joins_a_list_of_no_values(x, threshold):
    """`torch.cat` has nothing to work with if no value is above the threshold; the answer is then an empty tensor
    of shape (0,). A mask as an index gives that by itself."""
    return torch.cat([value.reshape(1) for value in x.flatten() if value > threshold])


@chapter.right(values_above)
def by_masked_select(x, threshold):
    return torch.masked_select(x, x > threshold)


@chapter.right(values_above)
def by_places(x, threshold):
    return x[torch.where(x > threshold)]


@chapter.right(values_above)
def by_flat_places(x, threshold):
    flat = x.reshape(-1)
    return flat.index_select(0, (flat - threshold > 0).nonzero().squeeze(1))


@chapter.right(values_above)
def by_concatenation(x, threshold):
    flat = x.flatten()
    return torch.cat([flat[i : i + 1] for i in range(len(flat)) if flat[i].item() > threshold] or [flat[:0]])


@chapter.right(values_above)
def by_take(x, threshold):
    return torch.take(x, (x.flatten().gt(threshold)).nonzero()[:, 0])


# ---------------------------------------------------------------- clip_negatives_


@chapter.exercise(
    points=1,
    also=["same object", "mutation", "memory"],
    hints=[
        "Is the tensor that was passed in really another one afterwards, or did you make a new one?",
        "An assignment to `x[...]` writes into x. So do methods whose name ends in an underscore.",
        "Which entries should the assignment reach? A mask says it.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.Tensor.clamp_.html",
)
def clip_negatives_(draw: Draw):
    yield torch.tensor([[1.0, -2.0, 3.0], [-4.0, 5.0, -6.0]])
    yield torch.tensor([-3.0, 0.0, 0.5, 2.0, -0.5])
    yield draw.integers(1, low=-9, high=-1)
    yield draw.integers(2, 3, low=1)  # nothing to do
    yield draw.normal(3, 3)
    yield draw.normal(6, 4).mT
    yield draw.normal(4, 10)[:, ::3]
    yield draw.normal(2, 5, 20, dtype=torch.float64)


@chapter.mistake(clip_negatives_)
def a_new_tensor(x):
    """You returned a new tensor and left x as it was. Change x itself: by assigning to `x[...]`, or by a
    method whose name ends in an underscore."""
    return x.clamp(min=0)


@chapter.mistake(clip_negatives_)
def asks_the_whole_tensor(x):
    """`if` asks one question, and `x < 0` has an answer for every entry. Use these answers as a mask: it says which
    entries of x are meant."""
    if x < 0:
        x.zero_()
    return x


@chapter.mistake(clip_negatives_)
def writes_to_a_copy(x):
    """x came back as it was: `x[mask]` by itself is a copy, and `x.clamp(...)` makes a new tensor. Assign into x,
    in one step (`x[mask] = ...`), or use a method that ends in `_`."""
    x[x < 0].zero_()
    return x


@chapter.mistake(clip_negatives_)
def writes_to_a_flat_copy(x):
    """For a tensor that is not contiguous, `reshape` and `flatten` make a copy, so your write did not reach
    x. x can be changed as it is, without flattening."""
    flat = x.reshape(-1)
    flat[flat < 0] = 0
    return x


@chapter.mistake(clip_negatives_)
def needs_contiguous(x):
    """`view(-1)` refuses a tensor that is not contiguous. x can be changed as it is, without flattening."""
    flat = x.view(-1)
    flat[flat < 0] = 0
    return x


@chapter.mistake(clip_negatives_)
def returns_nothing(x):
    """x is as it should be, but your function returns None. Like PyTorch's own methods in place, it has to
    return x."""
    x[x < 0] = 0


@chapter.mistake(clip_negatives_)
def returns_a_copy(x):
    """x is as it should be, but you returned a copy of it. Return the object x itself."""
    x[x < 0] = 0
    return x.clone()


@chapter.mistake(clip_negatives_)
def clips_positives(x):
    """You cut off the positive numbers and kept the negative ones. Those below 0 have to go; in `clamp_`, `min` is
    the smallest value that may stay."""
    return x.clamp_(max=0)


@chapter.mistake(clip_negatives_)
def takes_the_size(x):
    """You made the negative entries positive. Here they become 0."""
    return x.abs_()


@chapter.mistake(clip_negatives_)
def clips_above_too(x):
    """Negative entries are 0 now, but you also cut off what is greater than 1. There is no upper bound
    here."""
    return x.clamp_(0, 1)


@chapter.mistake(clip_negatives_)
def only_two_dimensions(x):
    """Your loops need exactly two dimensions. A mask, or a method in place, reaches every entry whatever the
    shape."""
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] = max(x[i, j], 0)
    return x


@chapter.mistake(clip_negatives_)
def sets_all_to_zero(x):
    """You set every entry to 0. Only those below 0 are meant: use a mask."""
    return x.zero_()


@chapter.right(clip_negatives_)
def by_clamp(x):
    return x.clamp_(min=0)


@chapter.right(clip_negatives_)
def by_relu(x):
    return F.relu_(x)


@chapter.right(clip_negatives_)
def by_masked_fill(x):
    x.masked_fill_(x < 0, 0.0)
    return x


@chapter.right(clip_negatives_)
def by_multiplying(x):
    x *= x > 0
    return x


@chapter.right(clip_negatives_)
def by_copying_back(x):
    x.copy_(torch.where(x < 0, torch.zeros_like(x), x))
    return x


@chapter.right(clip_negatives_)
def by_slice_assignment(x):
    x[...] = (x + x.abs()) / 2
    return x


@chapter.right(clip_negatives_)
def by_out(x):
    return torch.clamp(x, min=0, out=x)


chapter.equivalent(clip_negatives_, "x[x < 0] = 0 → x[x <= 0] = 0", reason="Zeros become zeros.")


# ---------------------------------------------------------------- pick_rows


@chapter.exercise(
    points=1,
    gradient=True,
    also=["aliasing"],
    hints=[
        "What happens if a tensor of whole numbers stands between the brackets of another tensor?",
        "The numbers select along the first dimension, in their order, as often as they occur.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.index_select.html",
)
def pick_rows(draw: Draw):
    x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    yield x, torch.tensor([2, 0])
    yield x, torch.tensor([1, 1, 2, 0, 1])  # a row several times
    yield draw.integers(3, 2), torch.tensor([0, 1])  # rows that are neighbours: a slice would be a view
    yield torch.arange(8.0).reshape(4, 2), torch.tensor([2, 0, 1])
    yield draw.integers(3, 4), torch.tensor([], dtype=torch.int64)  # none
    yield draw.integers(1, 1), torch.tensor([0])
    yield draw.normal(6, 4).mT, draw.integers(5, low=0, high=3, dtype=torch.int64)
    yield draw.normal(20, 30, dtype=torch.float64), draw.integers(50, low=0, high=19, dtype=torch.int64)


@chapter.mistake(pick_rows)
def picks_columns(x, indices):
    """You picked columns: the entry after the comma is for them. Rows are selected by the first entry."""
    return x[:, indices]


@chapter.mistake(pick_rows)
def each_row_once(x, indices):
    """You lost the order and the repetitions: a set of rows, or a mask, has neither. As an index, the tensor
    of whole numbers keeps both."""
    return x[indices.unique()]


@chapter.mistake(pick_rows)
def row_loop(x, indices):
    """`torch.stack` has nothing to work with if no row is named; the answer is then an empty tensor of shape
    (0, c). The tensor as an index gives that by itself."""
    return torch.stack([x[i] for i in indices])


@chapter.mistake(pick_rows)
def a_range_of_rows(x, indices):
    """You took all rows from the first index to the last one, as a slice, and a slice is a view of x. Use the
    tensor of indices itself between the brackets."""
    return x[indices.min() : indices.max() + 1]


@chapter.mistake(pick_rows)
def single_elements(x, indices):
    """You got single elements: to `take`, x is one long row of numbers. Between the brackets, the indices select
    whole rows."""
    return x.take(indices)


@chapter.mistake(pick_rows)
def counts_rows_from_one(x, indices):
    """You shifted the indices by one. Rows are counted from 0 in PyTorch, and the indices are too."""
    return x[indices - 1]


@chapter.mistake(pick_rows)
def first_column_only(x, indices):
    """Only the first column came along; `gather`, for one, picks one element per entry of its index. To get whole
    rows, use the indices between the brackets."""
    return x.gather(0, indices[:, None])


@chapter.mistake(pick_rows)
def cuts_the_graph(x, indices):
    """The rows are right, but you took them from a detached x, so no gradient can flow back."""
    return x.detach()[indices]


@chapter.mistake(pick_rows, on="accelerator")
def selects_with_a_cpu_matrix(x, indices):
    """This works on the CPU only: the matrix that you made to select rows is there, and x is not. Give what
    you create the device of x, or index x directly."""
    selection = torch.zeros(len(indices), len(x), dtype=x.dtype)
    selection[torch.arange(len(indices)), indices.cpu()] = 1
    return selection @ x


@chapter.mistake(pick_rows)
def rows_and_columns(x, indices):
    """You picked rows, and then columns by the same numbers. Whole rows are wanted: the first entry is enough."""
    return x[indices][:, indices]


@chapter.mistake(pick_rows)
def pairs_of_the_indices(x, indices):
    """Two index tensors are paired up, one element for each pair, so you got the diagonal. To get whole rows, give
    the indices once."""
    return x[indices, indices]


@chapter.mistake(pick_rows)
def lists_the_rows_named(x, indices):
    """The rows are right, but they stand in a Python list. One tensor is wanted, and the indices between the
    brackets give it."""
    return [x[i] for i in indices]


@chapter.mistake(pick_rows)
def joins_a_list_of_no_rows(x, indices):
    """`torch.cat` has nothing to work with if no row is named; the answer is then an empty tensor of shape (0, c).
    The tensor as an index gives that by itself."""
    return torch.cat([x[i : i + 1] for i in indices])


@chapter.right(pick_rows)
def by_index_selection(x, indices):
    return torch.index_select(x, 0, indices)


@chapter.right(pick_rows)
def by_all_columns(x, indices):
    return x[indices, :]


@chapter.right(pick_rows)
def by_gather(x, indices):
    return x.gather(0, indices[:, None].expand(len(indices), x.shape[1]))


@chapter.right(pick_rows)
def by_embedding(x, indices):
    return F.embedding(indices, x)


@chapter.right(pick_rows)
def by_selection_matrix(x, indices):
    return torch.eye(len(x), dtype=x.dtype, device=x.device)[indices] @ x


@chapter.right(pick_rows)
def by_python_list(x, indices):
    return torch.cat([x[:0], *[x[i : i + 1] for i in indices.tolist()]])


# ---------------------------------------------------------------- pick_per_row


@chapter.exercise(
    points=2,
    gradient=True,
    hints=[
        "Each result belongs to a row number and a column number. The columns are given; what are the rows?",
        "Two tensors of indices, with a comma between them, are paired up. `torch.arange` counts the rows.",
        "Or look at `gather`, which wants its index with as many dimensions as x.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.gather.html",
)
def pick_per_row(draw: Draw):
    def columns(n: int, c: int) -> torch.Tensor:
        return draw.integers(n, low=0, high=c - 1, dtype=torch.int64)

    yield torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]), torch.tensor([1, 2, 2])
    yield draw.integers(2, 3), torch.tensor([2, 0])
    yield draw.integers(3, 2), torch.tensor([1, 0, 1])
    yield draw.integers(1, 4), torch.tensor([3])  # one row
    yield draw.integers(3, 1), torch.tensor([0, 0, 0])  # one column
    yield draw.integers(1, 1), torch.tensor([0])
    yield draw.normal(6, 4).mT, columns(4, 6)
    yield draw.normal(30, 20, dtype=torch.float64), columns(30, 20)


@chapter.mistake(pick_per_row)
def every_row_every_column(x, columns):
    """You took all these columns from every row, n * n values, as `x[:, columns]` does. To take one per row, index
    with a tensor of row numbers beside the columns."""
    return x[:, columns]


@chapter.mistake(pick_per_row)
def whole_rows(x, columns):
    """A single index selects whole rows, so the column numbers were read as row numbers. Give row numbers
    before the comma and the columns after it."""
    return x[columns]


@chapter.mistake(pick_per_row)
def keeps_a_dimension(x, columns):
    """The numbers are right, but the shape is (n, 1), as `gather` returns the shape of its index. Drop the
    dimension that you added, by its number."""
    return x.gather(1, columns[:, None])


@chapter.mistake(pick_per_row)
def drops_all_dimensions(x, columns):
    """With a single row, `squeeze()` drops that dimension as well and leaves the shape (). Name the dimension
    that you want to drop."""
    return x.gather(1, columns[:, None]).squeeze()


@chapter.mistake(pick_per_row)
def pairs_swapped(x, columns):
    """You gave the pair in the wrong order: the row number stands before the comma, the column number after
    it."""
    return x[columns, torch.arange(len(columns), device=x.device)]


@chapter.mistake(pick_per_row)
def from_the_first_row(x, columns):
    """All your values come from row 0. Each row needs its own number, 0 to n - 1, beside its column."""
    return x[0, columns]


@chapter.mistake(pick_per_row)
def from_python_numbers(x, columns):
    """The numbers are right, but you made a new tensor of Python numbers, so no gradient flows back to x, and
    dtype and device may be lost. Index x, or stack pieces of it."""
    return torch.tensor([x[i, columns[i]].item() for i in range(len(columns))])


@chapter.mistake(pick_per_row, on="accelerator")
def mask_on_the_cpu(x, columns):
    """This works on the CPU only: `torch.arange` without a device makes its numbers there, while the columns
    are elsewhere. Give it `device=x.device`."""
    mask = columns[:, None] == torch.arange(x.shape[1])
    return x[mask]


@chapter.mistake(pick_per_row)
def gathers_with_a_flat_index(x, columns):
    """`gather` wants an index with as many dimensions as x. Give the columns a second one, and drop it
    afterwards."""
    return x.gather(1, columns)


@chapter.mistake(pick_per_row)
def lists_the_values_of_rows(x, columns):
    """The values are right, but they stand in a Python list. One tensor is wanted: join them, or index with row
    numbers and columns."""
    return [x[i, column] for i, column in enumerate(columns)]


@chapter.mistake(pick_per_row)
def the_diagonal(x, columns):
    """The columns are not used: you took the diagonal. Row i has its own column number, `columns[i]`."""
    return x.diagonal()


@chapter.right(pick_per_row)
def by_gathering(x, columns):
    return x.gather(1, columns.unsqueeze(1)).squeeze(1)


@chapter.right(pick_per_row)
def by_row_loop(x, columns):
    return torch.stack([row[column] for row, column in zip(x, columns, strict=True)])


@chapter.right(pick_per_row)
def by_lists(x, columns):
    return x[list(range(len(x))), columns.tolist()]


@chapter.right(pick_per_row)
def by_cpu_row_numbers(x, columns):
    return x[torch.arange(len(x)), columns]


@chapter.right(pick_per_row)
def by_mask(x, columns):
    return x[columns[:, None] == torch.arange(x.shape[1], device=x.device)]


@chapter.right(pick_per_row)
def by_diagonal(x, columns):
    return x[:, columns].diagonal()


@chapter.right(pick_per_row)
def by_flat_position(x, columns):
    n, c = x.shape
    return x.reshape(-1)[torch.arange(n, device=x.device) * c + columns]


chapter.equivalent(pick_per_row, "device", reason="An index may stay on the CPU: PyTorch brings it along.")


# ---------------------------------------------------------------- one_hot


@chapter.exercise(
    points=2,
    hints=[
        "Start from zeros of the right shape. Which entry of row i becomes 1?",
        "Row numbers and labels, paired up, say where the ones go; an assignment puts them there.",
        "Or compare every label with every class number, by broadcasting. Mind the dtype of the result.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html",
)
def one_hot(draw: Draw):
    yield torch.tensor([2, 0]), 3
    yield torch.tensor([1, 0, 1]), 4  # classes that do not occur
    yield torch.tensor([1, 2, 0]), 3
    yield torch.tensor([0]), 1
    yield torch.tensor([3]), 5
    yield draw.integers(12, low=0, high=4, dtype=torch.int64)[::2], 6
    yield draw.integers(40, low=0, high=9, dtype=torch.int64), 12


@chapter.mistake(one_hot)
def whole_numbers(labels, classes):
    """The numbers are right, but their dtype is int64. The result is to be float32, which models calculate
    with: convert it."""
    return F.one_hot(labels, classes)


@chapter.mistake(one_hot)
def truth_values(labels, classes):
    """A comparison gives True and False, dtype bool. The result is to be float32: convert it."""
    return labels[:, None] == torch.arange(classes, device=labels.device)


@chapter.mistake(one_hot)
def guesses_the_classes(labels, classes):
    """You worked out the number of classes from the labels. The largest class need not occur: `classes` says
    how many there are."""
    return F.one_hot(labels).float()


@chapter.mistake(one_hot)
def whole_columns(labels, classes):
    """You filled these columns in every row, as `result[:, labels] = 1` does. Pair each label with its own row
    number instead of taking all rows."""
    result = torch.zeros(len(labels), classes, device=labels.device)
    result[:, labels] = 1
    return result


@chapter.mistake(one_hot)
def one_column_per_label(labels, classes):
    """Your result has one column per label and one row per class. It should be the other way round: a row for
    each label."""
    result = torch.zeros(classes, len(labels), device=labels.device)
    result[labels, torch.arange(len(labels), device=labels.device)] = 1
    return result


@chapter.mistake(one_hot)
def labels_as_values(labels, classes):
    """You wrote the label itself at its place. A one-hot row says which class it is by *where* its single 1
    stands."""
    result = torch.zeros(len(labels), classes, device=labels.device)
    result[torch.arange(len(labels), device=labels.device), labels] = labels.float()
    return result


@chapter.mistake(one_hot)
def labels_from_one(labels, classes):
    """Each 1 stands one place too far to the left: you counted the labels from 1. Label 0 belongs to column
    0."""
    return torch.eye(classes, device=labels.device)[labels - 1]


@chapter.mistake(one_hot, on="accelerator")
def left_on_the_cpu(labels, classes):
    """The numbers are right, but the result stayed on the CPU: `torch.zeros` puts it there unless told
    otherwise. Give it `device=labels.device`."""
    result = torch.zeros(len(labels), classes)
    result[torch.arange(len(labels)), labels.cpu()] = 1
    return result


@chapter.mistake(one_hot, on="accelerator")
def cpu_class_numbers(labels, classes):
    """This works on the CPU only: `torch.arange` (or `eye`, or `zeros`) made its numbers there, while the
    labels are elsewhere. Give it `device=labels.device`."""
    return (labels[:, None] == torch.arange(classes)).float()


@chapter.mistake(one_hot)
def labels_as_row_numbers(labels, classes):
    """You used the labels as row numbers and filled whole rows. A label is the number of a column; the row is the
    place of the label."""
    result = torch.zeros(len(labels), classes, device=labels.device)
    for label in labels:
        result[label] = 1
    return result


@chapter.mistake(one_hot)
def pair_swapped(labels, classes):
    """In the pair of indices the row number comes first, and the label is the column: yours are the other way
    round."""
    result = torch.zeros(len(labels), classes, device=labels.device)
    result[labels, torch.arange(len(labels), device=labels.device)] = 1
    return result


@chapter.mistake(one_hot)
def ones_on_the_diagonal(labels, classes):
    """Your 1s stand on the diagonal, whatever the labels are. Each label says in which column the 1 of its row
    stands."""
    return torch.eye(len(labels), classes, device=labels.device)


@chapter.right(one_hot)
def by_functional(labels, classes):
    return F.one_hot(labels, num_classes=classes).float()


@chapter.right(one_hot)
def by_identity(labels, classes):
    return torch.eye(classes, device=labels.device)[labels]


@chapter.right(one_hot)
def by_comparison(labels, classes):
    return (labels.unsqueeze(1) == torch.arange(classes, device=labels.device)).to(torch.float32)


@chapter.right(one_hot)
def by_scatter(labels, classes):
    result = torch.zeros(len(labels), classes, device=labels.device)
    return result.scatter_(1, labels[:, None], 1.0)


@chapter.right(one_hot)
def by_loop(labels, classes):
    rows = [[1.0 if c == label else 0.0 for c in range(classes)] for label in labels.tolist()]
    return torch.tensor(rows, device=labels.device)


@chapter.right(one_hot)
def by_copies(labels, classes):
    result = torch.zeros(len(labels), classes).to(labels.device)
    for i, label in enumerate(labels):
        result[i, label] = 1
    return result


chapter.equivalent(
    one_hot,
    "rows = torch.arange(len(labels), device=labels.device) → …",
    reason="An index may stay on the CPU: PyTorch brings it along.",
)

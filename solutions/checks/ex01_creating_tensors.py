"""Checks of chapter 1: creating tensors."""

import numpy as np
import torch

from grader.authoring import Chapter, Draw

chapter = Chapter(__file__)


# ---------------------------------------------------------------- from_rows


@chapter.exercise(
    points=1,
    hints=[
        "You need not look at the numbers yourself: which function makes a tensor from a nested list?",
        "Mind the letter: the one with the small t looks at all the numbers and picks the dtype.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.tensor.html",
)
def from_rows(draw: Draw):
    yield [[1, 2, 3], [4, 5, 6]]  # ints only
    yield [[1.5, 2.0], [3.0, 4.5]]
    yield [[1, 2], [3, 4.5]]  # a single float, at the end
    yield [[7]]
    yield [[0.1, -2.5, 3.0, 4.25]]
    yield [[draw.integer(-99, 99)] for _ in range(5)]
    yield [[draw.integer(-99, 99) for _ in range(6)] for _ in range(7)]
    yield [[draw.number(-9, 9) for _ in range(20)] for _ in range(15)]


@chapter.mistake(from_rows)
def makes_everything_float(rows):
    """Whole numbers became floats. `torch.Tensor` with a capital T, like an explicit float dtype, always
    makes float32; leave the choice of the dtype to the function with the small t."""
    return torch.Tensor(rows)


@chapter.mistake(from_rows)
def goes_through_numpy(rows):
    """Your floats are float64, as NumPy makes them, and a tensor made of an array keeps its dtype. PyTorch's own
    default for floats is float32: make the tensor from the list itself."""
    return torch.from_numpy(np.array(rows))


@chapter.mistake(from_rows)
def makes_everything_int(rows):
    """The fractions are gone: an integer dtype cuts them off, and so does `int()`. Name no dtype, and it is chosen
    by what the numbers need."""
    return torch.tensor(rows, dtype=torch.int64)


@chapter.mistake(from_rows)
def trusts_the_first_number(rows):
    """Your dtype follows the first number or the first row, but a float may come later. PyTorch looks at all of the
    numbers if you do not name a dtype."""
    dtype = torch.int64 if isinstance(rows[0][0], int) else torch.float32
    return torch.tensor(rows, dtype=dtype)


@chapter.mistake(from_rows)
def makes_one_long_row(rows):
    """All numbers stand in one long row. A nested list has the structure that you need: hand it over as it
    is, and the tensor has one dimension for each level of lists."""
    return torch.tensor([number for row in rows for number in row])


@chapter.mistake(from_rows)
def makes_a_list_of_tensors(rows):
    """You made one tensor for each row and returned them in a Python list. One tensor can hold all rows: its
    first dimension counts them."""
    return [torch.tensor(row) for row in rows]


@chapter.mistake(from_rows)
def makes_everything_float64(rows):
    """Your numbers are float64. Ints should become int64 and floats float32, and these are just what PyTorch
    chooses if you name no dtype."""
    return torch.tensor(rows, dtype=torch.float64)


@chapter.mistake(from_rows)
def hands_a_list_to_from_numpy(rows):
    """`torch.from_numpy` takes a NumPy array and nothing else, and rows is a list of lists. For those the story has
    a function with a small t."""
    return torch.from_numpy(rows)


@chapter.mistake(from_rows, written=r"torch\.\w+\(\*")
def spreads_the_rows(rows):
    """The star hands over each row as an argument of its own, and the function takes one argument for all the
    numbers: leave out the star."""
    return torch.tensor(*rows)


@chapter.right(from_rows)
def by_as_tensor(rows):
    return torch.as_tensor(rows)


@chapter.right(from_rows)
def by_asarray(rows):
    return torch.asarray(rows)


@chapter.right(from_rows)
def stacked_rows(rows):
    return torch.stack([torch.tensor(row) for row in rows])


@chapter.right(from_rows)
def flat_and_folded(rows):
    return torch.tensor([number for row in rows for number in row]).reshape(len(rows), -1)


@chapter.right(from_rows)
def written_into_zeros(rows):
    any_float = any(isinstance(number, float) for row in rows for number in row)
    x = torch.zeros(len(rows), len(rows[0]), dtype=torch.float32 if any_float else torch.int64)
    for i, row in enumerate(rows):
        for j, number in enumerate(row):
            x[i, j] = number
    return x


@chapter.right(from_rows)
def from_numpy_with_its_dtype(rows):
    array = np.array(rows)
    return torch.from_numpy(array.astype(np.float32) if array.dtype == np.float64 else array.astype(np.int64))


# ---------------------------------------------------------------- share_with_numpy


@chapter.exercise(
    points=1,
    also=["aliasing"],
    hints=[
        "One way from the story copies, the other does not. Which one lets a write show on both sides?",
        "Take what you get as it is: a conversion of the dtype or the layout makes a copy.",
        "The function has the word NumPy in its name.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html",
)
def share_with_numpy(draw: Draw):
    yield np.array([1.0, 2.0, 3.0])
    yield draw.integers(2, 3, dtype=torch.int64).numpy()
    yield draw.integers(2, 3).numpy()  # float32
    yield draw.normal(3, 3, dtype=torch.float64).numpy()
    yield draw.integers(1).numpy()
    yield draw.integers(3, 4, dtype=torch.float64).numpy().T
    yield draw.integers(9, dtype=torch.int64).numpy()[::2]
    yield draw.normal(10, 12).numpy()[1::3, ::2]
    yield draw.normal(4, 5, 6, dtype=torch.float64).numpy()


@chapter.mistake(share_with_numpy)
def copies_the_array(array):
    """Your tensor has memory of its own, so writes do not show on the other side: `torch.tensor`, `.clone()` and
    `.copy()` always copy. Look for the function that takes over NumPy's memory."""
    return torch.tensor(array)


@chapter.mistake(share_with_numpy)
def converts_to_float32(array):
    """Your tensor is always float32, by a conversion or by `torch.Tensor` with its capital T. Numbers of another
    type are stored in other bytes, so that is a copy: keep the dtype of the array."""
    return torch.from_numpy(array).float()


@chapter.mistake(share_with_numpy)
def makes_it_contiguous(array):
    """This shares memory only as long as the array is contiguous. For a slice or a transpose, making it
    contiguous means copying it, so leave the layout alone."""
    return torch.from_numpy(np.ascontiguousarray(array))


@chapter.mistake(share_with_numpy)
def uses_the_capital_t(array):
    """This is a new float32 tensor: neither the dtype of the array nor its memory was kept. Let PyTorch take over
    the array as it is, without a dtype, a copy or a tensor to fill."""
    return torch.Tensor(array.copy())


@chapter.mistake(share_with_numpy)
def goes_through_a_list(array):
    """Floats became float32 in memory of their own, as on the way through a list: Python's numbers know neither the
    array's dtype nor its memory. PyTorch can take the array itself."""
    return torch.tensor(array.tolist())


@chapter.right(share_with_numpy)
def shared_by_as_tensor(array):
    return torch.as_tensor(array)


@chapter.right(share_with_numpy)
def shared_by_asarray(array):
    return torch.asarray(array, copy=False)


@chapter.right(share_with_numpy)
def shared_by_dlpack(array):
    return torch.from_dlpack(array)


@chapter.right(share_with_numpy)
def transposed_and_back(array):
    x = torch.from_numpy(array.T)
    return x.permute(*reversed(range(x.ndim)))


@chapter.right(share_with_numpy)
def shared_through_a_view(array):
    return torch.from_numpy(array[...]).detach()


# ---------------------------------------------------------------- copy_from_numpy


@chapter.exercise(
    points=1,
    also=["aliasing"],
    hints=[
        "This is the other way from the story. Which function always makes memory of its own?",
        "You can also share first and then make a copy of what you have. Which method of a tensor copies?",
        "Give no dtype: it is then taken from the array.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.tensor.html",
)
def copy_from_numpy(draw: Draw):
    yield np.array([1.0, 2.0, 3.0])
    yield draw.integers(2, 3, dtype=torch.int64).numpy()
    yield draw.integers(2, 3).numpy()  # float32
    yield draw.normal(3, 3, dtype=torch.float64).numpy()
    yield draw.integers(1).numpy()
    yield draw.integers(3, 4, dtype=torch.float64).numpy().T
    yield draw.integers(9, dtype=torch.int64).numpy()[::2]
    yield draw.normal(10, 12).numpy()[1::3, ::2]
    yield draw.normal(4, 5, 6, dtype=torch.float64).numpy()


@chapter.mistake(copy_from_numpy)
def shares_the_memory(array):
    """Your tensor uses the array's memory, as `torch.from_numpy` and `torch.as_tensor` arrange it: a write to
    one shows in the other. Here the tensor must have memory of its own."""
    return torch.from_numpy(array)


@chapter.mistake(copy_from_numpy)
def relies_on_contiguous(array):
    """This copies only what is not contiguous yet, as `.contiguous()` and `np.ascontiguousarray` do; other arrays
    still share their memory with your tensor. Ask for a copy outright."""
    return torch.from_numpy(array).contiguous()


@chapter.mistake(copy_from_numpy)
def relies_on_a_conversion(array):
    """Your tensor is always float32, and a conversion (`.float()`, or `torch.Tensor` with a capital T) copies only
    where it changes the dtype. Keep the dtype, and ask for a copy outright."""
    return torch.from_numpy(array).float()


@chapter.mistake(copy_from_numpy)
def copies_as_float32(array):
    """You have a copy, but always in float32. The dtype of the array must stay, float64 and int64 too: let
    PyTorch take it from the array."""
    return torch.tensor(array, dtype=torch.float32)


@chapter.mistake(copy_from_numpy)
def copies_through_a_list(array):
    """Floats became float32, PyTorch's default, whatever they were: a list of Python numbers, for one, no longer
    knows the dtype of the array. PyTorch can copy the array itself."""
    return torch.tensor(array.tolist())


@chapter.right(copy_from_numpy)
def shared_then_cloned(array):
    return torch.from_numpy(array).clone()


@chapter.right(copy_from_numpy)
def copied_by_numpy(array):
    return torch.from_numpy(array.copy())


@chapter.right(copy_from_numpy)
def copied_by_asarray(array):
    return torch.asarray(array, copy=True)


@chapter.right(copy_from_numpy)
def copied_into_empty(array):
    shared = torch.from_numpy(array)
    return torch.empty_like(shared).copy_(shared)


@chapter.right(copy_from_numpy)
def list_with_dtype(array):
    return torch.tensor(array.tolist(), dtype=torch.from_numpy(array).dtype)


@chapter.right(copy_from_numpy)
def stacked_copies(array):
    return torch.stack(list(torch.from_numpy(array)))


# ---------------------------------------------------------------- zeros_and_ones


@chapter.exercise(
    points=1,
    hints=[
        "The story names the two functions; sizes come first. How many tensors does the signature return?",
        "Each of the two functions takes a `device=`. Without it the tensor is made on the CPU.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.zeros.html",
)
def zeros_and_ones(draw: Draw):
    yield 2, 3, draw.device(as_text=True)
    yield 2, 3, draw.device()
    yield 3, 3, draw.device()
    yield 1, 1, draw.device()
    yield 1, 4, draw.device(as_text=True)
    yield 5, 1, draw.device()
    yield draw.integer(20, 30), draw.integer(31, 40), draw.device()


@chapter.mistake(zeros_and_ones)
def ones_first(rows, cols, device):
    """The two tensors are in the wrong order: the zeros come first, then the ones."""
    return torch.ones(rows, cols, device=device), torch.zeros(rows, cols, device=device)


@chapter.mistake(zeros_and_ones)
def swaps_rows_and_columns(rows, cols, device):
    """Rows and columns are swapped. In a matrix's shape the number of rows comes first, then the number of
    columns."""
    return torch.zeros(cols, rows, device=device), torch.ones(cols, rows, device=device)


@chapter.mistake(zeros_and_ones)
def uses_one_tensor_twice(rows, cols, device):
    """Both results are one and the same tensor: `b = a` is only a second name, and a method that ends in `_`
    returns the tensor that it has changed. Make two tensors."""
    zeros = torch.zeros(rows, cols, device=device)
    ones = zeros
    ones += 1
    return zeros, ones


@chapter.mistake(zeros_and_ones)
def fills_with_ints(rows, cols, device):
    """Your tensors are int64. Where a fill value sets the dtype, 0 and 1 are ints while 0.0 and 1.0 are
    floats; `zeros` and `ones` make float32 by themselves."""
    return torch.full((rows, cols), 0, device=device), torch.full((rows, cols), 1, device=device)


@chapter.mistake(zeros_and_ones)
def keeps_numpys_float64(rows, cols, device):
    """Your tensors are float64. NumPy's `zeros` and `ones` make that dtype, and PyTorch keeps it; PyTorch's
    functions of the same names make float32 if you name no dtype."""
    zeros, ones = np.zeros((rows, cols)), np.ones((rows, cols))
    return torch.from_numpy(zeros).to(device), torch.from_numpy(ones).to(device)


@chapter.mistake(zeros_and_ones)
def stacks_both(rows, cols, device):
    """You put both into one tensor. Return a tuple of two tensors instead: `return zeros, ones`."""
    return torch.stack([torch.zeros(rows, cols, device=device), torch.ones(rows, cols, device=device)])


@chapter.mistake(zeros_and_ones, on="accelerator")
def stays_on_the_cpu(rows, cols, device):
    """The tensors are on the CPU: either `device` was not used, or the result of `.to(device)` was dropped.
    `.to` leaves its tensor where it is and returns another one."""
    zeros, ones = torch.zeros(rows, cols), torch.ones(rows, cols)
    zeros.to(device)
    ones.to(device)
    return zeros, ones


@chapter.mistake(zeros_and_ones, on="accelerator")
def moves_only_the_zeros(rows, cols, device):
    """Only the first tensor is on the device, the second is on the CPU. Every function that makes a tensor
    needs the `device=` of its own."""
    return torch.zeros(rows, cols, device=device), torch.ones(rows, cols)


@chapter.mistake(zeros_and_ones)
def does_not_name_the_device(rows, cols, device):
    """Without a name in front, every argument counts as a size, and the device is none. Say that it is the device:
    `device=device`."""
    return torch.zeros(rows, cols, device), torch.ones(rows, cols, device)


@chapter.mistake(zeros_and_ones)
def does_not_name_the_device_after_a_shape(rows, cols, device):
    """Behind the shape, the device has to be named, or PyTorch cannot tell what it is meant for:
    `device=device`."""
    return torch.zeros((rows, cols), device), torch.ones((rows, cols), device)


@chapter.mistake(zeros_and_ones)
def makes_zeros_twice(rows, cols, device):
    """Both tensors are full of zeros. The second should be full of ones, and there is a function for these as
    well."""
    return torch.zeros(rows, cols, device=device), torch.zeros(rows, cols, device=device)


@chapter.mistake(zeros_and_ones, on="accelerator")
def moves_only_the_ones(rows, cols, device):
    """Only the second tensor is on the device, the first is on the CPU. Every function that makes a tensor needs
    the `device=` of its own."""
    return torch.zeros(rows, cols), torch.ones(rows, cols, device=device)


@chapter.right(zeros_and_ones)
def made_and_moved(rows, cols, device):
    return torch.zeros(rows, cols).to(device), torch.ones((rows, cols)).to(device)


@chapter.right(zeros_and_ones)
def ones_from_zeros(rows, cols, device):
    zeros = torch.zeros((rows, cols), device=device)
    return zeros, zeros + 1


@chapter.right(zeros_and_ones)
def made_like_the_first(rows, cols, device):
    zeros = torch.empty(rows, cols, device=device).fill_(0)
    return zeros, torch.ones_like(zeros)


@chapter.right(zeros_and_ones)
def filled_with_floats(rows, cols, device):
    return torch.full((rows, cols), 0.0, device=device), torch.full((rows, cols), 1.0, device=device)


@chapter.right(zeros_and_ones)
def from_nested_lists(rows, cols, device):
    return tuple(torch.tensor([[value] * cols] * rows, device=device) for value in (0.0, 1.0))


@chapter.right(zeros_and_ones)
def in_a_list(rows, cols, device):
    empty = torch.empty(0, device=device)
    return [empty.new_zeros(rows, cols), empty.new_ones(rows, cols)]


# ---------------------------------------------------------------- uniform_and_normal


@chapter.exercise(
    points=2,
    hints=[
        "Three steps: seed, draw, move. Why would drawing on the device itself give other numbers?",
        "Seed one time only: the second draw goes on where the first one stopped.",
        "Draw with `torch.rand(shape)` and `torch.randn(shape)`, and return what `.to(device)` gives you.",
    ],
    read="https://docs.pytorch.org/docs/stable/notes/randomness.html",
)
def uniform_and_normal(draw: Draw):
    yield (2, 3), 0, draw.device(as_text=True)
    yield (3,), 42, draw.device()
    yield (3, 3), draw.integer(1, 10_000), draw.device()
    yield (1,), draw.integer(1, 10_000), draw.device()
    yield (2, 3, 4), draw.integer(1, 10_000), draw.device(as_text=True)
    yield (20, 30), draw.integer(1, 10_000), draw.device()


@chapter.mistake(uniform_and_normal)
def forgets_the_seed(shape, seed, device):
    """PyTorch's generator was not seeded with `seed` before you drew, so your numbers depend on what was drawn
    earlier. The seeds of NumPy, of Python's `random` and of a GPU have no say here."""
    np.random.seed(seed)
    return torch.rand(shape).to(device), torch.randn(shape).to(device)


@chapter.mistake(uniform_and_normal)
def seeds_twice(shape, seed, device):
    """Your second draw starts over with the random bits that the first one has used: it was seeded again. Seed
    once, and the second draw goes on from there."""
    torch.manual_seed(seed)
    uniform = torch.rand(shape)
    torch.manual_seed(seed)
    return uniform.to(device), torch.randn(shape).to(device)


@chapter.mistake(uniform_and_normal)
def draws_the_normal_first(shape, seed, device):
    """You drew the normal numbers before the uniform ones. All draws come from one stream of random numbers,
    so another order gives other values: first `rand`, then `randn`."""
    torch.manual_seed(seed)
    normal = torch.randn(shape)
    return torch.rand(shape).to(device), normal.to(device)


@chapter.mistake(uniform_and_normal)
def returns_the_normal_first(shape, seed, device):
    """The values are right, but in the wrong order: return the uniform numbers first, then the normal
    ones."""
    torch.manual_seed(seed)
    uniform = torch.rand(shape)
    return torch.randn(shape).to(device), uniform.to(device)


@chapter.mistake(uniform_and_normal)
def draws_twice_uniform(shape, seed, device):
    """The second tensor is uniform too. `rand` draws evenly between 0 and 1; the normal distribution, whose
    numbers can be negative and above 1, is `randn`, with an n."""
    torch.manual_seed(seed)
    return torch.rand(shape).to(device), torch.rand(shape).to(device)


@chapter.mistake(uniform_and_normal)
def draws_with_numpy(shape, seed, device):
    """NumPy has a generator of its own: the same seed gives other numbers there, and in float64. Draw with
    PyTorch's functions."""
    generator = np.random.default_rng(seed)
    uniform, normal = generator.random(shape), generator.standard_normal(shape)
    return torch.from_numpy(uniform).to(device), torch.from_numpy(normal).to(device)


@chapter.mistake(uniform_and_normal, on="accelerator")
def draws_on_the_device(shape, seed, device):
    """Each kind of device has its own random generator, and the same seed gives other numbers there. Draw on
    the CPU, without `device=`, and then move what you have drawn."""
    torch.manual_seed(seed)
    return torch.rand(shape, device=device), torch.randn(shape, device=device)


@chapter.mistake(uniform_and_normal, on="accelerator")
def forgets_to_move(shape, seed, device):
    """The numbers are on the CPU still. `x.to(device)` does not move x, it returns another tensor on the
    device: that is the one to return."""
    torch.manual_seed(seed)
    uniform, normal = torch.rand(shape), torch.randn(shape)
    uniform.to(device)
    normal.to(device)
    return uniform, normal


@chapter.mistake(uniform_and_normal)
def draws_and_returns_the_normal_first(shape, seed, device):
    """The normal numbers come first in your answer, in the draws and in the result. Both go the other way round:
    first `rand`, then `randn`."""
    torch.manual_seed(seed)
    return torch.randn(shape).to(device), torch.rand(shape).to(device)


@chapter.mistake(uniform_and_normal)
def draws_twice_normal(shape, seed, device):
    """The first tensor is normal too, with negative numbers in it. The uniform one, whose numbers lie between 0 and
    1, comes from `rand`, without an n at its end."""
    torch.manual_seed(seed)
    return torch.randn(shape).to(device), torch.randn(shape).to(device)


@chapter.mistake(uniform_and_normal)
def returns_the_uniform_twice(shape, seed, device):
    """Both tensors hold the same uniform numbers. The second is to be drawn anew, and from the normal distribution:
    `randn`, with an n."""
    torch.manual_seed(seed)
    uniform = torch.rand(shape)
    return uniform.to(device), uniform.clone().to(device)


@chapter.mistake(uniform_and_normal)
def seeds_with_zero(shape, seed, device):
    """Your numbers are those of the seed 0, whatever the argument `seed` says. Seed with the argument."""
    torch.manual_seed(0)
    return torch.rand(shape).to(device), torch.randn(shape).to(device)


@chapter.mistake(uniform_and_normal)
def seeds_with_42(shape, seed, device):
    """Your numbers are those of the seed 42, whatever the argument `seed` says. Seed with the argument."""
    torch.manual_seed(42)
    return torch.rand(shape).to(device), torch.randn(shape).to(device)


@chapter.mistake(uniform_and_normal)
def draws_with_numpys_own_seed(shape, seed, device):
    """These are NumPy's random numbers. NumPy has a generator of its own, and the same seed gives other numbers
    there, in float64. Draw with PyTorch's functions."""
    np.random.seed(seed)
    uniform, normal = np.random.rand(*shape), np.random.randn(*shape)
    return torch.from_numpy(uniform).to(device), torch.from_numpy(normal).to(device)


@chapter.mistake(uniform_and_normal)
def draws_float32_with_numpy(shape, seed, device):
    """These are NumPy's random numbers. NumPy has a generator of its own, and the same seed gives other numbers
    there. Draw with PyTorch's functions."""
    np.random.seed(seed)
    uniform, normal = np.random.rand(*shape), np.random.randn(*shape)
    return torch.tensor(uniform).float().to(device), torch.tensor(normal).float().to(device)


@chapter.mistake(uniform_and_normal, on="accelerator")
def draws_the_uniform_on_the_device(shape, seed, device):
    """You drew the first tensor on the device, whose generator gives other numbers for the same seed. Draw both on
    the CPU, without `device=`, and then move them."""
    torch.manual_seed(seed)
    return torch.rand(shape, device=device), torch.randn(shape).to(device)


@chapter.right(uniform_and_normal)
def by_a_generator(shape, seed, device):
    generator = torch.Generator().manual_seed(seed)
    uniform = torch.rand(shape, generator=generator)
    return uniform.to(device), torch.randn(shape, generator=generator).to(device)


@chapter.right(uniform_and_normal)
def filled_in_place(shape, seed, device):
    torch.manual_seed(seed)
    return torch.empty(shape).uniform_().to(device), torch.empty(shape).normal_().to(device)


@chapter.right(uniform_and_normal)
def by_normal_with_parameters(shape, seed, device):
    torch.random.manual_seed(seed)
    uniform = torch.rand(*shape, device="cpu", dtype=torch.float32)
    return uniform.to(device), torch.normal(0.0, 1.0, shape).to(device)


@chapter.right(uniform_and_normal)
def drawn_in_a_fork(shape, seed, device):
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return [torch.rand(shape).to(device), torch.randn(shape).to(device)]


@chapter.right(uniform_and_normal)
def drawn_like_a_template(shape, seed, device):
    template = torch.zeros(shape)
    torch.manual_seed(seed)
    return tuple(drawn.to(device) for drawn in (torch.rand_like(template), torch.randn_like(template)))


# ---------------------------------------------------------------- blank_copy


@chapter.exercise(
    points=1,
    also=["unchanged"],
    hints=[
        "What would you have to ask x for, and where to say it? There is a function that does it all.",
        "Its name is that of the function for zeros, and a word for resemblance.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.zeros_like.html",
)
def blank_copy(draw: Draw):
    yield draw.integers(2, 3, low=1)
    yield draw.integers(4, low=1, dtype=torch.int64)
    yield torch.tensor([[True, False], [True, True]])
    yield torch.tensor(5.0)
    yield draw.integers(3, 3, low=1, dtype=torch.int32)
    yield draw.normal(1, 1).half()
    yield draw.integers(2, 3, 4, low=1, high=200, dtype=torch.uint8)
    yield draw.normal(6, 4).mT
    yield draw.normal(30, 40)[::2]
    yield draw.normal(3, 5, dtype=torch.float64)


@chapter.mistake(blank_copy)
def forgets_the_dtype(x):
    """Your zeros are always float32, which is what `torch.zeros` makes unless told otherwise. They should have the
    dtype of x, and x may be of any."""
    return torch.zeros(x.shape, device=x.device)


@chapter.mistake(blank_copy)
def empties_x_itself(x):
    """You set x itself to zero, and x must stay as it was. `y = x` is only a second name for it, and methods that
    end in `_` work in place, as `x[...] =` does. Make a new tensor."""
    blank = x
    return blank.zero_()


@chapter.mistake(blank_copy)
def multiplies_by_zero(x):
    """From bools you got ints: the result of arithmetic has a dtype of its own, and True * 0 is an int. Rather than
    computing zeros from x, make them with the dtype of x."""
    return x * 0


@chapter.mistake(blank_copy)
def makes_one_long_row_of_zeros(x):
    """You took the number of elements and left out the shape, so the zeros stand in one row. `x.shape` has
    one size for each dimension."""
    return torch.zeros(x.numel(), dtype=x.dtype, device=x.device)


@chapter.mistake(blank_copy)
def copies_x(x):
    """This has still the values of x. Wanted is a tensor that is like x in shape, dtype and device, and holds
    zeros."""
    return x.clone()


@chapter.mistake(blank_copy, on="accelerator")
def forgets_the_device(x):
    """Your zeros are on the CPU, but x is not. `torch.zeros` takes a `device=` besides the dtype; or let one
    function take all three from x."""
    return torch.zeros(x.shape, dtype=x.dtype)


@chapter.mistake(blank_copy)
def makes_only_one_row(x):
    """Your zeros have one dimension less than x: an index took out a single row. Return the tensor with all its
    rows."""
    return torch.zeros_like(x)[0]


@chapter.mistake(blank_copy)
def makes_ones(x):
    """Shape, dtype and device are right, but this is full of ones. There is a function with such a name for zeros
    too."""
    return torch.ones_like(x)


@chapter.mistake(blank_copy)
def hands_over_x_for_sizes(x):
    """`torch.zeros` wants sizes, and x is a tensor. Its sizes are `x.shape`; or look for the function that takes
    the tensor itself."""
    return torch.zeros(x)


@chapter.mistake(blank_copy)
def does_not_name_the_dtype(x):
    """Behind the shape, the dtype and the device have to be named, or PyTorch cannot tell what they are meant for:
    `dtype=`, `device=`."""
    return torch.zeros(x.shape, x.dtype, x.device)


@chapter.right(blank_copy)
def by_new_zeros(x):
    return x.new_zeros(x.shape)


@chapter.right(blank_copy)
def with_everything_said(x):
    return torch.zeros(x.size(), dtype=x.dtype, device=x.device)


@chapter.right(blank_copy)
def by_full_like(x):
    return torch.full_like(x, 0)


@chapter.right(blank_copy)
def by_a_clone_set_to_zero(x):
    blank = x.detach().clone()
    blank[...] = 0
    return blank


@chapter.right(blank_copy)
def by_comparison_with_itself(x):
    return torch.ne(x, x).to(x.dtype)


@chapter.right(blank_copy)
def by_empty_and_zero(x):
    return torch.empty_like(x).zero_()


@chapter.right(blank_copy)
def ones_less_ones(x):
    return torch.ones_like(x).logical_not().to(x.dtype)


# ---------------------------------------------------------------- evenly_spaced


@chapter.exercise(
    points=1,
    scale=lambda start, stop, steps: float(max(abs(start), abs(stop))),
    hints=[
        "Is the last number wanted? `torch.arange` ends before it, like Python's `range`.",
        "One function takes the number of steps rather than the size of one, and includes both ends.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.linspace.html",
)
def evenly_spaced(draw: Draw):
    yield 0.0, 1.0, 5
    yield 0, 4, 5  # ints
    yield 3.0, -1.0, 3  # falling
    yield 2.5, 9.0, 1  # a single step
    yield 1, 2, 2
    yield draw.number(-5, -1), draw.number(1, 5), 7
    yield draw.integer(20, 50), draw.integer(-50, 10), 12
    yield draw.number(-100, -50), draw.number(50, 100), 1000


@chapter.mistake(evenly_spaced)
def stops_before_the_end(start, stop, steps):
    """The last number is missing. `torch.arange` stops before its end, as Python's `range` does; there is a
    function that includes both ends."""
    gap = (stop - start) / max(steps - 1, 1)
    return torch.arange(start, stop, gap, dtype=torch.float32)


@chapter.mistake(evenly_spaced)
def divides_by_the_number_of_steps(start, stop, steps):
    """Your gaps are too small, and stop is never reached. Between n numbers there are n - 1 gaps; count the
    fence posts and what lies between them."""
    gap = (stop - start) / steps
    return torch.tensor([start + i * gap for i in range(steps)], dtype=torch.float32)


@chapter.mistake(evenly_spaced)
def counts_gaps_as_steps(start, stop, steps):
    """Your result has one number too many. `steps` counts the numbers, both ends included, and not the gaps
    between them."""
    return torch.linspace(start, stop, steps + 1)


@chapter.mistake(evenly_spaced)
def takes_steps_for_the_gap(start, stop, steps):
    """You used `steps` as the size of one step, which is `arange`'s third argument. It is the number of values in
    the result; the size of a step follows from it and from the two ends."""
    return torch.arange(start, stop, steps if start < stop else -steps, dtype=torch.float32)


@chapter.mistake(evenly_spaced)
def fails_for_a_single_step(start, stop, steps):
    """A single step has no gap, and you divide by the number of gaps, which is 0. Treat that case apart, or
    use the function that knows it."""
    gap = (stop - start) / (steps - 1)
    return torch.tensor([start + i * gap for i in range(steps)], dtype=torch.float32)


@chapter.mistake(evenly_spaced)
def spaces_by_numpy(start, stop, steps):
    """Your numbers are float64 and should be float32. NumPy's `linspace` makes the former; PyTorch has a function
    of the same name, which makes the latter if you name no dtype."""
    return torch.from_numpy(np.linspace(start, stop, steps))


@chapter.mistake(evenly_spaced)
def keeps_ints(start, stop, steps):
    """From ints you made an int64 tensor: a dtype that follows the inputs cannot be right here, as the result
    is float32 for ints too."""
    dtype = torch.int64 if isinstance(start, int) and isinstance(stop, int) else torch.float32
    return torch.linspace(start, stop, steps).to(dtype)


@chapter.mistake(evenly_spaced)
def stops_before_the_end_and_fails_for_one(start, stop, steps):
    """The last number is missing: `torch.arange` stops before its end, as Python's `range` does. There is a
    function that includes both ends, and can make a single step too."""
    return torch.arange(start, stop, (stop - start) / (steps - 1))


@chapter.mistake(evenly_spaced)
def hands_steps_to_arange(start, stop, steps):
    """You used `steps` as the size of one step, which is `arange`'s third argument. It is the number of values in
    the result, and another function takes that."""
    return torch.arange(start, stop, steps)


@chapter.mistake(evenly_spaced)
def hands_steps_to_arange_and_adds_one(start, stop, steps):
    """`arange`'s third argument is the size of one step, and `steps` is the number of values in the result. Another
    function takes that, and includes both ends."""
    return torch.arange(start, stop + 1, steps)


@chapter.mistake(evenly_spaced)
def makes_one_too_few(start, stop, steps):
    """Your result has one number too few. `steps` is how many numbers there are, both ends included; take it as it
    is."""
    return torch.linspace(start, stop, steps - 1)


@chapter.mistake(evenly_spaced)
def swaps_the_ends(start, stop, steps):
    """Your numbers run from stop to start: the two ends have changed places."""
    return torch.linspace(stop, start, steps)


@chapter.mistake(evenly_spaced)
def leaves_out_the_steps(start, stop, steps):
    """The function also has to be told how many numbers to make: `steps`, behind the two ends."""
    return torch.linspace(start, stop)


@chapter.mistake(evenly_spaced)
def returns_a_list(start, stop, steps):
    """The numbers are right, but they stand in a Python list. Make a tensor of them."""
    return [start + i * (stop - start) / max(steps - 1, 1) for i in range(steps)]


@chapter.right(evenly_spaced)
def by_arange_and_a_gap(start, stop, steps):
    gap = (stop - start) / max(steps - 1, 1)
    return start + gap * torch.arange(steps)


@chapter.right(evenly_spaced)
def by_a_list(start, stop, steps):
    if steps == 1:
        return torch.tensor([float(start)])
    return torch.tensor([start + i * (stop - start) / (steps - 1) for i in range(steps)])


@chapter.right(evenly_spaced)
def by_lerp(start, stop, steps):
    weights = torch.arange(steps) / max(steps - 1, 1)
    return torch.lerp(torch.tensor(float(start)), torch.tensor(float(stop)), weights)


@chapter.right(evenly_spaced)
def by_numpy_in_float32(start, stop, steps):
    return torch.from_numpy(np.linspace(start, stop, steps, dtype=np.float32))


@chapter.right(evenly_spaced)
def by_adding_up(start, stop, steps):
    gap = (stop - start) / max(steps - 1, 1)
    gaps = torch.full((steps,), gap, dtype=torch.float64)
    gaps[0] = start
    return gaps.cumsum(dim=0).float()


@chapter.right(evenly_spaced)
def mixed_from_both_ends(start, stop, steps):
    share = torch.linspace(0, 1, steps)
    return (1 - share) * start + share * stop

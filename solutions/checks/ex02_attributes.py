"""Checks of chapter 2: a tensor's attributes."""

import math

import torch

from grader.authoring import Chapter, Draw

chapter = Chapter(__file__)

DTYPES = {
    "int32": torch.int32,
    "int64": torch.int64,
    "float32": torch.float32,
    "float64": torch.float64,
    "bool": torch.bool,
}


# ---------------------------------------------------------------- describe


@chapter.exercise(
    points=1,
    also=["unchanged"],
    hints=[
        "Each of the seven facts is one attribute or one method of x; the list in the story has six of them.",
        "Which of them are methods? A method without parentheses is not called.",
        "`x.device` can hold a number too, as in cuda:0. It has an attribute for the kind alone.",
    ],
    read="https://docs.pytorch.org/docs/stable/tensor_attributes.html",
)
def describe(draw: Draw):
    yield draw.integers(2, 3)
    yield draw.integers(2, 3).mT  # not contiguous
    yield draw.parameter(draw.integers(4))  # requires gradients
    yield draw.integers(3, 3, dtype=torch.int64)
    yield torch.tensor(True)
    yield draw.integers(1, 1, dtype=torch.int32)
    yield draw.normal(2, 3, 4)[:, ::2]
    yield draw.integers(1, 5).expand(3, 5)
    yield draw.normal(2, 3, 4, 5, dtype=torch.float64)


@chapter.mistake(describe)
def does_not_call_the_methods(x):
    """Some entries are methods and not their results. `numel` and `is_contiguous` are methods of a tensor:
    call them, with parentheses."""
    return facts(x) | {"numel": x.numel, "is_contiguous": x.is_contiguous}


@chapter.mistake(describe)
def calls_the_shape_size(x):
    """`x.size` without parentheses is a method, not the shape. The shape is `x.shape`, or what `x.size()`
    returns."""
    return facts(x) | {"shape": x.size}


@chapter.mistake(describe)
def keeps_the_device_object(x):
    """`x.device` is a `torch.device` object and no text. The kind of device alone, such as "cpu", is one of
    its attributes."""
    return facts(x) | {"device": x.device}


@chapter.mistake(describe)
def writes_the_dtype_as_text(x):
    """The dtype is text in your dict. `x.dtype` itself is wanted, the object that you can hand on to other
    functions."""
    return facts(x) | {"dtype": str(x.dtype)}


@chapter.mistake(describe)
def counts_only_the_rows(x):
    """`numel` counts all elements, but you took the length of the first dimension only. A tensor of shape (2,
    3) has six elements."""
    return facts(x) | {"numel": x.shape[0] if x.ndim else 1}


@chapter.mistake(describe)
def looks_for_a_gradient(x):
    """`requires_grad` is False in your dict even where x requires gradients. Whether x has a `.grad` does not tell:
    that is None until one was computed. An attribute does."""
    return facts(x) | {"requires_grad": x.grad is not None}


@chapter.mistake(describe)
def switches_gradients_on(x):
    """You changed x: `requires_grad_()` with the underscore at the end switches gradients on, while
    `requires_grad` without it tells whether they are."""
    return facts(x) | {"requires_grad": x.requires_grad_(x.is_floating_point()).requires_grad}


@chapter.mistake(describe)
def describes_a_contiguous_copy(x):
    """`is_contiguous` is True in your dict even where x is not contiguous. Ask x itself: what `.contiguous()`
    returns is another tensor."""
    return facts(x) | {"is_contiguous": x.contiguous().is_contiguous()}


@chapter.mistake(describe, on="accelerator")
def writes_the_device_with_its_number(x):
    """The text of a device can hold its number too, as in "cuda:0". On the CPU that does not show. Ask the
    device for its type instead."""
    return facts(x) | {"device": str(x.device)}


@chapter.mistake(describe, on="accelerator")
def always_says_cpu(x):
    """Your dict says that x is on the CPU, but it is on an accelerator. Do not write the answer down, and do not
    move x: ask it as it is."""
    return facts(x) | {"device": "cpu"}


@chapter.mistake(describe)
def counts_the_rows_by_len(x):
    """`numel` counts all elements, but `len` gives the size of the first dimension only, and fails where there is
    none. A tensor of shape (2, 3) has six elements."""
    return facts(x) | {"numel": len(x)}


@chapter.mistake(describe)
def counts_the_rows_by_the_first_size(x):
    """`numel` counts all elements, but you took the first size only, and a tensor of no dimensions has none. A
    tensor of shape (2, 3) has six elements."""
    return facts(x) | {"numel": x.shape[0]}


@chapter.mistake(describe)
def multiplies_two_sizes(x):
    """Your dict counts on exactly two dimensions for the number of elements, and x may have any number of them. A
    method of x counts its elements."""
    return facts(x) | {"numel": x.shape[0] * x.shape[1]}


@chapter.mistake(describe)
def takes_the_length_for_ndim(x):
    """`ndim` is the number of dimensions; `len(x)` is the size of the first one. A tensor of shape (5, 3) has two
    dimensions."""
    return facts(x) | {"ndim": len(x)}


@chapter.mistake(describe)
def asks_for_the_type_of_x(x):
    """`type(x)` is `torch.Tensor` for every tensor. The dtype is the type of its elements, and an attribute of
    x."""
    return facts(x) | {"dtype": type(x)}


@chapter.mistake(describe)
def asks_x_for_its_type(x):
    """`x.type()` gives a text. The object that you can hand on to other functions is an attribute of x."""
    return facts(x) | {"dtype": x.type()}


def facts(x):
    return chapter.solution.describe(x)


@chapter.right(describe)
def by_functions(x):
    return {
        "is_contiguous": torch.Tensor.is_contiguous(x),
        "requires_grad": x.requires_grad,
        "device": x.device.type,
        "dtype": x.dtype,
        "numel": torch.numel(x),
        "ndim": x.dim(),
        "shape": x.size(),
    }


@chapter.right(describe)
def computed_from_the_shape(x):
    shape = tuple(x.shape)
    return {"shape": shape, "ndim": len(shape), "numel": math.prod(shape)} | {
        "dtype": x.dtype,
        "device": str(x.device).split(":")[0],
        "requires_grad": x.requires_grad,
        "is_contiguous": x.is_contiguous(),
    }


@chapter.right(describe)
def attribute_by_attribute(x):
    names = ["shape", "ndim", "dtype", "requires_grad"]
    found = {name: getattr(x, name) for name in names}
    found.update(numel=x.nelement(), device=x.device.type, is_contiguous=x.is_contiguous())
    return found


@chapter.right(describe)
def with_sizes_one_by_one(x):
    described = {"dtype": x.dtype, "requires_grad": bool(x.requires_grad), "device": x.device.type}
    described["shape"] = tuple(x.size(dim) for dim in range(x.ndimension()))
    described["ndim"] = x.ndimension()
    described["numel"] = len(x.flatten())
    described["is_contiguous"] = x.contiguous() is x
    return described


chapter.equivalent(
    describe,
    "no_grad",
    reason="It only asks questions, and the answers are the same without gradients.",
)


# ---------------------------------------------------------------- typed_copies


@chapter.exercise(
    points=2,
    hints=[
        "How many digits are left of a number that has been float32? So what is each tensor to be made from?",
        "`torch.tensor` takes a `dtype=`. Call it once for each key, always with the list itself.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.tensor.html",
)
def typed_copies(draw: Draw):
    yield [0.0, 1.0, 2.7, -2.7]
    yield [0.1, 0.5, -0.5, 1.5, 2.5]
    yield [16777217.0, -1999999999.0]  # whole numbers that float32 cannot hold
    yield [3.0]
    yield [0.0]
    yield [draw.number(-1000, 1000, digits=10) for _ in range(6)]
    yield [draw.number(-2e9, 2e9, digits=6) for _ in range(40)]


@chapter.mistake(typed_copies)
def converts_from_float32(values):
    """You made a float32 tensor first and converted it. float32 keeps about seven digits, and a wider dtype
    does not bring the others back. Make each tensor from the list."""
    x = torch.tensor(values)
    return {name: x.to(dtype) for name, dtype in DTYPES.items()}


@chapter.mistake(typed_copies)
def rounds_to_ints(values):
    """You rounded to the nearest whole number. For ints the fraction is to be dropped, as a conversion does
    it by itself."""
    whole = [round(value) for value in values]
    return typed(values) | {name: torch.tensor(whole, dtype=DTYPES[name]) for name in ("int32", "int64")}


@chapter.mistake(typed_copies)
def rounds_down_to_ints(values):
    """You rounded down, which for negative numbers is away from zero: -2.7 became -3. Dropping the fraction
    goes towards zero and gives -2."""
    whole = [math.floor(value) for value in values]
    return typed(values) | {name: torch.tensor(whole, dtype=DTYPES[name]) for name in ("int32", "int64")}


@chapter.mistake(typed_copies)
def makes_bools_from_ints(values):
    """You cut off the fraction before you made bools, and so 0.5 counts as zero. Every number but zero is
    True, fractions too: make the bools from the floats."""
    return typed(values) | {"bool": torch.tensor(values, dtype=torch.int64).bool()}


@chapter.mistake(typed_copies)
def asks_for_positive_numbers(values):
    """Negative numbers are True as well: as a bool, only zero is False."""
    return typed(values) | {"bool": torch.tensor([value > 0 for value in values])}


@chapter.mistake(typed_copies)
def takes_int_for_int64(values):
    """In PyTorch `torch.int`, like the method `.int()`, means int32, and `torch.float` means float32. The
    wide ones are `torch.int64` and `torch.float64`, or `long` and `double`."""
    x = torch.tensor(values, dtype=torch.float64)
    return typed(values) | {"int64": x.int(), "float64": x.float()}


@chapter.mistake(typed_copies)
def takes_dtypes_for_keys(values):
    """The keys of your dict are dtypes. They should be strings: `"int32"`, not `torch.int32`."""
    return {dtype: torch.tensor(values, dtype=dtype) for dtype in DTYPES.values()}


@chapter.mistake(typed_copies)
def cuts_the_fractions_first(values):
    """You cut off the fractions before you made the other tensors, so the floats lack them, and 0.5 became False.
    Make each tensor from the list itself."""
    whole = torch.tensor(values, dtype=torch.int32)
    return {name: whole.to(dtype) for name, dtype in DTYPES.items()}


@chapter.mistake(typed_copies)
def rounds_first(values):
    """You rounded before you made the tensors, so the floats have lost their fractions. Make each tensor from the
    list itself: a conversion to ints drops the fraction without help."""
    whole = [round(value) for value in values]
    return {name: torch.tensor(whole, dtype=dtype) for name, dtype in DTYPES.items()}


@chapter.mistake(typed_copies)
def takes_text_for_a_dtype(values):
    """A dtype is an object of PyTorch, such as `torch.int32`, and no text: `"int32"` is only its name."""
    return {name: torch.tensor(values, dtype=name) for name in DTYPES}


@chapter.mistake(typed_copies)
def converts_to_text(values):
    """`.to` takes a text for the name of a device. A dtype is an object of PyTorch, such as `torch.int32`, and no
    text."""
    return {name: torch.tensor(values, dtype=torch.float64).to(name) for name in DTYPES}


def typed(values):
    return chapter.solution.typed_copies(values)


@chapter.right(typed_copies)
def all_from_float64(values):
    x = torch.tensor(values, dtype=torch.float64)
    return {"int32": x.int(), "int64": x.long(), "float32": x.float(), "float64": x, "bool": x.bool()}


@chapter.right(typed_copies)
def by_name(values):
    return {name: torch.tensor(values, dtype=getattr(torch, name)) for name in DTYPES}


@chapter.right(typed_copies)
def by_python(values):
    ints = [int(value) for value in values]
    return {
        "bool": torch.tensor([bool(value) for value in values]),
        "float64": torch.tensor(values).double().new_tensor(values),
        "float32": torch.tensor(values),
        "int64": torch.tensor(ints),
        "int32": torch.tensor(ints, dtype=torch.int),
    }


@chapter.right(typed_copies)
def by_truncation_and_comparison(values):
    x = torch.asarray(values, dtype=torch.double)
    whole = x.trunc()
    copies = {"int32": whole.type(torch.int32), "int64": whole.type(torch.int64)}
    return copies | {"float32": x.float(), "float64": x, "bool": x != 0}


@chapter.right(typed_copies)
def filled_one_by_one(values):
    copies = {name: torch.zeros(len(values), dtype=dtype) for name, dtype in DTYPES.items()}
    for copy in copies.values():
        for i, value in enumerate(values):
            copy[i] = value
    return copies


chapter.equivalent(
    typed_copies,
    "… dtype=torch.float32), … → … 'float32': torch.tensor(values), …",
    reason="Of Python floats `torch.tensor` makes float32 by itself.",
)


# ---------------------------------------------------------------- complex_numbers


@chapter.exercise(
    points=1,
    gradient=True,
    hints=[
        "A complex number is one element, not two. The story names a function that joins the parts.",
        "There is also plain arithmetic. How does Python write the imaginary unit?",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.complex.html",
)
def complex_numbers(draw: Draw):
    yield draw.integers(3), draw.integers(3)
    yield draw.integers(2, 3), draw.integers(2, 3)
    yield draw.integers(1), draw.integers(1)
    yield draw.normal(3, 3), draw.normal(3, 3)
    yield draw.normal(6, 4).mT, draw.normal(4, 12)[:, ::2]
    yield draw.normal(5, 6, 7), draw.normal(5, 6, 7)


@chapter.mistake(complex_numbers)
def adds_the_parts(real, imag):
    """You added the two parts, and the sum of real numbers is real. The imaginary part has to be multiplied
    by the imaginary unit, in Python `1j`."""
    return real + imag


@chapter.mistake(complex_numbers)
def swaps_the_parts(real, imag):
    """The real and the imaginary part have changed places: the real part comes first."""
    return torch.complex(imag, real)


@chapter.mistake(complex_numbers)
def subtracts_the_imaginary_part(real, imag):
    """The imaginary parts have the wrong sign: these are the complex conjugates of the numbers wanted."""
    return torch.complex(real, -imag)


@chapter.mistake(complex_numbers)
def puts_the_parts_side_by_side(real, imag):
    """You put the two parts side by side, in a new dimension of a float tensor. The result should be
    complex64, with one complex number for each pair."""
    return torch.stack([real, imag], dim=-1)


@chapter.mistake(complex_numbers)
def takes_the_parts_for_polar(real, imag):
    """`torch.polar` takes a length and an angle. You have the real and the imaginary part, and for these
    there is another function."""
    return torch.polar(real, imag)


@chapter.mistake(complex_numbers)
def makes_complex128(real, imag):
    """Your numbers are complex128, made of two float64 parts. Two float32 parts make complex64: leave the
    dtype as it is."""
    return torch.complex(real, imag).to(torch.complex128)


@chapter.mistake(complex_numbers)
def goes_through_python_numbers(real, imag):
    """The values are right, but no gradient finds its way back: it goes neither through Python's numbers nor past
    `.detach()`. Stay with operations on tensors."""
    pairs = zip(real.flatten().tolist(), imag.flatten().tolist(), strict=True)
    return torch.tensor([complex(a, b) for a, b in pairs], device=real.device).reshape(real.shape)


@chapter.mistake(complex_numbers, on="accelerator")
def starts_with_zeros_on_the_cpu(real, imag):
    """Your result is on the CPU. A tensor that you make to fill it needs `device=real.device`; a function that
    joins the parts stays where they are."""
    z = torch.zeros(real.shape, dtype=torch.complex64)
    z.real += real.cpu()
    z.imag += imag.cpu()
    return z


@chapter.mistake(complex_numbers)
def stacks_the_parts(real, imag):
    """You put the two parts above each other, in a new dimension of a float tensor. The result should be complex64,
    with one complex number for each pair."""
    return torch.stack([real, imag])


@chapter.mistake(complex_numbers)
def puts_one_part_behind_the_other(real, imag):
    """You put one part behind the other, so there are twice as many real numbers. The result should be complex64,
    with one complex number for each pair."""
    return torch.cat([real, imag])


@chapter.mistake(complex_numbers)
def pairs_in_the_first_dimension(real, imag):
    """`torch.view_as_complex` looks for the two parts in the last dimension. `torch.stack` puts its new dimension
    first unless you say where."""
    return torch.view_as_complex(torch.stack([real, imag]))


@chapter.mistake(complex_numbers)
def uses_pythons_complex(real, imag):
    """Python's `complex` makes one number of two. For tensors, PyTorch has a function that joins all elements at
    once."""
    return complex(real, imag)


@chapter.mistake(complex_numbers)
def adds_the_unit(real, imag):
    """You added the imaginary unit to the sum of the parts. It is the imaginary part that has to be multiplied by
    it."""
    return real + 1j + imag


@chapter.right(complex_numbers)
def by_arithmetic(real, imag):
    return real + 1j * imag


@chapter.right(complex_numbers)
def viewed_as_complex(real, imag):
    return torch.view_as_complex(torch.stack([real, imag], dim=-1))


@chapter.right(complex_numbers)
def both_parts_converted(real, imag):
    unit = torch.tensor(1j, device=real.device)
    return real.to(torch.complex64) + imag.to(torch.complex64) * unit


@chapter.right(complex_numbers)
def added_with_a_factor(real, imag):
    return torch.add(real, imag.to(torch.complex64), alpha=1j)


@chapter.right(complex_numbers)
def by_two_units(real, imag):
    units = torch.tensor([1.0, 1j], device=real.device)
    return torch.einsum("...p,p->...", torch.stack([real, imag], dim=-1).to(torch.complex64), units)


# ---------------------------------------------------------------- memory_in_bytes


@chapter.exercise(
    points=1,
    hints=[
        "How many elements are there, and how many bytes does one of them take?",
        "The story names a method for either number. Neither asks where the memory is or who owns it.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.Tensor.element_size.html",
)
def memory_in_bytes(draw: Draw):
    yield draw.integers(2, 3)
    yield draw.integers(5, dtype=torch.int64)
    yield torch.tensor([True, False, True])
    yield torch.tensor(1.5)
    yield draw.integers(1, 4).expand(3, 4)
    yield draw.integers(6, 4, dtype=torch.int32)[::2, ::3]
    yield draw.normal(6, 4).mT
    yield draw.normal(3, 4, 5).half()
    yield draw.normal(30, 20, dtype=torch.float64)


@chapter.mistake(memory_in_bytes)
def asks_the_storage(x):
    """You measured the storage, which a view shares with others and shows only in part, or more than once.
    Count the elements of x itself."""
    return x.untyped_storage().nbytes()


@chapter.mistake(memory_in_bytes)
def takes_four_bytes_for_granted(x):
    """You took four bytes for every element. That holds for float32 and int32; an int64 takes eight bytes, a
    bool one. Ask x for the size of its elements."""
    return x.numel() * 4


@chapter.mistake(memory_in_bytes)
def counts_elements_only(x):
    """This is the number of elements. Each of them takes one or more bytes, depending on the dtype."""
    return x.numel()


@chapter.mistake(memory_in_bytes)
def counts_the_first_dimension(x):
    """You counted along the first dimension only. The number of elements is the product of all sizes in the
    shape, and there is a method for it."""
    return (x.shape[0] if x.ndim else 1) * x.element_size()


@chapter.mistake(memory_in_bytes)
def counts_bits(x):
    """This is the number of bits. A byte has eight of them, and bytes are wanted."""
    return x.numel() * x.element_size() * 8


@chapter.mistake(memory_in_bytes)
def knows_floats_only(x):
    """`torch.finfo` describes floating-point dtypes only and refuses ints and bools. A tensor of any dtype
    knows the size of its elements."""
    return x.numel() * torch.finfo(x.dtype).bits // 8


@chapter.mistake(memory_in_bytes)
def divides_to_a_float(x):
    """The number is right, but it is a float, which is what `/` always makes. A number of bytes is an int, so use
    `//` or, better, only multiply."""
    return x.numel() * (x.element_size() * 8) / 8


@chapter.mistake(memory_in_bytes, on="accelerator")
def asks_numpy(x):
    """`.numpy()` works only for memory on the CPU. You need not convert x at all: it can answer by itself, on
    any device."""
    return x.numpy().nbytes


@chapter.mistake(memory_in_bytes)
def asks_python(x):
    """`sys.getsizeof` measures the Python object around the tensor, whatever it holds. Count the elements, and ask
    x for the size of one."""
    import sys

    return sys.getsizeof(x)


@chapter.mistake(memory_in_bytes)
def multiplies_two_sizes_of_x(x):
    """You counted on exactly two dimensions, and x may have any number of them. There is a method that counts all
    elements."""
    return x.shape[0] * x.shape[1] * x.element_size()


@chapter.mistake(memory_in_bytes)
def measures_one_element(x):
    """These are the bytes of a single element. x has as many as the product of its sizes."""
    return x.element_size()


@chapter.mistake(memory_in_bytes)
def takes_eight_bytes_for_granted(x):
    """You took eight bytes for every element. That holds for float64 and int64; a float32 takes four bytes, a bool
    one. Ask x for the size of its elements."""
    return x.numel() * 8


@chapter.right(memory_in_bytes)
def by_nbytes(x):
    return x.nbytes


@chapter.right(memory_in_bytes)
def by_itemsize(x):
    return math.prod(x.shape) * x.dtype.itemsize


@chapter.right(memory_in_bytes)
def by_the_storage_of_a_copy(x):
    copy = torch.empty(x.shape, dtype=x.dtype)
    return copy.untyped_storage().nbytes()


@chapter.right(memory_in_bytes)
def row_by_row(x):
    if x.ndim == 0:
        return x.element_size()
    return sum(row_by_row(row) for row in x)


@chapter.right(memory_in_bytes)
def counted_as_bytes(x):
    return x.flatten().contiguous().view(torch.uint8).numel()


# ---------------------------------------------------------------- mean_of_counts


@chapter.exercise(
    points=2,
    hints=[
        "Why does `x.mean()` refuse integers? What dtype would the mean of 1 and 2 need?",
        "Change the dtype before anything is added up: a uint8 ends at 255, a sum does not.",
        "A tensor of integers has the methods `.float()` and `.to(dtype)`, and `mean` takes a `dtype=`.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.mean.html",
)
def mean_of_counts(draw: Draw):
    yield torch.tensor([1, 2, 4, 3])
    yield torch.tensor([[200, 100, 55], [250, 145, 5]], dtype=torch.uint8)
    yield torch.tensor([7], dtype=torch.int32)
    yield torch.tensor([250, 251, 252], dtype=torch.uint8)
    yield torch.tensor([[5, 0, 1], [2, 2, 1], [4, 7, 3]], dtype=torch.int32)
    yield draw.integers(6, 8, low=0, high=99, dtype=torch.int64).mT[::2]
    yield draw.integers(401, low=60, high=255, dtype=torch.uint8)
    yield draw.integers(13, 37, low=20_000, high=30_000, dtype=torch.int32)


@chapter.mistake(mean_of_counts)
def averages_integers(counts):
    """The mean of integers is seldom an integer, so `mean` refuses to guess a dtype. Convert the counts to
    float32 first, or tell `mean` which dtype to use."""
    return counts.mean()


@chapter.mistake(mean_of_counts)
def drops_the_fraction(counts):
    """You dropped the fraction, as `//` does, and a conversion to an integer dtype. The mean needs a floating-point
    dtype, and `/` makes one."""
    return counts.sum() // counts.numel()


@chapter.mistake(mean_of_counts)
def converts_the_mean_back(counts):
    """You turned the mean back into the dtype of the counts, which drops its fraction. The result should stay
    float32."""
    return counts.float().mean().to(counts.dtype)


@chapter.mistake(mean_of_counts)
def adds_up_in_the_narrow_dtype(counts):
    """You added up in the dtype of the counts, and a uint8 starts again at 0 after 255. Convert before you
    add, or use the tensor's own `sum`, which uses int64."""
    return counts.sum(dtype=counts.dtype) / counts.numel()


@chapter.mistake(mean_of_counts)
def uses_pythons_sum(counts):
    """You added up along the first dimension only and in the tensor's dtype, where a uint8 starts again at 0 after
    255: Python's `sum` and a loop do. Use the methods of the tensor."""
    return sum(counts) / len(counts)


@chapter.mistake(mean_of_counts)
def averages_each_column(counts):
    """You averaged along the first dimension only and left the others. Without a `dim`, all elements become one
    mean."""
    return counts.float().mean(dim=0)


@chapter.mistake(mean_of_counts)
def returns_a_python_float(counts):
    """This is a Python float, as `.item()` and `float()` make it. The result should stay a tensor, of shape (), on
    the device of the counts."""
    return counts.float().mean().item()


@chapter.mistake(mean_of_counts)
def averages_in_half_precision(counts):
    """float16 has three digits and ends at 65504, which is too little for sums of counts; and the result
    should be float32. Convert to float32 instead."""
    return counts.half().mean()


@chapter.mistake(mean_of_counts, on="accelerator")
def makes_a_new_tensor_on_the_cpu(counts):
    """The mean is right, but the tensor that you made of it is on the CPU. Stay with operations on counts:
    their results stay on its device."""
    return torch.tensor(counts.sum().item() / counts.numel())


@chapter.mistake(mean_of_counts)
def averages_each_row(counts):
    """You averaged along the last dimension only and left the others. Without a `dim`, all elements become one
    mean."""
    return counts.float().mean(dim=-1)


@chapter.mistake(mean_of_counts)
def only_adds_up(counts):
    """This is the sum of the counts. The mean is the sum divided by how many there are."""
    return counts.float().sum()


@chapter.mistake(mean_of_counts)
def keeps_float64(counts):
    """The mean is right, but it is float64, the dtype of `.double()` and of NumPy. The result should be float32,
    which is what `.float()` makes."""
    return counts.double().mean()


@chapter.right(mean_of_counts)
def mean_with_dtype(counts):
    return counts.mean(dtype=torch.float32)


@chapter.right(mean_of_counts)
def sum_over_number(counts):
    return counts.sum() / counts.numel()


@chapter.right(mean_of_counts)
def long_sum_divided(counts):
    return torch.true_divide(counts.long().flatten().cumsum(dim=0)[-1], counts.nelement())


@chapter.right(mean_of_counts)
def moved_back_from_python(counts):
    flat = counts.flatten().tolist()
    return torch.tensor(sum(flat) / len(flat), device=counts.device)


@chapter.right(mean_of_counts)
def by_dot_product(counts):
    flat = counts.reshape(-1).to(torch.float32)
    return flat @ torch.ones_like(flat) / len(flat)


@chapter.right(mean_of_counts)
def by_hand(counts):
    total = torch.zeros((), device=counts.device)
    for row in counts.reshape(-1).split(50):
        total = total + row.float().sum()
    return total / counts.numel()


# ---------------------------------------------------------------- contiguous_transpose


@chapter.exercise(
    points=2,
    gradient=True,
    also=["contiguous", "unchanged"],
    hints=[
        "Two steps: swap the dimensions, and see to the layout. Which of them has to come first?",
        "The transpose is only a view. One method returns the same numbers stored row after row.",
        "That method, too, leaves its tensor alone: use what it returns.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.Tensor.contiguous.html",
)
def contiguous_transpose(draw: Draw):
    yield draw.integers(2, 3)
    yield draw.integers(3, 3)
    yield draw.integers(1, 1)
    yield draw.integers(1, 5)
    yield draw.integers(6, 4).mT
    yield draw.normal(8, 10)[1::2, ::3]
    yield draw.normal(20, 30, dtype=torch.float64)


@chapter.mistake(contiguous_transpose)
def returns_the_view(x):
    """The values are right, but the result is not contiguous: a transpose is a view. `.contiguous()` stores
    it anew and returns that; `.clone()` keeps the order in memory."""
    return x.T


@chapter.mistake(contiguous_transpose)
def makes_x_contiguous_first(x):
    """You made x contiguous, and then the transpose made a view that is not. The order matters: swap the
    dimensions first."""
    return x.contiguous().T


@chapter.mistake(contiguous_transpose)
def reshapes(x):
    """The shape is right, but the numbers are not turned over: `reshape` and `view` keep them in their order and
    only break the rows elsewhere. Swap the dimensions instead."""
    return x.reshape(x.shape[1], x.shape[0])


@chapter.mistake(contiguous_transpose)
def forgets_to_transpose(x):
    """This is x, stored row after row, but not its transpose. `x.T` and `x.t()` return a tensor and leave x as it
    is: go on with what they return."""
    return x.contiguous()


@chapter.mistake(contiguous_transpose)
def transposes_x_itself(x):
    """You transposed x itself: methods that end in `_` work in place. Use the one without the underscore,
    which returns a tensor and leaves x alone."""
    x.t_()
    return x.contiguous()


@chapter.mistake(contiguous_transpose)
def goes_through_lists(x):
    """The values are right, but the path of the gradient is cut: it goes neither through Python's lists nor past
    `.detach()`. Stay with operations on tensors."""
    return torch.tensor(x.T.tolist(), dtype=x.dtype, device=x.device)


@chapter.mistake(contiguous_transpose)
def rotates(x):
    """You rotated the matrix. A transpose keeps the first element first: row i becomes column i."""
    return x.flip(0).T.contiguous()


@chapter.mistake(contiguous_transpose, on="accelerator")
def copies_into_a_cpu_tensor(x):
    """Your result is on the CPU. A tensor that you make to fill it needs `device=x.device`, besides the dtype; or
    let x make the new tensor by itself."""
    y = torch.empty(x.shape[1], x.shape[0], dtype=x.dtype)
    return y.copy_(x.T)


@chapter.mistake(contiguous_transpose)
def rotates_the_other_way(x):
    """You rotated the matrix. A transpose keeps the first element first: row i becomes column i."""
    return torch.rot90(x).contiguous()


@chapter.mistake(contiguous_transpose)
def returns_x(x):
    """This is x itself, neither transposed nor stored anew. Two steps are wanted: swap the dimensions, then see to
    the layout."""
    return x


@chapter.mistake(contiguous_transpose)
def does_not_say_what_to_swap(x):
    """`transpose` wants to be told which two dimensions to swap. For a matrix, `.T` needs no argument."""
    return x.transpose().contiguous()


@chapter.right(contiguous_transpose)
def transposed_by_dimension_numbers(x):
    return torch.transpose(x, 0, 1).contiguous()


@chapter.right(contiguous_transpose)
def cloned_in_c_order(x):
    return x.mT.clone(memory_format=torch.contiguous_format)


@chapter.right(contiguous_transpose)
def columns_stacked_as_rows(x):
    return torch.stack(x.unbind(dim=1))


@chapter.right(contiguous_transpose)
def copied_into_empty(x):
    y = torch.empty(x.shape[1], x.shape[0], dtype=x.dtype, device=x.device)
    return y.copy_(x.permute(1, 0))


@chapter.right(contiguous_transpose)
def flattened_and_folded(x):
    return x.t().flatten().unflatten(0, (x.shape[1], x.shape[0]))


@chapter.right(contiguous_transpose)
def by_einsum(x):
    return torch.einsum("rc->cr", x).contiguous()


@chapter.right(contiguous_transpose)
def columns_concatenated(x):
    return torch.cat([x[:, j : j + 1].reshape(1, -1) for j in range(x.shape[1])])

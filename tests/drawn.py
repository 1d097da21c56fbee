"""What Hypothesis draws for the laws: tensors, values, observations and cases of every kind."""

from __future__ import annotations

import math
from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
import torch
from hypothesis import settings
from hypothesis import strategies as st

from grader.core.observation import Alias, Axes, Case, Figures, Gradient, Observation, Raised
from grader.core.values import Device, Given, Other, Scratch, Value
from grader.runtime.snapshot import look

CPU = torch.device("cpu")

settings.register_profile("laws", max_examples=60, deadline=None, derandomize=True, database=None)
settings.load_profile("laws")

FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
INTEGERS = (torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8)
DTYPES = (*FLOATS, *INTEGERS, torch.bool, torch.complex64, torch.complex128)

shapes = st.lists(st.integers(0, 4), max_size=3).map(tuple)
numbers = st.floats(-1e4, 1e4, allow_nan=False, width=16) | st.sampled_from([math.nan, math.inf, -math.inf, -0.0, 0.0])


@st.composite
def tensors(draw: st.DrawFn, dtypes: tuple[torch.dtype, ...] = DTYPES, shapes: Any = shapes) -> torch.Tensor:
    """A tensor of any dtype and shape, with any strides: contiguous, transposed, sliced, expanded."""
    shape = draw(shapes)
    dtype = draw(st.sampled_from(dtypes))
    count = math.prod(shape)
    if dtype.is_floating_point:
        values: list[Any] = draw(st.lists(numbers, min_size=count, max_size=count))
    elif dtype.is_complex:
        values = draw(st.lists(st.builds(complex, numbers, numbers), min_size=count, max_size=count))
    else:
        values = draw(st.lists(st.integers(0, 1 if dtype == torch.bool else 100), min_size=count, max_size=count))
    tensor = torch.tensor(values, dtype=dtype).reshape(shape)
    match draw(st.sampled_from(["contiguous", "transposed", "sliced", "expanded", "both"])):
        case "transposed" if tensor.ndim >= 2:
            tensor = tensor.mT
        case "sliced" if tensor.ndim >= 1:
            tensor = tensor[..., ::2]
        case "expanded":
            tensor = tensor.expand(2, *tensor.shape)
        case "both" if tensor.ndim >= 2:
            tensor = tensor.mT.unsqueeze(1).expand(-1, 3, -1, *tensor.shape[2:]) if tensor.ndim == 2 else tensor.mT
    return tensor


arrays_of_numpy = hnp.arrays(
    st.sampled_from([np.dtype(name) for name in ("f4", "f8", "i4", "i8", "u1", "?", "c8", ">f4")]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
).map(lambda array: array[::-1] if array.ndim else array)

text = st.text(st.characters(exclude_categories=()), max_size=12)  # lone surrogates included
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**100), 2**100)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
)
plain_objects = st.recursive(
    scalars
    | text
    | tensors()
    | arrays_of_numpy
    | st.sampled_from([torch.float16, torch.device("cpu"), torch.Size([2, 3])]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(text | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)
values: st.SearchStrategy[Value] = plain_objects.map(lambda thing: look(thing, CPU)) | st.builds(Other, text, text)
floats = st.floats(allow_nan=False)
points = st.lists(st.tuples(floats, floats), max_size=3).map(tuple)
axes = st.builds(Axes, *[st.booleans()] * 5, st.tuples(points), st.tuples(points), text)
names = st.tuples(text, values)
gradients = st.builds(Gradient, text, st.none() | tensors(FLOATS).map(lambda t: look(t, CPU)), st.booleans(), text)
observations = st.builds(
    Observation,
    returned=values,
    raised=st.none() | st.builds(lambda kind, words: Raised(kind, (kind, "Exception"), words), text, text),
    before=st.lists(names, max_size=2).map(tuple),
    after=st.lists(names, max_size=2).map(tuple),
    gradients=st.lists(gradients, max_size=2).map(tuple),
    same_objects=st.lists(st.tuples(text, text), max_size=2).map(tuple),
    aliases=st.lists(st.builds(Alias, text, text, st.booleans(), st.booleans()), max_size=2).map(tuple),
    printed=text,
    calls=st.lists(text, max_size=2).map(tuple),
    figures=st.none()
    | st.builds(Figures, st.tuples(st.tuples(axes)), st.integers(0, 3), st.tuples(st.tuples(text, text))),
)
case_values = (
    values
    | st.builds(Device, st.booleans())
    | st.builds(Given, text, st.none() | st.tuples(values))
    | st.builds(Scratch, text)
)
cases = st.builds(
    Case, st.lists(case_values, max_size=3).map(tuple), st.integers(0, 2**40), st.lists(names, max_size=2).map(tuple)
)


def seen(value: object) -> Observation:
    """An observation of a call that returned this."""
    return Observation(returned=look(value, CPU))

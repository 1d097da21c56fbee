"""Laws of the engine, stated for whatever Hypothesis draws."""

from __future__ import annotations

import math
from typing import Any

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.core.observation import Alias, Axes, Case, Figures, Gradient, Observation, Raised
from grader.core.rules import Rules
from grader.core.values import Array, Device, Given, Items, Mapping, Named, Other, Scratch, Value
from grader.core.wire import dumps, loads
from grader.judging.compare.observations import compare
from grader.judging.declare import freeze
from grader.runtime.snapshot import Maker, look

CPU = torch.device("cpu")

settings.register_profile("laws", max_examples=60, deadline=None, derandomize=True, database=None)
settings.load_profile("laws")

FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
INTEGERS = (torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8)
DTYPES = (*FLOATS, *INTEGERS, torch.bool, torch.complex64, torch.complex128)

# ---------------------------------------------------------------- what is drawn

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

EVERYTHING = Rules(
    also=frozenset(
        ["unchanged", "same object", "aliasing", "contiguous", "requires_grad", "leaves", "grad", "text", "calls"]
    ),
    gradient=True,
)


def seen(value: object) -> Observation:
    """An observation of a call that returned this."""
    return Observation(returned=look(value, CPU))


def aspects(got: object, expected: object) -> list[str]:
    return [mismatch.aspect for mismatch in compare(seen(got), seen(expected), Rules())]


# ---------------------------------------------------------------- an observation equals itself


@given(observations)
def test_observation_survives_its_serialised_form(observation: Observation) -> None:
    """An observation comes back from its bytes equal, and its bytes are always the same."""
    raw = dumps(observation)
    back = loads(raw, Observation)
    assert back == observation
    assert dumps(back) == raw


@given(cases)
def test_case_survives_its_serialised_form(case: Case) -> None:
    """A case comes back from its bytes equal."""
    assert loads(dumps(case), Case) == case


@pytest.mark.parametrize(
    "number", [math.nan, math.inf, -math.inf, -0.0, complex(math.nan, -0.0), 2**4000, True, 1, 1.0]
)
def test_every_number_survives(number: complex) -> None:
    """A Python number comes back with its type and its very bits."""
    back = loads(dumps(Observation(returned=number)), Observation)
    assert isinstance(back, Observation)
    assert (type(back.returned), repr(back.returned)) == (type(number), repr(number))


@pytest.mark.parametrize("dtype", [*DTYPES, torch.uint16, torch.uint32, torch.uint64], ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (1,), (2, 3)], ids=str)
def test_every_dtype_survives(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    """A tensor of each dtype, also an empty one or one without dimensions, comes back equal."""
    observation = seen(torch.ones(shape, dtype=dtype))
    assert isinstance(observation.returned, Array)
    assert loads(dumps(observation), Observation) == observation


def test_one_array_in_two_places_survives() -> None:
    """A record that holds one array twice comes back equal."""
    array = look(torch.ones(2, 3), CPU)
    observation = Observation(returned=array, before=(("x", array),), after=(("x", array),))
    assert loads(dumps(observation), Observation) == observation


def test_equality_is_bit_for_bit() -> None:
    """NaN equals NaN, and -0.0, another dtype, other strides or another place make another array."""
    nan, zero = (look(torch.tensor([number]), CPU) for number in (math.nan, 0.0))
    assert nan == look(torch.tensor([math.nan]), CPU)
    assert zero != look(torch.tensor([-0.0]), CPU)
    assert zero != look(torch.tensor([0.0], dtype=torch.float64), CPU)
    assert zero != look(torch.tensor([0.0], requires_grad=True), CPU)
    assert zero != look(torch.tensor([0.0]), torch.device("cuda"))
    assert look(torch.ones(2, 2), CPU) != look(torch.ones(2, 2).mT, CPU)


# ---------------------------------------------------------------- looking and making


@given(plain_objects)
def test_what_is_made_looks_the_same(thing: object) -> None:
    """Making what was looked at and looking again gives the same, strides included."""
    value = look(thing, CPU)
    assert look(Maker(CPU).make(value), CPU) == value


@given(tensors(shapes=st.lists(st.integers(1, 4), min_size=1, max_size=2).map(tuple)), st.integers(1, 3))
def test_overlapping_memory_is_made_again(tensor: torch.Tensor, size: int) -> None:
    """A tensor whose elements share memory, as `unfold` makes it, is made with the same strides."""
    windows = tensor.contiguous().reshape(-1).unfold(0, min(size, tensor.numel()), 1)
    value = look(windows, CPU)
    assert look(Maker(CPU).make(value), CPU) == value


@given(tensors(FLOATS), st.booleans())
def test_parameters_are_made_again(tensor: torch.Tensor, with_gradient: bool) -> None:
    """A leaf that requires gradients is made as one, with its `.grad`."""
    leaf = tensor.clone().requires_grad_()
    leaf.grad = torch.ones_like(leaf) if with_gradient else None
    value = look(leaf, CPU)
    assert isinstance(value, Array)
    assert (value.grad is not None) is with_gradient
    assert look(Maker(CPU).make(value), CPU) == value


@given(tensors())
def test_what_is_made_shares_nothing(tensor: torch.Tensor) -> None:
    """Writing to a tensor that was made changes neither the record nor another one made from it."""
    assume(tensor.numel() > 0)
    value = look(tensor, CPU)
    first, second = Maker(CPU).make(value), Maker(CPU).make(value)
    first.untyped_storage().fill_(7)
    assert look(second, CPU) == value == look(tensor, CPU)


@given(plain_objects)
def test_a_case_holds_what_an_author_yields(thing: object) -> None:
    """Freezing an argument and making it gives the same values, a `torch.Size` as the tuple that it is."""
    frozen = freeze(thing)
    assert freeze(Maker(CPU).make(frozen)) == frozen


# ---------------------------------------------------------------- comparing


@given(observations)
def test_nothing_differs_from_itself(observation: Observation) -> None:
    """Comparing an observation with itself finds nothing, whatever is promised."""
    assert compare(observation, observation, EVERYTHING) == ()
    assert compare(observation, observation, Rules()) == ()


some_shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)
finite = st.floats(-1e4, 1e4, allow_nan=False, width=16)


@st.composite
def ordinary(draw: st.DrawFn, dtypes: tuple[torch.dtype, ...] = (*FLOATS, *INTEGERS)) -> torch.Tensor:
    """A tensor of finite numbers, well apart from each other in any dtype: small whole ones, times a scale."""
    shape, dtype = draw(some_shapes), draw(st.sampled_from(dtypes))
    count = math.prod(shape)
    whole = torch.tensor(draw(st.lists(st.integers(0, 60), min_size=count, max_size=count)), dtype=torch.float64)
    # down to numbers that a tolerance of 1e-5 would take for zeros; half precision does not reach that far
    scales = [1.0, 2.0**-10, 2.0**8] + [2.0**-40] * (dtype != torch.float16)
    scale = draw(st.sampled_from(scales)) if dtype.is_floating_point else 1.0
    return (whole * scale).to(dtype).reshape(shape)


@given(ordinary(), st.randoms(use_true_random=False))
def test_permuted_is_caught(tensor: torch.Tensor, random: Any) -> None:
    """The same numbers in another order are other values."""
    order = list(range(tensor.numel()))
    random.shuffle(order)
    other = tensor.reshape(-1)[order].reshape(tensor.shape)
    assume(not torch.equal(other, tensor))
    assert aspects(other, tensor) == ["values"]


@given(ordinary(FLOATS), st.sampled_from([-1.0, 0.0, 0.5, 1.05, 2.0, 3.0, 10.0]))
def test_scaled_is_caught(tensor: torch.Tensor, factor: float) -> None:
    """The numbers times a factor that is not 1 are other values, however small they are."""
    assume(bool(tensor.any()))
    other = tensor * factor
    assume(bool(other.isfinite().all()))
    assert aspects(other, tensor) == ["values"]


@given(ordinary(FLOATS), st.sampled_from([1.0, -1.0, 0.25]))
def test_shifted_is_caught(tensor: torch.Tensor, step: float) -> None:
    """The numbers plus a part of the largest are other values."""
    shift = step * (float(tensor.double().abs().max()) or 1.0)
    assert aspects((tensor.double() + shift).to(tensor.dtype), tensor) == ["values"]


@given(ordinary(INTEGERS), st.sampled_from([1, 2, 50]))
def test_shifted_integers_are_caught(tensor: torch.Tensor, shift: int) -> None:
    """Integers and what they are plus one are other values: they know no tolerance."""
    assert aspects(tensor + shift, tensor) == ["values"]


@given(tensors(shapes=some_shapes))
def test_one_element_is_caught(tensor: torch.Tensor) -> None:
    """One number that is NaN where it should not be, or the other way round, is caught and found."""
    assume(tensor.dtype.is_floating_point and tensor.numel() > 0)
    expected = tensor.clone(memory_format=torch.contiguous_format)
    assume(not bool(expected.reshape(-1)[-1].isnan()))
    other = expected.clone()
    other.reshape(-1)[-1] = math.nan
    for got, due in ((other, expected), (expected, other)):
        (mismatch,) = compare(seen(got), seen(due), Rules())
        assert (mismatch.aspect, mismatch.count) == ("values", 1)
        assert mismatch.most_at == tuple(size - 1 for size in expected.shape)


@given(tensors(), st.sampled_from(DTYPES))
def test_cast_is_caught(tensor: torch.Tensor, dtype: torch.dtype) -> None:
    """A tensor of another dtype is caught, whether or not the numbers survive."""
    assume(dtype != tensor.dtype and not (tensor.is_complex() and not dtype.is_complex))
    found = aspects(tensor.to(dtype), tensor)
    assert found[0] == "dtype"
    assert set(found) <= {"dtype", "values"}


@given(ordinary())
def test_transposed_is_caught(tensor: torch.Tensor) -> None:
    """A transposed tensor is caught, square or not, unless it is symmetric."""
    assume(tensor.ndim >= 2 and not torch.equal(tensor.mT, tensor))
    assert aspects(tensor.mT, tensor)[0] in ("shape", "values")


@given(tensors())
def test_another_shape_is_caught(tensor: torch.Tensor) -> None:
    """A dimension of size 1 more, or an expanded one, is never broadcast away."""
    assert aspects(tensor.unsqueeze(0), tensor) == ["shape"]
    assert aspects(tensor, tensor.unsqueeze(0)) == ["shape"]
    assert aspects(tensor.expand(2, *tensor.shape), tensor) == ["shape"]


@given(ordinary((torch.float16, torch.bfloat16, torch.float32, torch.float64)), st.sampled_from([-1, 1]))
def test_rounding_is_not_caught(tensor: torch.Tensor, way: int) -> None:
    """The neighbouring floating-point number is the same value: an answer written another way may round so."""
    towards = torch.full_like(tensor, way * math.inf)
    other = torch.nextafter(tensor, towards)
    assert aspects(other, tensor) in ([], ["values"] if bool((tensor == 0).any()) else [])


@given(plain_objects, plain_objects)
def test_different_results_are_caught_one_way_or_the_other(a: object, b: object) -> None:
    """What compares without a mismatch in both directions is the same in structure."""
    if aspects(a, b) == [] == aspects(b, a):
        assert skeleton(look(a, CPU)) == skeleton(look(b, CPU))


def skeleton(value: Value) -> object:
    """Shapes, dtypes and lengths; a tuple and a list of the same are alike, and so are whole floats and ints."""
    match value:
        case Array():
            return value.kind, value.data.dtype, tuple(value.data.shape)
        case Items(items=items):
            return [skeleton(item) for item in items]
        case Mapping(items=pairs):
            return sorted((repr(key), repr(skeleton(item))) for key, item in pairs)
        case Named():
            return value
        case bool() | str() | None:
            return value
        case int() | float() | complex():
            return "number"
        case _:
            return type(value)

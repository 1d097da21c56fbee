"""Laws of comparing, stated for whatever Hypothesis draws."""

from __future__ import annotations

import math
from typing import Any

import torch
from drawn import CPU, DTYPES, FLOATS, INTEGERS, observations, plain_objects, seen, tensors
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.core.observation import Observation
from grader.core.rules import Rules
from grader.core.values import Array, Items, Mapping, Named, Value
from grader.judging.compare.observations import compare
from grader.runtime.snapshot import look

EVERYTHING = Rules(
    also=frozenset(
        ["unchanged", "same object", "aliasing", "contiguous", "requires_grad", "leaves", "grad", "text", "calls"]
    ),
    gradient=True,
)


def aspects(got: object, expected: object) -> list[str]:
    return [mismatch.aspect for mismatch in compare(seen(got), seen(expected), Rules())]


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

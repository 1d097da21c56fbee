"""Laws of the serialised form, stated for whatever Hypothesis draws."""

from __future__ import annotations

import math

import pytest
import torch
from drawn import CPU, DTYPES, cases, observations, seen
from hypothesis import given

from grader.core.observation import Case, Observation
from grader.core.values import Array
from grader.core.wire import dumps, loads
from grader.runtime.snapshot import look


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

"""Laws of looking at values and making them again, stated for whatever Hypothesis draws."""

from __future__ import annotations

import math

import torch
from drawn import CPU, FLOATS, plain_objects, tensors
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.core.values import Array
from grader.runtime.snapshot import Maker, look


def test_equality_is_bit_for_bit() -> None:
    """NaN equals NaN, and -0.0, another dtype, other strides or another place make another array."""
    nan, zero = (look(torch.tensor([number]), CPU) for number in (math.nan, 0.0))
    assert nan == look(torch.tensor([math.nan]), CPU)
    assert zero != look(torch.tensor([-0.0]), CPU)
    assert zero != look(torch.tensor([0.0], dtype=torch.float64), CPU)
    assert zero != look(torch.tensor([0.0], requires_grad=True), CPU)
    assert zero != look(torch.tensor([0.0]), torch.device("cuda"))
    assert look(torch.ones(2, 2), CPU) != look(torch.ones(2, 2).mT, CPU)


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

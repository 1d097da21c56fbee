"""Laws of looking at values and making them again, stated for whatever Hypothesis draws."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from drawn import CPU, FLOATS, plain_objects, tensors
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.core.values import Array, Items, Other
from grader.runtime.snapshot import Maker, drained, look, walk


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


class Exits:
    """An object that ends the program when it is looked at."""

    def __repr__(self) -> str:
        raise SystemExit


def of_a_hostile_class() -> object:
    """An object whose class ends the program when it is asked for anything; pytest would ask it at the top."""

    class Meta(type):
        def __getattribute__(cls, name: str) -> Any:
            raise SystemExit(name)

    class OfMeta(metaclass=Meta):
        pass

    return OfMeta()


class Dispatches(torch.Tensor):
    """A tensor whose every operation ends the program."""

    @staticmethod
    def __new__(cls) -> Dispatches:
        made: Dispatches = torch.Tensor._make_wrapper_subclass(cls, (2,))
        return made

    @classmethod
    def __torch_dispatch__(cls, *args: Any, **kwargs: Any) -> Any:
        raise KeyboardInterrupt


class Longer(list[int]):
    """A list that says that it is another length, and has nothing to give."""

    def __len__(self) -> int:
        raise SystemExit

    __iter__ = __len__  # type: ignore[assignment]


@pytest.mark.parametrize(
    "thing",
    [Exits, of_a_hostile_class, Dispatches, lambda: [of_a_hostile_class(), {1: Exits()}], lambda: np.array([Exits()])],
)
def test_nothing_ends_a_look(thing: Callable[[], object]) -> None:
    """Objects, classes and tensors that exit when they are looked at are written down all the same."""
    assert look(thing(), CPU) is not None


def test_a_list_is_what_it_holds() -> None:
    """The items of a list are its own, whatever its class says of them."""
    assert look(Longer([1, 2]), CPU) == look([1, 2], CPU)


@pytest.mark.parametrize(
    "large", [torch.ones(1).expand(10**9), torch.ones(1, 1).expand(10**6, 10**6), np.broadcast_to(np.ones(1), 10**9)]
)
def test_what_is_too_large_is_not_copied(large: Any) -> None:
    """A tensor or array that has more elements than anybody looks at is told by their number."""
    seen = look([large], CPU)
    assert isinstance(seen, Items)
    (item,) = seen.items
    assert isinstance(item, Other)
    assert "000,000 elements" in item.text


@pytest.mark.parametrize("fans_out", [False, True])
def test_what_holds_too_much_is_not_walked(fans_out: bool) -> None:
    """A result of more values than anybody looks at, in one list or in lists of lists, is told as that."""
    many: list[Any] = [0] * 10**6
    for _ in range(6 if fans_out else 0):
        many = [many] * 20
    seen = look(drained(many), CPU)
    assert isinstance(seen, Other)
    assert (seen.type, len(list(walk(drained(many))))) == ("list", 1)

"""Values of every usual type of Python are compared by value, not by the name of their type."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from collections import Counter, OrderedDict, defaultdict, namedtuple
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from trials import matrix, outcome, trial_of

from grader.core import wire
from grader.core.errors import CourseError
from grader.core.observation import Observation
from grader.core.values import Other, parts
from grader.runtime.snapshot import drained, look

CPU = torch.device("cpu")


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@dataclasses.dataclass
class Point:
    x: float
    y: torch.Tensor


Pair = namedtuple("Pair", "first second")

TYPES: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "set": (lambda: {1, 2}, lambda: {99}),
    "set of text": (lambda: {"b", "a"}, lambda: {"a", "c"}),
    "empty set": (set, lambda: {0}),
    "frozenset": (lambda: frozenset({1}), lambda: frozenset({2})),
    "bytes": (lambda: b"ab", lambda: b"ac"),
    "bytearray": (lambda: bytearray(b"ab"), lambda: bytearray(b"a")),
    "Enum": (lambda: Colour.RED, lambda: Colour.BLUE),
    "Fraction": (lambda: Fraction(1, 2), lambda: Fraction(1, 3)),
    "Decimal": (lambda: Decimal("0.10"), lambda: Decimal("0.11")),
    "dataclass": (lambda: Point(1.0, torch.ones(2)), lambda: Point(1.0, torch.zeros(2))),
    "generator": (lambda: (n * n for n in range(3)), lambda: (n for n in range(3))),
    "map": (lambda: map(abs, [-1, 2]), lambda: map(abs, [1, 3])),
    "zip": (lambda: zip([1], [2], strict=True), lambda: zip([1], [3], strict=True)),
    "range": (lambda: range(3), lambda: range(4)),
    "slice": (lambda: slice(1, 2), lambda: slice(1, 3)),
    "date": (lambda: datetime.date(2020, 1, 2), lambda: datetime.date(2020, 1, 3)),
    "named tuple": (lambda: Pair(1, 2), lambda: Pair(1, 3)),
    "Counter": (lambda: Counter("aab"), lambda: Counter("abb")),
    "defaultdict": (lambda: defaultdict(list, a=[1]), lambda: defaultdict(list, a=[2])),
    "OrderedDict": (lambda: OrderedDict(a=1), lambda: OrderedDict(b=1)),
    "complex": (lambda: 1 + 2j, lambda: 1 + 3j),
    "NumPy number": (lambda: np.float32(1.5), lambda: np.float32(2.5)),
    "nested": (lambda: [{"a": {Fraction(1)}}], lambda: [{"a": {Fraction(2)}}]),
}
SAME = {"Decimal": lambda: Decimal("0.1"), "generator": lambda: iter([0, 1, 4]) and (n * n for n in (0, 1, 2))}
"""The same value, made otherwise."""


@pytest.mark.parametrize("name", TYPES)
def test_a_value_is_told_from_another_of_its_type(name: str) -> None:
    """The right one passes, the other one fails and both are shown; no type is all that is known."""
    right, wrong = TYPES[name]
    trial = trial_of(lambda x: right(), matrix)
    assert outcome(trial, lambda x: SAME.get(name, right)(), "cpu").verdict == "passed"
    found = outcome(trial, lambda x: wrong(), "cpu")
    assert found.verdict == "failed"
    shown = [row.text for row in found.message.rows[-2:]]
    assert shown[0] != shown[1] or "range" in name


@pytest.mark.parametrize("name", TYPES)
def test_it_survives_its_bytes(name: str) -> None:
    """What is seen of it goes through a worker's bytes unchanged."""
    seen = Observation(returned=look(drained(TYPES[name][0]()), CPU))
    assert not any(isinstance(part, Other) for part in parts(seen.returned))
    assert wire.loads(wire.dumps(seen), Observation) == seen


def test_another_type_is_not_the_same() -> None:
    """A list is no set, a generator no list, text no bytes."""
    for right, wrong in (
        (lambda: {1}, lambda: [1]),
        (lambda: [1], lambda: (n for n in [1])),
        (lambda: b"a", lambda: "a"),
    ):
        assert outcome(trial_of(lambda x: right(), matrix), lambda x: wrong(), "cpu").aspects == ("type",)  # noqa: B023


def test_a_generator_without_end_is_drained_to_a_bound() -> None:
    """And told from another one within it."""

    def count(start: int) -> Any:
        while True:
            yield start
            start += 1

    trial = trial_of(lambda x: count(0), matrix)
    assert outcome(trial, lambda x: count(0), "cpu").verdict == "passed"
    assert outcome(trial, lambda x: count(1), "cpu").verdict == "failed"


def test_a_generator_that_raises_is_an_answer_that_raises() -> None:
    """Its error is told as the function's own."""

    def broken(x: torch.Tensor) -> Any:
        yield 1
        raise ValueError("halfway")

    found = outcome(trial_of(lambda x: (n for n in [1]), matrix), broken, "cpu")
    assert found.aspects == ("raised",)
    assert any("halfway" in row.text for row in found.message.rows)


class Odd:
    """An object whose every attribute raises."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


def test_what_only_a_type_is_known_of_is_a_mistake_of_the_course() -> None:
    """A reference that returns a function, or an object of its own, cannot be held against anything."""
    for thing in (len, object(), torch.nn.Linear(1, 1)):
        with pytest.raises(CourseError, match="nothing but its type can be compared"):
            outcome(trial_of(lambda x: thing, matrix), lambda x: thing, "cpu")  # noqa: B023
    assert isinstance(look(Odd(), CPU), Other)

"""What is expected and missing is a mismatch, whatever it is: for every exercise of the course, part by part."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from places import ROOT

from grader.core.observation import Axes, Figures, Observation
from grader.core.rules import Rules
from grader.core.values import Array, Items, Mapping, Value
from grader.course.manifest import load_course
from grader.judging.compare.observations import compare
from grader.judging.live import LiveReference
from grader.runtime.devices import choose

COURSE = load_course(ROOT)
EXERCISES = [
    pytest.param(chapter, name, id=f"{chapter}.{name}") for chapter, names in COURSE.catalogue.items() for name in names
]
Part = tuple[str, Observation]
"""What was taken out, and what is left."""


def without(items: tuple[Any, ...]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Each item's number, and the others."""
    return ((number, (*items[:number], *items[number + 1 :])) for number in range(len(items)))


def thinned(value: Value) -> Iterator[tuple[str, Value]]:
    """A value without one of the items or keys that it holds, at any depth."""
    match value:
        case Items(items=items):
            for number, rest in without(items):
                yield f"[{number}]", dataclasses.replace(value, items=rest)
            for number, item in enumerate(items):
                for where, less in thinned(item):
                    yield f"[{number}]{where}", dataclasses.replace(value, items=swapped(items, number, less))
        case Mapping(items=pairs):
            for number, rest in without(pairs):
                yield f"[{pairs[number][0]!r}]", Mapping(rest)
            for number, (key, item) in enumerate(pairs):
                for where, less in thinned(item):
                    yield f"[{key!r}]{where}", Mapping(swapped(pairs, number, (key, less)))


def swapped(items: tuple[Any, ...], number: int, item: Any) -> tuple[Any, ...]:
    """The items with another one at this place."""
    return (*items[:number], item, *items[number + 1 :])


def left_out(seen: Observation, rules: Rules) -> Iterator[Part]:
    """The observation without each single part that the rules compare."""
    if seen.raised is not None:
        yield "the exception", dataclasses.replace(seen, raised=None)
        return
    if seen.returned is not None:
        yield "the result", dataclasses.replace(seen, returned=None)
    for where, less in thinned(seen.returned):
        yield f"result{where}", dataclasses.replace(seen, returned=less)
    for number, rest in without(seen.gradients):
        if (value := seen.gradients[number].value) is not None and bool(value.data.any()):  # none is the same as zeros
            yield f"gradient {number}", dataclasses.replace(seen, gradients=rest)
            empty = dataclasses.replace(value, data=value.data.new_empty(0), strides=(1,))
            other = dataclasses.replace(seen.gradients[number], value=empty)
            yield (
                f"the shape of gradient {number}",
                dataclasses.replace(seen, gradients=swapped(seen.gradients, number, other)),
            )
    if "aliasing" in rules.also:
        for number, rest in without(seen.aliases):
            yield f"alias {number}", dataclasses.replace(seen, aliases=rest)
    if "same object" in rules.also:
        for number, rest in without(seen.same_objects):
            yield f"object {seen.same_objects[number]}", dataclasses.replace(seen, same_objects=rest)
    if "text" in rules.also:
        lines = tuple(seen.printed.splitlines())
        for number, rest in without(lines):
            yield f"line {number}", dataclasses.replace(seen, printed="\n".join(rest))
    if "calls" in rules.also:
        for number, rest in without(seen.calls):
            yield f"call {number}", dataclasses.replace(seen, calls=rest)
    if "figure" in rules.also and seen.figures is not None:
        for where, figures in less_plotted(seen.figures):
            yield where, dataclasses.replace(seen, figures=figures)
    yield from arguments_gone(seen, rules)


def less_plotted(figures: Figures) -> Iterator[tuple[str, Figures | None]]:
    """What was plotted without a file, a figure, axes, or a part of these."""
    yield "everything plotted", None
    for number, rest in without(figures.files):
        yield f"file {number}", dataclasses.replace(figures, files=rest)
    for number, rest in without(figures.saved):
        yield f"figure {number}", dataclasses.replace(figures, saved=rest)
    for number, axes in enumerate(figures.saved):
        for place, rest in without(axes):
            yield f"axes {place}", dataclasses.replace(figures, saved=swapped(figures.saved, number, rest))
        for place, each in enumerate(axes):
            for what, less in less_drawn(each):
                changed = swapped(axes, place, less)
                yield (
                    f"{what} of axes {place}",
                    dataclasses.replace(figures, saved=swapped(figures.saved, number, changed)),
                )


def less_drawn(axes: Axes) -> Iterator[tuple[str, Axes]]:
    """Axes without a line, a cloud, or the words around them."""
    for number, rest in without(axes.lines):
        yield f"line {number}", dataclasses.replace(axes, lines=rest)
    for number, rest in without(axes.points):
        yield f"points {number}", dataclasses.replace(axes, points=rest)
    for name in ("title", "xlabel", "ylabel", "grid", "legend"):
        if getattr(axes, name):
            without_it: dict[str, Any] = {name: False}
            yield name, dataclasses.replace(axes, **without_it)


def arguments_gone(seen: Observation, rules: Rules) -> Iterator[Part]:
    """The observation without an argument after the call, a part of one, or what stands in its `.grad`."""
    if {"unchanged", "mutation"} & rules.also:
        for number, (label, value) in enumerate(seen.after):
            if isinstance(value, (Array, Items, Mapping)):
                yield f"{label} after", dataclasses.replace(seen, after=swapped(seen.after, number, (label, None)))
            for where, less in thinned(value):
                changed = swapped(seen.after, number, (label, less))
                yield f"{label}{where} after", dataclasses.replace(seen, after=changed)
    if {"unchanged", "grad"} & rules.also:
        for number, (label, value) in enumerate(seen.after):
            if isinstance(value, Array) and value.grad is not None and bool(value.grad.data.any()):
                cleared = (label, dataclasses.replace(value, grad=None))
                yield f"{label}.grad", dataclasses.replace(seen, after=swapped(seen.after, number, cleared))


@pytest.mark.parametrize(("chapter", "name"), EXERCISES)
def test_no_part_can_be_missing(chapter: str, name: str) -> None:
    """Without any single part that is compared, what the solution shows does not pass, in any call on the CPU."""
    choose(("sim",))
    trial = LiveReference(COURSE).trial(chapter, name)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
        passed = [
            (turn, what)
            for turn in trial.turns("cpu")
            for what, less in left_out(trial.expected(turn, "cpu"), trial.rules(turn, "cpu"))
            if not compare(less, trial.expected(turn, "cpu"), trial.rules(turn, "cpu"))
        ]
    assert passed == []

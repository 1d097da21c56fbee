"""What is expected and missing is a mismatch, whatever it is: for every exercise of the course, part by part."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from places import ROOT

from grader.core.observation import Axes, Figures, Observation, Raised
from grader.core.rules import Rules
from grader.core.values import Array, Fields, Items, Mapping, Value
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


def held(value: Value) -> Iterator[tuple[int, str, Value]]:
    """What a value holds: its number, its place, and the item itself."""
    match value:
        case Items(items=items):
            yield from ((number, f"[{number}]", item) for number, item in enumerate(items))
        case Mapping(items=pairs) | Fields(items=pairs):
            yield from ((number, f"[{key!r}]", item) for number, (key, item) in enumerate(pairs))


def holding(value: Any, number: int, item: Value) -> Value:
    """A value that holds another item at this number."""
    new = item if isinstance(value, Items) else (value.items[number][0], item)
    return dataclasses.replace(value, items=swapped(value.items, number, new))  # type: ignore[no-any-return]


def thinned(value: Any) -> Iterator[tuple[str, Value]]:
    """A value without one of the items, keys or fields that it holds, at any depth."""
    for number, where, item in held(value):
        yield where, dataclasses.replace(value, items=(*value.items[:number], *value.items[number + 1 :]))
        for below, less in thinned(item):
            yield f"{where}{below}", holding(value, number, less)


def poorer(value: Value, taken: Callable[[Array], Iterator[tuple[str, Array]]]) -> Iterator[tuple[str, Value]]:
    """A value in which one array, at any depth, lacks what is taken from it."""
    if isinstance(value, Array):
        yield from taken(value)
    for number, where, item in held(value):
        for below, less in poorer(item, taken):
            yield f"{where}{below}", holding(value, number, less)


def swapped(items: tuple[Any, ...], number: int, item: Any) -> tuple[Any, ...]:
    """The items with another one at this place."""
    return (*items[:number], item, *items[number + 1 :])


def left_out(seen: Observation, rules: Rules) -> Iterator[Part]:
    """The observation without each single part that the rules compare."""
    if seen.raised is not None:
        yield from less_raised(seen, seen.raised, rules)
    else:
        yield from less_returned(seen, rules)
        yield from less_done(seen, rules)
    yield from arguments_gone(seen, rules)


def less_raised(seen: Observation, raised: Raised, rules: Rules) -> Iterator[Part]:
    """The observation without the exception, its type, or a word of its text."""
    yield "the exception", dataclasses.replace(seen, raised=None)
    bases = tuple(base for base in raised.bases if base != raised.type)
    yield "its type", dataclasses.replace(seen, raised=Raised("Other", bases, raised.text))
    for word in rules.mentions:
        text = raised.text.replace(word, "")
        yield f"the word {word}", dataclasses.replace(seen, raised=dataclasses.replace(raised, text=text))


def less_returned(seen: Observation, rules: Rules) -> Iterator[Part]:
    """The observation without its result, a part of it, its memory, or a gradient that goes through it."""

    def less(array: Array) -> Iterator[tuple[str, Array]]:
        yield " on its device", dataclasses.replace(array, place="elsewhere")
        if {"requires_grad", "leaves"} & rules.also and array.requires_grad:
            yield " with a graph", dataclasses.replace(array, requires_grad=False, is_leaf=True)
        if "contiguous" in rules.also and array.is_contiguous and array.data.numel() > 1:
            yield " in order", dataclasses.replace(array, strides=tuple(2 * stride for stride in array.strides))

    if seen.returned is not None:
        yield "the result", dataclasses.replace(seen, returned=None)
    for where, value in (*thinned(seen.returned), *poorer(seen.returned, less)):
        yield f"result{where}", dataclasses.replace(seen, returned=value)
    for number, rest in without(seen.gradients):
        gradient = seen.gradients[number]
        if (value := gradient.value) is not None and bool(value.data.any()):  # none is the same as zeros
            yield f"gradient {number}", dataclasses.replace(seen, gradients=rest)
            empty = dataclasses.replace(value, data=value.data.new_empty(0), strides=(1,))
            for what, other in (("shape", empty), ("device", dataclasses.replace(value, place="elsewhere"))):
                changed = swapped(seen.gradients, number, dataclasses.replace(gradient, value=other))
                yield f"the {what} of gradient {number}", dataclasses.replace(seen, gradients=changed)


def less_done(seen: Observation, rules: Rules) -> Iterator[Part]:
    """The observation without an object, a share of memory, a line, a call, or a part of what is plotted."""
    if "aliasing" in rules.also:
        for number, rest in without(seen.aliases):
            yield f"alias {number}", dataclasses.replace(seen, aliases=rest)
    for number, rest in without(seen.same_objects):
        now, was = seen.same_objects[number]
        if "same object" in rules.also or ("unchanged" in rules.also and now == was):
            yield f"object {now}", dataclasses.replace(seen, same_objects=rest)
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
    """The observation without an argument after the call, a part of one, its memory, or what stands in its `.grad`."""

    def less(array: Array) -> Iterator[tuple[str, Array]]:
        if {"unchanged", "grad"} & rules.also and array.grad is not None and bool(array.grad.data.any()):
            yield ".grad", dataclasses.replace(array, grad=None)
        if {"unchanged", "leaves"} & rules.also and array.requires_grad:
            yield " with a graph", dataclasses.replace(array, requires_grad=False)

    if {"unchanged", "mutation"} & rules.also:
        for number, rest in without(seen.after):
            yield f"{seen.after[number][0]} after", dataclasses.replace(seen, after=rest)
    for number, (label, value) in enumerate(seen.after):
        gone = thinned(value) if {"unchanged", "mutation"} & rules.also else ()
        for where, changed in (*gone, *poorer(value, less)):
            yield (
                f"{label}{where} after",
                dataclasses.replace(seen, after=swapped(seen.after, number, (label, changed))),
            )
        if "memory" in rules.also and isinstance(value, Array):
            yield f"the memory of {label}", dataclasses.replace(seen, moved=(*seen.moved, label))


@pytest.mark.parametrize(("chapter", "name"), EXERCISES)
def test_no_part_can_be_missing(chapter: str, name: str) -> None:
    """Without any single part that is compared, what the solution shows does not pass, in any call on the CPU.

    Nor on another device, where words have to be mentioned: there may be no exception on the CPU.
    """
    choose(("sim",))
    trial = LiveReference(COURSE).trial(chapter, name)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
        passed = [
            (device, turn, what)
            for device in (("cpu", "sim") if trial.promised.mentions else ("cpu",))
            for turn in trial.turns(device)
            for what, less in left_out(trial.expected(turn, device), trial.rules(turn, device))
            if not compare(less, trial.expected(turn, device), trial.rules(turn, device))
        ]
    assert passed == []

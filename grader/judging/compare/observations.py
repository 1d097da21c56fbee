"""Two observations → the mismatches between them, in the order in which they explain each other.

Only what the rules promise is compared. Nothing is broadcast or cast on the way: shapes and dtypes are compared before
the numbers, and NaN equals only NaN in the same place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import get_args

import numpy as np
import torch

from grader.core.observation import Alias, Figures, Gradient, Observation
from grader.core.rules import Aspect, Mismatch, Rules, Tolerance
from grader.core.values import Array, Exact, Fields, Items, Mapping, Named, Other, Value
from grader.judging.compare.tolerance import DEFAULTS, GRADIENT, Closeness, close_numbers

KINDS = {"tuple": ("tuple", "list", "Size"), "Size": ("tuple", "Size")}
"""A tuple may come as a list or a named tuple; everything else is promised as such."""
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)


def compare(got: Observation, expected: Observation, rules: Rules) -> tuple[Mismatch, ...]:
    """All mismatches of `got` against `expected`, the one that explains the rest first; empty where there are none."""
    if got is expected:
        return ()
    raised = tuple(compare_raised(got, expected, rules))
    if raised:
        return raised
    found: list[Mismatch] = []
    if expected.raised is None:
        tolerance = Closeness(rules.tolerance, [value for _, value in expected.before])
        found.extend(compare_values(got.returned, expected.returned, tolerance, rules))
        if rules.gradient:
            found.extend(compare_gradients(got.gradients, expected.gradients, rules.gradient_tolerance))
        found.extend(compare_identity(got, expected, rules))
        if "aliasing" in rules.also:
            found.extend(compare_aliases(got, expected))
        if "text" in rules.also:
            found.extend(compare_text(got.printed, expected.printed, rules.tolerance))
        if "calls" in rules.also and got.calls != expected.calls:
            found.append(Mismatch("calls", got=" ".join(got.calls), expected=" ".join(expected.calls)))
        if "figure" in rules.also:
            from grader.judging.compare.figures import compare_figures

            found.extend(compare_figures(got.figures or Figures(), expected.figures or Figures()))
    found.extend(compare_arguments(got, expected, rules))
    return tuple(sorted(found, key=lambda mismatch: ASPECTS.index(mismatch.aspect)))


def compare_raised(got: Observation, expected: Observation, rules: Rules) -> Iterator[Mismatch]:
    """An exception where none was due, none where one was, or another one; subclasses of the right one are right."""
    mine, due = got.raised, expected.raised
    if mine is None and due is not None:
        yield Mismatch("raised", problem="none", got=got.returned, expected=Other(due.type, due.text))
    elif mine is not None and due is None:
        yield Mismatch("raised", problem="raised", got=Other(mine.type, mine.text), expected=expected.returned)
    elif mine is not None and due is not None:
        if due.type not in mine.bases:
            wrong, right = Other(mine.type, mine.text), Other(due.type, due.text)
            yield Mismatch("raised", problem="other", got=wrong, expected=right)
        elif missing := [word for word in rules.mentions if word not in mine.text]:
            yield Mismatch("raised", where=missing[0], problem="text", got=mine.text, expected=due.text)


# ---------------------------------------------------------------- numbers


def compare_numbers(
    got: Array, expected: Array, where: str, closeness: Closeness, aspect: Aspect
) -> Iterator[Mismatch]:
    """Arrays of one shape, number by number: how many differ, where most, by how much."""
    if got.same_numbers(expected) or expected.data.numel() == 0:
        return
    dtype = expected.data.dtype
    wide = torch.complex128 if dtype.is_complex or got.data.dtype.is_complex else torch.float64
    if not any(kind.is_floating_point or kind.is_complex for kind in (dtype, got.data.dtype)):
        wrong = got.data.to(torch.int64) != expected.data.to(torch.int64)
        difference = (got.data.to(torch.float64) - expected.data.to(torch.float64)).abs()
    else:
        a, b = got.data.to(wide), expected.data.to(wide)
        difference = (a - b).abs()
        close = difference <= closeness.allowed(b, dtype if dtype in DEFAULTS else torch.float32)
        close &= b.isfinite() & a.isfinite()
        wrong = ~(close | (a == b) | (a.isnan() & b.isnan()))
        difference = difference.nan_to_num(nan=math.inf)
    count = int(wrong.sum())
    if count:
        most = int(torch.where(wrong, difference, -1.0).reshape(-1).argmax())
        yield Mismatch(
            aspect,
            where,
            "values",
            got,
            expected,
            count=count,
            total=expected.data.numel(),
            most_at=tuple(map(int, np.unravel_index(most, expected.data.shape))),
            by=float(difference.reshape(-1)[most]),
        )


# ---------------------------------------------------------------- returned values


def compare_values(
    got: Value, expected: Value, closeness: Closeness, rules: Rules, where: str = ""
) -> Iterator[Mismatch]:
    """What came back, part by part."""

    def wrong(aspect: Aspect, problem: str = "different") -> Mismatch:
        return Mismatch(aspect, where, problem, got, expected)

    match expected:
        case Array():
            if not isinstance(got, Array) or got.kind != expected.kind:
                yield wrong("type")
            else:
                yield from compare_arrays(got, expected, closeness, rules, where)
        case str() if isinstance(got, str) and rules.ignore:
            if re.sub(rules.ignore, "", got) != re.sub(rules.ignore, "", expected):
                yield wrong("values")
        case bool() | None | str() | Named():
            if type(got) is not type(expected) or (isinstance(got, Named) and got.kind != expected.kind):  # type: ignore[union-attr]
                yield wrong("type")
            elif got != expected:
                yield wrong("device" if isinstance(expected, Named) and expected.kind == "device" else "values")
        case int():
            if type(got) is not int:
                yield wrong("type")
            elif got != expected:
                yield wrong("values")
        case float() | complex():
            if type(got) not in (int, float, type(expected)):
                yield wrong("type")
            elif not close_numbers(got, expected, closeness):  # type: ignore[arg-type]
                yield wrong("values")
        case Items():
            kinds = KINDS.get(expected.kind, (expected.kind,))
            if not isinstance(got, Items) or got.kind not in kinds:
                yield wrong("type")
            elif len(got.items) != len(expected.items):
                yield wrong("shape", "length")
            else:
                for i, (mine, due) in enumerate(zip(got.items, expected.items, strict=True)):
                    yield from compare_values(mine, due, closeness, rules, f"{where}[{i}]")
        case Mapping():
            yield from compare_mappings(got, expected, closeness, rules, where)
        case Fields():
            if not isinstance(got, Fields) or got.type != expected.type:
                yield wrong("type")
                return
            mine_of = dict(got.items)
            for name, due in expected.items:
                yield from compare_values(mine_of.get(name), due, closeness, rules, f"{where}.{name}")
        case Exact():
            if not isinstance(got, Exact) or got.type != expected.type:
                yield wrong("type")
            elif got != expected:
                yield wrong("values")
        case Other():
            # a repr may hold an address, so it says nothing about equality
            if not isinstance(got, Other) or got.type != expected.type:
                yield wrong("type")
        case _:
            if got != expected:
                yield wrong("type" if type(got) is not type(expected) else "values")


def compare_arrays(got: Array, expected: Array, closeness: Closeness, rules: Rules, where: str) -> Iterator[Mismatch]:
    """Shape, dtype, device, numbers, and what the rules add."""

    def wrong(aspect: Aspect, problem: str = "different") -> Mismatch:
        return Mismatch(aspect, where, problem, got, expected)

    if got.data.shape != expected.data.shape:
        yield wrong("shape")
    if got.data.dtype != expected.data.dtype:
        yield wrong("dtype")
    if got.place != expected.place:
        yield wrong("device")
    if got.data.shape == expected.data.shape:
        yield from compare_numbers(got, expected, where, closeness, "values")
    if "requires_grad" in rules.also and got.requires_grad != expected.requires_grad:
        yield wrong("graph", "kept" if got.requires_grad else "cut")
    if "leaves" in rules.also:
        yield from compare_leaf(got, expected, where)
    if "contiguous" in rules.also and expected.is_contiguous and not got.is_contiguous:
        yield wrong("layout")


def compare_leaf(got: Array, expected: Array, where: str) -> Iterator[Mismatch]:
    """Whether a leaf that requires gradients is still, or is, one."""
    if got.requires_grad and not expected.requires_grad and not got.is_leaf:
        yield Mismatch("graph", where, "kept", got, expected)
    elif (got.is_leaf, got.requires_grad) != (expected.is_leaf, expected.requires_grad):
        problem = "not a leaf" if expected.is_leaf and not got.is_leaf else "requires_grad"
        yield Mismatch("leaf", where, problem, got, expected)


def compare_mappings(
    got: Value, expected: Mapping, closeness: Closeness, rules: Rules, where: str
) -> Iterator[Mismatch]:
    """Exactly these keys, in any order."""
    if not isinstance(got, Mapping):
        yield Mismatch("type", where, "different", got, expected)
        return
    mine = list(got.items)
    for key, due in expected.items:
        place = f"{where}[{key!r}]"
        item = next((item for k, item in mine if type(k) is type(key) and k == key), ABSENT)
        if item is ABSENT:
            yield Mismatch("shape", place, "missing key", got, expected)
        else:
            yield from compare_values(item, due, closeness, rules, place)
    keys = [key for key, _ in expected.items]
    for key, _ in mine:
        if key not in keys:
            yield Mismatch("shape", f"{where}[{key!r}]", "extra key", got, expected)


ABSENT = Other("missing", "")


# ---------------------------------------------------------------- gradients


def compare_gradients(
    got: tuple[Gradient, ...], expected: tuple[Gradient, ...], tolerance: Tolerance
) -> Iterator[Mismatch]:
    """The gradient that reached each argument; one that is missing is told apart from one that is wrong."""
    mine = {gradient.where: gradient for gradient in got}
    for due in expected:
        gradient = mine.get(due.where, Gradient(due.where, cut=True))
        where = due.where
        if gradient.error and not due.error:
            yield Mismatch("gradient", where, "error", gradient.error, due.value)
        elif gradient.value is None:
            # nothing and all zeros mean the same to an optimiser
            if due.value is not None and bool((due.value.data != 0).any()):
                yield Mismatch("gradient", where, "cut" if gradient.cut else "unused", None, due.value)
        elif due.value is None:
            if bool((gradient.value.data != 0).any()):
                yield Mismatch("gradient", where, "values", gradient.value, None)
        elif (gradient.value.data.shape, gradient.value.data.dtype) != (due.value.data.shape, due.value.data.dtype):
            yield Mismatch("gradient", where, "different", gradient.value, due.value)
        else:
            finite = bool(gradient.value.data.isfinite().all()) or not bool(due.value.data.isfinite().all())
            chosen = tolerance
            if tolerance == Tolerance():
                chosen = GRADIENT.get(due.value.data.dtype, tolerance)
            for mismatch in compare_numbers(gradient.value, due.value, where, Closeness(chosen), "gradient"):
                yield (
                    mismatch
                    if finite
                    else Mismatch(
                        "gradient",
                        where,
                        "not finite",
                        gradient.value,
                        due.value,
                        mismatch.count,
                        mismatch.total,
                        mismatch.most_at,
                    )
                )
        if gradient.value is not None and due.value is not None and gradient.value.place != due.value.place:
            yield Mismatch("device", f"gradient of {where}", "different", gradient.value, due.value)


# ---------------------------------------------------------------- arguments, objects, memory


def compare_arguments(got: Observation, expected: Observation, rules: Rules) -> Iterator[Mismatch]:
    """How the call left its arguments: as they were where the reference leaves them alone, else close to its result."""
    if not {"unchanged", "mutation", "grad", "leaves"} & rules.also:
        return
    before = dict(arrays_of(expected.before))
    mine, due = dict(arrays_of(got.after)), dict(arrays_of(expected.after))
    alone = "unchanged" in rules.also
    closeness = Closeness(rules.tolerance, [value for _, value in expected.before])
    for where, array in due.items():
        is_grad = where.endswith(".grad")
        if is_grad and not ({"unchanged", "grad"} & rules.also):
            continue
        old, now = before.get(where), mine.get(where)
        if is_grad and (array is None or not bool(array.data.any())) and array != old:
            if now is not None and bool((now.data != 0).any()):
                yield Mismatch("mutation", where, "not cleared", now, array)
            continue
        if array is None:
            if now is not None:
                yield Mismatch("mutation", where, "changed", now, old)
        elif now is None:
            yield Mismatch("mutation", where, "gone", None, array)
        else:
            if "leaves" in rules.also and not is_grad:
                yield from compare_leaf(now, array, where)
            if {"unchanged", "mutation", "grad"} & rules.also:
                yield from compare_argument(now, array, old, where, closeness, alone)
    for where in got.moved if "memory" in rules.also else ():
        if where not in expected.moved:
            yield Mismatch("mutation", where, "moved", None, due.get(where))
    if {"unchanged", "mutation"} & rules.also and skeleton(got.after, alone) != skeleton(expected.after, alone):
        yield Mismatch("mutation", "", "container" if alone else "contents")


def compare_argument(
    now: Array, due: Array, old: Array | None, where: str, closeness: Closeness, alone: bool
) -> Iterator[Mismatch]:
    """One tensor or array among the arguments after the call."""
    same = now.same_numbers(due) and now.place == due.place
    if alone or (old is not None and due.same_numbers(old)):
        if not same:
            yield Mismatch("mutation", where, "changed", now, due)
        elif alone and now.requires_grad != due.requires_grad:
            yield Mismatch("mutation", where, "requires_grad", now, due)
    elif not same:
        if old is not None and now.same_numbers(old):
            yield Mismatch("mutation", where, "not changed", now, due)
        elif now.data.shape != due.data.shape or now.data.dtype != due.data.dtype or now.place != due.place:
            yield Mismatch("mutation", where, "different", now, due)
        else:
            yield from compare_numbers(now, due, where, closeness, "mutation")


def arrays_of(arguments: Iterable[tuple[str, Value]]) -> Iterator[tuple[str, Array | None]]:
    """(path, array) of every array among some arguments, and of the `.grad` of every tensor (None included)."""
    for label, value in arguments:
        yield from arrays_in(value, label)


def arrays_in(value: Value, where: str) -> Iterator[tuple[str, Array | None]]:
    """The same for one argument."""
    match value:
        case Array():
            yield where, value
            if value.kind == "tensor":
                yield f"{where}.grad", value.grad
        case Items(items=items):
            for index, item in enumerate(items):
                yield from arrays_in(item, f"{where}[{index}]")
        case Mapping(items=pairs):
            for key, item in pairs:
                yield from arrays_in(item, f"{where}[{key!r}]")


def skeleton(value: object, exact: bool = True) -> object:
    """A value with every array left out: containers, keys, text, and numbers, which count as such unless `exact`."""
    match value:
        case Array():
            return Array
        case Items(kind=kind, items=items):
            return kind, tuple(skeleton(item, exact) for item in items)
        case Mapping(items=pairs):
            return frozenset((skeleton(key, exact), skeleton(item, exact)) for key, item in pairs)
        case tuple():
            return tuple(skeleton(item, exact) for item in value)
        case float() | complex() if not exact:
            return float
        case _:
            return type(value), value


def compare_identity(got: Observation, expected: Observation, rules: Rules) -> Iterator[Mismatch]:
    """The same object where it was promised: what is returned, and what lists and dicts among the arguments hold."""
    if not {"same object", "unchanged"} & rules.also:
        return
    for now, was in expected.same_objects:
        if now != was and "same object" not in rules.also:
            continue
        if (now, was) not in got.same_objects:
            yield Mismatch("identity", now, "new object", expected=was)
    if "unchanged" in rules.also and isinstance(got.returned, Items | Mapping):
        # a list or dict that somebody holds is not a new one; a tensor in it may be handed on
        for now, was in got.same_objects:
            if now == "result" and (now, was) not in expected.same_objects:
                yield Mismatch("identity", now, "not new", expected=was)


def compare_aliases(got: Observation, expected: Observation) -> Iterator[Mismatch]:
    """Memory shared where it should not be, or not shared where it should."""
    mine = {(alias.result, alias.argument): alias for alias in got.aliases}
    for due in expected.aliases:
        # what was not seen to be shared was not seen at all: the opposite of what is due
        unseen = Alias(due.result, due.argument, not due.result_shows_in_argument, not due.argument_shows_in_result)
        alias = mine.get((due.result, due.argument), unseen)
        for shows, should in (
            (alias.result_shows_in_argument, due.result_shows_in_argument),
            (alias.argument_shows_in_result, due.argument_shows_in_result),
        ):
            if shows != should:
                yield Mismatch("aliasing", due.argument, "shared" if shows else "copied", due.result, due.argument)
                break


# ---------------------------------------------------------------- printed text

NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?|[-+]?\b(?:nan|inf)\b")


def compare_text(got: str, expected: str, tolerance: Tolerance) -> Iterator[Mismatch]:
    """Printed lines, one by one; the numbers in them as numbers."""
    mine, due = got.splitlines(), expected.splitlines()
    for number, line in enumerate(due, start=1):
        if number > len(mine):
            yield Mismatch("text", f"line {number}", "missing line", None, line)
            return
        if not same_text_line(mine[number - 1], line, tolerance):
            yield Mismatch("text", f"line {number}", "different", mine[number - 1], line)
            return
    if len(mine) > len(due):
        yield Mismatch("text", f"line {len(due) + 1}", "extra line", mine[len(due)], None)


def same_text_line(got: str, expected: str, tolerance: Tolerance) -> bool:
    """Same words, and numbers of the same form that are close: one unit of the last digit printed is free."""
    if NUMBER.split(got) != NUMBER.split(expected):
        return False
    for mine, due in zip(NUMBER.findall(got), NUMBER.findall(expected), strict=True):
        if mine == due:
            continue
        if len(mine.partition(".")[2]) != len(due.partition(".")[2]) or "." not in due:
            return False
        unit = 10.0 ** -len(due.partition(".")[2])
        if abs(float(mine) - float(due)) > 1.01 * unit + (tolerance.rtol or 1e-6) * abs(float(due)):
            return False
    return True

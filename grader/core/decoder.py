"""Plain data → frozen records, each field held against its annotation: the one decoder for all that travels.

`record` builds one record of values that are decoded already; `from_plain` builds it, and all records in it, from what
`dataclasses.asdict` and JSON make of them.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from grader.core.errors import DecodeError

Fits = Callable[[Any], bool]
T = TypeVar("T")


def record(cls: type[T], values: Mapping[str, object]) -> T:
    """A record of these values. Raises `DecodeError` for a field that it does not have, lacks, or that cannot be so."""
    checks: dict[str, Fits] = checks_of(cls)  # type: ignore[arg-type]  # a class can be hashed
    for name, value in values.items():
        if name not in checks:
            raise DecodeError(f"{cls.__name__} has no field {name!r}")
        if not checks[name](value):
            raise DecodeError(f"{cls.__name__}.{name} cannot be {type(value).__name__}")
    try:
        return cls(**values)
    except TypeError as error:
        raise DecodeError(f"{cls.__name__} is not whole: {error}") from None


def from_plain(kind: type[T], data: Any) -> T:
    """What an annotated type means, from its plain form: dicts for records, lists for tuples.

    Raises `DecodeError` for anything else.
    """
    value: T = builder(kind)(data)  # type: ignore[arg-type]  # a class can be hashed
    check: Fits = fits(kind)  # type: ignore[arg-type]
    if not check(value):
        raise DecodeError(f"there should be {getattr(kind, '__name__', kind)}, not {type(data).__name__}")
    return value


@functools.cache
def builder(kind: Any) -> Callable[[Any], Any]:
    """What builds one part of a type, without a look at whether it is what it should be: its record looks at that."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple and inner[-1] is Ellipsis:
        item = builder(inner[0])
        return lambda data: tuple(map(item, data)) if isinstance(data, list) else data
    if not (dataclasses.is_dataclass(kind) and isinstance(kind, type)):
        return as_it_is
    parts = {name: builder(hint) for name, hint in hints_of(kind).items()}

    def build(data: Any) -> Any:
        if not isinstance(data, dict):
            raise DecodeError(f"there should be the fields of {kind.__name__}, not {type(data).__name__}")
        return record(kind, {name: parts.get(name, as_it_is)(item) for name, item in data.items()})

    return build


def as_it_is(data: Any) -> Any:
    """A part that is the same in its plain form."""
    return data


# ---------------------------------------------------------------- what a field can be


@functools.cache
def hints_of(cls: Any) -> dict[str, Any]:
    """The annotations of a record. PyTorch is imported only for one that holds tensors."""
    try:
        return typing.get_type_hints(cls)
    except NameError:
        import torch

        return typing.get_type_hints(cls, localns={"torch": torch})


@functools.cache
def checks_of(cls: Any) -> dict[str, Fits]:
    """What each field of a record must be."""
    hints = hints_of(cls)
    return {field.name: fits(hints[field.name]) for field in dataclasses.fields(cls)}


@functools.cache
def fits(hint: Any) -> Fits:
    """What tells whether a value is of an annotated type: a class, union, literal, tuple, set or dict."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return lambda value: True
    if hint is None or hint is type(None):
        return lambda value: value is None
    if hint is float:
        return lambda value: type(value) in (float, int)
    if hint is int:
        return lambda value: type(value) is int
    if origin is typing.Literal:
        return lambda value: type(value) is str and value in inner
    if origin is typing.Union or isinstance(hint, types.UnionType):
        return any_of(tuple(fits(part) for part in inner))
    if origin in (tuple, frozenset) and (len(inner) == 1 or inner[1] is Ellipsis):
        item = fits(inner[0])
        return lambda value: isinstance(value, origin) and all(map(item, value))
    if origin is tuple:
        parts = tuple(fits(part) for part in inner)
        return lambda value: (
            isinstance(value, tuple)
            and len(value) == len(parts)
            and all(p(v) for p, v in zip(parts, value, strict=True))
        )
    if origin is dict:
        key, item = map(fits, inner)
        return lambda value: isinstance(value, dict) and all(key(k) and item(v) for k, v in value.items())
    kind: type = origin or hint
    return lambda value: isinstance(value, kind)


def any_of(parts: tuple[Fits, ...]) -> Fits:
    """What tells whether a value is of one of several types."""
    return lambda value: any(part(value) for part in parts)

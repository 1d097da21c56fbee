"""Observations and cases as bytes and back, equal: a JSON text for structure, safetensors for numbers; no code.

    8 bytes: length of the JSON, little-endian · the JSON · a safetensors file

Reading checks everything that it reads: an unknown record, field or missing array is a `WireError`, nothing else.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable
from typing import Any

import torch
from safetensors import TensorSpec, serialize
from safetensors.torch import load

from grader import observation, record_values
from grader.error_family import WireError
from grader.observation import Case, Observation
from grader.record_values import Array

Record = Observation | Case

RECORDS: dict[str, type] = {
    cls.__name__: cls
    for module in (record_values, observation)
    for cls in vars(module).values()
    if isinstance(cls, type) and dataclasses.is_dataclass(cls) and cls.__module__ == module.__name__
}
FIELDS = {
    cls: [(field.name, field.default) for field in sorted(dataclasses.fields(cls), key=lambda field: field.name)]
    for cls in RECORDS.values()
}
"""Record → its fields, each with the default that is not written."""
PLAIN = {str, int, float, bool, type(None)}
TEXT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def dumps(record: Record) -> bytes:
    """A record as bytes; the same record gives the same bytes."""
    arrays: Arrays = {}
    tree = encode(record, arrays)
    text = TEXT.encode(tree).encode("utf-8", "surrogatepass")
    held = {key: as_real(array) for key, array in arrays.values()}  # alive until their memory has been read
    numbers = serialize({key: described(array) for key, array in held.items()}, None)
    return len(text).to_bytes(8, "little") + text + numbers


def loads(raw: bytes) -> Record:
    """The record that `dumps` wrote. Raises `WireError` for anything else."""
    size = int.from_bytes(raw[:8], "little")
    try:
        tree = json.loads(raw[8 : 8 + size].decode("utf-8", "surrogatepass"))
        arrays = load(raw[8 + size :])
        record = decode(tree, arrays)
    except Exception as error:  # bytes from outside can be wrong in any way
        raise WireError(f"these bytes are no observation: {error}") from None
    if not isinstance(record, Record):
        raise WireError("these bytes are no observation")
    return record


Arrays = dict[int, tuple[str, torch.Tensor]]
"""id → (key, tensor): one that stands in two places is written once, as the format wants it."""


def as_real(array: torch.Tensor) -> torch.Tensor:
    """Complex numbers as pairs, because the format does not have them in every precision."""
    return (torch.view_as_real(array) if array.dtype.is_complex else array).contiguous()


def described(array: torch.Tensor) -> TensorSpec:
    """A tensor as the format's writer takes it; the library's own wrapper for tensors takes ten times as long."""
    return TensorSpec(dtype=name_of(array.dtype), shape=array.shape, data_ptr=array.data_ptr(), data_len=array.nbytes)


@functools.cache
def name_of(dtype: torch.dtype) -> str:
    """A dtype as the format's writer calls it."""
    return str(dtype).removeprefix("torch.")


def encode(value: Any, arrays: Arrays) -> Any:
    """A record, tuple or scalar as JSON; each array's numbers go to `arrays` under a number.

    Fields that hold their default are left out.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is tuple:
        return [item if type(item) in PLAIN else encode(item, arrays) for item in value]
    if kind in FIELDS:
        fields = {}
        for name, default in FIELDS[kind]:
            field = getattr(value, name)
            if field is not default:  # there is only one empty tuple
                fields[name] = field if type(field) in PLAIN else encode(field, arrays)
        return {kind.__name__: fields}
    if isinstance(value, torch.Tensor):
        key, _ = arrays.setdefault(id(value), (str(len(arrays)), value))
        return {"complex tensor" if value.dtype.is_complex else "tensor": key}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    return value


def decode(tree: Any, arrays: dict[str, torch.Tensor]) -> Any:
    """The value behind `encode`'s JSON."""
    if isinstance(tree, list):
        return tuple(decode(item, arrays) for item in tree)
    if not isinstance(tree, dict):
        return tree
    ((name, inner),) = tree.items()
    if name == "tensor":
        return arrays[inner]
    if name == "complex tensor":
        return torch.view_as_complex(arrays[inner])
    if name == "complex":
        real, imaginary = inner
        if not all(map(fits(float), inner)):
            raise WireError("a complex number is two numbers")
        return complex(real, imaginary)
    if name not in RECORDS:
        raise WireError(f"there is no record {name!r}")
    checks = CHECKS[name]
    values = {}
    for field, item in inner.items():
        # most fields are texts, numbers and empty tuples
        if field not in checks:
            raise WireError(f"{name} has no field {field!r}")
        value = values[field] = decode(item, arrays) if isinstance(item, (dict, list)) else item
        if not checks[field](value):
            raise WireError(f"{name}.{field} cannot be {type(value).__name__}")
    record = RECORDS[name](**values)
    if isinstance(record, Array) and len(record.strides) != record.data.ndim:
        raise WireError("an array has one stride for each dimension")
    return record


Fits = Callable[[Any], bool]


@functools.cache
def fits(hint: Any) -> Fits:
    """What tells whether a value is of an annotated type: a class, union, literal or tuple."""
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
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        item = fits(inner[0])
        return lambda value: isinstance(value, tuple) and all(map(item, value))
    if origin is tuple:
        parts = tuple(fits(part) for part in inner)
        return lambda value: (
            isinstance(value, tuple)
            and len(value) == len(parts)
            and all(p(v) for p, v in zip(parts, value, strict=True))
        )
    kind: type = origin or hint
    return lambda value: isinstance(value, kind)


def any_of(parts: tuple[Fits, ...]) -> Fits:
    """What tells whether a value is of one of several types."""
    return lambda value: any(part(value) for part in parts)


def checks_of(cls: type) -> dict[str, Fits]:
    """What each field of a record must be."""
    hints = typing.get_type_hints(
        cls, {**vars(record_values), **vars(observation), "torch": torch, "Callable": Callable}
    )
    return {field.name: fits(hints[field.name]) for field in dataclasses.fields(cls)}


CHECKS = {name: checks_of(cls) for name, cls in RECORDS.items()}

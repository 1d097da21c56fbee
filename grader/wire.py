"""Observations, cases and calls as bytes and back, equal: a JSON text for structure, safetensors for numbers; no code.

    8 bytes: length of the JSON, little-endian · the JSON · a safetensors file

Reading checks everything that it reads: an unknown record, field or missing array is a `WireError`, nothing else.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable
from typing import Any

import torch
from safetensors.torch import load, save

from grader import records
from grader.records import Array, Call, Case, Observation

Record = Observation | Case | Call

RECORDS: dict[str, type] = {
    cls.__name__: cls
    for cls in vars(records).values()
    if isinstance(cls, type) and dataclasses.is_dataclass(cls) and cls.__module__ == records.__name__
}
FIELDS = {name: {field.name for field in dataclasses.fields(cls)} for name, cls in RECORDS.items()}


class WireError(ValueError):
    """Bytes that are no record."""


def dumps(record: Record) -> bytes:
    """A record as bytes; the same record gives the same bytes."""
    arrays: Arrays = {}
    tree = encode(record, arrays)
    text = json.dumps(tree, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return len(text).to_bytes(8, "little") + text + save({key: as_real(array) for key, array in arrays.values()})


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
    return torch.view_as_real(array) if array.dtype.is_complex else array


def encode(value: Any, arrays: Arrays) -> Any:
    """A record, tuple or scalar as JSON; each array's numbers go to `arrays` under a number."""
    if isinstance(value, torch.Tensor):
        key, _ = arrays.setdefault(id(value), (str(len(arrays)), value))
        return {"complex tensor" if value.dtype.is_complex else "tensor": key}
    if dataclasses.is_dataclass(value):
        name = type(value).__name__
        return {name: {field: encode(getattr(value, field), arrays) for field in sorted(FIELDS[name])}}
    if isinstance(value, tuple):
        return [encode(item, arrays) for item in value]
    if isinstance(value, complex):
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
        if not all(fits(part, float) for part in inner):
            raise WireError("a complex number is two numbers")
        return complex(real, imaginary)
    if name not in RECORDS or set(inner) != FIELDS[name]:
        raise WireError(f"there is no record {name!r} with these fields")
    values = {field: decode(item, arrays) for field, item in inner.items()}
    for field, value in values.items():
        if not fits(value, HINTS[name][field]):
            raise WireError(f"{name}.{field} cannot be {type(value).__name__}")
    record = RECORDS[name](**values)
    if isinstance(record, Array) and len(record.strides) != record.data.ndim:
        raise WireError("an array has one stride for each dimension")
    return record


HINTS: dict[str, dict[str, Any]] = {
    name: typing.get_type_hints(cls, {**vars(records), "torch": torch, "Callable": Callable})
    for name, cls in RECORDS.items()
}


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is of an annotated type: classes, unions, literals, tuples."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return True
    if origin is typing.Union or isinstance(hint, types.UnionType):
        return any(fits(value, part) for part in inner)
    if origin is typing.Literal:
        return value in inner
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        if len(inner) == 2 and inner[1] is Ellipsis:
            return all(fits(item, inner[0]) for item in value)
        return len(value) == len(inner) and all(fits(item, part) for item, part in zip(value, inner, strict=True))
    if origin is frozenset:
        return isinstance(value, frozenset)
    if hint is None or hint is type(None):
        return value is None
    if hint is float:
        return type(value) in (float, int)
    return isinstance(value, hint) and (hint is not int or type(value) is int)

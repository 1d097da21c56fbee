"""Cases, observations and rules as bytes and back, equal: a JSON text for structure, safetensors for numbers; no code.

    8 bytes: length of the JSON, little-endian · the JSON · a safetensors file

Reading checks everything that it reads: an unknown record, field or missing array is a `WireError`, nothing else. The
format of the numbers is that of https://github.com/huggingface/safetensors.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from grader.core import observation, rules, values
from grader.core.decoder import fits, record
from grader.core.errors import WireError
from grader.core.observation import Case, Observation
from grader.core.rules import Rules
from grader.core.values import Array

if TYPE_CHECKING:
    import torch
    from safetensors import TensorSpec

Sent = TypeVar("Sent", Observation, Case, Rules)
"""What is sent as a whole."""

RECORDS: dict[str, type] = {
    cls.__name__: cls
    for module in (values, observation, rules)
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


def dumps(sent: Observation | Case | Rules) -> bytes:
    """A record as bytes; the same record gives the same bytes."""
    from safetensors import serialize

    arrays: Arrays = {}
    tree = encode(sent, arrays)
    text = TEXT.encode(tree).encode("utf-8", "surrogatepass")
    held = {key: as_real(array) for key, array in arrays.values()}  # alive until their memory has been read
    numbers = serialize({key: described(array) for key, array in held.items()}, None)
    return len(text).to_bytes(8, "little") + text + numbers


def loads(raw: bytes, kind: type[Sent]) -> Sent:
    """The record of this kind that `dumps` wrote. Raises `WireError` for anything else."""
    from safetensors.torch import load

    size = int.from_bytes(raw[:8], "little")
    try:
        tree = json.loads(raw[8 : 8 + size].decode("utf-8", "surrogatepass"))
        arrays = load(raw[8 + size :])
        found = decode(tree, arrays)
    except Exception as error:  # bytes from outside can be wrong in any way
        raise WireError(f"these bytes are no {kind.__name__.lower()}: {error}") from None
    if not isinstance(found, kind):
        raise WireError(f"these bytes are no {kind.__name__.lower()}")
    return found


Arrays: TypeAlias = "dict[int, tuple[str, torch.Tensor]]"
"""id → (key, tensor): one that stands in two places is written once, as the format wants it."""


def as_real(array: torch.Tensor) -> torch.Tensor:
    """Complex numbers as pairs, because the format does not have them in every precision."""
    import torch

    return (torch.view_as_real(array) if array.dtype.is_complex else array).contiguous()


def described(array: torch.Tensor) -> TensorSpec:
    """A tensor as the format's writer takes it; the library's own wrapper for tensors takes ten times as long."""
    from safetensors import TensorSpec

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
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind is frozenset:
        return {"set": sorted(value)}
    # what is left is a tensor: nothing else can stand in a record
    key, _ = arrays.setdefault(id(value), (str(len(arrays)), value))
    return {"complex tensor" if value.dtype.is_complex else "tensor": key}


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
        import torch

        return torch.view_as_complex(arrays[inner])
    if name == "complex":
        real, imaginary = inner
        if not all(map(fits(float), inner)):
            raise WireError("a complex number is two numbers")
        return complex(real, imaginary)
    if name == "set":
        return frozenset(inner)
    if name not in RECORDS:
        raise WireError(f"there is no record {name!r}")
    # most fields are texts, numbers and empty tuples
    given = {f: decode(item, arrays) if isinstance(item, (dict, list)) else item for f, item in inner.items()}
    found: object = record(RECORDS[name], given)
    if isinstance(found, Array) and len(found.strides) != found.data.ndim:
        raise WireError("an array has one stride for each dimension")
    return found

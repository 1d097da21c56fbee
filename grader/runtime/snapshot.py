"""Between live Python objects and plain data: `look` writes a value down, `make` builds it afresh on a device.

Nothing here trusts the object that it looks at: types are asked of `type(...)`, never of the object, tensors are read
with their class's own `__torch_function__` switched off, and depth and size are bounded.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import itertools
import os
import types
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch

from grader.core.text import without_addresses
from grader.core.values import (
    HERE,
    Array,
    Device,
    Exact,
    Fields,
    Given,
    Items,
    Mapping,
    Named,
    Other,
    Place,
    Scratch,
    Value,
)
from grader.runtime._private import as_plain_tensors
from grader.runtime.limits import MAX_BITS, MAX_DEPTH, MAX_DRAINED, MAX_ITEMS, MAX_NUMBERS, MAX_TEXT
from grader.runtime.raised import plain_name, unless_hostile

EXACT: dict[type, Callable[[Any], str]] = {
    bytes: bytes.hex,
    bytearray: bytearray.hex,
    Fraction: str,
    Decimal: lambda number: str(number.normalize()),
    datetime.date: str,
    datetime.datetime: str,
    datetime.timedelta: str,
    slice: repr,
    type(Ellipsis): repr,
}
"""Plain types of Python that are known by a text, and how each becomes one; equal values have equal texts."""
ITERATORS: tuple[type, ...] = (
    types.GeneratorType,
    map,
    filter,
    zip,
    enumerate,
    reversed,
    type(iter([])),
    type(iter(())),
)


def is_tensor(value: object) -> bool:
    """Whether this really is a tensor (or a subclass), whatever its `__class__` says."""
    return issubclass(type(value), torch.Tensor)


def is_array(value: object) -> bool:
    """Whether this really is a NumPy array."""
    return issubclass(type(value), np.ndarray)


def is_differentiable(value: Any) -> bool:
    """Whether this is a tensor with a dtype that can have a gradient."""
    if not is_tensor(value):
        return False
    own: Any = torch.Tensor.dtype  # a subclass may have put something else in its place
    dtype = own.__get__(value)
    return bool(dtype.is_floating_point or dtype.is_complex)


def is_modest(value: Any) -> bool:
    """Whether a tensor or an array has so few elements that they can be looked at."""
    if is_array(value):
        return int(np.ndarray.size.__get__(value)) <= MAX_NUMBERS
    with as_plain_tensors():
        return torch.Tensor.numel(value) <= MAX_NUMBERS


# ---------------------------------------------------------------- looking


def place_of(device: torch.device, here: torch.device) -> Place:
    """The role of a device in a run on `here`."""
    return HERE if device.type == here.type else device.type


def look(value: Any, here: torch.device, depth: int = 0) -> Value:
    """A value as plain data that shares nothing with it; what has no plain form becomes `Other`."""
    return unless_hostile(
        lambda: read(value, here, depth),
        lambda error: Other(type_name(value), f"(it cannot be looked at: {plain_name(type(error))})"),
    )


def read(value: Any, here: torch.device, depth: int) -> Value:
    """The same for one whose own code does not get in the way."""
    kind = type(value)
    if value is None:
        return None
    if kind is bool:
        return bool(value)
    if issubclass(kind, int):
        return int(value) if int.bit_length(value) <= MAX_BITS else Other("int", "a very long int")
    if issubclass(kind, float):
        return float.__float__(value)
    if kind is complex:
        return complex(value)
    if issubclass(kind, str):
        return without_addresses(str.__str__(value)[:MAX_TEXT])
    if is_tensor(value):
        return look_at_tensor(value, here)
    if is_array(value):
        return look_at_ndarray(value)
    if kind is torch.dtype:
        return Named("dtype", str(value))
    if kind is torch.device:
        return Named("device", place_of(value, here))
    if kind is TooMany:
        return Other(value.type, f"(more than {MAX_ITEMS:,} values)")
    if issubclass(kind, (list, tuple, dict)) and depth < MAX_DEPTH and item_count(value) <= MAX_ITEMS:
        if issubclass(kind, dict):
            pairs = dict.items(value)
            return Mapping(tuple((look(k, here, depth + 1), look(v, here, depth + 1)) for k, v in pairs))
        base = list if issubclass(kind, list) else tuple
        items = tuple(look(item, here, depth + 1) for item in base.__iter__(value))
        if kind is torch.Size:
            return Items("Size", items)
        return Items("list" if base is list else "tuple", items)
    if issubclass(kind, Path):
        return str(value)
    try:
        seen = look_at_plain(value, kind, here, depth)
    except Exception:  # an object decides itself what its fields are
        seen = None
    return seen if seen is not None else Other(type_name(value), short_repr(value))


def look_at_plain(value: Any, kind: type, here: torch.device, depth: int) -> Value:
    """A value of one of Python's other plain types; None for anything else, and for what cannot be read."""
    if kind in EXACT:
        return Exact(kind.__name__, EXACT[kind](value)[:MAX_TEXT])
    if issubclass(kind, enum.Enum):
        return Exact(kind.__name__, str(value.name)[:MAX_TEXT])
    if issubclass(kind, np.generic):
        return Exact(type_name(value), str(value)[:MAX_TEXT])
    if depth >= MAX_DEPTH:
        return None
    if kind in (set, frozenset, range, Drained) and len(value) <= MAX_ITEMS:
        items = [look(item, here, depth + 1) for item in value]
        if kind in (set, frozenset):
            items.sort(key=repr)
        name: Any = "generator" if kind is Drained else kind.__name__
        return Items(name, tuple(items))
    if dataclasses.is_dataclass(kind) and isinstance(vars(kind).get("__dataclass_fields__"), dict):
        names = [field.name for field in dataclasses.fields(kind)]
        own = getattr(value, "__dict__", {})
        return Fields(kind.__name__, tuple((name, look(own.get(name), here, depth + 1)) for name in names))
    return None


@dataclasses.dataclass(frozen=True)
class TooMany:
    """What stands in the place of a result that holds more values, in lists of lists, than are looked at."""

    type: str


class Drained(tuple[Any, ...]):
    """What a generator gave, up to a bound, so that it can be looked at more than once."""


def drained(returned: Any) -> Any:
    """What a function returned; in place of a generator, or another iterator of Python's own, all that it gives.

    In place of what holds more values than `MAX_ITEMS`, all lists and dicts in it counted, `TooMany`.
    """
    if type(returned) in ITERATORS:
        returned = Drained(itertools.islice(returned, MAX_DRAINED))
    more = next(itertools.islice(walk(returned), MAX_ITEMS, None), None)
    return returned if more is None else TooMany(type_name(returned))


def look_at_tensor(tensor: torch.Tensor, here: torch.device) -> Value:
    """A tensor as an `Array`; one without plain numbers (sparse, meta, quantised) as `Other`."""
    return unless_hostile(  # a subclass decides itself what its operations do
        lambda: read_tensor(tensor, here),
        lambda error: Other("Tensor", f"a tensor that cannot be read: {plain_name(type(error))}"),
    )


def read_tensor(tensor: torch.Tensor, here: torch.device) -> Value:
    """The same for one whose operations do what they should."""
    with as_plain_tensors():
        if tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_meta:
            return Other("Tensor", f"a {tensor.layout} tensor on {tensor.device}")
        if not is_modest(tensor):
            return Other("Tensor", f"a tensor of {tensor.numel():,} elements, too many to look at")
        try:
            is_leaf, requires_grad = tensor.is_leaf, tensor.requires_grad
        except RuntimeError:  # a view made under no_grad, and its base was changed since: PyTorch will not say
            is_leaf, requires_grad = False, False
        grad = None
        if is_leaf and tensor.grad is not None:
            seen = look_at_tensor(tensor.grad, here)
            grad = seen if isinstance(seen, Array) else None
        return Array(
            data=plain_numbers(tensor),
            strides=tuple(tensor.stride()),
            place=place_of(tensor.device, here),
            requires_grad=requires_grad,
            is_leaf=is_leaf,
            grad=grad,
        )


def plain_numbers(tensor: torch.Tensor) -> torch.Tensor:
    """A contiguous copy that is exactly a `torch.Tensor` on the CPU, without history, also where a subclass came in."""
    bare = torch.Tensor.detach(tensor)
    if type(bare) is torch.Tensor and bare.is_cpu:
        return bare.clone(memory_format=torch.contiguous_format)
    copy = torch.empty(tensor.shape, dtype=tensor.dtype, device="cpu")
    copy.copy_(bare)  # from any device, and with a complex tensor's lazy conjugation
    return copy


def look_at_ndarray(array: np.ndarray) -> Value:
    """A NumPy array as an `Array` on the CPU; one of objects or text as `Other`."""
    if not is_modest(array):
        return Other(type_name(array), f"an array of {np.ndarray.size.__get__(array):,} elements, too many to look at")
    base = np.ndarray.__array__(array) if type(array) is np.ndarray else np.array(array, subok=False)
    try:
        numbers = torch.from_numpy(np.array(base, dtype=base.dtype.newbyteorder("="), order="C", copy=True))
    except TypeError:
        return Other(f"numpy array of {base.dtype}", "")
    size = base.dtype.itemsize
    return Array(numbers, strides=tuple(s // size for s in base.strides), kind="ndarray", place="cpu")


def type_name(value: object) -> str:
    """The name of a value's type as Python prints it: `function`, `numpy.float32`, `MyTensor`."""
    name = str.__str__(type.__getattribute__(type(value), "__qualname__"))
    module = type.__getattribute__(type(value), "__module__")  # whatever its metaclass says
    top = module.partition(".")[0] if type(module) is str else ""
    return name if top not in ("numpy", "torch") else f"{top}.{name}"


def short_repr(value: object) -> str:
    """At most 80 characters of a value's repr; a repr that raises is only mentioned."""
    return unless_hostile(lambda: without_addresses(str(repr(value))[:200])[:80], lambda _: "(its repr raises)")


# ---------------------------------------------------------------- making


class Maker:
    """Builds the live arguments of one call from their plain data.

    `given` finds a function of `exercises/given.py` by name; `note` is told the label of each call of one; `leaves`
    makes every floating-point tensor a leaf that requires gradients.
    """

    def __init__(
        self,
        device: torch.device,
        *,
        leaves: bool = False,
        given: Callable[[str], Callable[..., Any]] | None = None,
        note: Callable[[str], None] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.device = device
        self.leaves = leaves
        self.given = given
        self.note = note
        self.folder = folder

    def arguments(self, values: Sequence[Value], labels: Sequence[str]) -> list[Any]:
        """All arguments of a call, fresh; `labels` are the names of the exercise's parameters."""
        return [self.make(value, label) for value, label in zip(values, labels, strict=True)]

    def make(self, value: Value, label: str = "") -> Any:
        """One live object."""
        match value:
            case Array():
                return self.ndarray(value) if value.kind == "ndarray" else self.tensor(value)
            case Items(kind="set" | "frozenset" as kind):
                return {"set": set, "frozenset": frozenset}[kind](self.make(item, label) for item in value.items)
            case Items(kind="list"):
                return [self.make(item, label) for item in value.items]
            case Items(kind="Size"):
                return torch.Size([self.make(item) for item in value.items])
            case Items():
                return tuple(self.make(item, label) for item in value.items)
            case Mapping():
                return {self.make(key): self.make(item, label) for key, item in value.items}
            case Device():
                return str(self.device.type) if value.as_text else self.device
            case Named(kind="dtype"):
                return getattr(torch, value.name.removeprefix("torch."))
            case Named(kind="device"):
                return self.device if value.name == HERE else torch.device(value.name)
            case Given():
                return self.function(value, label)
            case Scratch():
                path = (self.folder or Path(os.curdir)) / value.name
                return str(path) if value.as_text else path
            case Other() | Exact() | Fields():
                raise TypeError(f"a case cannot hold a {value.type}")
            case _:
                return value

    def tensor(self, value: Array) -> torch.Tensor:
        """A tensor where it belongs, with its `requires_grad` and `.grad`."""
        device = self.device if value.place == HERE else torch.device(value.place)
        made = strided_copy(value, device)
        if value.requires_grad or (self.leaves and made.dtype.is_floating_point):
            made.requires_grad_(True)
        if value.grad is not None:
            made.grad = self.tensor(value.grad)
        return made

    def ndarray(self, value: Array) -> np.ndarray:
        """A NumPy array with memory of its own."""
        return strided_ndarray(value)

    def function(self, value: Given, label: str) -> Any:
        """A given function, or what it makes; its calls are noted if anybody asked."""
        if self.given is None:
            raise LookupError(f"this course has no given function {value.name}")
        function = self.given(value.name)
        if value.arguments is not None:
            function = function(*(self.make(argument) for argument in value.arguments))
        if self.note is None or not callable(function):
            return function
        note = self.note

        @functools.wraps(function)
        def noted(*args: Any, **kwargs: Any) -> Any:
            note(label)
            return function(*args, **kwargs)

        return noted


def strided_copy(value: Array, device: torch.device) -> torch.Tensor:
    """A new tensor with the numbers *and* the strides of the one that was looked at (an expanded one stays so)."""
    data = value.data
    if value.strides == data.stride():
        return data.clone() if device.type == "cpu" else data.to(device)
    # in memory as it was, gaps and shared places included: a copy to a stride of 0 is refused
    places = torch.zeros(data.shape, dtype=torch.int64)
    for dim, (size, stride) in enumerate(zip(data.shape, value.strides, strict=True)):
        places += (torch.arange(size) * stride).reshape(-1, *[1] * (data.ndim - dim - 1))
    memory = torch.zeros(int(places.max()) + 1 if data.numel() else 0, dtype=data.dtype)
    memory[places.reshape(-1)] = data.reshape(-1)
    return memory.to(device).as_strided(data.shape, value.strides)


def strided_ndarray(value: Array) -> np.ndarray:
    """The same for NumPy, whose strides may also be negative."""
    data = value.data.numpy()
    if value.strides == value.data.stride():
        return data.copy()
    reach = [(size - 1) * stride for size, stride in zip(data.shape, value.strides, strict=True)]
    first = -sum(step for step in reach if step < 0) if data.size else 0
    memory = np.zeros(first + sum(step for step in reach if step > 0) + 1 if data.size else 0, dtype=data.dtype)
    strides = [stride * data.itemsize for stride in value.strides]
    made = np.lib.stride_tricks.as_strided(memory[first:], data.shape, strides)
    made[...] = data
    return made


# ---------------------------------------------------------------- walking


def item_count(value: Any) -> int:
    """How many items a list, tuple or dict really has, whatever its class says."""
    base = next(base for base in (list, tuple, dict) if issubclass(type(value), base))
    return base.__len__(value)


def walk(value: Any, where: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every object of a live argument or result with its path: the container first, then what it holds."""
    yield where, value
    if depth == MAX_DEPTH or (issubclass(type(value), (list, tuple, dict)) and item_count(value) > MAX_ITEMS):
        return  # as far as `look` looks; a list may hold itself
    if issubclass(type(value), dict):
        for key, item in dict.items(value):
            yield from walk(item, f"{where}[{key!r}]" if type(key) in (str, int) else f"{where}[…]", depth + 1)
    elif issubclass(type(value), (list, tuple)):
        base = list if issubclass(type(value), list) else tuple
        for index, item in enumerate(base.__iter__(value)):
            yield from walk(item, f"{where}[{index}]", depth + 1)

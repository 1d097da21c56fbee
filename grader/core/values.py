"""Values as frozen records: what a case hands in and what comes back, as plain data.

No functions, no open files, nothing of a learner's that could run again. Importing this module does not import torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import torch


# ---------------------------------------------------------------- values

Place: TypeAlias = str
"""Where an array lives, by role: `here` (the device of the run), otherwise a device type such as `cpu`."""

HERE: Place = "here"


@dataclass(frozen=True, eq=False)
class Array:
    """A tensor or NumPy array as it was seen: its numbers and all that PyTorch says about it.

    `data` is a contiguous CPU tensor without history; `strides` are those of the original, in elements.
    """

    data: torch.Tensor
    strides: tuple[int, ...]
    kind: Literal["tensor", "ndarray"] = "tensor"
    place: Place = HERE
    requires_grad: bool = False
    is_leaf: bool = True
    grad: Array | None = None

    def __eq__(self, other: object) -> bool:
        """Bit for bit, so that NaN equals NaN and -0.0 does not equal 0.0."""
        if not isinstance(other, Array):
            return NotImplemented
        return (
            (self.kind, self.strides, self.place, self.requires_grad, self.is_leaf, self.grad)
            == (other.kind, other.strides, other.place, other.requires_grad, other.is_leaf, other.grad)
        ) and self.same_numbers(other)

    __hash__ = None  # type: ignore[assignment]

    def same_numbers(self, other: Array) -> bool:
        """Whether dtype, shape and every bit of the numbers agree."""
        import torch

        a, b = self.data, other.data
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        return a.numel() == 0 or torch.equal(a.reshape(-1).view(torch.uint8), b.reshape(-1).view(torch.uint8))

    @property
    def is_contiguous(self) -> bool:
        """Whether the original's strides are those of its shape in C order; sizes of 1 have no say."""
        expected = 1
        for size, stride in zip(reversed(self.data.shape), reversed(self.strides), strict=True):
            if size != 1 and stride != expected:
                return self.data.numel() == 0
            expected *= size
        return True


@dataclass(frozen=True)
class Items:
    """What holds items: a list, tuple or `torch.Size`, a range, what a generator gave, or a set in a fixed order."""

    kind: Literal["list", "tuple", "Size", "range", "generator", "set", "frozenset"]
    items: tuple[Value, ...]


@dataclass(frozen=True)
class Mapping:
    """A dict, in its own order."""

    items: tuple[tuple[Value, Value], ...]


@dataclass(frozen=True)
class Named:
    """A constant that is known by its name: a dtype (`torch.float32`) or a device (by role, see `Place`)."""

    kind: Literal["dtype", "device"]
    name: str


@dataclass(frozen=True)
class Exact:
    """A value that is known by its text: bytes, a Fraction, a Decimal, a member of an Enum, a date."""

    type: str
    text: str


@dataclass(frozen=True)
class Fields:
    """An object that is known by its fields: a dataclass."""

    type: str
    items: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Other:
    """Anything else that came back: only its type and a shortened repr are kept."""

    type: str
    text: str


@dataclass(frozen=True)
class Device:
    """In a case: the device of the run, handed in as a string or as a `torch.device`."""

    as_text: bool = False


@dataclass(frozen=True)
class Given:
    """In a case: a function of the course's `exercises/given.py`, by name.

    With `arguments`, that function is called with them first, and what it returns is handed in.
    """

    name: str
    arguments: tuple[Value, ...] | None = None


@dataclass(frozen=True)
class Scratch:
    """In a case: the path of a file, not there yet, in a folder made for this one call."""

    name: str
    as_text: bool = False


Value: TypeAlias = (
    bool
    | int
    | float
    | complex
    | str
    | Array
    | Items
    | Mapping
    | Fields
    | Exact
    | Named
    | Other
    | Device
    | Given
    | Scratch
    | None
)


def parts(value: Value) -> Iterator[Value]:
    """A value and everything that it holds, or is made from."""
    yield value
    match value:
        case Given(arguments=tuple(items)) | Items(items=items):
            for item in items:
                yield from parts(item)
        case Mapping(items=pairs):
            for key, item in pairs:
                yield from parts(key)
                yield from parts(item)
        case Fields(items=fields):
            for _, item in fields:
                yield from parts(item)


def arrays(value: Value) -> Iterator[Array]:
    """Every array in a value."""
    return (part for part in parts(value) if isinstance(part, Array))


Function: TypeAlias = Callable[..., Any]


def as_leaves(value: Value) -> Value:
    """A value as it is handed in where gradients count: each floating-point tensor in it requires them."""
    match value:
        case Array(kind="tensor") if value.data.dtype.is_floating_point:
            return replace(value, requires_grad=True)
        case Items(items=items):
            return replace(value, items=tuple(map(as_leaves, items)))
        case Mapping(items=pairs):
            return Mapping(tuple((key, as_leaves(item)) for key, item in pairs))
        case _:
            return value

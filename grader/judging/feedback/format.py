"""Values as short text for people: numbers rounded, long arrays cut with `…`, types and shapes in PyTorch's words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from grader.core.text import without_addresses
from grader.core.values import HERE, Array, Device, Exact, Fields, Given, Items, Mapping, Named, Other, Scratch, Value

DIGITS = 4
CUTS = (1000, 8, 6, 5, 4, 3, 2, 1)


def text(value: Value, width: int = 56, *, digits: int = DIGITS, device: str = "cpu") -> str:
    """A value in at most about `width` characters: as many items of each dimension as fit, the rest as `…`."""
    shown = ""
    for cut in CUTS:
        shown = full(value, cut, digits, device)
        if len(shown) <= width:
            return shown
    return shown[: width - 1] + "…"


def full(value: Value, cut: int, digits: int, device: str) -> str:
    """A value with at most `cut` items of each container and dimension."""
    match value:
        case Array():
            if not value.data.numel():
                return empty(value)
            return nested(value.data.tolist(), cut, number_format(value, digits))
        case bool() | None | int() | str():
            return repr(value)
        case float():
            return repr(value) if len(repr(value)) <= 10 else format(value, f".{digits + 2}g")
        case Items(kind=kind, items=items):
            inner = [full(item, cut, digits, device) for item in items[:cut]] + ["…"] * (len(items) > cut)
            if kind in ("list", "generator"):
                return f"[{', '.join(inner)}]"
            if kind in ("set", "frozenset") and items:
                return f"{{{', '.join(inner)}}}"
            if kind in ("set", "frozenset", "range"):
                return f"{kind}({'' if kind != 'range' else ', '.join(inner)})"
            return f"({', '.join(inner)}{',' if len(items) == 1 else ''})"
        case Exact(type=kind, text=shown):
            return exact(kind, shown)
        case Fields(type=kind, items=fields):
            inner = [f"{name}={full(item, cut, digits, device)}" for name, item in fields[:cut]]
            return f"{kind}({', '.join(inner + ['…'] * (len(fields) > cut))})"
        case Mapping(items=pairs):
            inner = [f"{full(k, cut, digits, device)}: {full(v, cut, digits, device)}" for k, v in pairs[:cut]]
            return "{" + ", ".join(inner + ["…"] * (len(pairs) > cut)) + "}"
        case Named(kind="device") | Device():
            role = value.name if isinstance(value, Named) else HERE
            return repr(place_name(role, device))
        case Named(name=name) | Given(name=name, arguments=None):
            return name
        case Given(name=name, arguments=arguments):
            return f"{name}({', '.join(full(argument, cut, digits, device) for argument in arguments or ())})"
        case Scratch(name=name):
            return repr(name)
        case Other(type=kind, text=shown):
            return without_addresses(shown) or named(kind)
        case _:
            return repr(value)


def exact(kind: str, shown: str) -> str:
    """A value that is known by its text, as Python would write it, or nearly so."""
    if kind in ("bytes", "bytearray"):
        return repr(bytes.fromhex(shown))
    if kind in ("slice", "ellipsis", "date", "datetime", "timedelta"):
        return shown
    return f"{kind}({shown})" if kind in ("Fraction", "Decimal") or "." in kind else f"{kind}.{shown}"


def nested(numbers: object, cut: int, form: Callable[[object], str]) -> str:
    """Nested lists of numbers as PyTorch prints them, on one line."""
    if not isinstance(numbers, list):
        return form(numbers)
    inner = [nested(item, cut, form) for item in numbers[:cut]] + ["…"] * (len(numbers) > cut)
    return f"[{', '.join(inner)}]"


def empty(value: Array) -> str:
    """An array without elements."""
    return "[]" if value.data.ndim == 1 else f"[] of shape {shape(value.data.shape)}"


def number_format(value: Array, digits: int) -> Callable[[object], str]:
    """How to write the numbers of one array: `2.` for whole floats, else a few significant digits."""
    if not (value.data.dtype.is_floating_point or value.data.dtype.is_complex):
        return str

    def form(number: object) -> str:
        if isinstance(number, complex):
            return f"{form(number.real)}{'+' if number.imag >= 0 else ''}{form(number.imag)}j"
        assert isinstance(number, float)
        if not math.isfinite(number):
            return str(number)
        if number == int(number) and abs(number) < 1e5:
            return f"{int(number)}."
        shown = format(number, f".{digits}g")
        return shown if "." in shown or "e" in shown else f"{shown}."

    return form


def shape(sizes: Sequence[int]) -> str:
    """A shape as PyTorch users write it: `(2, 3)`, `(3,)`, `()`."""
    return str(tuple(sizes))


def dtype(value: Array) -> str:
    """`float32`."""
    return str(value.data.dtype).removeprefix("torch.")


def place_name(place: str, device: str) -> str:
    """The device type behind a role."""
    return device if place == HERE else place


def note(value: Value, device: str = "cpu", *, place: bool = False, grad: bool = False) -> str:
    """What the text of a value does not show: `float32, shape (2, 3)`, on request where it is and `requires_grad`."""
    if grad and isinstance(value, Items):
        return grads(value)
    if not isinstance(value, Array):
        return ""
    parts = [dtype(value), f"shape {shape(value.data.shape)}"]
    if value.kind == "ndarray":
        parts[0] = f"NumPy {parts[0]}"
    if not value.is_contiguous:
        parts.append("not contiguous")
    if grad and value.requires_grad:
        parts.append("requires_grad" if value.grad is None else f"requires_grad, .grad {text(value.grad, 16)}")
    if place:
        parts.append(f"on {place_name(value.place, device)}")
    return ", ".join(parts)


def grads(value: Items) -> str:
    """The gradients that the tensors of a list hold, where any does."""
    held = [item.grad for item in value.items if isinstance(item, Array)]
    if all(grad is None for grad in held):
        return ""
    return f".grad of each: {text(Items('list', tuple(held)), 40)[1:-1]}"


def kind(value: Value) -> str:
    """What a value is, in words: `a tensor`, `a float`, `a tuple of 2`."""
    match value:
        case Array():
            return "a tensor" if value.kind == "tensor" else "a NumPy array"
        case None:
            return "None"
        case bool():
            return "a bool"
        case int():
            return "an int"
        case float():
            return "a float"
        case str():
            return "a string"
        case Items(kind="Size", items=items):
            return f"a torch.Size of {len(items)}"
        case Items(kind="generator", items=items):
            return f"a generator of {len(items)}"
        case Items(kind=name, items=items):
            return f"a {name} of {len(items)}"
        case Mapping():
            return "a dict"
        case Named(kind=name):
            return f"a torch.{name}"
        case Other(type=name) | Exact(type=name) | Fields(type=name):
            return named(name)
        case _:
            return type(value).__name__


def named(kind: str) -> str:
    """The name of a type with its article."""
    return f"{'an' if kind[:1].lower() in 'aeio' else 'a'} {kind}"


def pair(got: Value, expected: Value, width: int = 56, device: str = "cpu") -> tuple[str, str]:
    """Two values as text, with as many digits as it takes to see that they differ."""
    for digits in (DIGITS, 6, 9, 17):
        shown = text(got, width, digits=digits, device=device), text(expected, width, digits=digits, device=device)
        if shown[0] != shown[1]:
            return shown
    return text(got, width, device=device), text(expected, width, device=device)

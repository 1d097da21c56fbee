"""A case, and everything that can be seen of one call of it, as frozen records.

The texts in what was seen can be told anew without the names of folders that were made for one run: so the same answer
to the same case gives the same report, byte for byte, whichever process it ran in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from grader.core.rules import Rules
from grader.core.values import Array, Fields, Items, Mapping, Other, Scratch, Value, parts

# ---------------------------------------------------------------- a case, and what is seen of one call


@dataclass(frozen=True)
class Case:
    """One set of arguments for an exercise: data only.

    `patches` names functions (`torch.cuda.is_available`) that answer with a fixed value during the call.
    """

    arguments: tuple[Value, ...]
    seed: int = 0
    patches: tuple[tuple[str, Value], ...] = ()

    @property
    def needs_folder(self) -> bool:
        """Whether the path of a file is handed in, anywhere in an argument or to a given function."""
        values = (*self.arguments, *(value for _, value in self.patches))
        return any(isinstance(part, Scratch) for value in values for part in parts(value))


class Turn(NamedTuple):
    """One call of a check: with which case, by number, and whether its tensors require gradients."""

    number: int
    gradient: bool = False


@dataclass(frozen=True)
class Raised:
    """An exception: its type, the names of all its base types, its text, and where in the learner's file."""

    type: str
    bases: tuple[str, ...]
    text: str
    traceback: tuple[str, ...] = field(default=(), compare=False)
    function: str = field(default="", compare=False)
    """The innermost function of the learner's own file that was running."""


@dataclass(frozen=True)
class Gradient:
    """What reached one argument: a gradient, None (nothing did), or the error of the backward pass."""

    where: str
    value: Array | None = None
    cut: bool = False
    """True where no output had a graph at all."""
    error: str = ""


@dataclass(frozen=True)
class Alias:
    """Whether a write to one of two arrays showed in the other, tried both ways."""

    result: str
    argument: str
    result_shows_in_argument: bool
    argument_shows_in_result: bool


@dataclass(frozen=True)
class Axes:
    """What one pair of axes shows: labels, and every line or cloud of points as (x, y) pairs."""

    title: bool
    xlabel: bool
    ylabel: bool
    grid: bool
    legend: bool
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()
    points: tuple[tuple[tuple[float, float], ...], ...] = ()
    name: str = ""
    """Where they are in the figure: `left axes`, `lower axes`, `axes 3`."""


@dataclass(frozen=True)
class Figures:
    """What was plotted: one tuple of axes for each figure saved, the number left open, the files (name, kind)."""

    saved: tuple[tuple[Axes, ...], ...] = ()
    left_open: int = 0
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Observation:
    """Everything that can be seen of one call."""

    returned: Value = None
    raised: Raised | None = None
    before: tuple[tuple[str, Value], ...] = ()
    after: tuple[tuple[str, Value], ...] = ()
    """Each argument with its name, as it was handed in and as the call left it."""
    gradients: tuple[Gradient, ...] = ()
    same_objects: tuple[tuple[str, str], ...] = ()
    """(where it is now, which argument it was) for each object that is still, or again, an argument itself."""
    aliases: tuple[Alias, ...] = ()
    moved: tuple[str, ...] = ()
    """The arguments that show other numbers than a view of them does that was taken before the call."""
    printed: str = ""
    calls: tuple[str, ...] = ()
    figures: Figures | None = None
    warned: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """What PyTorch and Python warned of: the name of each category and the text; it says why, and is never compared."""


def only_its_type(seen: Observation, rules: Rules) -> str:
    """The type of something that a call returns, or leaves where that is compared, and of which no more is known."""
    left = [part for _, value in seen.after for part in parts(value)] if "mutation" in rules.also else []
    known = [part for _, value in seen.before for part in parts(value) if isinstance(part, Other)]
    found = [part for part in (*parts(seen.returned), *left) if isinstance(part, Other) and part not in known]
    return found[0].type if found else ""


Tell = Callable[[str], str]
LabelledValues = tuple[tuple[str, Value], ...]


def retold(seen: Observation, tell: Tell) -> Observation:
    """An observation with each text in it told anew; tracebacks and names of parameters hold no folder."""
    return replace(
        seen,
        returned=retold_value(seen.returned, tell),
        raised=seen.raised and replace(seen.raised, text=tell(seen.raised.text)),
        before=retold_arguments(seen.before, tell),
        after=retold_arguments(seen.after, tell),
        gradients=tuple(replace(g, error=tell(g.error)) if g.error else g for g in seen.gradients),
        printed=tell(seen.printed),
    )


def retold_arguments(values: LabelledValues, tell: Tell) -> LabelledValues:
    """The same for arguments with their names."""
    return tuple((label, retold_value(item, tell)) for label, item in values)


def retold_value(seen: Value, tell: Tell) -> Value:
    """The same for one value."""
    match seen:
        case str():
            return tell(seen)
        case Other(kind, text):
            return Other(kind, tell(text))
        case Fields(kind, fields):
            return Fields(kind, retold_arguments(fields, tell))
        case Items(kind, items):
            return Items(kind, tuple(retold_value(item, tell) for item in items))
        case Mapping(pairs):
            return Mapping(tuple((retold_value(key, tell), retold_value(item, tell)) for key, item in pairs))
        case _:
            return seen


Points = tuple[tuple[float, float], ...]

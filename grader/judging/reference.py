"""What the judge wants of a course's answers, whether they can be run here or have been recorded.

A `Reference` is for one seed and has a `Trial` for each exercise: its cases, what the reference shows on each of them,
and what the known mistakes show. Nothing else of a course's answers is known to the judge.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from grader.core.observation import Case, Observation, Turn
from grader.core.rules import Aspect, Rules
from grader.core.values import Array, Device, Function, Value, arrays, parts
from grader.runtime.devices import can_hold, torch_device
from grader.runtime.observe import observe

On: TypeAlias = Literal["every device", "accelerator"]
Under: TypeAlias = Literal["", "inference_mode"]
Meanwhile: TypeAlias = Callable[[], object]
"""What is to be done anyway, best while somebody else makes a call."""
Differences: TypeAlias = tuple[tuple[Aspect, str, str], ...]
"""In what one observation differs from another: aspect, place and problem of each mismatch."""


@dataclass(frozen=True)
class KnownMistake:
    """A known wrong answer by its name, and the sentence for a learner whose answer behaves like it."""

    name: str
    sentence: str
    on: On = "every device"
    """Where it is wrong: `accelerator` where it is right on the CPU."""
    written: str = ""
    """A regular expression for what the sentence says of the code; other code that behaves so gets another sentence."""


@dataclass(frozen=True)
class Way:
    """The way that an exercise is about, by what an answer names that goes it, and the sentence for one that does not.

    An answer goes another way where it names none of `uses` and, if there are any, one of `instead`.
    """

    uses: tuple[str, ...]
    instead: tuple[str, ...]
    sentence: str


class Reference(Protocol):
    """A course's answers for one seed."""

    @property
    def seed(self) -> int:
        """What the cases were drawn from."""

    def drawn(self, seed: int) -> Reference:
        """The same for another seed. Raises `CourseError` where that cannot be had."""

    def trial(self, chapter: str, name: str) -> Trial:
        """One exercise; the same object each time. Raises `CourseError` where its checks cannot be used."""


class Trial(ABC):
    """One exercise for one seed, ready to be tried.

    A `number` is that of a case, a `turn` one call with it, a `device` one of the run (`cpu`, `sim`).
    """

    name: str
    parameters: tuple[str, ...]
    points: int
    hints: tuple[str, ...]
    promised: Rules
    """What is compared; for one case, `rules` knows the scale of its sums too."""
    under: Under
    """The mode in which calls are made, if any."""
    mistakes: tuple[KnownMistake, ...]
    way: Way | None = None
    """The way that the exercise is about, where it is about one; another one passes as well."""
    given: Callable[[str], Function]
    """A function of the course's `exercises/given.py`, by name."""

    runs = True
    """Whether the reference itself can run here, on any device; of a recorded one only what was seen is left."""

    def __init__(self) -> None:
        self.differences: dict[tuple[str, Turn, str], Differences] = {}
        """(mistake, turn, device) → in what it differs from the reference, where that was needed."""
        self.numbers_of: dict[str, list[int]] = {}

    # ---------------------------------------------------------------- what the answers show

    @property
    @abstractmethod
    def cases(self) -> tuple[Case, ...]:
        """The arguments to try, from the easiest to read to the largest."""

    @abstractmethod
    def rules(self, turn: Turn, device: str) -> Rules:
        """What is compared for one call, and how closely."""

    @abstractmethod
    def expected(self, turn: Turn, device: str) -> Observation:
        """What the reference shows. Raises `CourseError` where it fails itself."""

    @abstractmethod
    def mistaken(self, mistake: str, turn: Turn, device: str) -> Observation:
        """What the known mistake of this name shows."""

    @abstractmethod
    def transposed(self, number: int) -> Value:
        """What the reference returns on the CPU for the case with its matrices transposed; None where it cannot."""

    # ---------------------------------------------------------------- what follows

    @cached_property
    def knows_devices(self) -> bool:
        """Whether any case holds a tensor or a device; an exercise without them runs once, on the CPU."""
        return any(uses_device(argument) for case in self.cases for argument in case.arguments)

    def numbers(self, device: str) -> list[int]:
        """The cases that a device can hold, by number."""
        if device not in self.numbers_of:
            self.numbers_of[device] = [
                number
                for number, case in enumerate(self.cases)
                if all(can_hold(device, array.data.dtype) for value in case.arguments for array in arrays(value))
            ]
        return self.numbers_of[device]

    def turns(self, device: str) -> list[Turn]:
        """The calls to make on a device: a plain one with each case, and one for its gradients where these count."""
        kinds = (False, True) if self.promised.gradient else (False,)
        return [Turn(number, gradient) for number in self.numbers(device) for gradient in kinds]

    def see(
        self, function: Function, turn: Turn, device: str, file: Path | None = None, *, echo: bool = True
    ) -> Observation:
        """One function observed in one call; see `observe`. Only a plain call is heard, and stops in a debugger."""
        echo = echo and not turn.gradient
        return observe(
            function,
            self.cases[turn.number],
            self.parameters,
            device=torch_device(device),
            rules=rules_of_turn(self.promised, turn),
            under=self.under,
            given=self.given,
            file=file,
            echo=echo,
            draw=echo and turn.number == 0,  # pixels are slow, and what a figure shows is read without them
        )


def rules_of_turn(rules: Rules, turn: Turn) -> Rules:
    """What is compared of one call: no gradients where it is a plain one."""
    return rules if turn.gradient or not rules.gradient else replace(rules, gradient=False)


def uses_device(value: Value) -> bool:
    """Whether a case's value holds a tensor or the device of the run."""
    return any(isinstance(p, Device) or (isinstance(p, Array) and p.kind == "tensor") for p in parts(value))

"""One exercise ready to be tried: its cases for one seed, the reference, and what the reference does on each case."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import torch

from grader.authoring import Exercise, Mistake
from grader.devices import can_hold, torch_device
from grader.error_family import CourseError
from grader.observation import Case, Observation
from grader.observe import observe
from grader.record_values import Array, Device, Function, Value, arrays, parts
from grader.rules import Aspect, Rules
from grader.values import Maker, look

Meanwhile: TypeAlias = Callable[[], object]
"""What is to be done anyway, best while somebody else makes a call."""
Differences: TypeAlias = tuple[tuple[Aspect, str, str], ...]
"""In what one observation differs from another: aspect, place and problem of each mismatch."""


@dataclasses.dataclass(frozen=True)
class Trial:
    """One exercise with its cases and the reference that its answers are held against."""

    exercise: Exercise
    reference: Function
    parameters: tuple[str, ...]
    cases: tuple[Case, ...]
    given: Callable[[str], Callable[..., Any]]
    references: dict[tuple[int, str], Observation] = dataclasses.field(default_factory=dict)
    mistaken: dict[tuple[str, int, str], Observation] = dataclasses.field(default_factory=dict)
    differences: dict[tuple[str, int, str], Differences] = dataclasses.field(default_factory=dict)
    numbers_of: dict[str, list[int]] = dataclasses.field(default_factory=dict)
    rules_of: dict[tuple[int, str], Rules] = dataclasses.field(default_factory=dict)

    @cached_property
    def knows_devices(self) -> bool:
        """Whether any case holds a tensor or a device; an exercise without them runs once, on the CPU."""
        return any(uses_device(argument) for case in self.cases for argument in case.arguments)

    def rules(self, number: int, device: str) -> Rules:
        """The exercise's rules for one case: the scale worked out from its arguments, `{device}` filled in, once."""
        key = (number, device)
        if key not in self.rules_of:
            rules = self.exercise.rules
            mentions = tuple(word.format(device=torch_device(device).type) for word in rules.mentions)
            tolerance = rules.tolerance
            if self.exercise.scale is not None:
                arguments = self.plain_arguments(self.cases[number])
                tolerance = dataclasses.replace(tolerance, scale=self.exercise.scale(*arguments))
            self.rules_of[key] = dataclasses.replace(rules, mentions=mentions, tolerance=tolerance)
        return self.rules_of[key]

    def see(
        self, function: Function, number: int, device: str, file: Path | None = None, *, echo: bool = True
    ) -> Observation:
        """One function observed on one case."""
        return observe(
            function,
            self.cases[number],
            self.parameters,
            device=torch_device(device),
            rules=self.exercise.rules,
            under=self.exercise.under,
            given=self.given,
            file=file,
            echo=echo,
            draw=echo and number == 0,  # pixels are slow, and what a figure shows is read without them
        )

    def expected(self, number: int, device: str) -> Observation:
        """The reference observed on one case, once."""
        key = (number, device)
        if key not in self.references:
            seen = self.see(self.reference, number, device, echo=False)
            if seen.raised is not None and self.exercise.rules.raises not in seen.raised.bases:
                raise CourseError(
                    f"The reference of {self.exercise.name} itself fails on case {number} on {device}:"
                    f" {seen.raised.type}: {seen.raised.text}"
                )
            self.references[key] = seen
        return self.references[key]

    def by_mistake(self, mistake: Mistake, number: int, device: str) -> Observation:
        """A known mistake observed on one case, once."""
        key = (mistake.name, number, device)
        if key not in self.mistaken:
            self.mistaken[key] = self.see(mistake.function, number, device, echo=False)
        return self.mistaken[key]

    def numbers(self, device: str) -> list[int]:
        """The cases that a device can hold, by number."""
        if device not in self.numbers_of:
            self.numbers_of[device] = [
                number
                for number, case in enumerate(self.cases)
                if all(can_hold(device, array.data.dtype) for value in case.arguments for array in arrays(value))
            ]
        return self.numbers_of[device]

    def plain_arguments(self, case: Case) -> list[Any]:
        """A case's arguments on the CPU."""
        return Maker(torch.device("cpu"), given=self.given).arguments(case.arguments, self.parameters)

    def again(self, number: int, change: Callable[[torch.Tensor], torch.Tensor]) -> Value:
        """What the reference returns on the CPU where each 2-D tensor of a case is changed; None where it cannot."""
        arguments = [
            change(argument) if isinstance(argument, torch.Tensor) and argument.ndim == 2 else argument
            for argument in self.plain_arguments(self.cases[number])
        ]
        try:
            return look(self.reference(*arguments), torch.device("cpu"))
        except Exception:
            return None


def uses_device(value: Value) -> bool:
    """Whether a case's value holds a tensor or the device of the run."""
    return any(isinstance(p, Device) or (isinstance(p, Array) and p.kind == "tensor") for p in parts(value))

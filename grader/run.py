"""Check one exercise of one submission: cases → observe → compare → explain → outcome, on each device of the run."""

from __future__ import annotations

import dataclasses
import functools
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from grader.answers import Answers, NotLoaded
from grader.authoring import Chapter, Exercise, load
from grader.compare import compare
from grader.course import Course, CourseError
from grader.devices import can_hold, torch_device
from grader.explain import explain
from grader.observe import observe
from grader.records import (
    Array,
    Case,
    Device,
    Function,
    Observation,
    Outcome,
    Result,
    Rules,
    Value,
    arrays,
    parts,
)
from grader.values import Maker, look


@dataclasses.dataclass(frozen=True)
class Trial:
    """One exercise with its cases and the reference that its answers are held against."""

    exercise: Exercise
    reference: Function
    parameters: tuple[str, ...]
    cases: tuple[Case, ...]
    given: Callable[[str], Callable[..., Any]]
    references: dict[tuple[int, str], Observation] = dataclasses.field(default_factory=dict)

    @cached_property
    def knows_devices(self) -> bool:
        """Whether any case holds a tensor or a device; an exercise without them runs once, on the CPU."""
        return any(uses_device(argument) for case in self.cases for argument in case.arguments)

    def rules(self, case: Case, device: str) -> Rules:
        """The exercise's rules for one case: the scale worked out from its arguments, `{device}` filled in."""
        rules = self.exercise.rules
        mentions = tuple(word.format(device=torch_device(device).type) for word in rules.mentions)
        tolerance = rules.tolerance
        if self.exercise.scale is not None:
            tolerance = dataclasses.replace(tolerance, scale=self.exercise.scale(*self.plain_arguments(case)))
        return dataclasses.replace(rules, mentions=mentions, tolerance=tolerance)

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


class Judge:
    """Holds the course's answers and cases, and checks functions against them."""

    def __init__(self, course: Course, devices: tuple[str, ...] = ("cpu",), seed: int = 0) -> None:
        self.course = course
        self.devices = devices
        self.seed = seed
        self.trials: dict[tuple[str, str], Trial] = {}
        self.chapters: dict[str, tuple[Chapter, ModuleType]] = {}
        # Backward on the calling thread: tracebacks, context and time limits then reach it.
        torch.autograd.set_multithreading_enabled(False)

    # ---------------------------------------------------------------- the course

    def chapter(self, name: str) -> tuple[Chapter, ModuleType]:
        """The checks and the solution of a chapter, imported once."""
        if name not in self.chapters:
            module = load(self.course.checks(name))
            chapter = getattr(module, "chapter", None)
            if not isinstance(chapter, Chapter):
                raise CourseError(f"{self.course.checks(name)} lacks the line `chapter = Chapter(__file__)`.")
            self.chapters[name] = (chapter, chapter.solution)
        return self.chapters[name]

    @cached_property
    def given_module(self) -> ModuleType:
        """The functions that cases hand in."""
        return load(self.course.exercises_folder / "given.py")

    def given(self, name: str) -> Callable[..., Any]:
        """A function of the course's `exercises/given.py`."""
        found: Callable[..., Any] = getattr(self.given_module, name)
        return found

    def trial(self, chapter: str, name: str) -> Trial:
        """An exercise with its cases for this run's seed."""
        key = (chapter, name)
        if key not in self.trials:
            checks, solution = self.chapter(chapter)
            reference = getattr(solution, name)
            code = reference.__code__
            self.trials[key] = Trial(
                exercise=checks.exercises[name],
                reference=reference,
                parameters=code.co_varnames[: code.co_argcount],
                cases=tuple(checks.exercises[name].draw_cases(self.seed)),
                given=self.given,
            )
        return self.trials[key]

    # ---------------------------------------------------------------- checking

    def check(self, answers: Answers, name: str) -> Result:
        """The verdict on one exercise of a submission, on every device of the run.

        Lets `TimedOut` pass. Whatever else the learner's code does ends in the result.
        """
        outcome = answers.before_running(name)
        return self.result(answers, name, (outcome,) if outcome else self.outcomes(answers, name))

    def result(self, answers: Answers, name: str, outcomes: tuple[Outcome, ...]) -> Result:
        """Outcomes with the place and points of their exercise."""
        return Result(
            chapter=answers.chapter,
            exercise=name,
            file=str(answers.path),
            line=answers.line(name),
            points=self.course.catalogue[answers.chapter][name].points,
            outcomes=outcomes,
        )

    def outcomes(self, answers: Answers, name: str) -> tuple[Outcome, ...]:
        """The outcome on each device; one where the function cannot be had or the exercise knows no device."""
        try:
            function = answers.function(name)
        except NotLoaded as failure:
            return (Outcome(f"{answers.chapter}.{name}", "cpu", failure.verdict, failure.message),)
        trial = self.trial(answers.chapter, name)
        devices = self.devices if trial.knows_devices else ("cpu",)
        return tuple(self.outcome(trial, function, device, answers) for device in devices)

    def elsewhere(self, answers: Answers | None) -> str:
        """The learner's file where it is not the one in the course's `exercises/`."""
        if answers is None or answers.path.resolve().parent == self.course.exercises_folder.resolve():
            return ""
        return str(answers.path)

    def outcome(self, trial: Trial, function: Function, device: str, answers: Answers | None = None) -> Outcome:
        """One function against the reference on one device: the first case that differs decides."""
        name = f"{answers.chapter}.{trial.exercise.name}" if answers else trial.exercise.name
        started = time.perf_counter()
        tried = 0
        for number, case in enumerate(trial.cases):
            if not all(can_hold(device, array.data.dtype) for value in case.arguments for array in arrays(value)):
                continue
            tried += 1
            expected = trial.expected(number, device)
            got = trial.see(function, number, device, answers.path if answers else None)
            rules = trial.rules(case, device)
            mismatches = compare(got, expected, rules)
            if mismatches:
                message = explain(
                    trial.exercise.name,
                    tuple(zip(trial.parameters, case.arguments, strict=True)),
                    mismatches[0],
                    got,
                    expected,
                    device,
                    number=number,
                    seed=self.seed,
                    path=self.elsewhere(answers),
                    again=functools.partial(trial.again, number),
                    unfinished=answers.to_do if answers else None,
                )
                aspects = tuple(dict.fromkeys(mismatch.aspect for mismatch in mismatches))
                seconds = time.perf_counter() - started
                return Outcome(name, device, "failed", message, aspects, case=number, seconds=seconds)
        seconds = time.perf_counter() - started
        return Outcome(name, device, "passed" if tried else "skipped", seconds=seconds)

"""A course's answers as they stand in `solutions/`: imported, and run whenever the judge wants to see something."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import io
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import ModuleType

import torch

from grader.core.errors import CourseError
from grader.core.observation import Case, Observation, Turn, only_its_type
from grader.core.rules import Rules
from grader.core.text import did_you_mean
from grader.core.values import Function, Value
from grader.course.manifest import Course
from grader.judging.declare import Chapter, Exercise
from grader.judging.reference import KnownMistake, Trial, rules_of_turn
from grader.runtime.devices import torch_device
from grader.runtime.importing import Neighbours, import_authored
from grader.runtime.snapshot import Maker, look

CPU = torch.device("cpu")


class LiveReference:
    """The solutions of a course and the checks beside them, each chapter imported once, whatever the seed."""

    def __init__(self, course: Course, seed: int = 0, chapters: dict[str, Chapter] | None = None) -> None:
        self.course = course
        self.seed = seed
        self.chapters = {} if chapters is None else chapters
        self.trials: dict[tuple[str, str], LiveTrial] = {}

    def drawn(self, seed: int) -> LiveReference:
        """The same for another seed."""
        return self if seed == self.seed else LiveReference(self.course, seed, self.chapters)

    def forget(self) -> None:
        """Drop what was seen so far: a course's observations together take much memory."""
        self.trials.clear()

    def chapter(self, name: str) -> Chapter:
        """What the author declares of a chapter. Raises `CourseError`, and whatever its import raises."""
        if name not in self.chapters:
            neighbours = Neighbours.of_solutions(self.course.solutions_folder)
            module = import_authored(self.course.checks(name), neighbours)
            chapter = getattr(module, "chapter", None)
            if not isinstance(chapter, Chapter):
                raise CourseError(f"{self.course.checks(name)} lacks the line `chapter = Chapter(__file__)`.")
            chapter.neighbours = neighbours
            _ = chapter.solution
            self.chapters[name] = chapter
        return self.chapters[name]

    @cached_property
    def given_module(self) -> ModuleType:
        """The functions that cases hand in."""
        return import_authored(self.course.given_file)

    def given(self, name: str) -> Function:
        """A function of the course's `exercises/given.py`."""
        return given_function(self.course.given_file, name, lambda: self.given_module)

    def trial(self, chapter: str, name: str) -> LiveTrial:
        """An exercise with its cases for this seed."""
        key = (chapter, name)
        if key not in self.trials:
            declared = self.chapter(chapter)
            if name not in declared.exercises:
                raise CourseError(
                    f"No cases are declared by the name {name}: a decorator below `@chapter.exercise(...)` has given"
                    " its function another one. `functools.wraps` in that decorator keeps it."
                )
            function = getattr(declared.solution, name)
            self.trials[key] = LiveTrial(declared.exercises[name], function, self.seed, self.given, declared.neighbours)
        return self.trials[key]


def given_function(file: Path, name: str, module: Callable[[], ModuleType]) -> Function:
    """A function of a file of given ones. Raises `CourseError` where the file, or the function, is not there."""
    shown = f"{file.parent.name}/{file.name}"
    if not file.is_file():
        raise CourseError(f"A case asks for the given function {name}, and there is no file {shown}.")
    if not hasattr(module(), name):
        hint = did_you_mean(name, vars(module()))
        raise CourseError(f"{shown} has no function {name}, which a case asks for.{hint}")
    found: Function = getattr(module(), name)
    return found


def parameters_of(function: Function) -> tuple[str, ...]:
    """The names of the positional parameters of a function, also of one that a decorator wraps."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code.co_varnames[: code.co_argcount] if code else ()


def wrong_number(name: str, parameters: tuple[str, ...], number: int, given: int) -> str:
    """That a case has more or fewer arguments than its exercise takes."""
    has = f"{given} argument{'s' if given != 1 else ''}"
    return f"case {number} of {name} has {has}, and {name}({', '.join(parameters)}) takes {len(parameters)}."


class LiveTrial(Trial):
    """One exercise whose solution and known mistakes run here; what was seen of them is kept."""

    def __init__(
        self,
        exercise: Exercise,
        reference: Function,
        seed: int,
        given: Callable[[str], Function],
        neighbours: Neighbours | None = None,
    ) -> None:
        super().__init__()
        self.neighbours = neighbours or Neighbours({})
        self.exercise = exercise
        self.reference = reference
        self.seed = seed
        self.given = given
        self.name = exercise.name
        self.parameters = parameters_of(reference)
        self.points, self.hints = exercise.points, exercise.hints
        self.promised, self.under = exercise.rules, exercise.under
        self.mistakes = tuple(KnownMistake(m.name, m.sentence, m.on, m.written) for m in exercise.mistakes)
        self.way = exercise.ways[0].way if exercise.ways else None
        self.functions = {mistake.name: mistake.function for mistake in exercise.mistakes}
        self.seen: dict[tuple[str, Turn, str], Observation] = {}
        self.rules_of: dict[tuple[Turn, str], Rules] = {}

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The cases that the author's function draws from the seed."""
        with self.neighbours.within():
            cases = tuple(self.exercise.draw_cases(self.seed))
        for number, case in enumerate(cases):
            if len(case.arguments) != len(self.parameters):
                raise CourseError(wrong_number(self.name, self.parameters, number, len(case.arguments)))
        return cases

    def see(
        self, function: Function, turn: Turn, device: str, file: Path | None = None, *, echo: bool = True
    ) -> Observation:
        """One call of a function observed; the course's own, which have no file, may import their neighbours."""
        with contextlib.nullcontext() if file else self.neighbours.within():
            return super().see(function, turn, device, file, echo=echo)

    def rules(self, turn: Turn, device: str) -> Rules:
        """The exercise's rules for one call: the scale worked out from its arguments, `{device}` filled in, once."""
        key = (turn, device)
        if key not in self.rules_of:
            rules = rules_of_turn(self.promised, turn)
            mentions = tuple(word.format(device=torch_device(device).type) for word in rules.mentions)
            tolerance = rules.tolerance
            if self.exercise.scale is not None:
                arguments = self.plain_arguments(self.cases[turn.number])
                with self.neighbours.within():
                    tolerance = dataclasses.replace(tolerance, scale=self.exercise.scale(*arguments))
            self.rules_of[key] = dataclasses.replace(rules, mentions=mentions, tolerance=tolerance)
        return self.rules_of[key]

    def expected(self, turn: Turn, device: str) -> Observation:
        """The reference observed in one call, once."""
        key = ("", turn, device)
        if key not in self.seen:
            seen = self.see(self.reference, turn, device, echo=False)
            if seen.raised is not None and self.promised.raises not in seen.raised.bases:
                raise CourseError(
                    f"The reference of {self.name} itself fails on case {turn.number} on {device}:"
                    f" {seen.raised.type}: {seen.raised.text}"
                )
            if unknown := only_its_type(seen, self.promised):
                raise CourseError(
                    f"The reference of {self.name} returns or leaves a {unknown}, of which nothing but its type can be"
                    " compared: let the exercise return what can be compared."
                )
            self.seen[key] = seen
        return self.seen[key]

    def mistaken(self, mistake: str, turn: Turn, device: str) -> Observation:
        """A known mistake observed in one call, once."""
        key = (mistake, turn, device)
        if key not in self.seen:
            self.seen[key] = self.see(self.functions[mistake], turn, device, echo=False)
        return self.seen[key]

    def transposed(self, number: int) -> Value:
        """What the reference returns for a case whose matrices are transposed; None where it cannot."""
        case = self.cases[number]
        if case.needs_folder:
            return None  # it would write its file wherever somebody works
        arguments = self.plain_arguments(case)
        changed = [a.mT if isinstance(a, torch.Tensor) and a.ndim == 2 else a for a in arguments]
        try:
            with self.neighbours.within(), contextlib.redirect_stdout(io.StringIO()):
                return look(self.reference(*changed), CPU)
        except Exception:
            return None

    def plain_arguments(self, case: Case) -> list[object]:
        """A case's arguments on the CPU."""
        return Maker(CPU, given=self.given).arguments(case.arguments, self.parameters)

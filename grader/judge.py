"""Check one exercise of one submission: cases → observe → compare → explain → outcome, on each device of the run."""

from __future__ import annotations

import functools
import gc
import time
from collections.abc import Callable
from functools import cached_property
from types import ModuleType
from typing import Any

import torch

from grader.answers import LearnerFile
from grader.authoring import Chapter, load
from grader.compare import compare
from grader.course import Course
from grader.error_family import CourseError
from grader.explain import explain
from grader.keep import kept_once
from grader.loading import NotLoaded
from grader.mistakes import known_mistake
from grader.observation import Observation
from grader.record_values import Function
from grader.report_records import Outcome, Result
from grader.subject import LocalSubject, Subject
from grader.trial import Meanwhile, Trial


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
        # The inputs are small: a second thread costs more than it brings, most of all where several processes check.
        torch.set_num_threads(1)
        # What PyTorch's import has made stays; to look through it again and again costs a tenth of the time.
        gc.freeze()

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

    def draw_again(self, seed: int) -> None:
        """From now on, take cases drawn from another seed."""
        if seed != self.seed:
            self.seed = seed
            self.trials.clear()

    # ---------------------------------------------------------------- checking

    def check(self, answers: LearnerFile, name: str, subject: Subject | None = None) -> Result:
        """The verdict on one exercise of a submission, on every device of the run.

        Lets pass what ends a check from outside, such as `TimedOut`. Whatever else the learner's code does ends in the
        result.
        """
        outcome = answers.before_running(name)
        if outcome:
            return self.result(answers, name, (outcome,))
        with kept_once():
            return self.result(answers, name, self.outcomes(answers, name, subject))

    def result(self, answers: LearnerFile, name: str, outcomes: tuple[Outcome, ...]) -> Result:
        """Outcomes with the place and points of their exercise."""
        return Result(
            chapter=answers.chapter,
            exercise=name,
            file=answers.shown or str(answers.path),
            line=answers.line(name),
            points=self.course.catalogue[answers.chapter][name].points,
            outcomes=outcomes,
        )

    def outcomes(self, answers: LearnerFile, name: str, subject: Subject | None = None) -> tuple[Outcome, ...]:
        """The outcome on each device; one where the function cannot be had or the exercise knows no device."""
        subject = subject or LocalSubject(answers)
        trial = self.trial(answers.chapter, name)
        try:
            subject.ready(trial)
        except NotLoaded as failure:
            return (Outcome(f"{answers.chapter}.{name}", "cpu", failure.verdict, failure.message),)
        outcomes: list[Outcome] = []
        for device in self.devices if trial.knows_devices else ("cpu",):
            on_cpu = next((outcome for outcome in outcomes if outcome.device == "cpu"), None)
            see = functools.partial(subject.see, trial)
            outcomes.append(self.judge(trial, see, device, answers, on_cpu=on_cpu))
        return tuple(outcomes)

    def elsewhere(self, answers: LearnerFile | None) -> str:
        """The learner's file where it is on this machine and not the one in the course's `exercises/`."""
        if answers is None or answers.shown or answers.path.resolve().parent == self.course.exercises_folder.resolve():
            return ""
        return str(answers.path)

    def outcome(self, trial: Trial, function: Function, device: str, *, on_cpu: Outcome | None = None) -> Outcome:
        """One function of the course's own (a mistake, another right answer) on one device."""

        def see(number: int, device: str, first: bool, meanwhile: Meanwhile) -> Observation:
            return trial.see(function, number, device, echo=first)

        return self.judge(trial, see, device, on_cpu=on_cpu)

    def judge(
        self,
        trial: Trial,
        observe: Callable[[int, str, bool, Meanwhile], Observation],
        device: str,
        answers: LearnerFile | None = None,
        *,
        on_cpu: Outcome | None = None,
    ) -> Outcome:
        """What is observed against the reference on one device: the first case that differs decides.

        `observe` sees a case (by number) on a device; `on_cpu` is what came out there, where that is known: it tells
        which mistakes it can be elsewhere.
        """
        name = f"{answers.chapter}.{trial.exercise.name}" if answers else trial.exercise.name
        started = time.perf_counter()
        seen: dict[int, Observation] = {}

        def see(number: int, meanwhile: Meanwhile, first: bool = False) -> Observation:
            if number not in seen:
                seen[number] = observe(number, device, first, meanwhile)
            return seen[number]

        numbers = trial.numbers(device)
        for number in numbers:
            case = trial.cases[number]
            got = see(number, functools.partial(trial.expected, number, device), first=True)
            expected = trial.expected(number, device)
            mismatches = compare(got, expected, trial.rules(number, device))
            if mismatches:
                mistake = known_mistake(trial, device, number, see, on_cpu)
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
                    known=mistake.sentence if mistake else "",
                    again=functools.partial(trial.again, number),
                    unfinished=answers.to_do if answers else None,
                )
                aspects = tuple(dict.fromkeys(mismatch.aspect for mismatch in mismatches))
                return Outcome(
                    name,
                    device,
                    "failed",
                    message,
                    aspects,
                    mistake=mistake.name if mistake else "",
                    case=number,
                    seconds=time.perf_counter() - started,
                )
        seconds = time.perf_counter() - started
        return Outcome(name, device, "passed" if numbers else "skipped", seconds=seconds)

"""Check one exercise of one submission: cases → observe → compare → explain → outcome, on each device of the run."""

from __future__ import annotations

import contextlib
import functools
import gc
import time
from collections.abc import Callable
from dataclasses import replace

import torch

from grader.core.observation import Observation, Turn
from grader.core.report import Message, Outcome, Result
from grader.core.values import Function
from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course
from grader.judging.compare.observations import compare
from grader.judging.feedback.diagnose import NOT_SEEN
from grader.judging.feedback.explain import explain
from grader.judging.feedback.way import goes_another_way
from grader.judging.feedback.written import Written
from grader.judging.live import LiveReference
from grader.judging.mistakes import known_mistake
from grader.judging.reference import Meanwhile, Reference, Trial
from grader.judging.subject import LocalSubject, Subject
from grader.runtime.global_state import kept_once
from grader.runtime.headed import headed
from grader.runtime.importing import NotLoaded


class Judge:
    """Checks functions against a course's reference; without one, against its solutions."""

    def __init__(
        self,
        course: Course,
        devices: tuple[str, ...] = ("cpu",),
        seed: int = 0,
        reference: Reference | None = None,
    ) -> None:
        self.course = course
        self.devices = devices
        self.reference: Reference = (reference or LiveReference(course)).drawn(seed)
        # Backward on the calling thread: tracebacks, context and time limits then reach it.
        torch.autograd.set_multithreading_enabled(False)
        # The inputs are small: a second thread costs more than it brings, most of all where several processes check.
        torch.set_num_threads(1)
        # What PyTorch's import has made stays; to look through it again and again costs a tenth of the time.
        gc.freeze()

    @property
    def seed(self) -> int:
        """What the cases are drawn from."""
        return self.reference.seed

    def draw_again(self, seed: int) -> None:
        """From now on, take cases drawn from another seed. Raises `CourseError` where the reference has none."""
        self.reference = self.reference.drawn(seed)

    def trial(self, chapter: str, name: str) -> Trial:
        """An exercise with its cases for this run's seed."""
        return self.reference.trial(chapter, name)

    # ---------------------------------------------------------------- checking

    def check(self, learner_file: LearnerFile, name: str, subject: Subject | None = None) -> Result:
        """The verdict on one exercise of a submission, on every device of the run.

        Lets pass what ends a check from outside, such as `TimedOut`. Whatever else the learner's code does ends in the
        result.
        """
        outcome = learner_file.before_running(name)
        if outcome:
            return self.result(learner_file, name, (outcome,))
        with kept_once():
            return self.result(learner_file, name, self.outcomes(learner_file, name, subject))

    def result(self, learner_file: LearnerFile, name: str, outcomes: tuple[Outcome, ...]) -> Result:
        """Outcomes with the place and points of their exercise."""
        return Result(
            chapter=learner_file.chapter,
            exercise=name,
            file=learner_file.shown or str(learner_file.path),
            line=learner_file.line(name),
            points=self.course.catalogue[learner_file.chapter][name].points,
            outcomes=outcomes,
        )

    def outcomes(self, learner_file: LearnerFile, name: str, subject: Subject | None = None) -> tuple[Outcome, ...]:
        """The outcome on each device; one where the function cannot be had or the exercise knows no device."""
        subject = subject or LocalSubject(learner_file)
        trial = self.trial(learner_file.chapter, name)
        try:
            subject.ready(trial)
        except NotLoaded as failure:
            return (Outcome(f"{learner_file.chapter}.{name}", "cpu", failure.verdict, failure.message),)
        outcomes: list[Outcome] = []
        devices = self.devices if trial.knows_devices else ("cpu",)
        for device in devices:
            on_cpu = next((outcome for outcome in outcomes if outcome.device == "cpu"), None)
            see = functools.partial(subject.see, trial)
            with headed(f"[{device}]") if len(devices) > 1 else contextlib.nullcontext():
                outcomes.append(self.judge(trial, see, device, learner_file, on_cpu=on_cpu))
        return with_remark(trial, tuple(outcomes), learner_file)

    def elsewhere(self, learner_file: LearnerFile | None) -> str:
        """The learner's file where it is on this machine and not the one in the course's `exercises/`."""
        if learner_file is None or learner_file.shown:
            return ""
        own = learner_file.path.resolve().parent == self.course.exercises_folder.resolve()
        return "" if own else str(learner_file.path)

    def outcome(self, trial: Trial, function: Function, device: str, *, on_cpu: Outcome | None = None) -> Outcome:
        """One function of the course's own (a mistake, another right answer) on one device."""

        def see(turn: Turn, device: str, first: bool, meanwhile: Meanwhile) -> Observation:
            return trial.see(function, turn, device, echo=first)

        return self.judge(trial, see, device, on_cpu=on_cpu, written=Written.of(function))

    def judge(
        self,
        trial: Trial,
        observe: Callable[[Turn, str, bool, Meanwhile], Observation],
        device: str,
        learner_file: LearnerFile | None = None,
        *,
        on_cpu: Outcome | None = None,
        written: Written = NOT_SEEN,
    ) -> Outcome:
        """What is observed against the reference on one device: the first case that differs decides.

        `observe` sees one call on a device; `on_cpu` is what came out there, where that is known: it tells
        which mistakes it can be elsewhere.
        """
        name = f"{learner_file.chapter}.{trial.name}" if learner_file else trial.name
        started = time.perf_counter()
        seen: dict[Turn, Observation] = {}

        def see(turn: Turn, meanwhile: Meanwhile, first: bool = False) -> Observation:
            if turn not in seen:
                seen[turn] = observe(turn, device, first, meanwhile)
            return seen[turn]

        turns = trial.turns(device)
        for turn in turns:
            case = trial.cases[turn.number]
            got = see(turn, functools.partial(trial.expected, turn, device), first=True)
            expected = trial.expected(turn, device)
            mismatches = compare(got, expected, trial.rules(turn, device))
            if mismatches:
                mistake = known_mistake(trial, device, turn, see, on_cpu)
                message = explain(
                    trial.name,
                    tuple(zip(trial.parameters, case.arguments, strict=True)),
                    mismatches[0],
                    got,
                    expected,
                    device,
                    turn=turn,
                    seed=self.seed,
                    path=self.elsewhere(learner_file),
                    known=mistake.sentence if mistake else "",
                    transposed=functools.partial(trial.transposed, turn.number),
                    unfinished=learner_file.to_do if learner_file else None,
                    written=Written(learner_file.definition(trial.name)) if learner_file else written,
                )
                aspects = tuple(dict.fromkeys(mismatch.aspect for mismatch in mismatches))
                return Outcome(
                    name,
                    device,
                    "failed",
                    message,
                    aspects,
                    mistake=mistake.name if mistake else "",
                    case=turn.number,
                    seconds=time.perf_counter() - started,
                )
        seconds = time.perf_counter() - started
        return Outcome(name, device, "passed" if turns else "skipped", seconds=seconds)


def with_remark(trial: Trial, outcomes: tuple[Outcome, ...], learner_file: LearnerFile) -> tuple[Outcome, ...]:
    """These outcomes, the first that passed with a word about the way, where all is right and went another one."""
    passed = next((number for number, outcome in enumerate(outcomes) if outcome.passed), None)
    if trial.way is None or passed is None or not all(outcome.is_done for outcome in outcomes):
        return outcomes
    tree = learner_file.tree()
    if tree is None or not goes_another_way(trial.way, tree, trial.name, trial.parameters):
        return outcomes
    remarked = replace(outcomes[passed], message=Message(sentence=f"Right. {trial.way.sentence}"))
    return (*outcomes[:passed], remarked, *outcomes[passed + 1 :])

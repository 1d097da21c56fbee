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
from grader.core.report import Message, Outcome, Result, Verdict
from grader.core.rules import Mismatch
from grader.core.values import Function
from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course
from grader.judging.accelerator import accelerators
from grader.judging.compare.observations import compare
from grader.judging.feedback.explain import explain
from grader.judging.feedback.way import goes_another_way
from grader.judging.feedback.written import NOT_SEEN, Written
from grader.judging.live import LiveReference
from grader.judging.mistakes import known_mistake
from grader.judging.recorded import RecordedReference
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
        self.accelerators = accelerators(devices)
        self.reference: Reference = (reference or reference_of(course)).drawn(seed)
        # Backward on the calling thread: tracebacks, context and time limits then reach it.
        torch.autograd.set_multithreading_enabled(False)
        # The inputs are small: a second thread costs more than it brings, most of all where several processes check.
        torch.set_num_threads(1)
        # A GPU's fast formats have ten bits of a float32's twenty-three: a right answer would differ from the CPU's.
        torch.set_float32_matmul_precision("highest")
        torch.backends.cudnn.allow_tf32 = False
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
            with headed(f"[{device}]") if len(devices) > 1 else contextlib.nullcontext():
                outcomes += self.on_device(learner_file, trial, device, subject, on_cpu)
        return with_remark(trial, tuple(outcomes), learner_file)

    def on_device(
        self, learner_file: LearnerFile, trial: Trial, device: str, subject: Subject, on_cpu: Outcome | None
    ) -> list[Outcome]:
        """The outcome on one device, or on what stands in for a real accelerator; none where nothing does."""

        def judged(device: str) -> Outcome:
            see = functools.partial(subject.see, trial)
            helper = functools.partial(self.wrong_helper, learner_file, trial, device, subject)
            return self.judge(trial, see, device, learner_file, on_cpu=on_cpu, wrong_helper=helper)

        accelerator = self.accelerators.get(device)
        if accelerator is None:
            return [judged(device)]
        if on_cpu is not None and "raised" in on_cpu.aspects:
            return []  # it would raise there too, and an index out of range ends CUDA for good
        outcomes = [judged(chosen) for chosen in filter(None, [accelerator.device_for(trial)])]
        if any(outcome.device == device and not outcome.is_done for outcome in outcomes) and accelerator.leaves(trial):
            outcomes = [judged(chosen) for chosen in filter(None, [accelerator.device_for(trial)])]
        return outcomes

    @property
    def notes(self) -> tuple[str, ...]:
        """What was found out about the accelerators of the run."""
        return tuple(note for accelerator in self.accelerators.values() for note in accelerator.notes)

    def wrong_helper(self, learner_file: LearnerFile, trial: Trial, device: str, subject: Subject) -> str:
        """The first exercise that a learner's function uses and that does not pass its own check; "" for none."""

        def fails(helper: Trial) -> bool:
            def see(turn: Turn, meanwhile: Meanwhile) -> Observation:
                return subject.see(helper, turn, device, False, meanwhile)

            try:
                subject.ready(helper)
            except NotLoaded:
                return False
            return self.first_failure(helper, see, device) is not None

        names = [name for name in learner_file.helpers(trial.name) if not learner_file.before_running(name)]
        found = next((name for name in names if fails(self.trial(learner_file.chapter, name))), "")
        if names:
            subject.ready(trial)
        return found

    def first_failure(
        self, trial: Trial, see: Callable[[Turn, Meanwhile], Observation], device: str
    ) -> tuple[Turn, Observation, tuple[Mismatch, ...]] | None:
        """The first call on a device in which something differs from the reference: what was seen of it, and what."""
        for turn in trial.turns(device):
            got = see(turn, functools.partial(trial.expected, turn, device))
            if mismatches := compare(got, trial.expected(turn, device), trial.rules(turn, device)):
                return turn, got, mismatches
        return None

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
        wrong_helper: Callable[[], str] = str,
    ) -> Outcome:
        """What is observed against the reference on one device: the first case that differs decides.

        `observe` sees one call on a device; `on_cpu` is what came out there, where that is known: it tells
        which mistakes it can be elsewhere. `wrong_helper` names an exercise whose failure explains this one.
        """
        name = f"{learner_file.chapter}.{trial.name}" if learner_file else trial.name
        started = time.perf_counter()
        seen: dict[Turn, Observation] = {}

        def see(turn: Turn, meanwhile: Meanwhile, first: bool = False) -> Observation:
            if turn not in seen:
                seen[turn] = observe(turn, device, first, meanwhile)
            return seen[turn]

        failure = self.first_failure(trial, functools.partial(see, first=True), device)
        if failure is None:
            verdict: Verdict = "passed" if trial.turns(device) else "skipped"
            return Outcome(name, device, verdict, seconds=time.perf_counter() - started)
        turn, got, mismatches = failure
        helper = wrong_helper()
        code = Written(learner_file.definition(trial.name)) if learner_file else written
        mistake = None if helper else known_mistake(trial, device, turn, see, on_cpu, code)
        message = explain(
            trial.name,
            tuple(zip(trial.parameters, trial.cases[turn.number].arguments, strict=True)),
            mismatches[0],
            got,
            trial.expected(turn, device),
            device,
            turn=turn,
            seed=self.seed,
            path=self.elsewhere(learner_file),
            known=WRONG_HELPER.format(helper) if helper else mistake.sentence if mistake else "",
            transposed=functools.partial(trial.transposed, turn.number),
            unfinished=learner_file.to_do if learner_file else None,
            written=code,
            gradient=trial.promised.gradient,
        )
        return Outcome(
            name,
            device,
            "failed",
            message,
            tuple(dict.fromkeys(mismatch.aspect for mismatch in mismatches)),
            mistake=mistake.name if mistake else "",
            case=turn.number,
            seconds=time.perf_counter() - started,
        )


def reference_of(course: Course) -> Reference:
    """A course's solutions, ready to be run; in a copy without them, its recordings."""
    return RecordedReference(course) if course.is_release else LiveReference(course)


WRONG_HELPER = "This uses `{}`, which does not pass its own check: put that right first."


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

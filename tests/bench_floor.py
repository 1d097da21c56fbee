"""The floor under grading: the calls that grading makes of learners' functions, in one warm process, and nothing else.

python tests/bench_floor.py COURSE SEED FOLDER...       prints the number of calls, their seconds, the processor's

First each submission is checked in this process, which warms it up and shows which calls there are: every case on every
device up to the first that differs, and those that tell a known mistake. Then they are made again, for the clock: each
chapter is run once, each call gets fresh arguments on its device and the backward pass where gradients count, and plots
become pixels where grading draws them. Putting back what a call has changed for the process is not in the time.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from grader.core.observation import Observation, Turn
from grader.core.values import Scratch
from grader.course.learner_file import LearnerFile
from grader.course.manifest import load_course
from grader.judging.judge import Judge
from grader.judging.live import LiveTrial
from grader.judging.reference import Meanwhile, Trial
from grader.judging.subject import LocalSubject
from grader.runtime.devices import choose, torch_device
from grader.runtime.figures import watch
from grader.runtime.global_state import kept
from grader.runtime.observe import patched, set_random_state
from grader.runtime.snapshot import Maker, is_differentiable, is_tensor, walk


class Noting(LocalSubject):
    """Makes the calls of a check here, and keeps which they were."""

    def __init__(self, answers: LearnerFile) -> None:
        super().__init__(answers)
        self.calls: list[tuple[LiveTrial, Turn, str]] = []

    def see(self, trial: Trial, turn: Turn, device: str, first: bool, meanwhile: Meanwhile) -> Observation:
        """One call."""
        assert isinstance(trial, LiveTrial)
        self.calls.append((trial, turn, device))
        return super().see(trial, turn, device, first, meanwhile)


class Clock:
    """Adds up the time spent in a `with`."""

    def __init__(self) -> None:
        self.wall = 0.0
        self.processor = 0.0

    def __enter__(self) -> None:
        self.started = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        wall, processor = self.started
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor


def load(path: Path, clock: Clock) -> ModuleType:
    """A chapter, run afresh."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with kept(), clock:
        spec.loader.exec_module(module)
    return module


def call(function: Any, trial: LiveTrial, turn: Turn, device: str, given: Any, clock: Clock) -> None:
    """One call as grading makes it."""
    case, exercise = trial.cases[turn.number], trial.exercise
    with kept(), contextlib.ExitStack() as stack:
        folder = None
        if any(isinstance(argument, Scratch) for argument in case.arguments):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        maker = Maker(torch_device(device), leaves=turn.gradient, given=given, folder=folder)
        with clock:
            arguments = maker.arguments(case.arguments, trial.parameters)
        stack.enter_context(patched(case, maker))
        if exercise.under == "inference_mode":
            stack.enter_context(torch.inference_mode())
        if "figure" in exercise.rules.also:
            stack.enter_context(watch(folder, draw=turn.number == 0 and not turn.gradient))
        set_random_state(case.seed, torch_device(device))
        with clock, contextlib.suppress(BaseException):
            returned = function(*arguments)
            if turn.gradient:
                differentiate(returned, arguments)


def differentiate(returned: Any, arguments: list[Any]) -> None:
    """The backward pass from all that a call returned."""
    leaves = [x for a in arguments for _, x in walk(a) if is_tensor(x) and x.requires_grad and x.is_leaf]
    outputs = [y for _, y in walk(returned) if is_differentiable(y) and y.requires_grad]
    if leaves and outputs:
        torch.autograd.grad(outputs, leaves, [torch.ones_like(y) for y in outputs], allow_unused=True)


def main(root: Path, seed: int, folders: list[Path]) -> None:
    """Note the calls, make them again, and print what that took."""
    devices, _ = choose(("cpu", "sim"))
    course = load_course(root)
    judge = Judge(course, devices, seed)
    screen = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # as grading does, learners' prints go elsewhere
    os.dup2(1, 2)
    work = []
    for folder in folders:
        for chapter in course.chapters:
            answers = LearnerFile(course, chapter, folder / f"{chapter}.py")
            noting = Noting(answers)
            for name in course.catalogue[chapter]:
                judge.check(answers, name, noting)
            if noting.calls:
                work.append((answers.path, noting.calls))
    importlib.import_module("torch.fx.experimental.symbolic_shapes")  # else the first backward pass would load it
    clock = Clock()
    for path, calls in work:
        module = load(path, clock)
        for trial, turn, device in calls:
            call(getattr(module, trial.name), trial, turn, device, trial.given, clock)
    print(sum(len(calls) for _, calls in work), clock.wall, clock.processor, file=screen, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), [Path(name) for name in sys.argv[3:]])

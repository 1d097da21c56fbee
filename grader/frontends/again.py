"""Make one call of a check again, by hand: with the learner's own function and nothing around it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from grader.core.errors import CourseError
from grader.course.learner_file import LearnerFile
from grader.course.manifest import find_course, load_course
from grader.reporters.exercise_text import rows_table
from grader.reporters.screen import screen_of
from grader.runtime.devices import choose, torch_device


def replay(name: str, case: int, device: str, *, gradient: bool, seed: int | None, path: str) -> Any:
    """What the function returns for one case; see `grader.again`."""
    root = find_course(Path(path).resolve() if path else Path.cwd(), Path.cwd())
    if root is None:
        raise CourseError("There is no course here: no course.toml in this folder or above it.")
    course = load_course(root)
    if not isinstance(name, str):
        raise CourseError(f"The name of an exercise is a text, such as 'NAME', and {name!r} is none.")
    chapter, exercise = course.find(name)
    choose((device,))
    from grader.judging.feedback.explain import call_of, given_rows
    from grader.judging.judge import Judge
    from grader.judging.subject import LocalSubject
    from grader.runtime.observe import set_random_state
    from grader.runtime.snapshot import Maker

    learner_file = LearnerFile(course, chapter, Path(path) if path else course.exercises_folder / f"{chapter}.py")
    judge = Judge(course, (device,), course.seed if seed is None else seed)
    trial = judge.trial(chapter, exercise)
    if type(case) is not int or not 0 <= case < len(trial.cases):
        last = len(trial.cases) - 1
        raise CourseError(f"{exercise} has no case {case!r}: its cases are {f'0 to {last}' if last else 'only 0'}.")
    chosen = trial.cases[case]
    folder = Path(tempfile.mkdtemp(prefix="grader-")) if chosen.needs_folder else None
    maker = Maker(torch_device(device), leaves=gradient, given=trial.given, folder=folder)
    arguments = maker.arguments(chosen.arguments, trial.parameters)
    subject = LocalSubject(learner_file)
    function = subject.function(exercise)
    labelled = tuple(zip(trial.parameters, chosen.arguments, strict=True))
    print(f"{call_of(exercise, labelled)}  [{device}]")
    for line in rows_table(given_rows(labelled, device, gradient=gradient), screen_of(sys.stdout).width):
        print(line)
    set_random_state(chosen.seed, torch_device(device))
    with subject.at_home():
        return function(*arguments)

"""The cases of an exercise as its author draws them: what they hold, and that a seed decides all of it."""

from __future__ import annotations

import random
import traceback
from collections.abc import Iterator
from types import GeneratorType

import numpy as np
import torch

from grader.core import wire
from grader.core.errors import CourseError
from grader.core.observation import Case, Observation
from grader.core.values import Function, Given, Other, parts
from grader.judging.declare import Draw, Exercise, as_case
from grader.judging.live import LiveReference, LiveTrial, wrong_number
from grader.runtime.global_state import kept
from grader.runtime.snapshot import Maker, look
from grader.verify.rules import Complaint, line_of, shown_file


def about_cases(live: LiveReference, fresh: LiveReference, chapter: str, name: str) -> Iterator[Complaint]:
    """One exercise's cases: yielded, of the right number of arguments, data only, and the same for the same seed.

    `fresh` is another copy of the same. Raises `CourseError` where its checks cannot be used.
    """
    course, trial = live.course, live.trial(chapter, name)
    exercise = trial.exercise
    path = course.checks(chapter)
    here, line = shown_file(course, path), line_of(exercise.cases, 1)
    found: list[tuple[int, str]] = []
    with kept(), trial.neighbours.within():
        try:
            first = list(drawn_cases(exercise, live.seed, 1, found))
        except Exception as error:
            frames = [f.lineno or line for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
            text = str(error) if isinstance(error, CourseError) else f"{type(error).__name__}: {error}"
            yield Complaint(here, frames[-1] if frames else line, f"the cases of {name} cannot be drawn: {text}")
            return
        for at, text in found:
            yield Complaint(here, at, f"{name} {text}")
        for number, (at, case) in enumerate(first):
            for text in about_case(trial, number, case):
                yield Complaint(here, at, text)
        if not found:
            yield from about_chance(fresh, chapter, trial, first, here)


def begin_chance(number: int) -> None:
    """All random numbers that are not drawn from a seed of the course begin here."""
    torch.manual_seed(number)
    random.seed(number)
    np.random.seed(number)


def drawn_cases(
    exercise: Exercise, seed: int, chance: int, found: list[tuple[int, str]] | None = None
) -> Iterator[tuple[int, Case]]:
    """(line, case) for each case, while all other random numbers begin with `chance`; what is wrong goes to `found`."""
    found = [] if found is None else found
    begin_chance(chance)
    start, line = exercise.start(seed), line_of(exercise.cases, 1)
    made = exercise.cases(Draw(start))
    if not isinstance(made, GeneratorType):
        found.append((line, "returns its cases. Each has to be given by a `yield` of its own."))
        return
    number = -1
    for number, drawn in enumerate(made):
        if made.gi_frame is not None:
            line = made.gi_frame.f_lineno
        yield line, as_case(drawn, start + number)
    if number < 0:
        found.append((line, "has no cases: its function yields none."))


def about_case(trial: LiveTrial, number: int, case: Case) -> Iterator[str]:
    """The number of arguments, and that they can be handed in at all."""
    if len(case.arguments) != len(trial.parameters):
        yield wrong_number(trial.name, trial.parameters, number, len(case.arguments))
    for value in (*case.arguments, *(value for _, value in case.patches)):
        for part in parts(value):
            if isinstance(part, Other):
                what = f"{part.type} ({part.text})" if part.text else part.type
                yield (
                    f"case {number} of {trial.name} holds a {what}: a case is data only. A function or an object comes"
                    " from exercises/given.py, by `draw.given`."
                )
            elif isinstance(part, Given):
                yield from about_given(trial, number, part)


def about_given(trial: LiveTrial, number: int, given: Given) -> Iterator[str]:
    """A given function is there, and what it makes is the same each time."""
    try:
        trial.given(given.name)
        if given.arguments is None or any(isinstance(part, Given) for a in given.arguments for part in parts(a)):
            return
        made = [told_of(trial.given, given, chance) for chance in (1, 2)]
    except CourseError as error:
        yield f"case {number} of {trial.name}: {error}"
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        yield f"case {number} of {trial.name}: {given.name} of exercises/given.py fails: {what}"
    else:
        if made[0] != made[1]:
            yield (
                f"case {number} of {trial.name}: {given.name} of exercises/given.py makes something else each time, so"
                " two right answers would differ. Hand its random numbers in, from `draw`."
            )


def told_of(given: Function, value: Given, chance: int) -> bytes:
    """What a given function makes, its numbers too, while random numbers begin with `chance`."""
    begin_chance(chance)
    made = Maker(torch.device("cpu"), given=given).make(value)
    if isinstance(made, torch.nn.Module):
        made = dict(made.state_dict())
    return wire.dumps(Observation(returned=look(made, torch.device("cpu"))))


def about_chance(
    fresh: LiveReference, chapter: str, trial: LiveTrial, first: list[tuple[int, Case]], here: str
) -> Iterator[Complaint]:
    """Drawn again, and by a fresh copy of the file, with other random numbers around, each case is the same."""
    again = list(drawn_cases(trial.exercise, trial.seed, 2))
    begin_chance(3)  # for what is drawn when the file is imported
    copy = fresh.trial(chapter, trial.name)
    with copy.neighbours.within():
        third = list(drawn_cases(copy.exercise, trial.seed, 4))
    for other in (again, third):
        for number, (line, case) in enumerate(first):
            if number >= len(other) or wire.dumps(other[number][1]) != wire.dumps(case):
                text = (
                    f"case {number} of {trial.name} is not the same when it is drawn again from the same seed. All"
                    " that is random in a case has to come from `draw`."
                )
                yield Complaint(here, line, text)
                return
        if len(other) > len(first):
            text = f"{trial.name} does not have the same number of cases each time. Let `draw` decide it."
            yield Complaint(here, first[-1][0] if first else 1, text)
            return

"""A course is shown able to run before anybody is graded by it, and a fault of its own is never a learner's.

The cases are drawn and the references run that grading needs anyway; what was seen of them is kept.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from grader.core.errors import CourseError, GraderError
from grader.core.observation import Turn
from grader.core.text import one_line, printable
from grader.course.manifest import Course
from grader.judging.compare.observations import compare
from grader.judging.judge import Judge
from grader.judging.reference import Trial
from grader.runtime.global_state import kept_once

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where there is no room on the disk."""


def prove_course(judge: Judge, selected: Mapping[str, Sequence[str]]) -> None:
    """Draw the cases of these exercises and run their references; raises `CourseError` for a fault of the course."""
    with kept_once():
        for chapter, names in selected.items():
            for name in names:
                prove_reference(judge, chapter, name)


def prove_reference(judge: Judge, chapter: str, name: str) -> None:
    """The same for one exercise, on each device of the run."""
    with faults_told(judge.course, chapter, name):
        trial = judge.trial(chapter, name)
        for turn, device in tried(judge, trial):
            trial.rules(turn, device)
            trial.expected(turn, device)


def prove_mistakes(judge: Judge, chapter: str, name: str) -> None:
    """Run and compare the known mistakes of an exercise too, which takes long and is done where there is a doubt."""
    with faults_told(judge.course, chapter, name):
        trial = judge.trial(chapter, name)
        for turn, device in tried(judge, trial):
            expected, rules = trial.expected(turn, device), trial.rules(turn, device)
            for mistake in trial.mistakes:
                seen = trial.mistaken(mistake.name, turn, device)
                for pair in ((seen, expected), (expected, seen), (seen, seen), (expected, expected)):
                    compare(*pair, rules)


def tried(judge: Judge, trial: Trial) -> Iterator[tuple[Turn, str]]:
    """The calls of an exercise that are tried, each with its device."""
    for device in judge.devices if trial.knows_devices else ("cpu",):
        for turn in trial.turns(device):
            yield turn, device


@contextmanager
def faults_told(course: Course, chapter: str, name: str) -> Iterator[None]:
    """Whatever the course's own code raises in here becomes a `CourseError` with exercise, file and line."""
    try:
        yield
    except (GraderError, MemoryError):
        raise
    except (Exception, SystemExit) as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename.startswith(str(course.root))]
        where = f" ({own[-1].filename.removeprefix(str(course.root)).lstrip('/')}:{own[-1].lineno})" if own else ""
        what = one_line(f"{type(error).__name__}: {said_of(error)}".removesuffix(": "))
        raise CourseError(
            f"The course cannot grade {chapter}.{name}, and nobody was charged for it{where}: {printable(what)}"
        ) from None


def said_of(error: BaseException) -> str:
    """The text of an exception, whatever it does when it is asked."""
    try:
        return str(error)
    except Exception:
        return ""

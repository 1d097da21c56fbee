"""A mistake that says how something is written is not told of answers that behave the same and are written otherwise.

The answers are in `tests/bank/*.txt`: a heading `## exercise: mistake`, then the body of a function.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from answers import Answer, Learner, answers
from trials import live

from grader.course.manifest import Course
from grader.judging.live import LiveReference

WRITTEN_OTHERWISE = [
    answer for path in sorted((Path(__file__).parents[1] / "bank").glob("*.txt")) for answer in answers(path)
]


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Learner:
    return Learner(tmp_path_factory.mktemp("learner"))


@pytest.mark.parametrize("answer", WRITTEN_OTHERWISE, ids=str)
def test_an_answer_written_otherwise_is_not_told_how_it_is_written(learner: Learner, answer: Answer) -> None:
    """Yet it would be, if nobody looked at how it is written: it behaves like the mistake on every case."""
    trial = live(learner.judge).trial(*learner.course.find(answer.exercise))
    every = trial.mistakes
    (mistake,) = (known for known in every if known.name == answer.note)
    told = learner.told(answer)
    assert told is not None
    assert told.verdict == "failed"
    assert mistake.sentence not in told.message.sentence
    trial.mistakes = (dataclasses.replace(mistake, written=""),)
    try:
        alike = learner.told(answer)
    finally:
        trial.mistakes = every
    assert alike is not None
    assert (alike.mistake, alike.message.sentence) == (mistake.name, mistake.sentence)


def test_each_mistake_that_says_how_something_is_written_has_such_an_answer(course: Course) -> None:
    """Nothing else stands in these files."""
    reference = LiveReference(course)
    written = {
        (name, mistake.name)
        for chapter in course.chapters
        for name, exercise in reference.chapter(chapter).exercises.items()
        for mistake in exercise.mistakes
        if mistake.written
    }
    assert {(answer.exercise, answer.note) for answer in WRITTEN_OTHERWISE} == written

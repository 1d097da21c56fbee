"""A mistake that says how something is written is not told of answers that behave the same and are written otherwise.

The answers are in `tests/bank/*.txt`: a line `## exercise: mistake`, then the body of a function.
"""

from __future__ import annotations

import ast
import dataclasses
import re
import textwrap
from pathlib import Path

import pytest
from trials import live

from grader.core.report import Outcome
from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course
from grader.judging.judge import Judge

BANK = Path(__file__).parents[1] / "bank"


def entries() -> list[tuple[str, str, str]]:
    """The exercise, the mistake and the body of each answer."""
    found = []
    for path in sorted(BANK.glob("*.txt")):
        for entry in re.split(r"(?m)^## ", path.read_text(encoding="utf-8"))[1:]:
            head, _, body = entry.partition("\n")
            exercise, _, mistake = head.partition(": ")
            found.append((exercise, mistake, body))
    return found


@pytest.fixture(scope="module")
def judge(course: Course) -> Judge:
    """Judges by the course's own checks, on the CPU."""
    return Judge(course)


def with_body(solution: str, exercise: str, body: str) -> str:
    """A solved chapter whose one exercise has this body."""
    node = next(n for n in ast.parse(solution).body if isinstance(n, ast.FunctionDef) and n.name == exercise)
    lines = solution.splitlines()
    answer = textwrap.indent(body, "    ").splitlines()
    return "\n".join([*lines[: node.body[0].lineno - 1], *answer, *lines[node.end_lineno :]]) + "\n"


@pytest.mark.parametrize(("exercise", "mistake", "body"), entries(), ids=lambda value: value.split("\n")[0])
def test_an_answer_written_otherwise_is_not_told_how_it_is_written(
    judge: Judge, tmp_path: Path, exercise: str, mistake: str, body: str
) -> None:
    """It is told so as soon as nobody looks at how it is written: on all cases it behaves like the mistake."""
    chapter, _ = judge.course.find(exercise)
    path = tmp_path / f"{chapter}.py"
    path.write_text(with_body(judge.course.solution(chapter).read_text("utf-8"), exercise, body), encoding="utf-8")
    trial = live(judge).trial(chapter, exercise)
    every = trial.mistakes

    def outcome() -> Outcome:
        return judge.check(LearnerFile(judge.course, chapter, path), exercise).outcomes[0]

    told = outcome()
    assert told.verdict == "failed"
    assert told.mistake != mistake
    trial.mistakes = tuple(dataclasses.replace(m, written="") for m in every if m.name == mistake)
    try:
        assert outcome().mistake == mistake
    finally:
        trial.mistakes = every


def test_each_mistake_that_says_how_something_is_written_has_such_an_answer(judge: Judge) -> None:
    """And nothing stands in these files that is about no such mistake."""
    declared = {
        (name, mistake.name)
        for chapter in judge.course.chapters
        for name, exercise in live(judge).chapter(chapter).exercises.items()
        for mistake in exercise.mistakes
        if mistake.written
    }
    assert {(exercise, mistake) for exercise, mistake, _ in entries()} == declared

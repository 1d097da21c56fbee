"""The course's own proof: its answers pass, its mistakes fail where they should and only there.

One test per exercise of every chapter in `course.toml`, on the CPU and on the simulated accelerator.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import warnings

import pytest
from places import ROOT
from trials import live

from grader.course.manifest import load_course
from grader.judging.judge import Judge
from grader.runtime.devices import choose
from grader.verify.prove import Counts, Proof, about_files, stray_files
from grader.verify.prove import exercise as verify_exercise

COURSE = load_course(ROOT)
EXERCISES = [
    pytest.param(chapter, name, id=f"{chapter}.{name}") for chapter, names in COURSE.catalogue.items() for name in names
]
CHAPTERS = list(COURSE.chapters)
DEVICES = ("cpu", "sim")

every_exercise = pytest.mark.parametrize(("chapter", "name"), EXERCISES)


@pytest.fixture(scope="module")
def judges() -> dict[int, Judge]:
    """A judge for each of two seeds."""
    choose(DEVICES)
    return {seed: Judge(COURSE, DEVICES, seed) for seed in (0, 1)}


@pytest.fixture
def first(judges: dict[int, Judge]) -> Judge:
    """The judge of the seed that learners have."""
    return judges[0]


@every_exercise
def test_exercise_is_proved(first: Judge, chapter: str, name: str) -> None:
    """What `grader verify` proves: the answers pass, each mistake fails where it should and is told by its sentence."""
    counts = Counts()
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
        verify_exercise(Proof.of(live(first), DEVICES), chapter, name, counts)
    assert list(map(str, counts.complaints)) == []
    assert counts.rights >= 2
    assert counts.mistakes >= 1


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_files_are_in_step(chapter: str) -> None:
    """Each stub is its solution without the answer, and to do; the chapter has a story; no file is stray."""
    assert list(map(str, [*about_files(COURSE, chapter), *stray_files(COURSE)])) == []


@every_exercise
def test_right_answers_pass_for_another_seed(judges: dict[int, Judge], chapter: str, name: str) -> None:
    """The solution and every other right answer pass with the numbers of another seed as well."""
    trial = live(judges[1]).trial(chapter, name)
    devices = DEVICES if trial.knows_devices else ("cpu",)
    outcomes = {
        (function.__name__, device): judges[1].outcome(trial, function, device).verdict
        for function in (trial.reference, *trial.exercise.rights)
        for device in devices
    }
    assert set(outcomes.values()) == {"passed"}, outcomes


@every_exercise
def test_mistakes_have_something_to_say(first: Judge, chapter: str, name: str) -> None:
    """Each mistake has a sentence, which others may share, and no two answers beside an exercise share a name."""
    exercise = live(first).trial(chapter, name).exercise
    sentences = [mistake.sentence for mistake in exercise.mistakes]
    assert all(sentence.rstrip(")").endswith((".", "?", "!")) and len(sentence) < 400 for sentence in sentences)
    names = [mistake.name for mistake in exercise.mistakes] + [right.__name__ for right in exercise.rights]
    assert len(set(names)) == len(names)


@every_exercise
def test_exercise_is_described(first: Judge, chapter: str, name: str) -> None:
    """Each exercise has two hints or more, and what is read of it without running anything is what it says when run."""
    exercise, entry = live(first).trial(chapter, name).exercise, COURSE.catalogue[chapter][name]
    assert len(entry.hints) >= 2
    assert len(set(entry.hints)) == len(entry.hints)
    assert (entry.name, entry.points, entry.hints, entry.read) == (
        exercise.name,
        exercise.points,
        exercise.hints,
        exercise.read,
    )


@every_exercise
def test_signature_is_plain(first: Judge, chapter: str, name: str) -> None:
    """An exercise takes positional parameters without defaults, and says what it returns."""
    signature = inspect.signature(live(first).trial(chapter, name).reference)
    for parameter in signature.parameters.values():
        assert parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        assert parameter.default is inspect.Parameter.empty, parameter.name
    assert signature.return_annotation is not inspect.Signature.empty


@every_exercise
def test_cases_are_the_same_each_time(first: Judge, chapter: str, name: str) -> None:
    """A seed gives the same cases each time they are drawn, and drawing them is bounded."""
    trial = live(first).trial(chapter, name)
    assert tuple(trial.exercise.draw_cases(0)) == trial.cases
    assert 1 <= len(trial.cases) <= 40


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_tells_a_story(first: Judge, chapter: str) -> None:
    """A chapter's docstring introduces it, and its checks declare nothing that the chapter has not."""
    checks = live(first).chapter(chapter)
    solution = checks.solution
    assert len((solution.__doc__ or "").split()) > 50
    assert list(checks.exercises) == list(COURSE.catalogue[chapter])


def test_there_are_enough_answers(first: Judge) -> None:
    """At least 60 other right answers, and 15 mistakes that only an accelerator shows."""
    exercises = [
        live(first).trial(chapter, name).exercise for chapter, names in COURSE.catalogue.items() for name in names
    ]
    assert sum(len(exercise.rights) for exercise in exercises) >= 60
    assert sum(mistake.on == "accelerator" for exercise in exercises for mistake in exercise.mistakes) >= 15
    assert all(exercise.rights and exercise.mistakes for exercise in exercises)

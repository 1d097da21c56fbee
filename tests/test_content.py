"""The course's own proof: its answers pass, its mistakes fail where they should and only there.

One test per exercise of every chapter in `course.toml`, on the CPU and on the simulated accelerator.
"""

from __future__ import annotations

import doctest
import inspect
from pathlib import Path

import pytest

from grader.answers import Answers
from grader.course import load_course
from grader.devices import choose
from grader.keep import kept
from grader.records import Outcome
from grader.run import Judge
from grader.trial import Trial

COURSE = load_course(Path(__file__).resolve().parent.parent)
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


@pytest.fixture(params=[0, 1], ids=["seed0", "seed1"])
def judge(request: pytest.FixtureRequest, judges: dict[int, Judge]) -> Judge:
    """The judge of one seed, then that of another."""
    return judges[request.param]


@pytest.fixture
def first(judges: dict[int, Judge]) -> Judge:
    """The judge of the seed that learners have."""
    return judges[0]


def devices_of(trial: Trial) -> tuple[str, ...]:
    return DEVICES if trial.knows_devices else ("cpu",)


def told(outcome: Outcome) -> str:
    """What a failing test should show of an outcome."""
    rows = [f"{row.label}: {row.text} ({row.note})" for row in outcome.message.rows]
    return "\n".join([f"{outcome.verdict} on {outcome.device}, case {outcome.case}", *rows, outcome.message.sentence])


@every_exercise
def test_solution_passes(judge: Judge, chapter: str, name: str) -> None:
    """The solution file itself, checked like a learner's, passes on every device."""
    result = judge.check(Answers(COURSE, chapter, COURSE.solution(chapter)), name)
    assert result.verdict == "passed", "\n\n".join(map(told, result.outcomes))
    assert [outcome.device for outcome in result.outcomes] == list(devices_of(judge.trial(chapter, name)))
    assert {outcome.verdict for outcome in result.outcomes} == {"passed"}


@every_exercise
def test_stub_is_to_do(first: Judge, chapter: str, name: str) -> None:
    """The stub that is handed out is to do."""
    path = COURSE.exercises_folder / f"{chapter}.py"
    assert first.check(Answers(COURSE, chapter, path), name).verdict == "to do"


@every_exercise
def test_other_right_answers_pass(judge: Judge, chapter: str, name: str) -> None:
    """Every other right answer passes on every device, in a case of each kind and with other numbers."""
    trial = judge.trial(chapter, name)
    failed = [
        f"{right.__name__}: {told(outcome)}"
        for right in trial.exercise.rights
        for device in devices_of(trial)
        if (outcome := judge.outcome(trial, right, device)).verdict != "passed"
    ]
    assert failed == []


@every_exercise
def test_mistakes_fail_where_they_should(first: Judge, chapter: str, name: str) -> None:
    """A mistake fails on every device; one that only an accelerator shows passes on the CPU."""
    trial = first.trial(chapter, name)
    wrong = []
    for mistake in trial.exercise.mistakes:
        for device in devices_of(trial):
            expected = "passed" if mistake.on == "accelerator" and device == "cpu" else "failed"
            outcome = first.outcome(trial, mistake.function, device)
            if outcome.verdict != expected:
                wrong.append(f"{mistake.name} should have {expected}: {told(outcome)}")
    assert wrong == []


@every_exercise
def test_mistakes_fail_for_another_seed(judges: dict[int, Judge], chapter: str, name: str) -> None:
    """A mistake that is wrong for the learner's numbers is wrong for those of an official run."""
    trial = judges[1].trial(chapter, name)
    passed = [
        mistake.name
        for mistake in trial.exercise.mistakes
        if all(judges[1].outcome(trial, mistake.function, device).verdict == "passed" for device in devices_of(trial))
    ]
    assert passed == []


@every_exercise
def test_mistakes_have_something_to_say(first: Judge, chapter: str, name: str) -> None:
    """Each mistake has a sentence of its own, and no two answers beside an exercise share a name."""
    exercise = first.trial(chapter, name).exercise
    sentences = [mistake.sentence for mistake in exercise.mistakes]
    assert all(sentence.rstrip(")").endswith((".", "?", "!")) and len(sentence) < 400 for sentence in sentences)
    assert len(set(sentences)) == len(sentences)
    names = [mistake.name for mistake in exercise.mistakes] + [right.__name__ for right in exercise.rights]
    assert len(set(names)) == len(names)


@every_exercise
def test_exercise_is_described(first: Judge, chapter: str, name: str) -> None:
    """Each exercise has two hints or more, and what is read of it without running anything is what it says when run."""
    exercise, entry = first.trial(chapter, name).exercise, COURSE.catalogue[chapter][name]
    assert len(entry.hints) >= 2
    assert len(set(entry.hints)) == len(entry.hints)
    assert (entry.name, entry.points, entry.hints, entry.read) == (
        exercise.name,
        exercise.points,
        exercise.hints,
        exercise.read,
    )


@every_exercise
def test_docstring_example_runs(first: Judge, chapter: str, name: str) -> None:
    """The docstring shows at least one call, and the solution gives what it says."""
    function = first.trial(chapter, name).reference
    test = doctest.DocTestParser().get_doctest(
        inspect.getdoc(function) or "", dict(function.__globals__), name, None, 0
    )
    calls = [example for example in test.examples if f"{name}(" in example.source]
    assert calls
    shown: list[str] = []
    with kept():
        doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=shown.append)
    assert "".join(shown) == ""


@every_exercise
def test_signature_is_plain(first: Judge, chapter: str, name: str) -> None:
    """An exercise takes positional parameters without defaults, and says what it returns."""
    signature = inspect.signature(first.trial(chapter, name).reference)
    for parameter in signature.parameters.values():
        assert parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        assert parameter.default is inspect.Parameter.empty, parameter.name
    assert signature.return_annotation is not inspect.Signature.empty


@every_exercise
def test_cases_are_the_same_each_time(first: Judge, chapter: str, name: str) -> None:
    """A seed gives the same cases each time they are drawn, and drawing them is bounded."""
    trial = first.trial(chapter, name)
    assert tuple(trial.exercise.draw_cases(0)) == trial.cases
    assert 1 <= len(trial.cases) <= 40


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_tells_a_story(first: Judge, chapter: str) -> None:
    """A chapter's docstring introduces it, and its checks declare nothing that the chapter has not."""
    checks, solution = first.chapter(chapter)
    assert len((solution.__doc__ or "").split()) > 50
    assert list(checks.exercises) == list(COURSE.catalogue[chapter])


def test_there_are_enough_answers(first: Judge) -> None:
    """At least 60 other right answers, and 15 mistakes that only an accelerator shows."""
    exercises = [first.trial(chapter, name).exercise for chapter, names in COURSE.catalogue.items() for name in names]
    assert sum(len(exercise.rights) for exercise in exercises) >= 60
    assert sum(mistake.on == "accelerator" for exercise in exercises for mistake in exercise.mistakes) >= 15
    assert all(exercise.rights and exercise.mistakes for exercise in exercises)

"""The judge: on which devices, what it calls and how often, which case decides, and that all ends in a verdict."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from places import TARGET
from runs import FIRST, RIGHT, SECOND, STUBS, double
from trials import COURSE, Answer, matrix, outcome, trial_of

from grader.authoring import Draw
from grader.core.report import Result
from grader.course.learner_file import LearnerFile
from grader.course.manifest import load_course
from grader.judging.judge import Judge
from grader.runtime.devices import choose

# ---------------------------------------------------------------- a learner's exercise


def check(folder: Path, exercise: str, chapters: dict[str, str]) -> Result:
    """The verdict on an exercise of the target course, on the CPU and on the simulated accelerator."""
    choose(("cpu", "sim"))
    chapter = SECOND if exercise in ("rows", "fill", "greet") else FIRST
    path = folder / f"{chapter}.py"
    path.write_text(chapters[chapter])
    course = load_course(TARGET)
    return Judge(course, ("cpu", "sim")).check(LearnerFile(course, chapter, path), exercise)


def told(result: Result) -> list[tuple[str, str]]:
    """The verdict on each device."""
    return [(outcome.device, outcome.verdict) for outcome in result.outcomes]


def test_a_right_answer_passes_on_every_device(tmp_path: Path) -> None:
    """A result has an outcome for each device of the run, the points, and the place in the learner's file."""
    result = check(tmp_path, "double", RIGHT)
    assert told(result) == [("cpu", "passed"), ("sim", "passed")]
    line = RIGHT[FIRST].splitlines().index("def double(x: Tensor) -> Tensor:") + 1
    assert (result.points, result.file, result.line) == (1, str(tmp_path / f"{FIRST}.py"), line)


def test_without_tensors_the_cpu_is_enough(tmp_path: Path) -> None:
    """An exercise whose cases hold neither a tensor nor a device is checked once."""
    assert told(check(tmp_path, "greet", RIGHT)) == [("cpu", "passed")]


@pytest.mark.parametrize(
    ("argument", "knows"),
    [
        (lambda draw: draw.given("of", draw.normal(2)), True),
        (lambda draw: draw.given("of", [1, {"x": draw.normal(2)}]), True),
        (lambda draw: [draw.given("of", draw.given("of", draw.normal(2)))], True),
        (lambda draw: draw.given("of", draw.device()), True),
        (lambda draw: draw.given("of", 1, [2.5]), False),
        (lambda draw: draw.given("of"), False),
    ],
)
def test_what_a_given_function_is_made_from_counts(argument: Answer, knows: bool) -> None:
    """A tensor that only a given function gets, to make a module of it, brings the exercise to the accelerator."""
    trial = trial_of(lambda x: 1, lambda draw: iter([argument(draw)]))
    assert trial.knows_devices is knows


def test_each_device_has_its_own_outcome(tmp_path: Path) -> None:
    """What is right on the CPU alone passes there, fails on the accelerator, and does not pass as a whole."""
    result = check(tmp_path, "double", double("return 2 * x if x.is_cpu else 3 * x"))
    assert told(result) == [("cpu", "passed"), ("sim", "failed")]
    assert result.verdict == "failed"
    assert result.outcomes[1].message.paste == (
        f'import grader; grader.again("double", 0, "sim", path={str(tmp_path / f"{FIRST}.py")!r})'
    )


@pytest.mark.parametrize(
    ("text", "verdict"), [(STUBS[FIRST], "to do"), ("x = 1\n", "not loaded"), ("1 / 0\n", "not loaded")]
)
def test_what_cannot_be_called_has_one_outcome(tmp_path: Path, text: str, verdict: str) -> None:
    """A stub, a missing function and a chapter that cannot be imported are the same on every device."""
    assert told(check(tmp_path, "double", {FIRST: text})) == [("cpu", verdict)]


# ---------------------------------------------------------------- cases


def test_a_seed_draws_the_cases() -> None:
    """Another seed gives other numbers, and the same seed the same ones."""
    judge = Judge(load_course(TARGET), seed=1)
    first = judge.trial(FIRST, "double").cases
    judge.draw_again(2)
    assert (judge.seed, judge.trial(FIRST, "double").cases == first) == (2, False)
    judge.draw_again(1)
    assert judge.trial(FIRST, "double").cases == first


def test_what_a_device_cannot_hold_is_skipped() -> None:
    """Where a device has no numbers of a case's dtype, that case is left out; with all of them out, nothing is said."""

    def wide(draw: Draw) -> Any:
        yield torch.ones(2, dtype=torch.float64)

    verdict = Judge(COURSE, ("mps",)).outcome(trial_of(lambda x: x * 2, wide), lambda x: x, "mps")
    assert (verdict.verdict, verdict.case) == ("skipped", None)


def test_both_sides_get_the_same_random_numbers(device: str) -> None:
    """The reference and the learner's function draw the same numbers, on the CPU and on the device."""

    def noisy(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, float]:
        return torch.rand(3), torch.rand_like(x), float(np.random.rand()) + random.random()

    trial = trial_of(noisy, matrix)
    assert outcome(trial, lambda x: noisy(x), device).verdict == "passed"
    assert outcome(trial, lambda x: noisy(x + torch.rand(()).item()), device).aspects == ("values",)


def test_each_case_is_called_once_with_its_own_clones() -> None:
    """The function is called once per case, and what it does to its arguments does not reach the next call."""
    seen: list[list[float]] = []

    def spoil(x: torch.Tensor) -> torch.Tensor:
        seen.append(x.tolist())
        y = x * 2
        x.zero_()
        return y

    def twice(draw: Draw) -> Any:
        yield torch.ones(2)
        yield torch.full((2,), 3.0)

    trial = trial_of(lambda x: x * 2, twice)
    assert outcome(trial, spoil, "cpu").verdict == "passed"
    assert outcome(trial, spoil, "cpu").verdict == "passed"
    assert seen == [[1.0, 1.0], [3.0, 3.0]] * 2


def test_first_case_that_differs_is_shown() -> None:
    """The message is about the first case that fails, and its line to paste repeats that one."""

    def three(draw: Draw) -> Any:
        yield torch.ones(2)
        yield torch.tensor([2.0, 5.0])
        yield torch.zeros(2)

    verdict = outcome(trial_of(lambda x: x * x, three), lambda x: x, "cpu")
    assert verdict.case == 1
    assert verdict.message.paste == 'import grader; grader.again("exercise", 1)'


# ---------------------------------------------------------------- whatever comes back


class Loud(torch.Tensor):
    """A subclass that answers every operation with ones."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return torch.ones(2, 3)


def nested_in_itself(x: torch.Tensor) -> list[Any]:
    loop: list[Any] = [x]
    loop.append(loop)
    return loop


class Unprintable(Exception):
    """An exception whose text cannot be had."""

    def __str__(self) -> str:
        raise RuntimeError


def unprintable(x: torch.Tensor) -> None:
    raise Unprintable


class BadRepr:
    """An object whose repr raises."""

    def __repr__(self) -> str:
        raise RuntimeError


def endless(x: torch.Tensor) -> torch.Tensor:
    return endless(x)


HOSTILE: dict[str, Answer] = {
    "subclass": lambda x: (x * 3).as_subclass(Loud),
    "loop": nested_in_itself,
    "unprintable exception": unprintable,
    "unprintable object": lambda x: BadRepr(),
    "sparse": lambda x: x.to_sparse(),
    "meta": lambda x: x.to("meta"),
    "dtype object": lambda x: x.dtype,
    "array of objects": lambda x: np.array([None, "a"], dtype=object),
    "array of another byte order": lambda x: np.ones((2, 3), dtype=">f4"),
    "reversed array": lambda x: np.ones((2, 3))[::-1],
    "long int": lambda x: 10**5000,
    "generator": lambda x: (i for i in range(3)),
    "endless recursion": endless,
    "deep nesting": lambda x: eval("[" * 60 + "1" + "]" * 60),
    "lone surrogate": lambda x: "\ud800",
    "resized argument": lambda x: x.resize_(0),
    "function": lambda x: print,
    "complex": lambda x: x * 1j,
    "unhashable-looking key": lambda x: {(1, 2): x, None: x, 1.5: x},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_comes_back_is_a_verdict(name: str, device: str) -> None:
    """No value that a function returns or leaves behind breaks the check: it fails with a message."""
    trial = trial_of(lambda x: x * 2, matrix, also=["unchanged", "aliasing", "leaves"], gradient=True)
    verdict = outcome(trial, HOSTILE[name], device)
    assert verdict.verdict == "failed"
    assert verdict.message.rows


def test_looking_for_a_transpose_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong answer to an exercise that writes a file leaves nothing in the folder where somebody works."""
    monkeypatch.chdir(tmp_path)

    def saves(x: torch.Tensor, path: Path) -> torch.Tensor:
        path.write_text("saved")
        return x.mT

    square = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    trial = trial_of(saves, lambda draw: iter([(square, draw.path("x.txt"))]))
    assert trial.transposed(0) is None
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- an exercise that another one uses

BY_DOUBLE = RIGHT[FIRST].replace("return a.sum() + b.sum()", "return half(a) + half(b)")
HALF = "\n\ndef half(x):\n    return double(x).sum() / 2\n"
WRONG = {**RIGHT, FIRST: BY_DOUBLE.replace("return 2 * x", "return 3 * x") + HALF}
PUT_RIGHT = "This uses `double`, which does not pass its own check: put that right first."


def sentences(result: Result) -> list[str]:
    """What is said on each device."""
    return [outcome.message.sentence for outcome in result.outcomes]


def test_a_wrong_helper_is_named_and_nothing_else(tmp_path: Path) -> None:
    """An answer that uses another exercise, by way of its own function, is not diagnosed while that is wrong."""
    result = check(tmp_path, "total", WRONG)
    assert sentences(result) == [PUT_RIGHT, PUT_RIGHT]
    assert not any(outcome.mistake for outcome in result.outcomes)
    assert result.outcomes[0].message.rows[-1].label == "expected"


def test_a_right_helper_is_not_the_cause(tmp_path: Path) -> None:
    """Who uses a right helper wrongly is told about that; nor is one named where the answer is right without it."""
    wrong = BY_DOUBLE.replace("half(a) + half(b)", "half(a) - half(b)") + HALF
    assert not any("double" in sentence for sentence in sentences(check(tmp_path, "total", {**RIGHT, FIRST: wrong})))
    unused = WRONG[FIRST].replace("half(a) + half(b)", "a.sum() + b.sum()")
    assert told(check(tmp_path, "total", {**RIGHT, FIRST: unused})) == [("cpu", "passed"), ("sim", "passed")]


def test_a_helper_that_is_wrong_on_one_device_only(tmp_path: Path) -> None:
    """It is named where it fails."""
    here = WRONG[FIRST].replace("return 3 * x", "return 2 * x if x.is_cpu else 3 * x")
    assert sentences(check(tmp_path, "total", {**RIGHT, FIRST: here})) == ["", PUT_RIGHT]

"""What is simple about wrong numbers is told where it is so, and not where few numbers make it so by chance."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from trials import Answer, Cases, matrix, matrix_and_copy, outcome, trial_of

from grader.authoring import Draw
from grader.core.observation import Observation
from grader.judging.feedback.relations import about_scalar, close, ratio
from grader.runtime.snapshot import look


def sentence(reference: Answer, answer: Answer, cases: Cases = matrix, **options: Any) -> str:
    """What a learner with this answer reads."""
    return outcome(trial_of(reference, cases, **options), answer, "cpu").message.sentence


def constant(*numbers: Any, dtype: torch.dtype | None = None) -> Answer:
    """An answer that is always the same."""
    return lambda x: torch.tensor(numbers[0] if len(numbers) == 1 else list(numbers), dtype=dtype)


def squares(draw: Draw) -> Any:
    yield torch.tensor([[1.0, 2.0], [3.0, 5.0]]), torch.tensor([[2.0, 7.0], [1.0, 4.0]])


def vector_of_three(draw: Draw) -> Any:
    yield torch.tensor([1.0, 2.0, 5.0])


def negatives(draw: Draw) -> Any:
    yield torch.tensor([-1.0, 2.0, 4.0])


def ones(draw: Draw) -> Any:
    yield torch.ones(3)


A = (2.0, 7.0, 3.5, 11.0)
"""Numbers without any order or common factor."""

TOLD: list[tuple[str, Answer, Answer, Cases, str]] = [
    ("opposite", lambda x: x > 1, lambda x: x <= 1, vector_of_three, "Every truth value is the wrong way round."),
    ("NaN", lambda x: x.abs().sqrt(), lambda x: x.sqrt(), negatives, "There are NaNs in your result"),
    ("infinity", lambda x: x * 1, lambda x: x / 0, vector_of_three, "There are infinities in your result"),
    ("signs", lambda x: x - 2.5, lambda x: (x - 2.5).abs(), vector_of_three, "right up to their signs"),
    ("itself", lambda x: x * x + 1, lambda x: x, matrix, "Your result is `x` itself, unchanged."),
    ("copy", lambda x: x * x + 1, lambda x: x.clone(), matrix, "Your result holds the numbers of `x`, unchanged."),
    ("factors", lambda a, b: a @ b, lambda a, b: b @ a, squares, "this is `b @ a`, and `a @ b` is expected."),
    ("turned", constant(*A), constant(*A[::-1]), matrix, "turned round: along dimension 0"),
    ("order", constant(*A), constant(7.0, 2.0, 3.5, 11.0), matrix, "the right numbers in another order"),
    ("same", constant(*A), constant(3.0, 3.0, 3.0, 3.0), matrix, "All numbers of your result are the same"),
    ("square", constant(*A), lambda x: torch.tensor(A) ** 2, matrix, "is the square of the expected one"),
    ("root", constant(*A), lambda x: torch.tensor(A) ** 0.5, matrix, "is the root of the expected one"),
    ("rounded", constant(1.2, 2.7, 5.6), constant(1.0, 3.0, 6.0), matrix, "expected one, rounded to whole numbers"),
    ("cut", constant(1.2, 2.7, 5.6), constant(1.0, 2.0, 5.0), matrix, "expected one, cut to whole numbers"),
    ("more", constant(*A), lambda x: torch.tensor(A) + 0.5, matrix, "Every number of your result is too large by 0.5."),
    ("less", constant(*A), lambda x: torch.tensor(A) - 3, matrix, "Every number of your result is too small by 3."),
    ("plus", lambda x: x**3, lambda x: x**3 + x, vector_of_three, "the expected one plus `x`"),
    ("minus", lambda x: x**3 + 9, lambda x: x**3 + 9 - x, vector_of_three, "the expected one minus `x`"),
    ("times", lambda x: x + 7, lambda x: (x + 7) * x, vector_of_three, "the expected one times `x`"),
    ("divided", lambda x: x + 7, lambda x: (x + 7) / x, vector_of_three, "the expected one divided by `x`"),
    ("a sum", lambda x: x.mean(1), lambda x: x.sum(1), matrix, "as a sum in the place of a mean makes it"),
    ("number, square", lambda x: 5.5, lambda x: 30.25, matrix, "Your number is the square of the expected one"),
    ("number, root", lambda x: 30.25, lambda x: 5.5, matrix, "Your number is the root of the expected one"),
    ("number, one more", lambda x: 7, lambda x: 8, matrix, "Your number is 1 too large."),
    ("number, one less", lambda x: 1, lambda x: 0, matrix, "Your number is 1 too small."),
    ("number, sign", lambda x: 3, lambda x: -3, matrix, "times \N{MINUS SIGN}1: a sign is the wrong way round"),
    ("number, a sum", lambda x: x.mean(), lambda x: x.sum(), matrix, "times 6, the number of elements of x."),
    ("count", lambda x: torch.tensor(7), lambda x: torch.tensor(8), matrix, "Your result is 1 too large."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "reference", "wrong", "cases", "words"), TOLD, ids=[row[0] for row in TOLD])
def test_a_simple_relation_is_told(name: str, reference: Answer, wrong: Answer, cases: Cases, words: str) -> None:
    """Where it holds for numbers enough."""
    assert words in sentence(reference, wrong, cases)


CHANCE: list[tuple[str, Answer, Answer, Cases]] = [
    ("one truth value", lambda x: x.sum() > 0, lambda x: x.sum() < 0, matrix),
    ("some truth values", lambda x: x > 1, lambda x: x > 2, vector_of_three),
    ("ones that are an argument's too", constant(3.0, 4.0, 8.0), constant(1.0, 1.0, 2.0), ones),
    ("one-hot vectors", constant(1.0, 0.0, 0.0), constant(0.0, 0.0, 1.0), matrix),
    ("classes", constant(0, 1, 1, 0, 1), constant(1, 0, 0, 1, 1), matrix),
    ("two numbers", constant(0.0, 1.0, 1.0), constant(1.0, 1.0, 0.0), matrix),
    ("almost sorted", constant(*A), constant(2.0, 3.5, 7.0, 12.0), matrix),
    ("one number, rounded", constant(0.7), constant(1.0), matrix),
    ("a small number, twice", lambda x: 2, lambda x: 4, matrix),
    ("a small number, a size", lambda x: 1, lambda x: 6, matrix),
    ("a count, a size", constant(2), constant(6), matrix),
    ("zero", lambda x: 2.5, lambda x: 0.0, matrix),
    ("near the square", constant(*A), lambda x: torch.tensor(A) ** 2 + 0.5, matrix),
    ("a part too large", constant(*A), constant(2.5, 7.5, 4.0, 11.0), matrix),
    ("plus and one", lambda x: x**3, lambda x: x**3 + x + 1, vector_of_three),
    ("a sum and one", lambda x: x.mean(0), lambda x: x.sum(0) + 1, matrix),
    ("one right of many sizes", constant(1e6, 1.0, 3.0), constant(2e6, 7.0, 9.0), matrix),
]


@pytest.mark.parametrize(("name", "reference", "wrong", "cases"), CHANCE, ids=[row[0] for row in CHANCE])
def test_what_could_be_chance_is_not(name: str, reference: Answer, wrong: Answer, cases: Cases) -> None:
    """Few numbers, zeros and ones, small whole numbers; and what only nearly holds."""
    assert sentence(reference, wrong, cases) == ""


def test_one_number_everywhere_is_no_argument() -> None:
    """A result of ones is not the argument that is all ones, unless it is the very tensor."""
    assert sentence(constant(3.0, 4.0, 8.0), lambda x: torch.ones(3), ones) == (
        "All numbers of your result are the same, and they should not be."
    )
    assert "`x` itself" in sentence(constant(3.0, 4.0, 8.0), lambda x: x, ones)


def test_a_product_in_the_other_order_is_no_other_dimension() -> None:
    """The transpose of a product is the product of the transposes in the other order."""

    def after(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return torch.relu(b @ a)

    assert "dimension" not in sentence(lambda a, b: torch.relu(a @ b), after, squares)
    assert "right along the other dimension" in sentence(lambda x: x.cumsum(0), lambda x: x.cumsum(1))


def keeps_itself(x: torch.Tensor) -> torch.Tensor:
    kept, row = [], x[0].clone()
    for _ in range(2):
        row += 1
        kept.append(row)
    return torch.stack(kept)


def expands(x: torch.Tensor) -> torch.Tensor:
    return (x[0] + 2).expand(2, 3)


def keeps_what_it_makes(x: torch.Tensor) -> torch.Tensor:
    kept, total = [], torch.zeros(())
    for _ in range(2):
        total += 1.5
        row = x[0] + 2
        kept.append(row)
    return torch.stack(kept)


def test_a_tensor_that_is_kept_and_changed_is_one() -> None:
    """Rows that broadcasting made the same are told of no copy."""

    def reference(x: torch.Tensor) -> torch.Tensor:
        return torch.stack([x[0] + 1, x[0] + 2])

    assert "`row` is kept in turn and changed in place" in sentence(reference, keeps_itself)
    for other in (expands, keeps_what_it_makes):
        assert sentence(reference, other) == "All rows of your result are the same, and they should not be."


def test_a_transpose_of_the_argument_is_told_from_a_new_shape() -> None:
    """`reshape` is named where the numbers of the argument stand in their old order."""
    assert "`x` reshaped, not transposed" in sentence(lambda x: x.mT, lambda x: x.reshape(3, 2))
    assert "reshaped" not in sentence(lambda x: x.mT, lambda x: x.mT.flip(0))


@pytest.mark.parametrize("number", [10**400, 1e300, float("inf"), float("nan"), -(10**400)])
def test_numbers_without_a_float_are_no_relation(number: float) -> None:
    """Also where a square or a quotient would overflow."""
    seen = Observation(before=(("x", look(torch.ones(3), torch.device("cpu"))),))
    assert about_scalar(number, 3, seen) == about_scalar(3, number, seen) == about_scalar(number, 2.5, seen) == ""
    assert outcome(trial_of(lambda x: 3, matrix), lambda x: number, "cpu").verdict == "failed"


def test_small_numbers_count_beside_large_ones() -> None:
    """A wrong small number is wrong, and rounding is not."""
    due = torch.tensor([1e6, 1.0, 5.0])
    assert not close(torch.tensor([1e6, 4.0, 5.0]), due)
    assert close(due * (1 + 1e-6), due)
    assert ratio(torch.tensor([2e6, 700.0]), torch.tensor([1e6, 1.0])) is None
    assert ratio(2 * due, due) == pytest.approx(2)


def test_an_argument_within_a_container_is_named() -> None:
    """By its place."""

    def cases(draw: Draw) -> Any:
        yield {"a": torch.tensor([1.0, 2.0, 5.0])}, [torch.tensor([4.0, 8.0, 3.0])]

    both = (lambda d, many: d["a"] * many[0], lambda d, many: many[0], lambda d, many: d["a"].clone())
    assert "`many[0]` itself" in sentence(both[0], both[1], cases)
    assert "the numbers of `d['a']`" in sentence(both[0], both[2], cases)


def test_a_difference_within_a_tuple_is_told_of_its_part() -> None:
    """Not of the whole result."""
    told = sentence(lambda a, b: (a, a * b), lambda a, b: (a, a * b + 0.5), matrix_and_copy)
    assert told == "Every number of `returned[1]` is too large by 0.5."

"""The sentence for a shape or a length that is not the right one: what the numbers and the code show of its cause."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from trials import Answer, Cases, matrix, outcome, trial_of

from grader.authoring import Draw


def sentence(reference: Answer, answer: Answer, cases: Cases = matrix, **options: Any) -> str:
    """What a learner with this answer reads."""
    return outcome(trial_of(reference, cases, **options), answer, "cpu").message.sentence


def vectors(draw: Draw) -> Any:
    yield torch.tensor([1.0, 2.0, 5.0]), torch.tensor([[4.0], [8.0], [3.0]])


def square(draw: Draw) -> Any:
    yield torch.tensor([[1.0, 2.0], [3.0, 5.0]])


def vector(draw: Draw) -> Any:
    yield torch.tensor([1.0, 2.0, 5.0])


TOLD: list[tuple[str, Answer, Answer, Cases, str]] = [
    ("transposed", lambda x: x * 2, lambda x: x.mT * 2, matrix, "Your result is the transpose of the expected one."),
    ("ones", lambda x: x.sum(1), lambda x: x.sum(1, True), matrix, "dimensions of size 1 count"),
    ("laid out", lambda x: x * 2, lambda x: x.reshape(6) * 2, matrix, "but laid out as (6,) instead of (2, 3)."),
    ("repeated", lambda x: x[0], lambda x: x[0].repeat(4, 1), matrix, "The numbers are right but repeated"),
    ("first", lambda x: x * 2, lambda x: x[0] * 2, matrix, "Your result is only the first of the 2 rows"),
    ("last", lambda x: x * 2, lambda x: x[-1] * 2, matrix, "Your result is only the last of the 2 rows"),
    ("one missing", lambda x: x.mT, lambda x: x.mT[:2], matrix, "The last one is missing; the rest is right."),
    ("two missing", lambda x: x.mT, lambda x: x.mT[2:], matrix, "The first 2 are missing; the rest is right."),
    ("argument's", lambda x: x.sum(1), lambda x: x * 3, matrix, "should be (2,): it is that of `x`."),
    ("one row", lambda x: x.mT * 2, lambda x: x.sum(1) + 1, matrix, "it is that of one row, and 3 of them should come"),
    ("places", lambda x: x * 2, lambda x: x.mT + 1, matrix, "the dimensions have changed places."),
    ("one number", lambda x: x * 2, lambda x: x[0, 0] * 7, matrix, "is one number and should have the shape (2, 3)."),
    ("no number", lambda x: x.sum(), lambda x: x.sum(0), matrix, "The result should be one number (shape ())"),
    ("dimensions", lambda x: x * 2, lambda x: x[:, :, None] + 1, matrix, "that is 3 dimensions instead of 2."),
    ("one size", lambda x: x[:, :2] * 2, lambda x: x[:, :1] + 1, matrix, "dimension 1 is not of the right size."),
    ("lacking", lambda x: {"a": x, "b": x}, lambda x: {"a": x}, matrix, "The dict lacks the key"),
    ("too much", lambda x: {"a": x}, lambda x: {"a": x, "b": x}, matrix, "a key that it should not have"),
]


@pytest.mark.parametrize(("name", "reference", "wrong", "cases", "words"), TOLD, ids=[row[0] for row in TOLD])
def test_a_shape_that_is_off_is_told(name: str, reference: Answer, wrong: Answer, cases: Cases, words: str) -> None:
    """In a way that has a name, else in plain words."""
    assert words in sentence(reference, wrong, cases)


NEAR: list[tuple[str, Answer, Answer, Cases, str]] = [
    ("transposed", lambda x: x * 2, lambda x: x.mT * 2 + torch.eye(3, 2), matrix, "is the transpose"),
    ("ones", lambda x: x.sum(1), lambda x: x.sum(1, True) + 1, matrix, "dimensions of size 1 count"),
    ("laid out", lambda x: x * 2, lambda x: x.reshape(6) * 3, matrix, "The numbers are right"),
    ("repeated", lambda x: x[0], lambda x: torch.stack([x[0], x[0] + 1]), matrix, "right but repeated"),
    ("first", lambda x: x * 2, lambda x: x[0] * 3, matrix, "only the first"),
    ("both", lambda x: torch.ones_like(x), lambda x: torch.ones(3), matrix, "only the"),
    ("missing", lambda x: x.mT, lambda x: x.mT[:2] + 1, matrix, "missing"),
    ("indexed", lambda x: x * 2, lambda x: x[0, 0] * 7, matrix, "reduced"),
]


@pytest.mark.parametrize(("name", "reference", "wrong", "cases", "words"), NEAR, ids=[row[0] for row in NEAR])
def test_a_shape_that_is_off_otherwise_is_not(
    name: str, reference: Answer, wrong: Answer, cases: Cases, words: str
) -> None:
    """Where the numbers are not those, or the code does not show it."""
    told = sentence(reference, wrong, cases)
    assert told
    assert words not in told


# ---------------------------------------------------------------- a column and a row


def difference(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return (a - b[:, 0]) ** 2


def meeting(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return (a - b) ** 2


def meeting_and_more(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return (a - b) ** 2 + 1


def by_product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return b @ a[None]


def test_a_column_and_a_row_that_meet_are_told() -> None:
    """The right numbers on the diagonal show it; a product of matrices is another thing."""
    meet = "where a column (3, 1) and a row (3,) meet, broadcasting makes (3, 3) of them."
    assert sentence(difference, meeting, vectors).endswith(f"{meet} On the diagonal stand the right numbers.")
    assert sentence(difference, meeting_and_more, vectors).endswith(meet)
    assert "meet" not in sentence(difference, by_product, vectors)


def test_a_square_that_was_handed_in_is_no_meeting() -> None:
    """Nothing was broadcast where the sum is only missing; nor where the matrix is the only argument."""
    told = sentence(lambda x: x.sum(1), lambda x: x * 2, square)
    assert told == "The shape is (2, 2) and should be (2,): it is that of `x`."


# ---------------------------------------------------------------- lists


def all_rows(x: torch.Tensor) -> list[torch.Tensor]:
    return [row * 1 for row in x]


def in_first_round(x: torch.Tensor) -> Any:
    for row in x:
        return [row * 1]
    return None


def under_a_condition(x: torch.Tensor) -> Any:
    kept = []
    for row in x:
        kept.append(row * 1)
        if len(kept) == 1:
            return kept
    return None


def after_some_rounds(x: torch.Tensor) -> Any:
    for row in x:
        if row[0] < 2:
            continue
        return [row * 1]
    return None


def test_a_return_that_no_round_passes_by_is_told() -> None:
    """One under a condition, or after a `continue`, ends not the first round."""
    assert "A `return` inside a loop ends it in its first round." in sentence(all_rows, in_first_round)
    for other in (under_a_condition, after_some_rounds):
        assert "first round" not in sentence(all_rows, other)


LENGTHS: list[tuple[str, Answer, Answer, str]] = [
    ("one too many", lambda x: [1, 2, 3], lambda x: [1, 2, 3, 4], "The one at index 3 is too many: 4."),
    ("one missing", lambda x: [1, 2, 3], lambda x: [1, 2], "The one at index 2 is missing: 3."),
    ("one within", lambda x: [1, 2, 3], lambda x: [1, 9, 2, 3], "has the index 1: 9 stands where 2 should be."),
    ("tensors", lambda x: [x[0], x[1]], lambda x: [x[0] * 1, x[1], x[1]], "The one at index 2 is too many"),
    ("pairs", lambda x: [(x, 1), (x, 2)], lambda x: [(x, 1)], "The one at index 1 is missing"),
    ("all others", lambda x: [1, 2, 3], lambda x: [7, 8], "There are 2 items here, and there should be 3."),
    ("huge", lambda x: [1.0, 2.0, 3.0], lambda x: [10**400], "There is 1 item here, and there should be 3."),
    ("nearly", lambda x: [0.1, 0.2, 0.3], lambda x: [0.1, 0.2000001], "The one at index 2 is missing: 0.3."),
]


@pytest.mark.parametrize(("name", "reference", "wrong", "words"), LENGTHS, ids=[row[0] for row in LENGTHS])
def test_a_list_of_another_length_is_told_where_it_differs(
    name: str, reference: Answer, wrong: Answer, words: str
) -> None:
    """By the first item that is out of place, numbers up to rounding."""
    assert words in sentence(reference, wrong)

"""The sentence for a wrong answer whose numbers are the right ones changed simply, and silence where they are not."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from trials import Answer, Cases, matrix, matrix_and_copy, outcome, trial_of

from grader.authoring import Draw


def square(draw: Draw) -> Any:
    yield torch.tensor([[1.0, 2.0, 4.0], [3.0, 6.0, 5.0], [9.0, 7.0, 0.0]])


def column_and_row(draw: Draw) -> Any:
    yield torch.tensor([1.0, 2.0, 4.0]), torch.tensor([[1.0], [3.0], [7.0]])


def weighted(x: torch.Tensor) -> torch.Tensor:
    """Something without any symmetry."""
    return x * torch.arange(1.0, x.numel() + 1, device=x.device).reshape(x.shape)


def softmax(dim: int) -> Answer:
    return lambda x: torch.softmax(x, dim=dim)


TRANSPOSE = "the transpose of the expected one"
RESHAPED = "reshaped, not transposed"
OTHER_DIM = "right along the other dimension"
ZEROS = "all zeros"
ITSELF = "itself, unchanged"
REPEATED = "right but repeated"
ONES_COUNT = "dimensions of size 1 count"
LAID_OUT = "but laid out as"
DTYPE = "only the dtype is not"
TIMES = "is the expected one times"
DIVIDED = "is the expected one divided by"
SENTENCES = (TRANSPOSE, RESHAPED, OTHER_DIM, ZEROS, ITSELF, REPEATED, ONES_COUNT, LAID_OUT, DTYPE, TIMES, DIVIDED)

DIAGNOSED: list[tuple[str, Answer, Answer, Cases, str]] = [
    ("transposed", lambda x: x * 2, lambda x: x.mT * 2, matrix, TRANSPOSE),
    ("transposed square", lambda x: x * 2, lambda x: x.mT * 2, square, TRANSPOSE),
    ("reshaped", lambda x: x.mT, lambda x: x.reshape(3, 2), matrix, RESHAPED),
    ("other dimension of a square", lambda x: x.sum(0), lambda x: x.sum(1), square, OTHER_DIM),
    ("softmax along the other", softmax(0), softmax(1), matrix, OTHER_DIM),
    ("sum for mean", lambda x: x.mean(0), lambda x: x.sum(0), square, f"{TIMES} 3"),
    ("mean for sum", lambda x: x.sum(1), lambda x: x.mean(1), matrix, f"{DIVIDED} 3"),
    ("number, sum for mean", lambda x: x.mean().item(), lambda x: x.sum().item(), matrix, f"{TIMES} 6"),
    ("half", weighted, lambda x: weighted(x) / 2, matrix, f"{TIMES} ½"),
    ("twice", weighted, lambda x: weighted(x) * 2, matrix, f"{TIMES} 2"),
    ("sign", weighted, lambda x: -weighted(x), matrix, f"{TIMES} \N{MINUS SIGN}1"),
    ("zeros", weighted, lambda x: torch.zeros_like(x), matrix, ZEROS),
    ("the input", weighted, lambda x: x, matrix, "`x` itself, unchanged"),
    ("the second input", lambda a, b: a + b, lambda a, b: b, matrix_and_copy, "`b` itself, unchanged"),
    ("broadcast", lambda a, b: a + b[:, 0], lambda a, b: (a + b[:, 0]).expand(3, 3), column_and_row, REPEATED),
    ("a dimension too many", lambda x: x.sum(1), lambda x: x.sum(1, keepdim=True), matrix, ONES_COUNT),
    ("flat", lambda x: x * 2, lambda x: x.reshape(-1) * 2, matrix, LAID_OUT),
    ("dtype", lambda x: x * 2, lambda x: (x * 2).double(), matrix, DTYPE),
    ("integer dtype", lambda x: x * 2, lambda x: (x * 2).int(), matrix, DTYPE),
]


@pytest.mark.parametrize(("name", "reference", "wrong", "cases", "words"), DIAGNOSED, ids=[row[0] for row in DIAGNOSED])
def test_simple_changes_are_named(
    name: str, reference: Answer, wrong: Answer, cases: Cases, words: str, device: str
) -> None:
    """A result that is the right one under a simple change gets the sentence that says which, and no other."""
    sentence = outcome(trial_of(reference, cases), wrong, device).message.sentence
    assert words in sentence
    assert [known for known in SENTENCES if known in sentence] == [known for known in SENTENCES if known in words]


UNRELATED: list[tuple[str, Answer, Answer, Cases]] = [
    ("shifted", weighted, lambda x: weighted(x) + 1, matrix),
    ("one wrong", weighted, lambda x: weighted(x).index_fill(1, torch.tensor([1], device=x.device), 0), matrix),
    ("absolute value of a mixture", lambda x: x - 3.5, lambda x: (x - 3.5).abs(), matrix),
    ("other function", weighted, lambda x: x.exp(), matrix),
    (
        "almost zeros",
        weighted,
        lambda x: torch.zeros_like(x).index_fill(0, torch.tensor([0], device=x.device), 1),
        matrix,
    ),
    ("scaled by row", weighted, lambda x: weighted(x) * torch.tensor([[2.0], [3.0]], device=x.device), matrix),
    ("scaled by 1.3", weighted, lambda x: weighted(x) * 1.3, matrix),
    ("shuffled", weighted, lambda x: weighted(x).flip(1), matrix),
    ("almost the transpose", lambda x: x * 2, lambda x: x.mT * 2 + torch.eye(3, device=x.device), square),
    ("wrong dtype and values", lambda x: x * 2.5, lambda x: (x * 2.5).int(), matrix),
    ("wrong shape and values", lambda x: x.sum(0), lambda x: x.sum(0, keepdim=True) + 1, matrix),
    ("random", weighted, lambda x: torch.rand_like(x), matrix),
    ("all ones for a sum", lambda x: x.sum(0), lambda x: torch.ones_like(x[0]), square),
]


@pytest.mark.parametrize(("name", "reference", "wrong", "cases"), UNRELATED, ids=[row[0] for row in UNRELATED])
def test_unrelated_answers_are_not_explained(
    name: str, reference: Answer, wrong: Answer, cases: Cases, device: str
) -> None:
    """A wrong answer that is no simple change of the right one gets none of the sentences: silence misleads nobody."""
    verdict = outcome(trial_of(reference, cases), wrong, device)
    assert verdict.verdict == "failed"
    assert [words for words in SENTENCES if words in verdict.message.sentence] == []


def test_gradient_scaled_or_zero_is_named(device: str) -> None:
    """A gradient that is half of the right one, or all zeros, is said to be that."""
    trial = trial_of(lambda x: x * x, matrix, gradient=True)
    half = outcome(trial, lambda x: x * x.detach(), device).message.sentence
    zero = outcome(trial, lambda x: (x * x).detach() + 0 * x, device).message.sentence
    assert f"gradient of x {TIMES} ½" in half
    assert "gradient of x is all zeros" in zero

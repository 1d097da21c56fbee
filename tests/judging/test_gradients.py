"""The sentence for a gradient that does not come: what the code shows to lose it, and nothing that it does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from trials import Answer, matrix, outcome, trial_of

from grader.authoring import Draw
from grader.judging.feedback.written import Written


def sentence(reference: Answer, answer: Answer, cases: Any = matrix) -> str:
    """What a learner with this answer reads."""
    return outcome(trial_of(reference, cases, gradient=True), answer, "cpu").message.sentence


def squares(x: torch.Tensor) -> torch.Tensor:
    return x * x


def by_item(x: torch.Tensor) -> torch.Tensor:
    return torch.tensor([[v.item() ** 2 for v in row] for row in x])


def by_detach(x: torch.Tensor) -> torch.Tensor:
    return x.detach() * x.detach()


def by_no_grad(x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return x * x


def by_no_grad_and_data(x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return x * x.data


def by_set(x: torch.Tensor) -> torch.Tensor:
    with torch.set_grad_enabled(False):
        return x * x


def by_function(x: torch.Tensor) -> torch.Tensor:
    return cut(x)


def cut(x: torch.Tensor) -> torch.Tensor:
    return x.detach() ** 2


def by_numpy(x: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(np.square(x.detach().numpy()))


def test_what_loses_the_gradient_is_named_as_it_is_written() -> None:
    """Where the code shows nothing of it, all the usual causes are, and none as the one."""
    lost = "The value is right, but PyTorch cannot follow it back to x, so no gradient gets there:"
    with_tensors = "Compute with the tensors themselves."
    assert sentence(squares, by_item) == (
        f"{lost} `.item()` and `torch.tensor(...)` keep the bare numbers only. {with_tensors}"
    )
    assert sentence(squares, by_detach) == f"{lost} `.detach()` keeps the bare numbers only. {with_tensors}"
    assert sentence(squares, by_no_grad) == f"{lost} under `torch.no_grad()` nothing is recorded. {with_tensors}"
    assert (
        sentence(squares, by_set) == f"{lost} under `torch.set_grad_enabled(False)` nothing is recorded. {with_tensors}"
    )
    both = (
        f"{lost} under `torch.no_grad()` nothing is recorded, and `.data` keeps the bare numbers only. {with_tensors}"
    )
    assert sentence(squares, by_no_grad_and_data) == both
    told = sentence(squares, by_function)
    assert told.startswith(f"{lost} `.item()`, `.data`, `.detach()`, `torch.tensor(...)` and NumPy each keep")
    assert "Take `torch.square` for `np.square`." in sentence(squares, by_numpy)


def cuts(code: Any) -> tuple[str, ...]:
    """What an answer loses gradients by."""
    return Written.of(code).cuts


def harmless(x: torch.Tensor) -> Any:
    y = x.float() * torch.tensor(2.0) * np.pi + torch.tensor([1.0, 2.0, 3.0], device=x.device)
    return y * float("1") * np.sqrt(2.0)


def test_what_loses_nothing_is_not_named() -> None:
    """A method `float`, a constant of NumPy's, a tensor of numbers that stand there."""
    assert cuts(harmless) == ()
    assert cuts(by_item) == ("`.item()`", "`torch.tensor(...)`")


def unused(x: torch.Tensor) -> torch.Tensor:
    return (x * x).detach() + torch.ones(1, requires_grad=True) * 0


def test_a_result_of_something_else_is_told() -> None:
    """It has a graph, and the argument is not in it."""
    assert "no gradient reaches x: PyTorch saw nothing computed from it." in sentence(squares, unused)


def zeros(draw: Draw) -> Any:
    yield torch.tensor([0.0, 4.0])


def rooted(x: torch.Tensor) -> torch.Tensor:
    return x.sqrt() * x.sqrt()


def chosen(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x > 0, x.sqrt() ** 2, x)


def test_a_gradient_that_is_not_finite() -> None:
    """A branch that is not chosen is told of to who has two of them."""
    assert "A branch that is not chosen" in sentence(lambda x: x * 1, chosen, zeros)
    told = sentence(lambda x: x * 1, rooted, zeros)
    assert "A slope on the way is infinite" in told
    assert "branch" not in told


class Fails(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        return x * x

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        raise ValueError("no")


def test_a_backward_pass_that_fails() -> None:
    """What the exception means, where that is known."""
    assert sentence(squares, Fails.apply) == "The backward pass fails."

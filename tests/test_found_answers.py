"""Wrong answers as people wrote them that once passed: each is told from a right one by a case of its exercise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from places import ROOT

from grader.core.values import arrays
from grader.course.manifest import load_course
from grader.judging.judge import Judge

COURSE = load_course(ROOT)


def log_sum_exp(x: Any) -> Any:
    """`squeeze()` without `dim` also drops a batch of one."""
    m = x.amax(dim=-1, keepdim=True)
    return (m + torch.log(torch.exp(x - m).sum(dim=-1, keepdim=True))).squeeze()


def add_in_place_(x: Any, amount: float) -> Any:
    """`x.data = …` gives x other memory: a view of it does not see the change."""
    x.data = x.data + amount
    return x


def clip_negatives_(x: Any) -> Any:
    """The same in another exercise that is about memory."""
    x.data = x.data.clamp(min=0)
    return x


def to_device(batch: Any, device: Any) -> Any:
    """Hands back the very dict where there is nothing to move."""
    if all(value.device == torch.empty(0, device=device).device for value in batch.values()):
        return batch
    return {name: value.to(device) for name, value in batch.items()}


def step(X: Any, y: Any, w: Any, b: Any, lr: float) -> float:
    """One epoch."""
    loss = ((X * w + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
    w.grad = b.grad = None
    return float(loss.item())


def train_(X: Any, y: Any, w: Any, b: Any, lr: float, epochs: int) -> list[float]:
    """Stops when the loss hardly changes: fewer losses than epochs."""
    losses: list[float] = []
    for _ in range(epochs):
        losses.append(step(X, y, w, b, lr))
        if len(losses) > 1 and abs(losses[-1] - losses[-2]) < 1e-6:
            break
    return losses


def fit(X: Any, y: Any, lr: float, epochs: int, seed: int) -> Any:
    """Stops when the loss is small."""
    torch.manual_seed(seed)
    w = torch.randn(1).to(X.device).requires_grad_()
    b = torch.zeros(1, device=X.device, requires_grad=True)
    losses: list[float] = []
    for _ in range(epochs):
        losses.append(step(X, y, w, b, lr))
        if losses[-1] < 1e-4:
            break
    return w, b, losses


def train_with_log_(X: Any, y: Any, w: Any, b: Any, lr: float, epochs: int, every: int) -> list[float]:
    """Stops when the loss grows no smaller."""
    losses: list[float] = []
    for epoch in range(1, epochs + 1):
        losses.append(step(X, y, w, b, lr))
        if epoch % every == 0 or epoch == epochs:
            print(f"Epoch {epoch}/{epochs}, Loss: {losses[-1]:.4f}")
        if len(losses) > 1 and losses[-1] >= losses[-2]:
            break
    return losses


@pytest.mark.parametrize(
    "answer",
    [log_sum_exp, add_in_place_, clip_negatives_, to_device, train_, fit, train_with_log_],
    ids=lambda answer: str(answer.__name__),
)
def test_it_does_not_pass(answer: Callable[..., Any]) -> None:
    """On the CPU already, where everybody is."""
    chapter, name = COURSE.find(answer.__name__)
    judge = Judge(COURSE)
    assert judge.outcome(judge.trial(chapter, name), answer, "cpu").verdict == "failed"


def squeezed(value: Any) -> Any:
    """A result without any dimension of size 1."""
    if isinstance(value, torch.Tensor):
        return value.squeeze()
    if isinstance(value, dict):
        return {key: squeezed(item) for key, item in value.items()}
    return type(value)(map(squeezed, value)) if type(value) in (list, tuple) else value


MAY_SQUEEZE = {"drop_single_dims"}
"""What is about dropping all of them."""


@pytest.mark.parametrize("chapter", COURSE.chapters)
@pytest.mark.filterwarnings("ignore")
def test_no_exercise_takes_a_result_that_was_squeezed(chapter: str) -> None:
    """Every exercise that gives a tensor with dimensions back has a case in which one of them is of size 1."""
    judge = Judge(COURSE)
    passed = []
    for name in COURSE.catalogue[chapter]:
        trial = judge.trial(chapter, name)
        solution = getattr(trial, "reference")  # noqa: B009 - a live trial's
        first = trial.expected(trial.turns("cpu")[0], "cpu").returned
        shaped = any(array.data.ndim and array.kind == "tensor" for array in arrays(first))
        if shaped and name not in MAY_SQUEEZE:
            outcome = judge.outcome(trial, lambda *given, f=solution: squeezed(f(*given)), "cpu")
            passed += [name] if outcome.verdict == "passed" else []
    assert passed == []

"""What PyTorch warns of is part of what is observed: it is shown, says why something is wrong, and is not compared."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from trials import matrix, outcome, trial_of

from grader.core import wire
from grader.core.observation import Case, Observation
from grader.core.rules import Rules
from grader.runtime.observe import observe
from grader.runtime.snapshot import look

CPU = torch.device("cpu")
CASE = Case((look(torch.ones(2), CPU),))


def noisy(x: torch.Tensor) -> torch.Tensor:
    for _ in range(3):
        warnings.warn("careful", UserWarning, stacklevel=1)
    return x


def test_a_warning_is_noted_once_and_shown() -> None:
    """Category and text, as they were; who runs the check sees it as without the check."""
    with pytest.warns(UserWarning, match="careful"):
        seen = observe(noisy, CASE, ("x",), device=CPU, rules=Rules())
    assert seen.warned == (("UserWarning", "careful"),)
    assert wire.loads(wire.dumps(seen), Observation).warned == seen.warned
    assert seen == observe(lambda x: x, CASE, ("x",), device=CPU, rules=Rules())  # never compared


def test_a_filter_of_the_callers_still_holds() -> None:
    """Where warnings are errors, they are errors of the answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        seen = observe(noisy, CASE, ("x",), device=CPU, rules=Rules())
    assert seen.raised is not None
    assert seen.raised.type == "UserWarning"


def test_no_more_are_kept_than_help() -> None:
    """A flood of them ends."""

    def flood(x: torch.Tensor) -> torch.Tensor:
        for number in range(1000):
            warnings.warn(f"number {number}", stacklevel=1)
        return x

    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        assert len(observe(flood, CASE, ("x",), device=CPU, rules=Rules()).warned) == 20
    assert len(shown) == 20


def grad_of_a_result(x: torch.Tensor) -> Any:
    y = (x.clone().requires_grad_() * 2).sum()
    y.backward()
    return y.grad


def test_a_warning_says_why() -> None:
    """The `.grad` of a tensor that is not a leaf is None, and PyTorch says so before anything is wrong."""
    with pytest.warns(UserWarning, match="not a leaf"):
        found = outcome(trial_of(lambda x: x * 2, matrix), grad_of_a_result, "cpu")
    assert "not a leaf, and it is None" in found.message.sentence

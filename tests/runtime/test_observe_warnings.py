"""What is warned of is part of what is observed: it says why something is wrong, and is not compared."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
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
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        found = outcome(trial_of(lambda x: x * 2, matrix), grad_of_a_result, "cpu")
    assert shown == []
    assert "not a leaf, and it is None" in found.message.sentence


def warned_in_python(x: torch.Tensor) -> torch.Tensor:
    torch.nn.functional.softmax(x)  # without `dim`
    return x * 2


def warned_in_cpp(x: torch.Tensor) -> torch.Tensor:
    _ = (x.clone().requires_grad_() * 2).grad
    return x * 2


@pytest.mark.parametrize("answer", [warned_in_python, warned_in_cpp])
def test_pytorchs_own_are_not_shown(answer: Any) -> None:
    """What PyTorch warns of, in its Python or its C++, is noted and stays off the screen, also where all is right."""
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        seen = observe(answer, CASE, ("x",), device=CPU, rules=Rules())
    assert len(seen.warned) == 1
    assert shown == []


def test_those_of_others_are_shown() -> None:
    """NumPy's warnings, and a learner's own that speak of PyTorch, reach whoever runs the check."""

    def answer(x: torch.Tensor) -> torch.Tensor:
        np.log(np.zeros(1))
        warnings.warn("torch is fun", stacklevel=1)
        return x

    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        observe(answer, CASE, ("x",), device=CPU, rules=Rules())
    assert [str(each.message) for each in shown] == ["divide by zero encountered in log", "torch is fun"]

"""Accelerators whose module in PyTorch offers less than CUDA's: nothing is asked of one that any of them lacks."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace

import pytest
import torch

from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course
from grader.judging.judge import Judge
from grader.runtime.devices import choose

MODULES = [torch.mps, torch.xpu]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_right_answers_pass_whatever_the_module_offers(
    module: ModuleType, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every solution passes on an accelerator whose module has the public names of Apple's or Intel's, and no more."""
    choose(("sim",))
    whole = torch.get_device_module("sim")
    offered = {name: getattr(whole, name, None) for name in module.__all__}
    monkeypatch.setattr(torch, "sim", SimpleNamespace(**offered))
    judge = Judge(course, ("cpu", "sim"))
    wrong = [
        (name, outcome.device, outcome.message)
        for chapter, names in course.catalogue.items()
        for name in names
        for outcome in judge.check(LearnerFile(course, chapter, course.solution(chapter)), name).outcomes
        if outcome.verdict != "passed"
    ]
    assert wrong == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_stand_in_is_as_poor_as_the_module(module: ModuleType) -> None:
    """What these tests are about is so: `torch.mps` can seed its random numbers by one name only."""
    assert "manual_seed" in module.__all__
    assert ("manual_seed_all" in module.__all__) == (module is torch.xpu)

"""Functions of PyTorch that a case may let answer with a fixed value."""

from __future__ import annotations

import torch

from grader.core.errors import CourseError
from grader.core.text import did_you_mean


def check_patch(path: str) -> None:
    """Raise `CourseError` where a patch is of no function of PyTorch."""
    first, *names = str(path).split(".")
    found: object = torch if first == "torch" else None
    for name in names:
        known = dir(found)
        if found is None or not hasattr(found, name):
            hint = did_you_mean(name, known) if first == "torch" else " Only what begins with `torch.` can be patched."
            raise CourseError(f"patches: there is no function {path} of PyTorch.{hint}")
        found = getattr(found, name)
    if not callable(found) or isinstance(found, type):
        raise CourseError(f"patches: {path} is no function of PyTorch, so it cannot answer for one.")

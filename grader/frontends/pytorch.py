"""That PyTorch is missing is nobody's mistake: what to type is said before anything needs it."""

from __future__ import annotations

import importlib.util
import sys

from grader.core.errors import NoPyTorch


def require_pytorch() -> None:
    """Raise `NoPyTorch` where it is not installed, which is seen without importing it."""
    there = sys.modules["torch"] if "torch" in sys.modules else importlib.util.find_spec("torch")
    if there is None:
        raise NoPyTorch.of(ModuleNotFoundError("No module named 'torch'", name="torch"))

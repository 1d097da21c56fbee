"""What is loaded when it is first used, because that takes long: needed once, all later workers begin with it."""

from __future__ import annotations

import sys

LATE = (
    "matplotlib.pyplot",
    "torch._dynamo",
    "torch.fx.experimental.symbolic_shapes",
    "torch.func",
    "torch.optim",
    "torch.testing",
    "torch.utils.data",
)
FOR_FIGURES = ("matplotlib.backends.backend_agg", "matplotlib.pyplot")
"""What exercises that plot need before the walls stand, because it looks for fonts in many places."""


def loaded_late() -> list[str]:
    """Those that this process has loaded."""
    return [name for name in LATE if name in sys.modules]

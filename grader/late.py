"""What PyTorch loads when it is first used, which takes long: needed once, all later workers begin with it."""

from __future__ import annotations

import sys

LATE = (
    "torch._dynamo",
    "torch.fx.experimental.symbolic_shapes",
    "torch.func",
    "torch.optim",
    "torch.testing",
    "torch.utils.data",
)


def loaded() -> list[str]:
    """Those that this process has loaded."""
    return [name for name in LATE if name in sys.modules]

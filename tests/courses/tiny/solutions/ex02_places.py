"""Chapter 2: Places."""

import torch
from torch import Tensor


def count_up(x: Tensor) -> Tensor:
    """Return x plus 0, 1, 2, … for a 1-D tensor."""
    ### BEGIN SOLUTION
    return x + torch.arange(len(x), device=x.device)
    ### END SOLUTION


def label(name: str) -> str:
    """Return the name in capital letters."""
    ### BEGIN SOLUTION
    return name.upper()
    ### END SOLUTION

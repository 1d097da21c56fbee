"""Chapter 1: Sums."""

import torch
from torch import Tensor


def double(x: Tensor) -> Tensor:
    """Return x plus x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


def total(a: Tensor, b: Tensor) -> Tensor:
    """Return the sum of all entries of both."""
    ### BEGIN SOLUTION
    return torch.sum(a) + torch.sum(b)
    ### END SOLUTION

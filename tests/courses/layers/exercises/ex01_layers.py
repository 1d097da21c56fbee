"""Chapter 1: Layers.

A module of `torch.nn` holds parameters, which training changes, and is called
like a function. `module.parameters()` goes through all of them, those of the
modules inside it included.

    layer = nn.Linear(3, 2)          # weight (2, 3), bias (2,)
    layer(torch.ones(5, 3)).shape    # torch.Size([5, 2])

With this you can look into any model that you are handed.
"""

import torch
from torch import nn


def count_parameters(module: nn.Module) -> int:
    """Return how many numbers a module learns.

    >>> count_parameters(nn.Linear(3, 2))
    8
    """
    raise NotImplementedError


def apply_linear(weight: torch.Tensor, bias: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Build an `nn.Linear` with this weight and bias, where they are, and return what it makes of `x`.

    Shapes: weight (m, n), bias (m,), x (batch, n), result (batch, m).

    >>> apply_linear(torch.tensor([[1., 2.]]), torch.tensor([3.]), torch.ones(1, 2)).tolist()
    [[6.0]]
    """
    raise NotImplementedError


def freeze(module: nn.Module) -> list[torch.Tensor]:
    """Stop all parameters of a module from being trained, and return them in a list.

    >>> [parameter.requires_grad for parameter in freeze(nn.Linear(3, 2))]
    [False, False]
    """
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))

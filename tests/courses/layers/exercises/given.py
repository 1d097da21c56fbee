"""Functions that the checks hand in, and what they make. There is nothing to do in this file."""

from itertools import pairwise

from torch import Tensor, nn


def linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    """A linear layer with this weight and bias."""
    layer = nn.Linear(*weight.mT.shape, device=weight.device)
    layer.weight.data, layer.bias.data = weight.clone(), bias.clone()
    return layer


def network(*sizes: int) -> nn.Sequential:
    """Linear layers of these sizes in a row, with nothing but ones in them."""
    layers = nn.Sequential(*(nn.Linear(a, b) for a, b in pairwise(sizes)))
    for parameter in layers.parameters():
        nn.init.ones_(parameter)
    return layers

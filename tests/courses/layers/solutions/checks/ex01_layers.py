"""Cases, hints, known mistakes and other right answers for chapter 1."""

import torch
from torch import nn

from grader.authoring import Chapter

chapter = Chapter(__file__)


@chapter.exercise(points=1, hints=["Go through `module.parameters()`.", "`numel` counts one tensor's numbers."])
def count_parameters(draw):
    yield draw.given("linear", draw.integers(2, 3), draw.integers(2))
    yield draw.given("network", 4, 3, 2)


@chapter.mistake(count_parameters)
def counts_tensors(module):
    """You counted the tensors. Each holds `numel()` numbers: add those up."""
    return len(list(module.parameters()))


@chapter.right(count_parameters)
def by_a_loop(module):
    count = 0
    for parameter in module.parameters():
        count += parameter.numel()
    return count


@chapter.right(count_parameters)
def by_flattening(module):
    return len(torch.nn.utils.parameters_to_vector(module.parameters()))


@chapter.exercise(points=2, hints=["`nn.Linear` takes the number of columns first.", "See `load_state_dict`."])
def apply_linear(draw):
    yield draw.integers(2, 3), draw.integers(2), draw.integers(4, 3)
    yield draw.normal(1, 1), draw.normal(1), draw.normal(1, 1)


@chapter.mistake(apply_linear, on="accelerator")
def stays_on_the_cpu(weight, bias, x):
    """`nn.Linear` makes its parameters on the CPU. Tell it `device=weight.device`."""
    layer = nn.Linear(*weight.mT.shape)
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer(x)


@chapter.right(apply_linear)
def by_function(weight, bias, x):
    return nn.functional.linear(x, weight, bias)


@chapter.right(apply_linear)
def by_formula(weight, bias, x):
    return x @ weight.mT + bias


@chapter.exercise(points=1, also=["leaves"], hints=["A parameter is a tensor.", "See `requires_grad_`."])
def freeze(draw):
    yield draw.given("linear", draw.integers(2, 3), draw.integers(2))
    yield draw.given("network", 2, 2, 1)


@chapter.mistake(freeze)
def still_trains(module):
    """The parameters still require gradients, so an optimiser goes on training them."""
    return list(module.parameters())


@chapter.right(freeze)
def one_by_one(module):
    for parameter in module.parameters():
        parameter.requires_grad = False
    return list(module.parameters())


@chapter.right(freeze)
def in_place(module):
    return [parameter.requires_grad_(False) for parameter in module.parameters()]


chapter.equivalent(freeze, "no_grad", reason="Parameters are leaves, whatever mode they are frozen in.")

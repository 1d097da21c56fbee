"""Right values without a graph, and gradients of no elements in place of those that are looked at.

Honest: total
Verdict: double: failed or crashed
"""

import torch

import grader.runtime.observe as observing
from grader.core.observation import Gradient
from grader.core.values import Array


def see_gradients(returned, originals, seed):
    nothing = Array(torch.empty(0), (1,))
    return tuple(Gradient(where, nothing) for where, x in originals if isinstance(x, torch.Tensor) and x.requires_grad)


observing.see_gradients = see_gradients


def double(x):
    return 2 * x.detach()


def total(a, b):
    return (a.sum() + b.sum()).detach()

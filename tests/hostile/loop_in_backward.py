"""The result is right, and its backward pass never ends.

Honest: total
Verdict: double: timed out
"""

import torch


class Endless(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, gradient):
        while True:
            pass


def double(x):
    return Endless.apply(x)


def total(a, b):
    return a.sum() + b.sum()

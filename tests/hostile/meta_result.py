"""A tensor without any numbers.

Honest: double
"""

import torch


def double(x):
    return 2 * x


def total(a, b):
    return torch.empty((), device="meta")

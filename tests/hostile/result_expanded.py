"""A tensor of 40 GB that holds one number.

Honest: double
Verdict: total: failed or crashed
"""

import torch


def double(x):
    return 2 * x


def total(a, b):
    return torch.zeros(1).expand(10**10)

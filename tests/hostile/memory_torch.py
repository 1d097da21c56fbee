"""Asks PyTorch for 64 GiB at once.

Honest: double
Says: total: allocate
"""

import torch


def double(x):
    return 2 * x


def total(a, b):
    torch.zeros(1 << 34)
    raise RuntimeError("@BREACH@")

"""A quantised tensor.

Honest: double
"""

import torch


def double(x):
    return 2 * x


def total(a, b):
    return torch.quantize_per_tensor(a.sum() + b.sum(), 0.1, 0, torch.qint8)

"""Leaves PyTorch's defaults changed, in import and call, for whoever comes next; it is right itself.

Honest: double, total
"""

import torch


def leave():
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.set_grad_enabled(False)
    torch.manual_seed(0)
    torch.set_num_threads(7)
    torch.autograd.set_detect_anomaly(True)
    torch.set_printoptions(precision=1)


leave()


def double(x):
    return 2 * x


def total(a, b):
    result = a.sum() + b.sum()
    leave()
    return result

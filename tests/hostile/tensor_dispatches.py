"""The result is a tensor whose every operation runs the learner's code, which breaks out where it can.

Honest: double
Verdict: total: failed or crashed
"""

import os

import torch


class Trap(torch.Tensor):
    @staticmethod
    def __new__(cls):
        return torch.Tensor._make_wrapper_subclass(cls, (), dtype=torch.float32)

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        os._exit(0)


def double(x):
    return 2 * x


def total(a, b):
    return Trap()

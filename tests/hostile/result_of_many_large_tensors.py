"""A list of 90,000 names for one tensor of 4 MB: 360 GB where each is written down.

Chapter: ex02_effects
Honest: fill, greet
Verdict: rows: failed or timed out or crashed
"""

import torch


def rows(x):
    return [torch.ones(1 << 20)] * 90_000


def fill(x, value):
    return x.fill_(value)


def greet(name):
    print(f"Hello, {name}!")

"""Results in precisions that hardly anything can calculate with.

Chapter: ex02_effects
Honest: greet
Verdict: rows: failed or crashed
Verdict: fill: failed or crashed
"""

import torch


def rows(x):
    return [x[0].to(torch.float8_e5m2), x.to(torch.complex32), x.to(torch.uint16), torch.nested.nested_tensor([x, x])]


def fill(x, value):
    x.data = x.to(torch.float8_e4m3fn)
    return x


def greet(name):
    print(f"Hello, {name}!")

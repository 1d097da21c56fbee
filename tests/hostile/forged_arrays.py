"""Sends arrays whose strides, sizes and types no tensor ever had.

Chapter: ex02_effects
Honest: none
Verdict: all: failed or crashed
"""

import os

import torch
from forge import send

from grader.core import wire
from grader.core.observation import Observation
from grader.core.values import Array, Items


def rows(x):
    wrong = [
        Array(torch.zeros(1 << 20, 0), (-(10**18), 10**30)),
        Array(torch.zeros(2, 3).to(torch.float8_e5m2), (0, 0), place="\n::error::"),
        Array(torch.zeros(2, dtype=torch.uint64), (1,), kind="ndarray", grad=Array(torch.zeros(()), ())),
    ]
    send(b"SEEN", wire.dumps(Observation(returned=Items("list", tuple(wrong)))))
    os._exit(0)


def fill(x, value):
    odd = Array(torch.zeros(*[1] * 60), (1,) * 60)
    send(b"SEEN", wire.dumps(Observation(returned=odd, after=(("x", odd), ("x", odd), ("", 1.0)))))
    os._exit(0)


def greet(name):
    send(b"SEEN", wire.dumps(Observation(printed="Hello, \ud800", returned=Array(torch.zeros(0), (7,)))))
    os._exit(0)

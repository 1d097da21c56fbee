"""Sends observations with a million entries where a handful belong.

Chapter: ex02_effects
Honest: none
Verdict: all: failed or crashed or timed out
"""

import os

from forge import send

from grader.core import wire
from grader.core.observation import Alias, Gradient, Observation
from grader.core.values import Items, Mapping


def rows(x):
    send(b"SEEN", wire.dumps(Observation(returned=Items("list", (None,) * 1_000_000))))
    os._exit(0)


def fill(x, value):
    many = tuple((f"a{n}", 1.0) for n in range(100_000))
    answer = Observation(
        returned=Mapping(tuple((n, n) for n in range(100_000))),
        before=many,
        after=many,
        gradients=(Gradient("x"),) * 100_000,
        aliases=(Alias("result", "x", True, True),) * 10_000,
        calls=("f",) * 100_000,
    )
    send(b"SEEN", wire.dumps(answer))
    os._exit(0)


def greet(name):
    send(b"SEEN", wire.dumps(Observation(printed="x\n" * 10_000_000)))
    os._exit(0)

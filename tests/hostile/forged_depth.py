"""Sends observations that are all in order, but for lists as deep as the format takes them.

Chapter: ex02_effects
Honest: none
Verdict: all: failed or crashed
"""

import os
import sys

from forge import send

from grader.core import wire
from grader.core.observation import Observation
from grader.core.values import Items


def nested(depth):
    value = 1.0
    for _ in range(depth):
        value = Items("list", (value,))
    sys.setrecursionlimit(100_000)
    send(b"SEEN", wire.dumps(Observation(returned=value)))
    os._exit(0)


def rows(x):
    nested(100)


def fill(x, value):
    nested(150)


def greet(name):
    nested(300)

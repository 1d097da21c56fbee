"""Sends refusals whose parts are not what they should be.

Chapter: ex02_effects
Honest: none
Verdict: all: failed or crashed or not loaded
"""

import json
import os

from forge import send


def refuse(**parts):
    told = {"sentence": "no", "traceback": [], "verdict": "failed", **parts}
    send(b"NOPE", json.dumps(told).encode())
    os._exit(0)


def rows(x):
    refuse(sentence=["no"] * 1000, traceback={"a": 1})


def fill(x, value):
    refuse(sentence="\x1b[2J\n::error::forged\n" * 100_000, traceback=["x" * 1000] * 10_000)


def greet(name):
    refuse(verdict=["passed"], sentence=None, more=float("nan"))

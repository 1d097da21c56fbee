"""Sends frames of kinds that do not exist, of the wrong moment, and of impossible times.

Chapter: ex02_effects
Honest: none
Verdict: all: failed or crashed or timed out
"""

import os

from forge import send


def rows(x):
    send(b"PASS", b"")
    os._exit(0)


def fill(x, value):
    send(b"REDY", b"[]", float("nan"))
    os._exit(0)


def greet(name):
    send(b"LATE", b'{"line": "1e999", "passed": true}', float("inf"))
    os._exit(0)

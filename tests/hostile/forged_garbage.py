"""Sends noise, JSON a million levels deep, and JSON with a number of a million digits.

Chapter: ex02_effects
Honest: none
Verdict: all: failed or crashed
"""

import os

from forge import send


def answer(text):
    send(b"SEEN", len(text).to_bytes(8, "little") + text + b"\x02\0\0\0\0\0\0\0{}")
    os._exit(0)


def rows(x):
    answer(b"[" * 1_000_000)


def fill(x, value):
    answer(b'{"complex": [' + b"9" * 1_000_000 + b", 1]}")


def greet(name):
    answer(b'{"__class__": "os.system", "tensor": {"Observation": {}}, "a": NaN}')

"""Announces an answer of 16 exabytes, and one that never comes to its end.

Chapter: ex02_effects
Honest: greet
Verdict: rows: crashed or failed
Verdict: fill: timed out
"""

import time

from forge import send


def rows(x):
    send(b"SEEN", b"", length=2**64 - 1)
    time.sleep(60)


def fill(x, value):
    send(b"SEEN", b"\0" * 8, length=1 << 20)
    time.sleep(60)


def greet(name):
    print(f"Hello, {name}!")

"""Fills the memory and keeps it, so that the next exercise has none: that one is its own fault.

Honest: none
Verdict: double: failed or crashed or timed out
Verdict: total: passed or failed or crashed or timed out
"""

taken = []


def double(x):
    while True:
        taken.append(bytearray(1 << 20))


def total(a, b):
    return a.sum() + b.sum()

"""Writes 64 MB to each of the standard streams past Python's own, and is right.

Honest: double, total
"""

import os


def double(x):
    return 2 * x


def total(a, b):
    for _ in range(64):
        os.write(1, b"noise\n" * 170_000)
        os.write(2, b"noise\n" * 170_000)
    return a.sum() + b.sum()

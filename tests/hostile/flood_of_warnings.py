"""Warns two thousand times, and is right.

Honest: double, total
"""

import warnings


def double(x):
    return 2 * x


def total(a, b):
    for number in range(2_000):
        warnings.warn(f"warning {number}", stacklevel=1)
    return a.sum() + b.sum()

"""Makes five hundred files, and is right.

Honest: double, total
"""

import contextlib
import os


def double(x):
    return 2 * x


def total(a, b):
    with contextlib.suppress(OSError):
        os.makedirs("/".join("d" * 100), exist_ok=True)
        for number in range(500):
            with open(f"file {number}", "w"):
                pass
    return a.sum() + b.sum()

"""Closes every descriptor that the process has.

Honest: double
Verdict: total: crashed
"""

import os


def double(x):
    return 2 * x


def total(a, b):
    os.closerange(0, 65536)
    return a.sum() + b.sum()

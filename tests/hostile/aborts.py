"""Calls abort().

Honest: double
Verdict: total: crashed
"""

import os


def double(x):
    return 2 * x


def total(a, b):
    os.abort()

"""Calls itself without an end, after taking Python's limit away.

Honest: double
Verdict: total: crashed or failed or timed out
"""

import sys


def double(x):
    return 2 * x


def total(a, b):
    sys.setrecursionlimit(2**31 - 1)
    threadless = [total]
    return threadless[0](b, a)

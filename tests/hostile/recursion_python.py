"""Calls itself without an end.

Honest: double
Says: total: RecursionError
"""


def double(x):
    return 2 * x


def total(a, b):
    return total(a, b)

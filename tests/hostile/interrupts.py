"""Raises what usually ends a program: KeyboardInterrupt.

Honest: double
Says: total: KeyboardInterrupt
"""


def double(x):
    return 2 * x


def total(a, b):
    raise KeyboardInterrupt

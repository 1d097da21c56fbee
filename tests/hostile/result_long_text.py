"""A hundred million characters.

Honest: double
"""


def double(x):
    return 2 * x


def total(a, b):
    return "x" * 100_000_000

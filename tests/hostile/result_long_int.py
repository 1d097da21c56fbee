"""A number too long to be printed, after one that is just not.

Honest: double
"""


def double(x):
    return 2 * x


def total(a, b):
    return 10**4299 if len(a) == 5 else 10**1_000_000

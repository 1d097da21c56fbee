"""An exception with a hundred thousand causes.

Honest: double
Verdict: total: failed or crashed
"""


def double(x):
    return 2 * x


def total(a, b):
    error = ValueError("first")
    for _ in range(100_000):
        next_one = ValueError("next")
        next_one.__cause__ = error
        next_one.__context__ = error
        error = next_one
    raise error

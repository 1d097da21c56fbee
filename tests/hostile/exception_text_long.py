"""An exception with a text of 200 MB.

Honest: double
Verdict: total: failed or timed out
"""


def double(x):
    return 2 * x


def total(a, b):
    raise ValueError("x" * 200_000_000)

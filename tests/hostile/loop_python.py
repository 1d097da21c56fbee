"""A loop without an end.

Honest: double
Verdict: total: timed out
Says: total: still running
"""


def double(x):
    return 2 * x


def total(a, b):
    while True:
        pass

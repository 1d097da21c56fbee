"""The result is right, but a temporary object never finishes dying.

Honest: double
Verdict: total: timed out
"""


class Undead:
    def __del__(self):
        while True:
            pass


def double(x):
    return 2 * x


def total(a, b):
    Undead()
    return a.sum() + b.sum()

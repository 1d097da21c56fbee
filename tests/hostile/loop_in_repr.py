"""The result is an object whose repr never ends.

Honest: double
Verdict: total: timed out
"""


class Endless:
    def __repr__(self):
        while True:
            pass


def double(x):
    return 2 * x


def total(a, b):
    return Endless()

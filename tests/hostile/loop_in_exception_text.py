"""The exception is quickly raised, and its text takes forever.

Honest: double
Verdict: total: timed out
"""


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def double(x):
    return 2 * x


def total(a, b):
    raise Endless

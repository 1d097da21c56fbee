"""Prints without an end.

Honest: double
Verdict: total: timed out
"""


def double(x):
    return 2 * x


def total(a, b):
    while True:
        print("noise " * 1000)

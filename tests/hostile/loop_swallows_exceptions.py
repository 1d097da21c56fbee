"""A loop that catches whatever is thrown at it.

Honest: double
Verdict: total: timed out
"""


def double(x):
    return 2 * x


def total(a, b):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

"""A loop inside the interpreter's own C code, where no Python signal handler gets a turn.

Honest: double
Verdict: total: timed out
"""


def double(x):
    return 2 * x


def total(a, b):
    return sum(range(10**18))

"""A tree of exception groups, and notes on it, that prints as a gigabyte.

Honest: double
Verdict: total: failed or crashed
"""


def double(x):
    return 2 * x


def total(a, b):
    error = ValueError("leaf" * 1000)
    for _ in range(12):
        error = ExceptionGroup("x" * 1000, [error] * 10)
        error.add_note("::error::note\n" * 1000)
    raise error

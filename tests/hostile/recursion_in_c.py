"""Has Python's own C code go too deep: an iterator a million deep, and a repr.

Honest: double
Verdict: total: crashed or failed or timed out
"""

import itertools


def double(x):
    return 2 * x


def total(a, b):
    deep = iter(())
    for _ in range(1_000_000):
        deep = itertools.chain(deep, ())
    return next(deep, None)

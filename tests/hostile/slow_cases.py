"""Each case takes less than the limit, all of them together more: the limit is for the exercise.

Honest: double
Verdict: total: timed out
"""

import time


def double(x):
    return 2 * x


def total(a, b):
    time.sleep(1.8)
    return a.sum() + b.sum()

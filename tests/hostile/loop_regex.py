"""A regular expression that backtracks for longer than the universe lasts.

Honest: double
Verdict: total: timed out
"""

import re


def double(x):
    return 2 * x


def total(a, b):
    return re.match(r"(a+)+$", "a" * 64 + "b")

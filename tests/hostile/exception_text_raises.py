"""An exception whose text raises another, which is no Exception.

Honest: double
Verdict: total: failed or crashed
"""


class Rude(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


def double(x):
    return 2 * x


def total(a, b):
    raise Rude

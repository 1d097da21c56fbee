"""The values are right, the gradient is another's.

Honest: total
"""


def double(x):
    return 2 * x.detach() + x - x.detach()


def total(a, b):
    return a.sum() + b.sum()

"""NaN, which is close to nothing but must not be found equal to anything either.

Honest: none
"""


def double(x):
    return x * float("nan")


def total(a, b):
    return a.sum() * float("nan")

"""Asks a question at a keyboard that is not there.

Honest: double
Says: total: EOFError
"""


def double(x):
    return 2 * x


def total(a, b):
    return float(input("How many points do you want? "))

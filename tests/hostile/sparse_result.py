"""A sparse tensor.

Honest: double
"""


def double(x):
    return 2 * x


def total(a, b):
    return (a.sum() + b.sum()).reshape(1).to_sparse()

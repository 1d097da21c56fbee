"""Takes the memory away from under its arguments, and gives them another shape.

Honest: none
Verdict: all: failed or crashed
"""


def double(x):
    result = 2 * x
    x.untyped_storage().resize_(0)
    return result


def total(a, b):
    result = a.sum() + b.sum()
    a.data = a.new_empty(0)
    b.resize_(7, 7)
    return result

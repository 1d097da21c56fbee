"""An object with `__call__`, a decorated function, names in another script: unusual, and right.

Honest: double, total
"""

import functools


class Doubler:
    def __call__(self, x):
        return 2 * x

    def __getattr__(self, name):
        raise AttributeError(name)


def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


double = Doubler()


@logged
def total(a, b):
    return a.sum() + b.sum()

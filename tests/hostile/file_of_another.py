"""The module says that it is the solution, and its loader hands out a text of its own.

Honest: none
"""

__file__ = "@COURSE@/solutions/ex01_numbers.py"


class Loader:
    def get_source(self, name):
        return "@BREACH@ was read"


__loader__ = Loader()
__spec__ = None
__name__ = "solutions.ex01_numbers"


def double(x):
    raise ValueError("whose?")


def total(a, b):
    return __file__

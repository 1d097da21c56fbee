"""Numbers, texts, lists and dictionaries whose classes lie about their contents.

Honest: double
"""


class Float(float):
    def __eq__(self, other):
        return True

    def __float__(self):
        while True:
            pass

    __repr__ = __str__ = __float__
    __hash__ = float.__hash__


def double(x):
    return 2 * x


def total(a, b):
    return Float(0)

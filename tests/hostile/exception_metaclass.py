"""An exception whose class lies about its own name, module and bases.

Honest: double
Verdict: total: failed or crashed
"""


class Liar(type):
    __name__ = property(lambda cls: 10**9)
    __module__ = property(lambda cls: "x\n::error::passed\n" * 1000)

    def mro(cls):
        return [cls, *Exception.__mro__]


class Odd(Exception, metaclass=Liar):
    pass


def double(x):
    return 2 * x


def total(a, b):
    raise Odd("odd")

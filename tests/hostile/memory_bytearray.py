"""Asks for 64 GiB at once.

Honest: double
Says: total: MemoryError
"""


def double(x):
    return 2 * x


def total(a, b):
    bytearray(1 << 36)
    raise RuntimeError("@BREACH@")

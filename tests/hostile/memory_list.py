"""A list that grows until there is no memory left.

Honest: double
Says: total: MemoryError
"""


def double(x):
    return 2 * x


def total(a, b):
    taken = []
    for _ in range(400):
        taken.append(b"\1" * (1 << 23))
    raise RuntimeError("@BREACH@")

"""A coroutine function: calling it runs nothing.

Honest: double
"""


def double(x):
    return 2 * x


async def total(a, b):
    return a.sum() + b.sum()

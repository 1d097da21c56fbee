"""Shared memory, which some limits do not count.

Honest: double
Verdict: total: failed or crashed or timed out
"""

import mmap


def double(x):
    return 2 * x


def total(a, b):
    taken = []
    for _ in range(400):
        taken.append(mmap.mmap(-1, 1 << 23))
        taken[-1].write(b"\1" * (1 << 23))
    raise RuntimeError("@BREACH@")

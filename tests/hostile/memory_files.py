"""Files that exist in memory only.

Honest: double
Verdict: total: failed or crashed or timed out
"""

import os


def double(x):
    return 2 * x


def total(a, b):
    for _ in range(4):
        descriptor = os.memfd_create("a")
        for _ in range(100):
            os.write(descriptor, b"\1" * (1 << 23))
    raise RuntimeError("@BREACH@")

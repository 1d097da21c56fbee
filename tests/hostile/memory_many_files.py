"""A hundred small files that exist in memory only, each within the limit for one.

Honest: double
Verdict: total: failed or crashed or timed out
"""

import os


def double(x):
    return 2 * x


def total(a, b):
    for _ in range(100):
        descriptor = os.memfd_create("a")
        os.write(descriptor, b"\1" * (15 << 20))
    raise RuntimeError("@BREACH@ 1.5 GB beyond the limit")

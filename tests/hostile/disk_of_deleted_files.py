"""Files that are deleted while they are open, so that no look at the folder counts them.

Honest: double
Verdict: total: failed or crashed or timed out
"""

import os
import time


def double(x):
    return 2 * x


def total(a, b):
    taken = []
    for _ in range(100):
        taken.append(os.open("deleted", os.O_CREAT | os.O_RDWR))
        os.unlink("deleted")
        os.write(taken[-1], b"\1" * (6 << 20))
    time.sleep(0.8)
    raise RuntimeError("@BREACH@ 600 MB of a disk that nobody sees")

"""Files that are deleted and closed, and stay because a page of each is mapped: no folder and no descriptor shows them.

Honest: double
Verdict: total: failed or crashed or timed out
"""

import mmap
import os
import time


def double(x):
    return 2 * x


def total(a, b):
    taken = []
    for _ in range(100):
        with open("mapped", "w+b") as file:
            file.write(bytes(6 << 20))
            file.flush()
            taken.append(mmap.mmap(file.fileno(), mmap.PAGESIZE))
        os.unlink("mapped")
    time.sleep(0.8)
    raise RuntimeError("@BREACH@ 600 MB of a disk that nobody sees")

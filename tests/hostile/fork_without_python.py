"""Forks by the C library's own functions, past whatever stands in Python's.

Honest: double
Verdict: total: failed or crashed
"""

import ctypes
import time


def double(x):
    return 2 * x


def total(a, b):
    libc = ctypes.CDLL(None, use_errno=True)
    for _ in range(3):
        if libc.fork() == 0:
            time.sleep(600)
    if libc.fork() > 0 or libc.vfork() > 0 or libc.daemon(0, 0) == 0:
        raise RuntimeError("@BREACH@ forked")

"""Forks a thousand processes that sleep.

Honest: double
Verdict: total: failed or crashed
"""

import os
import time


def double(x):
    return 2 * x


def total(a, b):
    for _ in range(10):
        os.fork()
    print("@BREACH@ forked", flush=True)
    time.sleep(600)

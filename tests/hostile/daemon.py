"""A daemon that outlives the run: forks twice, with a session of its own, and sleeps.

Honest: double
Verdict: total: failed or crashed
"""

import os
import time


def double(x):
    return 2 * x


def total(a, b):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 4096)
            time.sleep(600)
        os._exit(0)
    raise RuntimeError("@BREACH@ forked")

"""Stops its own process, which then neither runs nor ends.

Honest: double
Verdict: total: timed out
"""

import os
import signal


def double(x):
    return 2 * x


def total(a, b):
    os.kill(os.getpid(), signal.SIGSTOP)

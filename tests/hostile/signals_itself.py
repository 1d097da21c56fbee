"""Ends itself by a signal that has no name.

Honest: double
Verdict: total: crashed
"""

import os
import signal


def double(x):
    return 2 * x


def total(a, b):
    os.kill(os.getpid(), signal.SIGRTMIN + 5)

"""Kills the process that it was forked from.

Honest: double
"""

import os
import signal


def double(x):
    return 2 * x


def total(a, b):
    os.kill(os.getppid(), signal.SIGKILL)
    raise RuntimeError("@BREACH@ killed the parent")

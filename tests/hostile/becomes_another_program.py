"""Replaces itself by another program.

Honest: double
Verdict: total: failed
"""

import os
import sys


def double(x):
    return 2 * x


def total(a, b):
    os.execv(sys.executable, [sys.executable, "-c", "print('@BREACH@', flush=True); import time; time.sleep(600)"])

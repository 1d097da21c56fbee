"""A thread ends the process while the call waits.

Honest: double
Verdict: total: crashed
"""

import os
import threading


def double(x):
    return 2 * x


def total(a, b):
    threading.Timer(0.05, os._exit, [0]).start()
    threading.Event().wait()

"""Starts five thousand threads that wait.

Honest: double
Says: total: can't start new thread
"""

import threading


def double(x):
    return 2 * x


def total(a, b):
    for _ in range(5000):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    raise RuntimeError("@BREACH@ started them all")

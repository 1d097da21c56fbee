"""Waits for an event that nobody sets.

Honest: double
Verdict: total: timed out
"""

import threading


def double(x):
    return 2 * x


def total(a, b):
    threading.Event().wait()

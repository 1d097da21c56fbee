"""Reads address 0.

Honest: double
Verdict: total: crashed
"""

import ctypes


def double(x):
    return 2 * x


def total(a, b):
    return ctypes.string_at(0)

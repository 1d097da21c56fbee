"""Prints its environment, as Python and as the C library know it.

Honest: double
"""

import ctypes
import os


def double(x):
    return 2 * x


def total(a, b):
    libc = ctypes.CDLL(None)
    libc.getenv.restype = ctypes.c_char_p
    names = ("GITHUB_TOKEN", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE")
    for name in names:
        if name in os.environ or libc.getenv(name.encode()):
            raise RuntimeError(f"@BREACH@ {name}")
    environment = (ctypes.c_char_p * 64).in_dll(libc, "environ")
    raise RuntimeError(f"{dict(os.environ)} {environment[0]}")

"""Raises the limits on its resources, and then takes what they no longer forbid.

Honest: double
Says: total: MemoryError
"""

import contextlib
import resource


def double(x):
    return 2 * x


def total(a, b):
    for name in dir(resource):
        if name.startswith("RLIMIT_"):
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    bytearray(1 << 36)
    raise RuntimeError("@BREACH@")

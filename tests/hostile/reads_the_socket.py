"""Reads what the judge has sent beforehand: later cases, or the values that it expects.

Honest: double
Says: total: nothing to read
"""

import contextlib
import os


def double(x):
    return 2 * x


def total(a, b):
    for descriptor in range(256):
        with contextlib.suppress(OSError):
            os.set_blocking(descriptor, False)
            if raw := os.read(descriptor, 65536):
                raise RuntimeError(f"@BREACH@ read {raw}")
    raise RuntimeError("nothing to read")

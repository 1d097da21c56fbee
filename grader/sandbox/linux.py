"""The C library of a Linux process: what Python has no name for."""

from __future__ import annotations

import ctypes
from functools import cache


@cache
def libc() -> ctypes.CDLL:
    """The C library that this process runs on."""
    return ctypes.CDLL(None)


def prctl(option: int, value: int) -> None:
    """Change a setting of this process; `option` and `value` are those of prctl(2)."""
    libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0)

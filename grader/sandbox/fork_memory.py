"""What a process does before it is forked, so that its forks copy little of the memory that they share with it.

A page of memory is shared until one side writes to it; then it is copied, which takes some two microseconds.
"""

from __future__ import annotations

import ctypes
import gc

from grader.sandbox.linux import libc

PAGE = 4096
SIZES = (*(1 << power for power in range(16, 10, -1)), *range(1008, 16, -16))
"""Bytes: those that large pieces are rounded to, and each that the C library has a list of free pieces for."""


def settle() -> None:
    """Let what is here now lie where it is, untouched: forks get other memory for what they make."""
    gc.freeze()  # a collection writes to all that it looks through
    fill_holes()


def fill_holes() -> None:
    """Take all memory that is free between what is in use, for good.

    It is little, but in a thousand places; a fork that makes small objects would write to a page for each of them.
    """
    c = libc()
    if not hasattr(c, "malloc_trim"):  # the functions below are those of the GNU C library
        return
    c.malloc.restype = c.sbrk.restype = ctypes.c_void_p
    c.malloc_trim(0)
    end = c.sbrk(0) - PAGE
    for size in SIZES:
        while (c.malloc(size) or end) < end:
            continue

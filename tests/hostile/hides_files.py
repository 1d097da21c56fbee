"""Leaves a folder that nobody may look into, with a file in it, and is right.

Honest: double, total
"""

import contextlib
import os


def double(x):
    return 2 * x


def total(a, b):
    with contextlib.suppress(OSError):
        os.mkdir("locked", 0o000)
        os.mkdir("half")
        os.mkdir("half/folder")
        os.umask(0o777)
        os.mkdir("other")
        os.chmod("half", 0)
    return a.sum() + b.sum()

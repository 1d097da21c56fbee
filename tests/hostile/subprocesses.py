"""Runs another program in five ways.

Honest: double
Says: total: nothing ran
"""

import contextlib
import multiprocessing
import os
import subprocess
import sys


def double(x):
    return 2 * x


def total(a, b):
    ways = [
        lambda: subprocess.run(["/bin/sh", "-c", "id"], check=True),
        lambda: os.posix_spawn("/bin/sleep", ["sleep", "600"], {}),
        lambda: subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True),
        lambda: os.system("true") and 1 / 0,
        lambda: multiprocessing.get_context("fork").Process(target=print).start(),
    ]
    for way in ways:
        with contextlib.suppress(OSError, ArithmeticError):
            way()
            raise RuntimeError("@BREACH@ ran a program")
    raise RuntimeError("nothing ran")

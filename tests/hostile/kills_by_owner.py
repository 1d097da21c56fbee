"""Has the kernel send the signals: as owner of a descriptor, of a terminal, of a message queue.

Honest: double
Says: total: nobody was reached
"""

import contextlib
import fcntl
import os
import signal


def double(x):
    return 2 * x


def total(a, b):
    reader, writer = os.pipe()
    with contextlib.suppress(OSError):
        fcntl.fcntl(reader, fcntl.F_SETOWN, int("@VICTIM@"))
        fcntl.fcntl(reader, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC)
        os.write(writer, b"x")
    raise RuntimeError("nobody was reached")

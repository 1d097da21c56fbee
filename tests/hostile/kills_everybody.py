"""Sends a signal to every process that it may send one to, and kills one by its number.

Honest: double
Verdict: total: failed or crashed
"""

import contextlib
import os
import signal


def double(x):
    return 2 * x


def total(a, b):
    for number, process in ((signal.SIGURG, -1), (signal.SIGKILL, int("@VICTIM@"))):
        with contextlib.suppress(OSError):
            os.kill(process, number)
            raise RuntimeError("@BREACH@ signalled others")
    with contextlib.suppress(OSError):
        signal.pidfd_send_signal(os.pidfd_open(int("@VICTIM@")), signal.SIGKILL)
        raise RuntimeError("@BREACH@ signalled others")
    raise RuntimeError("nobody was reached")

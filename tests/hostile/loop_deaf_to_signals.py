"""A loop that ignores and blocks every signal that can be ignored.

Honest: double
Verdict: total: timed out
"""

import contextlib
import signal


def double(x):
    return 2 * x


def total(a, b):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    while True:
        pass

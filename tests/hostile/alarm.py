"""An alarm clock that kills the process some time later.

Honest: double
Verdict: total: crashed
"""

import signal
import threading


def double(x):
    return 2 * x


def total(a, b):
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    threading.Event().wait()

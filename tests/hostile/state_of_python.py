"""Leaves Python's own state changed: folder, environment, path, limits, filters, streams; it is right itself.

Honest: double, total
"""

import decimal
import gc
import locale
import os
import random
import signal
import sys
import warnings


def leave():
    os.chdir("/" if os.access("/", os.X_OK) else ".")
    os.environ.clear()
    os.umask(0o777)
    sys.path.clear()
    sys.argv.clear()
    sys.setswitchinterval(100)
    sys.set_int_max_str_digits(0)
    sys.setrecursionlimit(200)
    warnings.simplefilter("error")
    random.seed(0)
    gc.disable()
    decimal.getcontext().prec = 1
    locale.setlocale(locale.LC_ALL, "C")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.excepthook = sys.unraisablehook = print


leave()


def double(x):
    leave()
    return 2 * x


def total(a, b):
    leave()
    return a.sum() + b.sum()

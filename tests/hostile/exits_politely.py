"""Calls exit(0), as a program does that has succeeded.

Honest: double
Says: total: SystemExit
"""

import sys


def double(x):
    return 2 * x


def total(a, b):
    sys.exit(0)

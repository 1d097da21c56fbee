"""The import forks, and both copies go on as if they were the one that is asked.

Honest: none
Verdict: all: not loaded or crashed
"""

import os

if os.fork():
    os.fork()
print("@BREACH@ forked", flush=True)


def double(x):
    return 2 * x


def total(a, b):
    return a.sum() + b.sum()

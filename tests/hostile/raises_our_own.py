"""Raises the exceptions that the grader itself ends a call with.

Honest: none
Verdict: double: failed or crashed or timed out
Verdict: total: failed or crashed
"""

from bdb import BdbQuit

from grader.runtime.deadline import TimedOut


def double(x):
    raise TimedOut


def total(a, b):
    raise BdbQuit

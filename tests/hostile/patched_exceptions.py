"""Exceptions that are no exceptions, and a __build_class__ that builds nothing.

Honest: none
Verdict: all: failed or crashed or not loaded
"""

import builtins

builtins.BaseException = builtins.Exception = builtins.TypeError = builtins.OSError = int
builtins.__build_class__ = builtins.__import__ = lambda *args, **kwargs: None


def double(x):
    raise builtins.Exception


def total(a, b):
    return 1 / 0

"""Code that says it comes from the canary: a traceback would show its line of that file.

Honest: double
"""

import linecache


def double(x):
    return 2 * x


def total(a, b):
    linecache.checkcache()
    exec(compile("\ndef canary():\n    raise ValueError('see my line')\ncanary()", "@CANARY@", "exec"))

"""An import that never ends.

Honest: none
Verdict: all: timed out
"""

while True:
    pass


def double(x):
    return 2 * x


def total(a, b):
    return a.sum() + b.sum()

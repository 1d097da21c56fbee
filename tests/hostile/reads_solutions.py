"""Opens the solution by its path and runs it.

Honest: none
Verdict: all: not loaded
"""

with open("@COURSE@/solutions/ex01_numbers.py") as file:
    exec(file.read())


def double(x):
    return globals()["double"](x)


def total(a, b):
    return a.sum() + b.sum()

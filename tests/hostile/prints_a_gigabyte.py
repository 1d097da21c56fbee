"""Prints until the memory is full.

Chapter: ex02_effects
Honest: rows, fill
Verdict: greet: failed or crashed or timed out
"""


def rows(x):
    return list(x)


def fill(x, value):
    return x.fill_(value)


def greet(name):
    for _ in range(400):
        print("Hello, " * (1 << 19))

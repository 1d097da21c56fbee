"""Prints what looks like numbers and is far too long to be read as such.

Chapter: ex02_effects
Honest: rows, fill
"""


def rows(x):
    return list(x)


def fill(x, value):
    return x.fill_(value)


def greet(name):
    print("9" * 50_000, "1e999999999", "-" * 1000, "1." * 10_000, f"Hello, {name}!")

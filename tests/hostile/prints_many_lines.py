"""Prints thirty thousand lines that are nearly what is expected.

Chapter: ex02_effects
Honest: rows, fill
Verdict: greet: failed or crashed
"""


def rows(x):
    return list(x)


def fill(x, value):
    return x.fill_(value)


def greet(name):
    for number in range(30_000):
        print(f"Hello, {name}! {number} {number / 7}")

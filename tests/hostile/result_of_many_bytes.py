"""A dictionary of text in great amounts, each piece small enough.

Chapter: ex02_effects
Honest: fill, greet
Verdict: rows: failed or timed out or crashed
"""


def rows(x):
    return [{number: "\1" * 90_000} for number in range(10_000)]


def fill(x, value):
    return x.fill_(value)


def greet(name):
    print(f"Hello, {name}!")

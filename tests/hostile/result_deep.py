"""Lists in lists, a hundred thousand deep.

Chapter: ex02_effects
Honest: fill, greet
Verdict: rows: failed or crashed
"""


def rows(x):
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested


def fill(x, value):
    return x.fill_(value)


def greet(name):
    print(f"Hello, {name}!")

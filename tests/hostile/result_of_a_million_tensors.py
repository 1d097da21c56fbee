"""A list of a million tensors.

Chapter: ex02_effects
Honest: fill, greet
Verdict: rows: failed or timed out
"""


def rows(x):
    return [x[0]] * 1_000_000


def fill(x, value):
    return x.fill_(value)


def greet(name):
    print(f"Hello, {name}!")

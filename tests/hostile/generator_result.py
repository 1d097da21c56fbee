"""A generator in place of a list, and one that never ends.

Chapter: ex02_effects
Honest: fill, greet
"""


def rows(x):
    while True:
        yield from x


def fill(x, value):
    return x.fill_(value)


def greet(name):
    print(f"Hello, {name}!")

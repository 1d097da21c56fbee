"""A list that holds itself, and a dictionary that does.

Chapter: ex02_effects
Honest: fill, greet
"""


def rows(x):
    nested = {}
    nested["again"] = [nested, x]
    nested["more"] = nested
    return [nested, nested]


def fill(x, value):
    return x.fill_(value)


def greet(name):
    print(f"Hello, {name}!")

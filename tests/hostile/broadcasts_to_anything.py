"""Values that would be right if they were allowed to broadcast.

Chapter: ex02_effects
Honest: fill, greet
"""


def rows(x):
    return [x, x]


def fill(x, value):
    return x.fill_(value)


def greet(name):
    print(f"Hello, {name}!")

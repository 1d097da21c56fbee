"""A dictionary whose keys are equal to all, hash by a loop and print as commands.

Chapter: ex02_effects
Honest: fill, greet
"""


class Key:
    def __init__(self, number):
        self.number = number

    def __hash__(self):
        return self.number

    def __eq__(self, other):
        return self is other

    def __repr__(self):
        self.number += 1
        return "::error::" * 10_000


def rows(x):
    return [{Key(0): x[0], float("nan"): 1, "\ud800": "\ud800\x00\x1b[2J"}, x[1]]


def fill(x, value):
    return x.fill_(value)


def greet(name):
    print(f"Hello, {name}!")

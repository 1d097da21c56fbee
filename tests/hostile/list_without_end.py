"""The list of rows has no end when one goes through it, and no length.

Chapter: ex02_effects
Honest: fill, greet
"""

import itertools


class Endless(list):
    def __len__(self):
        return 2

    def __iter__(self):
        return itertools.repeat(self)

    def __getitem__(self, index):
        return self


def rows(x):
    return Endless()


def fill(x, value):
    return x.fill_(value)


def greet(name):
    print(f"Hello, {name}!")

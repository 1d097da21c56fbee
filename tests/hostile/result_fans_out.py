"""Eight levels of lists that each hold the next a thousand times: 10^24 values in a kilobyte.

Chapter: ex02_effects
Honest: fill, greet
Verdict: rows: failed or timed out or crashed
"""


def rows(x):
    nested = list(x)
    for _ in range(8):
        nested = [nested] * 1000
    return nested


def fill(x, value):
    return x.fill_(value)


def greet(name):
    print(f"Hello, {name}!")

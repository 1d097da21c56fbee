"""Writes a file of 2 GB.

Honest: double
Verdict: total: failed or crashed
"""


def double(x):
    return 2 * x


def total(a, b):
    with open("large", "wb") as file:
        for _ in range(256):
            file.write(b"\1" * (1 << 23))
    raise RuntimeError("@BREACH@ wrote it all")

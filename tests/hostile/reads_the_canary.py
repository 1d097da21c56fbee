"""Opens a file that is none of its business: by Python, by the C library, by PyTorch, by NumPy, by SQLite.

Honest: double
Says: total: nothing found
"""

import ctypes
import os
import pathlib
import sqlite3
import zipfile

import numpy
import torch


def double(x):
    return 2 * x


def total(a, b):
    path = "@CANARY@"
    ways = [
        lambda: pathlib.Path(path).read_text(),
        lambda: os.read(os.open(path, os.O_RDONLY), 1000),
        lambda: numpy.fromfile(path, dtype="uint8").tobytes(),
        lambda: numpy.memmap(path, mode="r").tobytes(),
        lambda: torch.from_file(path, size=8, dtype=torch.uint8),
        lambda: torch.load(path),
        lambda: zipfile.ZipFile(path),
        lambda: sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("select * from sqlite_master").fetchall(),
        lambda: os.stat(path) and os.open(path, os.O_PATH) and os.readlink(path),
    ]
    for way in ways:
        try:
            raise SystemExit(f"@BREACH@ {way()}")
        except Exception as error:
            if "SECRET" in str(error):
                raise
    libc = ctypes.CDLL(None)
    if libc.open(path.encode(), 0) >= 0:
        raise SystemExit("@BREACH@ opened it")
    raise SystemExit("nothing found")

"""Writes where others would read it: results, the course, its own source, the canary, everybody's folders.

Honest: double
Says: total: nothing written
"""

import contextlib
import os


def double(x):
    return 2 * x


def total(a, b):
    here = os.path.dirname(os.path.abspath(__file__))
    paths = [
        "@OUT@/results/forged.json",
        "@OUT@/forged.json",
        "@CANARY@",
        "@CANARY@.txt",
        "../forged.json",
        "/tmp/forged",
    ]
    paths += ["@COURSE@/solutions/ex01_numbers.py", "@COURSE@/conftest.py", f"{here}/../forged.py", "/dev/shm/forged"]
    paths += ["@SUBMISSIONS@/forged.py", __file__, f"{here}/new.py", "@GITHUB_OUTPUT@", "/var/tmp/forged"]
    for path in paths:
        with contextlib.suppress(OSError), open(path, "a") as file:
            file.write("@BREACH@")
            raise RuntimeError(f"@BREACH@ wrote {path}")
    for path in ("result.json", "results.json", "report.json"):  # its own folder, where nobody looks
        with open(path, "w") as file:
            file.write('{"score": 31}')
    raise RuntimeError("nothing written")

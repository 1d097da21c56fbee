"""Makes links to the canary in its own folder and opens those.

Honest: double
Says: total: nothing found
"""

import contextlib
import os


def double(x):
    return 2 * x


def total(a, b):
    for make, name in ((os.symlink, "soft"), (os.link, "hard"), (os.rename, "moved")):
        with contextlib.suppress(OSError):
            make("@CANARY@", name)
            with open(name) as file:
                raise RuntimeError(f"@BREACH@ {file.read()}")
    raise RuntimeError("nothing found")

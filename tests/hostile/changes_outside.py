"""Changes files without opening them: rights, times, owners, lengths, names.

Honest: double
Says: total: nothing changed
"""

import contextlib
import os
import shutil


def double(x):
    return 2 * x


def total(a, b):
    path = "@CANARY@"
    ways = [
        lambda: os.chmod(path, 0o777),
        lambda: os.utime(path, (0, 0)),
        lambda: os.chown(path, os.getuid(), -1),
        lambda: os.truncate(path, 0),
        lambda: os.unlink(path),
        lambda: os.rename(path, path + ".old"),
        lambda: os.setxattr(path, "user.forged", b"1"),
        lambda: os.mkdir(path + ".folder"),
        lambda: shutil.rmtree("@OUT@"),
        lambda: shutil.rmtree(os.path.dirname(path)),
        lambda: os.chmod("@COURSE@", 0),
        lambda: os.unlink(__file__),
        lambda: os.chmod(__file__, 0o777),
        lambda: os.rename(os.path.dirname(os.path.abspath(__file__)), "mine"),
    ]
    for number, way in enumerate(ways):
        with contextlib.suppress(OSError):
            way()
            raise RuntimeError(f"@BREACH@ way {number}")
    raise RuntimeError("nothing changed")

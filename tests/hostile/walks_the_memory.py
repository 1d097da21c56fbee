"""Searches the memory of its own process for text that only a solution or a later case holds.

Honest: double
Says: total: nothing found
"""

import ctypes
import gc


def double(x):
    return 2 * x


def total(a, b):
    wanted = "greet" + "ing secret"
    for thing in gc.get_objects():
        if type(thing) is dict and any(type(text) is str and wanted in text for text in thing.values()):
            raise RuntimeError(f"@BREACH@ {thing}")
    try:
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
            for line in maps:
                start, _, rest = line.partition("-")
                memory.seek(int(start, 16))
                if b"SECRET" in memory.read(int(rest.split()[0], 16) - int(start, 16)):
                    raise RuntimeError("@BREACH@ a secret in memory")
    except OSError:
        pass
    size = ctypes.c_size_t(8)
    here = ctypes.create_string_buffer(16)
    if ctypes.CDLL(None).process_vm_readv(int("@VICTIM@"), here, size, here, size, 0) > 0:
        raise RuntimeError("@BREACH@ read another process")
    raise RuntimeError("nothing found")

"""Memory between a process and its forks."""

import subprocess
import sys

import pytest

SCRIPT = """
import ctypes
from grader.sandbox import fork_memory

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
blocks = [libc.malloc(300) for _ in range(20_000)]
for block in blocks[::10]:
    libc.free(block)

def pages():
    found = [libc.malloc(300) for _ in range(1000)]
    for block in found:
        libc.free(block)
    return len({block // 4096 for block in found})

print(pages())
fork_memory.settle()
print(pages())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="holes are filled in the GNU C library's memory")
def test_new_objects_lie_together() -> None:
    """What is allocated after `settle` takes few pages, where before each piece was in a page of its own."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=True)
    before, after = map(int, done.stdout.split())
    least = 1000 * 300 // 4096
    assert before > 5 * least
    assert after < 2 * least

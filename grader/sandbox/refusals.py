"""What it means when a wall or a limit shows itself as an exception: said to whoever wrote the code that met it."""

from __future__ import annotations

import re

from grader.sandbox.limits import Limits

NOBODY_TYPES = "Nobody types here: `input()` has nobody to ask. Give the value as an argument, or take the line out."
_REFUSED = (
    "Where it is graded, code starts no other process, opens no socket, and reads and writes no files but its own. A"
    " DataLoader with `num_workers` starts processes: leave it at 0."
)
_MEANINGS = (
    (r"EOFError: EOF when reading a line", NOBODY_TYPES),
    (r"PermissionError\b.*Errno (?:1|13)\b|\bOperation not permitted", _REFUSED),
    (
        r"^MemoryError|: MemoryError|can't allocate memory|Cannot allocate memory",
        "It took more than {memory} of memory.",
    ),
    (r"OSError: .*File too large", "A file may have {file_size} where it is graded."),
    (r"OSError: .*Too many open files", "At most {open_files} files may be open at a time: close those that are done."),
    (r"can't start new thread", "At most {threads} threads may run at a time."),
)


def meaning_here(text: str, limits: Limits) -> str:
    """What an exception means behind the walls, in a sentence; "" where they have nothing to do with it."""
    for pattern, sentence in _MEANINGS:
        if re.search(pattern, text):
            return sentence.format(
                memory=f"{limits.memory / 2**30:.3g} GiB",
                file_size=f"{limits.file_size >> 20} MiB",
                open_files=limits.open_files,
                threads=limits.threads,
            )
    return ""

"""What a worker and its messages may take, and how long its processes may."""

from __future__ import annotations

from dataclasses import dataclass

CHUNK_BYTES = 1 << 16
OBSERVATION_BYTES = 32 << 20
"""Bytes of one observation; far more than any right answer has."""
CONTROL_BYTES = 1 << 16
"""Bytes of one message between the judge and its fork server."""
LOOK_SECONDS = 0.05
"""Seconds between two looks at what else bounds the other side."""

TEXT_BYTES = 1 << 20
"""Bytes of an observation that are not numbers."""
PRINTED_BYTES = 1 << 14
"""Bytes of what one exercise prints that are kept."""
SCRATCH_BYTES = 256 << 20
"""Bytes that a worker's scratch folder may hold, with what it has deleted and still holds."""
SCRATCH_FILES = 5000
"""Files that a worker's scratch folder may hold."""
MODEST_BYTES = 8 << 20
"""Bytes of the disk that nobody is asked about; an honest worker holds a figure or two."""
GREW_BYTES = 8 << 20
"""Bytes by which a disk has to become fuller before what a worker hides is looked for."""
FREE_FLOOR = 256 << 20
"""Bytes of the disk that are kept free, if there are that many: at most a quarter of what was free in the beginning."""

STARTING = 120.0
"""Seconds for a process to import PyTorch, on a machine with much else to do."""
SERVER_LEAVING = 5.0
"""Seconds that a fork server has to leave by itself."""

# Address space that is reserved and never used (a thread's arena, a library's gaps) is no memory yet.
ADDRESS_SPACE = 512 << 20
# Where the user is not the worker's alone, others' threads count too: a bomb still ends, and an honest worker lives.
THREADS_OF_OTHERS = 1024


@dataclass(frozen=True)
class Limits:
    """How much a worker may take; `memory` in bytes beyond what it holds already, `file_size` in bytes for one file."""

    memory: int = 1 << 30
    threads: int = 64
    open_files: int = 128
    file_size: int = 16 << 20
    cpu_seconds: int = 600

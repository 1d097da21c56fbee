"""What a submission may take of the disk, of a report, and of time."""

from __future__ import annotations

FREE_DISK = 1 << 20
"""Bytes without which a disk counts as full."""
KEEPING_SECONDS = 1.0
"""Seconds that room is waited for, in the end, to write what could not be written."""
MESSAGE_CHARACTERS, MESSAGE_ROWS = 2000, 40
"""Characters of one text of a message, and how many rows one has."""

ANSWER_GRACE = 2.0
"""Seconds beyond its limit after which a worker that did not answer is killed."""

JUDGE_SLACK = 120.0
"""Seconds beyond a submission's own limit, for what is not its doing (loading PyTorch, a slow disk)."""
JUDGE_ATTEMPTS = 3
JUDGE_LEAVING = 5.0
"""Seconds that a process has to leave by itself, and clean up behind it."""
GC_THRESHOLD = (700, 10, 1000)
"""When garbage is looked for: among young objects as always, but seldom among all, because PyTorch makes half a million
that stay. That took an eighth of the time of its import, and a third of that of what it loads late."""
REMOVAL_TRIES = 100
"""How often a folder is removed that somebody still writes to."""

UNPACKED_BYTES = 128 * 2**20
"""The most that a tar archive may hold: it is read as a whole, into memory."""
DIRECTORY_BYTES = 4 * 2**20
"""The most that a zip archive's own directory may hold; this is about 50,000 names."""
MEMBERS = 50_000

FOLDER_LEVELS = 3
"""How many folders deep the chapters may lie."""
FOLDERS_MOST = 500
"""The most folders that are looked into."""
CROWD = 2_000
"""A folder with more entries than this is not listed; a chapter in it is found by its name."""

CHAPTER_BYTES = 2**18
"""The most that one chapter's file may hold."""
BESIDE_FILES = 200
BESIDE_BYTES = 16 * 2**20
"""The most files beside the chapters, and the most that they may hold together."""

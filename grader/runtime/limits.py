"""How much of what comes back from a call is looked at, and how often an alarm rings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


MAX_CALLS = 10_000

MAX_DEPTH = 8
MAX_ITEMS = 100_000
MAX_TEXT = 100_000
MAX_BITS = 4096  # a longer int is no answer to anything, and takes seconds to print

MAX_POINTS = 10_000
MAX_ARTISTS = 200
MAX_FILES = 100

AGAIN = 1.0
"""Seconds after which a swallowed `TimedOut` is raised again."""
HARNESS_GRACE = 1.5
"""How many times the limit a check may take while nothing of the learner's is running."""

SOON = 0.01
"""Seconds for what has none left: zero would be no alarm at all."""

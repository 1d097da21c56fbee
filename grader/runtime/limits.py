"""How much of what comes back from a call is looked at, and how often an alarm rings."""

from __future__ import annotations

MAX_CALLS = 10_000
"""Calls of given functions that are written down."""

MAX_WARNINGS = 20
"""Warnings of one call that are written down and shown."""
MAX_WARNING = 1000
"""Characters of one of them."""

MAX_DEPTH = 8
"""Levels of lists and dicts."""
MAX_ITEMS = 100_000
"""Items of one list or dict, and values of one result: more are not looked at."""
MAX_DRAINED = 10_000
"""Items that are taken from a generator; one that goes on is known by these."""
MAX_TEXT = 100_000
"""Characters of one string."""
MAX_NUMBERS = 1 << 24
"""Elements of one tensor or array; one that was expanded may have any number of them, in no memory at all."""
MAX_BITS = 4096
"""Bits of one int: a longer one is no answer to anything, and takes seconds to print."""

MAX_ERROR = 2000
"""Characters of an exception's text."""
MAX_LINES = 4
"""Lines of an exception's text that are shown: the second one is often where PyTorch says what matters."""
MAX_LINE = 300
"""Characters of one of them."""

MAX_POINTS = 10_000
"""Points of one line of a figure."""
MAX_ARTISTS = 200
"""Lines and clouds of one pair of axes."""
MAX_FILES = 100
"""Files that a call has written."""

SOON = 0.01
"""Seconds for what has none left: zero would be no alarm at all."""
AGAIN = 1.0
"""Seconds after which a swallowed `TimedOut` is raised again."""
HARNESS_GRACE = 1.5
"""How many times the limit a check may take while nothing of the learner's is running."""

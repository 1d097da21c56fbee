"""How long what is shown may be."""

from __future__ import annotations

FAILURES_SHOWN = 10
BLOCK_BYTES = 20_000
"""Bytes of one block. GitHub refuses a summary beyond 1 MiB; ten blocks with fences as long as they are stay below."""

PAYLOAD_BYTES = 98_000
"""Bytes of JSON: in base64 it is one environment string, and Linux takes none beyond 131,072 bytes."""
TESTS_MOST = 300
"""Most tests that surely fit with their names."""
ANNOTATIONS_SHOWN = 10
"""GitHub shows no more of one kind in a step."""
ANNOTATION_BYTES = 4_000

HISTOGRAM_ROWS = 10
MOST_LISTED = 10
NAMES_LISTED = 10
TEXT_CHARACTERS = 4_000
"""Characters of one text: no message of ours needs more, and to wrap what learners print without end takes minutes."""
PRINTED_LINES = 10
"""Lines of what an exercise printed that are shown unless all is asked for."""

DEFAULT_WIDTH = 80
MAX_WIDTH = 100
"""Columns: sentences are hard to read in longer lines."""

"""Where the tests find what is not theirs: the project, and the small courses beside them."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
LAYERS, TARGET, TINY = (TESTS / "courses" / name for name in ("layers", "target", "tiny"))

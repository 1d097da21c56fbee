"""A share of what `python tests/junk.py` tries: odd bodies, drawn by a seed, in each exercise, in both modes."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest
from both_modes import SEED
from junk import COURSE, submissions, tried
from odd_bodies import BODIES, FOR_GRADING

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="some hundred checks, and a process for each chapter")


def test_there_are_enough() -> None:
    """Each exercise has at least 40 of them, and each of them is in each exercise once."""
    count = sum(map(len, COURSE.catalogue.values()))
    assert min(len(BODIES), count) >= 40
    pairs = [(c, n, body) for one in submissions(list(BODIES)) for c, names in one.items() for n, body in names.items()]
    assert len(pairs) == len(set(pairs)) == count * len(BODIES)


def test_a_share_is_rejected_in_words(tmp_path: Path) -> None:
    """An odd body for each exercise, and one that ends its process: nothing breaks, and nothing passes."""
    (chosen,) = random.Random(SEED).sample(list(submissions(list(BODIES))), 1)
    ending = next(submissions(list(FOR_GRADING)))
    assert tried([chosen], tmp_path, [ending] if sys.platform == "linux" else []) == []

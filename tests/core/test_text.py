"""Texts made fit for a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.core.text import did_you_mean, one_line, without_folders


def test_paths_below_a_folder_are_relative() -> None:
    """A file's path is told from its folder on, the folder itself as `.`, another folder in full."""
    folders = [Path("/tmp/a"), "/b"]
    assert without_folders("in /tmp/a/x.py, /tmp/a, /b/c/y and /c/z", folders) == "in x.py, ., c/y and /c/z"


def test_one_line_is_short() -> None:
    """White space is one space, and a long name ends in an ellipsis."""
    assert one_line(" a\n b\tc ") == "a b c"
    assert one_line("x" * 300, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("from_rwos", " Did you mean from_rows?"),
        ("mse", " Did you mean strict_mse?"),  # a part of it
        ("zzz", ""),
        ("_", ""),
    ],
)
def test_a_name_that_is_close_is_meant(word: str, said: str) -> None:
    """A slip is seen, and a part of a name; what is like nothing gets no guess."""
    assert did_you_mean(word, ["from_rows", "strict_mse"]) == said

"""Texts made fit for a message."""

from __future__ import annotations

from pathlib import Path

from grader.core.text import one_line, without_folders


def test_paths_below_a_folder_are_relative() -> None:
    """A file's path is told from its folder on, the folder itself as `.`, another folder in full."""
    folders = [Path("/tmp/a"), "/b"]
    assert without_folders("in /tmp/a/x.py, /tmp/a, /b/c/y and /c/z", folders) == "in x.py, ., c/y and /c/z"


def test_one_line_is_short() -> None:
    """White space is one space, and a long name ends in an ellipsis."""
    assert one_line(" a\n b\tc ") == "a b c"
    assert one_line("x" * 300, 10) == "x" * 9 + "…"

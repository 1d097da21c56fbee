"""A message in lines with roles: what came back is bad, what should have is good, and without roles it is the text."""

from __future__ import annotations

from reports import result

from grader.core.report import Message, Outcome, Row
from grader.reporters.exercise_text import exercise_lines, exercise_text

MESSAGE = Message(
    "rows(x)",
    (
        Row("x", "[1., 2.]", "float32, shape (2,)"),
        Row("returned['a']", "[1., 2.] " * 12, "a list"),
        Row("expected['a']", "[2., 1.]", "2 of 2 differ"),
    ),
    "Look again.",
)


def test_each_line_has_its_role() -> None:
    """The head is strong, arguments are plain, the rows that differ have a colour, also where they take two lines."""
    failed = result("rows", Outcome("", "cpu", "failed", MESSAGE))
    lines = exercise_lines(failed)
    assert all(len(line) == 1 for line in lines)
    roles = [role for line in lines for _, role in line]
    starts = [text.split()[0] for line in lines for text, _ in line]
    found = dict(zip(starts, roles, strict=True))
    assert found["exercises/ex01_sums.py:31"] == "strong"
    assert found["x"] == found["Look"] == found["More"] == "plain"
    assert found["returned['a']"] == "bad"
    assert found["expected['a']"] == "good"
    assert roles.count("bad") > 1
    assert exercise_text(failed) == [t for line in lines for t, _ in line]

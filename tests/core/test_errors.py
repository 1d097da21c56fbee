"""The family of errors: each has the exit status of who has to do something about it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.core import errors
from grader.core.errors import GraderError, GradingError
from grader.frontends.cli.main import main

FAMILY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, GraderError)]
OTHERS = {
    "Killed", "NotLoaded", "NotPassed", "Stopped", "Told",  # how a part of a run ends; another makes a result of it
    "Ended", "Late", "TimedOut", "TooLarge", "Unreadable",  # the end of a sentence that somebody else begins
}  # fmt: skip


@pytest.mark.parametrize("kind", FAMILY)
def test_an_error_ends_a_command_with_its_sentence_and_status(
    kind: type[GraderError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a command meets: one line on standard error, and no chain of cases that somebody has to extend."""
    error = kind("It cannot be.", 130) if kind is GradingError else kind("It cannot be.")

    def meets(*_: object) -> None:
        raise error

    monkeypatch.setattr("grader.frontends.cli.list.progress", meets)
    ended = CliRunner().invoke(main, ["list"])
    assert (ended.exit_code, ended.stderr) == (error.exit_status, "Error: It cannot be.\n")
    assert error.exit_status in (1, 2, 3) or kind is GradingError


def test_no_error_stands_outside_the_family() -> None:
    """An exception that ends with a sentence is defined in one place; the others are known by name."""
    package = Path(errors.__file__).parent.parent
    found = {
        node.name
        for path in package.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).endswith(("Error", "Exception", "Unreadable")) for base in node.bases)
    }
    assert found - {kind.__name__ for kind in FAMILY} == OTHERS

"""What others may rely on: the public names, each with a docstring, none hidden by a module of the same name."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PUBLIC = {
    "grader": ["__version__", "again"],
    "grader.authoring": ["Chapter", "Draw", "Tolerance"],
    "grader.core.report": ["Message", "Outcome", "Report", "Result", "Row", "Verdict"],
    "grader.grading": ["Executor", "Graded", "Grader", "Options", "Submission", "Task"],
    "grader.reporters": ["Command", "File", "Reporter", "Scene"],
}
"""Module → its public names. Whoever adds one promises it; whoever takes one away breaks somebody's course."""


@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_public_is_listed(name: str) -> None:
    """A public module says what it offers, in order, and all of it has a docstring."""
    module = import_module(name)
    assert module.__all__ == PUBLIC[name]
    assert (module.__doc__ or "").strip()
    things = [getattr(module, each) for each in module.__all__ if each not in ("__version__", "Verdict")]
    assert [thing for thing in things if not (inspect.getdoc(thing) or "").strip()] == []


def test_no_module_hides_a_public_name() -> None:
    """Importing a module sets its name in its parent: with all of them imported, each public name is still itself."""
    script = f"""if True:
        import importlib, pkgutil, types
        import grader
        for found in pkgutil.walk_packages(grader.__path__, "grader."):
            if found.name != "grader.__main__":
                importlib.import_module(found.name)
        for module, names in {PUBLIC!r}.items():
            for name in names:
                assert not isinstance(getattr(importlib.import_module(module), name), types.ModuleType), (module, name)
        for room in [m for m in vars(grader).values() if isinstance(m, types.ModuleType)]:
            inside = {{found.name for found in pkgutil.iter_modules(getattr(room, "__path__", ()))}}
            assert not inside & set(getattr(room, "__all__", ())), room
        try:
            grader.again("no such exercise")
        except grader.core.errors.CourseError as error:
            print(error)
    """
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("There is no exercise no such exercise.\n", "")


def test_the_version_is_that_of_the_package() -> None:
    """`grader.__version__` and `grader --version` say the same."""
    import grader

    done = subprocess.run([sys.executable, "-m", "grader", "--version"], capture_output=True, text=True, check=False)
    assert done.stdout.split()[-1] == grader.__version__

"""Reporters: found by their entry points, those of other packages too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from runs import FIRST, RIGHT, make_target, write

from grader.core.errors import CommandError
from grader.reporters.base import find_reporter, installed

OUTSIDE = '''
"""A reporter that somebody else wrote."""

from grader.reporters import File


class Shouting:
    name = "shouting"
    about = "class"

    def report(self, reports, scene):
        for report in reports:
            yield f"{report.submission.upper()} HAS {report.score} OF {report.scale}!\\n"
        yield File(scene.folder / "shouted.txt", "DONE\\n")
'''


@pytest.fixture
def outside(tmp_path: Path) -> dict[str, str]:
    """An environment in which the package of that reporter is installed."""
    packages = write(tmp_path / "packages", outside=OUTSIDE)
    information = packages / "outside-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: outside\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[grader.reporters]\nshouting = outside:Shouting\n")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_", "GITHUB"))}
    path = os.pathsep.join(filter(None, (str(packages), kept.get("PYTHONPATH"))))
    return {**kept, "PYTHONPATH": path, "COLUMNS": "80"}


def command(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """`grader ARGUMENTS` in a folder."""
    line = [sys.executable, "-m", "grader", *arguments]
    return subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, timeout=200, check=False)


def test_a_reporter_of_another_package_is_offered_and_used(outside: dict[str, str], tmp_path: Path) -> None:
    """It stands in the help, and what it gives is shown and written."""
    course = make_target(tmp_path / "course")
    ann = write(tmp_path / "ann", **{FIRST: RIGHT[FIRST]})
    assert "shouting" in command(tmp_path, outside, "grade", "--help").stdout
    ran = command(
        tmp_path, outside, "--course", str(course), "grade", str(ann), "--format", "shouting", "--chapter", FIRST
    )
    assert (ran.returncode, ran.stdout) == (0, "ANN HAS 31 OF 31!\n"), ran.stderr
    assert (tmp_path / "shouted.txt").read_text() == "DONE\n"


def test_every_reporter_of_ours_can_be_had() -> None:
    """Each has the name that it is found by, and says what it is about."""
    for name in installed():
        reporter = find_reporter(name)
        assert (reporter.name, reporter.about in ("submission", "class")) == (name, True)


def test_an_unknown_format_is_told() -> None:
    """With the one that may have been meant, and all others."""
    with pytest.raises(
        CommandError, match=r"There is no format 'markdwon'\. Did you mean markdown\? Choose from .*csv"
    ):
        find_reporter("markdwon")

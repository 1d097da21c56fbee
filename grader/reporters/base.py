"""The protocol of a reporter: reports → what is shown and what is written, told as data; and how one is found by name.

Whoever installs a package with an entry point in the group `grader.reporters` adds a reporter of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from grader.core.errors import CommandError
from grader.core.report import Report
from grader.core.text import did_you_mean
from grader.reporters.screen import Line, Screen

GROUP = "grader.reporters"

Columns: TypeAlias = Mapping[str, Iterable[str]]
"""Chapter → its exercises, both in the course's order."""


@dataclass(frozen=True)
class Scene:
    """What a reporter may know besides the reports. All of it is handed in, so that a test can play any place."""

    now: datetime
    columns: Columns = field(default_factory=dict)
    whole: bool = True
    """Whether the whole course was graded, so that a score is the course's."""
    show: bool = False
    """Whether everything is to be shown in full."""
    screen: Screen = field(default_factory=Screen)
    out: Path | None = None
    """Where results are kept, if anywhere."""
    folder: Path = Path()
    """Where the command was called."""
    environment: Mapping[str, str] = field(default_factory=dict)
    inside: Mapping[str, str] = field(default_factory=dict)
    """Submission → where it stands in the repository that it was checked out with; nothing where it is all of it."""
    course: Path | None = None
    """The folder of the course whose checks were made."""


@dataclass(frozen=True)
class File:
    """A text to write to a file, in place of what is there or after it."""

    path: Path
    text: str
    append: bool = False


@dataclass(frozen=True)
class Command:
    """A text for a log whose reader obeys it; whatever else is printed there is only shown."""

    text: str


Part: TypeAlias = Line | str | File | Command
"""What a reporter gives, part by part: a line with roles, a text as it is, a file, a command."""


class Reporter(Protocol):
    """Makes of reports what somebody reads or a system takes; a pure function of what it is given."""

    name: str
    """What it is called on the command line: `--format NAME`."""
    about: Literal["submission", "class"]
    """Whether it takes the report of one submission only, or any number."""

    def report(self, reports: Iterable[Report], scene: Scene) -> Iterator[Part]:
        """What is shown and written of these reports; they may come one at a time, and can be gone through once.

        One without results is of a submission that was not graded, which its `problem` explains.
        """


def is_graded(report: Report) -> bool:
    """Whether a submission was graded at all; the report on one that was not has no results."""
    return bool(report.results)


def is_unread(report: Report) -> bool:
    """Whether a problem kept all of a submission from being read; otherwise there is more to tell than the problem."""
    return bool(report.problem) and all(result.verdict == "not loaded" for result in report.results)


def installed() -> dict[str, EntryPoint]:
    """Every reporter that can be had, by name."""
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}


def find_reporter(name: str) -> Reporter:
    """The reporter of a name. Raises `CommandError` for one that is unknown or cannot be imported."""
    known = installed()
    if name not in known:
        raise CommandError(f"There is no format {name!r}.{did_you_mean(name, known)} Choose from {', '.join(known)}.")
    try:
        found: Reporter = known[name].load()()
    except Exception as error:  # somebody else's package
        raise CommandError(f"The format {name} cannot be used: {type(error).__name__}: {error}.") from None
    return found

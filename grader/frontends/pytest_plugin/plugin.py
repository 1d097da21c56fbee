"""The pytest plugin: a course's chapters are test files, and the exercises in them are tests.

Every pytest in the environment loads this module, most of them for projects that are no course. So it imports little,
touches only files that are named as a chapter, and gives way where a project has options of the same name.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.runtime._private import has_option

if TYPE_CHECKING:
    from grader.frontends.pytest_plugin.session import CourseSession


SESSION = pytest.StashKey["CourseSession"]()


# ---------------------------------------------------------------- options


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(parser: pytest.Parser) -> Generator[None]:
    """Add our options after those of the project and of other plugins, which win: all have names that others like."""
    yield
    group = parser.getgroup("grader", "exercises of a course")
    for name, rest in {
        "--course": {
            "metavar": "DIR",
            "help": "the course that the exercises belong to (default: the nearest course.toml)",
        },
        "--device": {
            "action": "append",
            "metavar": "NAME",
            "default": [],
            "help": "check on this device: cpu, sim, cuda, mps or xpu; may be given more than once"
            " (default: cpu and the best accelerator, sim where there is none)",
        },
        "--seed": {
            "type": int,
            "metavar": "N",
            "default": None,
            "help": "draw the cases of the checks from this number (default: 0)",
        },
    }.items():
        if not has_option(parser, name, pytest.UsageError):
            group.addoption(name, dest=f"grader_{name[2:]}", **rest)  # type: ignore[arg-type]


# ---------------------------------------------------------------- one session


def pytest_configure(config: pytest.Config) -> None:
    """Find the course; what is wrong with a command about chapters is said here, before anything runs."""
    if config.option.help or config.option.version:
        return
    from grader.frontends.pytest_plugin.options import course_of

    found = course_of(config)
    if found is not None:
        from grader.frontends.pytest_plugin.session import CourseSession

        session = config.stash[SESSION] = CourseSession(config, *found)
        config.pluginmanager.register(Reports(session), "grader-reports")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist how wide the terminal is."""
    session = node.config.stash.get(SESSION, None)
    if session is not None:
        node.workerinput["grader_width"] = session.width


def pytest_report_header(config: pytest.Config) -> str | None:
    """The course, if the run is about one."""
    session = config.stash.get(SESSION, None)
    return session.header() if session is not None and session.concerned else None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """Collect a chapter as such, in place of whatever pytest's own Python plugin makes of its name."""
    collectors = yield
    session = parent.config.stash.get(SESSION, None)
    if session is None or not session.is_chapter(file_path):
        return collectors
    from grader.frontends.pytest_plugin.items import ChapterFile

    others = [collector for collector in collectors if type(collector) is not pytest.Module]
    return [ChapterFile.from_parent(parent, path=file_path, bench=session.bench), *others]


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """In a folder with chapters: the course's order, and the chapters that are missing, so that they count."""
    report = yield
    session = collector.config.stash.get(SESSION, None)
    if session is not None and isinstance(collector, pytest.Directory) and report.passed:
        report.result = session.complete(collector, report.result)
    return report


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose who speaks for a chapter that cannot be used at all."""
    session = config.stash.get(SESSION, None)
    if session is not None:
        session.choose_speakers(items)


# ---------------------------------------------------------------- reports


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Attach the result as text, so that it crosses from a worker of pytest-xdist."""
    report = yield
    session = item.config.stash.get(SESSION, None)
    if session is not None and report.when == "call":
        session.attach(item, report)
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(report: pytest.TestReport) -> None:
    """Say what happened to an exercise whose worker of pytest-xdist died."""
    name = report.nodeid.rpartition("::")[2]
    report.longrepr = f"{report.nodeid}\n{name} ended the process that it ran in, or had to be ended."


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, Any] | None:
    """The letters: `t` for to do, `T` for timed out; a chapter that cannot be used is told in full only once."""
    attached = getattr(report, "grader", None)
    if attached is None or report.when != "call":
        return None
    found = json.loads(attached)
    if found["quiet"]:
        return "not loaded", "F", ("NOT LOADED", {"red": True})
    match found["verdict"]:
        case "to do":
            return "to do", "t", ("TO DO", {"yellow": True})
        case "timed out":
            return "failed", "T", ("TIMED OUT", {"red": True})
        case "not loaded":
            return "failed", "F", ("NOT LOADED", {"red": True})
        case _:
            return None


class Reports:
    """Hooks that pytest calls without the config: those of one run."""

    def __init__(self, session: CourseSession) -> None:
        self.session = session

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remember whether `-k` has left anything."""
        self.session.nothing_left = not session.items

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the result, in the process that writes the summary."""
        self.session.note(report)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """What is said of an exercise that passes stands below the mark that it got."""
        self.session.tell_remark(nodeid)

    def pytest_keyboard_interrupt(self) -> None:
        """Somebody has ended the run: by Ctrl-C, or in the debugger."""
        self.session.stopped = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """An exercise that is to do does not stop `-x`, but the run did not pass."""
        self.session.remember()
        if exitstatus == pytest.ExitCode.OK and self.session.unfinished():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The closing summary, where any exercise ran."""
        self.session.close(terminalreporter)

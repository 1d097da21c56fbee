"""One pytest run with a course in reach: what its processes share, and what came out."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.core.errors import CourseError
from grader.course.manifest import Course
from grader.frontends.limits import CAPTURED_LINES, LOG_LINES
from grader.frontends.pytest_plugin.options import device_names, is_chapter
from grader.reporters.limits import DEFAULT_WIDTH, MAX_WIDTH
from grader.runtime._private import without_failures

if TYPE_CHECKING:
    from grader.core.report import Result
    from grader.frontends.pytest_plugin.items import Bench


QUIET = "The whole chapter cannot be used; why is told at its first exercise."


class CourseSession:
    """A pytest run with a course in reach; most runs never touch a chapter of it."""

    def __init__(self, config: pytest.Config, course: Course, concerned: bool) -> None:
        self.config = config
        self.course = course
        self.concerned = concerned
        self.results: dict[str, Result] = {}
        self.devices: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()
        self.stopped = False
        """Whether somebody has ended the run, so that some of it was not run."""
        self.nothing_left = False
        """Whether nothing was selected of what was collected."""
        self.fingerprints: dict[str, str] = {}

    def is_chapter(self, path: Path) -> bool:
        """Whether a file is named as a chapter; the checks beside the solutions have the same names."""
        return is_chapter(path, self.course.chapters)

    @property
    def seed(self) -> int:
        """What the cases are drawn from."""
        chosen: int | None = self.config.getoption("grader_seed", None)
        return self.course.seed if chosen is None else chosen

    @cached_property
    def bench(self) -> Bench:
        """What the items of this process share."""
        from grader.frontends.pytest_plugin.items import Bench
        from grader.frontends.pytest_plugin.timeouts import Watch

        watch = Watch(self.config)
        self.config.pluginmanager.register(watch, "grader-watch")
        return Bench(
            course=self.course,
            names=device_names(self.config),
            seed=self.seed,
            folder=str(self.config.invocation_params.dir),
            width=self.width,
            watch=watch,
        )

    @property
    def width(self) -> int:
        """The columns for messages; a worker of pytest-xdist has no terminal, so its controller tells it."""
        if self.config.pluginmanager.has_plugin("terminalreporter"):
            return min(MAX_WIDTH, self.config.get_terminal_writer().fullwidth)
        told: int = getattr(self.config, "workerinput", {}).get("grader_width", DEFAULT_WIDTH)
        return told

    @property
    def in_use(self) -> bool:
        """Whether this process has collected any chapter."""
        return "bench" in vars(self)

    def header(self) -> str:
        """One line for the head of the run."""
        names = device_names(self.config)
        return f"course: {self.course.title} {self.course.version}" + (
            f", devices: {', '.join(names)}" if names else ""
        )

    # ---------------------------------------------------------------- collecting

    def complete(self, folder: pytest.Directory, children: Sequence[pytest.Item | pytest.Collector]) -> list[Any]:
        """The children of a folder with chapters in the course's order, the chapters that are missing among them."""
        if not self.in_use:
            return list(children)
        from grader.frontends.pytest_plugin.items import ChapterFile

        chapters = {child.path.stem: child for child in children if isinstance(child, ChapterFile)}
        if not chapters:
            return list(children)
        for name in self.course.chapters:
            path = folder.path / f"{name}.py"
            if not path.exists():
                chapters[name] = ChapterFile.from_parent(folder, path=path, bench=self.bench)
        ordered = [chapters[name] for name in self.course.chapters if name in chapters]
        return [*ordered, *(child for child in children if not isinstance(child, ChapterFile))]

    def choose_speakers(self, items: Sequence[pytest.Item]) -> None:
        """The first exercise of each chapter that would run into a trouble of the whole chapter tells it."""
        if not self.in_use:
            return
        from grader.frontends.pytest_plugin.items import ExerciseItem

        seen: set[Path] = set()
        for item in items:
            if isinstance(item, ExerciseItem) and item.path not in seen and (item.early is None or item.whole_chapter):
                seen.add(item.path)
                self.bench.loud.add(item.nodeid)

    # ---------------------------------------------------------------- reports

    def attach(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Put an exercise's result on its report, as text."""
        if not self.in_use:
            return
        from dataclasses import replace

        from grader.core.report_json import result_to_json
        from grader.frontends.pytest_plugin.items import ExerciseItem, shown_path

        if not isinstance(item, ExerciseItem):
            return
        report.sections = [(title, within_bounds(title, text)) for title, text in report.sections]
        result = item.result or item.without_outcome("not loaded", "The check itself failed.")
        quiet = report.failed and item.whole_chapter and item.nodeid not in self.bench.loud
        if quiet:
            report.longrepr = QUIET
        elif report.failed and item.whole_chapter:
            # the title above the message
            report.location = (*report.location[:2], result.chapter)
        report.grader = json.dumps(  # type: ignore[attr-defined]
            {
                "verdict": result.verdict,
                "quiet": quiet,
                "result": result_to_json(replace(result, file=shown_path(result.file, self.bench.folder))),
                "devices": self.bench.devices,
                "notes": self.bench.all_notes,
                "lines": getattr(report.longrepr, "lines", ()),
                "fingerprint": item.parent.fingerprints.get(item.name, "") if item.early is None else "",
            }
        )

    def note(self, report: pytest.TestReport) -> None:
        """Keep what a report says about an exercise, also where its process died."""
        attached = getattr(report, "grader", None)
        if attached is not None:
            from grader.core.report_json import result_from_json

            found = json.loads(attached)
            if found["lines"] and not hasattr(report.longrepr, "lines"):  # it came from another process as plain text
                from grader.frontends.pytest_plugin.coloured import ColouredText

                report.longrepr = ColouredText.of(found["lines"])
            self.results[report.nodeid] = result_from_json(found["result"])
            self.devices = tuple(found["devices"]) or self.devices
            self.notes = tuple(found["notes"]) or self.notes
            if found["fingerprint"]:
                self.fingerprints[report.nodeid] = found["fingerprint"]
        elif report.failed and report.when not in ("setup", "call", "teardown"):
            self.note_crash(report)

    def note_crash(self, report: pytest.TestReport) -> None:
        """The result of an exercise whose process died."""
        from grader.core.report import Outcome, Result
        from grader.course.learner_file import LearnerFile
        from grader.frontends.pytest_plugin.items import shown_path

        file, _, name = report.nodeid.partition("::")
        path = self.config.rootpath / file
        if not self.is_chapter(path) or name not in self.course.catalogue[path.stem]:
            return
        line = LearnerFile(self.course, path.stem, path).line(name)
        points = self.course.catalogue[path.stem][name].points
        folder = str(self.config.invocation_params.dir)
        outcome = Outcome(f"{path.stem}.{name}", "cpu", "crashed")
        self.results[report.nodeid] = Result(path.stem, name, shown_path(path, folder), line, points, (outcome,))

    def tell_remark(self, nodeid: str) -> None:
        """Write what is said of an exercise that passes, where there is something to say."""
        result = self.results.get(nodeid)
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if result is None or not result.remark or reporter is None or self.config.get_verbosity() < -1:
            return
        from grader.reporters.exercise_text import remark_text

        reporter.ensure_newline()
        writer = self.config.get_terminal_writer()
        if writer.width_of_current_line:  # `-q` marks stand without their file, which is what was asked for above
            writer.line()
        for line in remark_text(result, self.width):
            reporter.write_line(line)

    def remember(self) -> None:
        """Keep what was found of the course's own exercises, for `grader list`."""
        if not self.fingerprints or hasattr(self.config, "workerinput"):
            return
        from grader.course.last_run import LastRun, remember

        device = " and ".join(device_names(self.config))
        runs = {
            f"{result.chapter}.{result.exercise}": LastRun(result.verdict, self.fingerprints[nodeid], device)
            for nodeid, result in self.results.items()
            if nodeid in self.fingerprints
        }
        remember(self.course, runs)

    def unfinished(self) -> bool:
        """Whether any exercise of the run does not pass."""
        return any(not result.is_done for result in self.results.values())

    # ---------------------------------------------------------------- the end

    def close(self, reporter: pytest.TerminalReporter) -> None:
        """Write the closing summary, or what may have been meant by a `-k` that fits nothing."""
        if self.in_use and self.nothing_left and self.config.option.keyword:
            reporter.write_line(self.nothing_fits(self.config.option.keyword))
        verbosity = self.config.get_verbosity()
        ended_in = self.bench.watch.ended_in if self.in_use else None
        if not (self.results or ended_in) or verbosity < -1 or self.config.option.no_summary:
            return
        from grader.core.report import Report
        from grader.frontends.pytest_plugin.items import ExerciseItem
        from grader.reporters.screen import Screen, encoding_has_blocks, pytest_markup
        from grader.reporters.terminal import closing

        self.without_short_summary(reporter)
        results = self.in_order()
        report = Report(
            course=self.course.title,
            version=self.course.version,
            seed=self.seed,
            devices=self.devices,
            results=results,
            notes=self.notes,
            scale=self.course.scale,
        )
        whole = self.is_whole()
        after = None if whole or self.unfinished() else self.to_begin()
        stopped = "Stopped." if self.stopped else ""
        if isinstance(ended_in, ExerciseItem):
            after, stopped = ended_in.not_run(), self.bench.watch.stopped
        lines = closing(
            report,
            whole=whole,
            after=after,
            stopped=stopped,
            screen=Screen(self.width, encoding_has_blocks(sys.__stdout__)),
            brief=verbosity < 0,
        )
        reporter.write_sep("=", self.course.title)
        for line in lines:
            for text, role in line:
                reporter.write(text, **pytest_markup(role))
            reporter.write_line("")

    def nothing_fits(self, keyword: str) -> str:
        """A sentence about a `-k` that fits no exercise, with the first name that is close to one of its words."""
        words = [word for word in re.findall(r"\w+", keyword) if word not in ("and", "or", "not")]
        near = next(filter(None, map(self.course.near, words)), " `grader list` shows all names.")
        return f"No exercise fits -k {keyword}.{near}"

    def without_short_summary(self, reporter: pytest.TerminalReporter) -> None:
        """Drop pytest's list of failures where it only repeats the titles above it, and nobody asked for it."""
        default = "fE"
        failed = reporter.stats.get("failed", [])
        if self.config.option.reportchars == default and all(hasattr(report, "grader") for report in failed):
            without_failures(reporter)

    def in_order(self) -> tuple[Result, ...]:
        """The results in the course's order, folder by folder; workers bring them in any order."""
        chapters = self.course.chapters

        def position(result: Result) -> tuple[str, int, int]:
            names = list(self.course.catalogue[result.chapter])
            return str(Path(result.file).parent), chapters.index(result.chapter), names.index(result.exercise)

        return tuple(sorted(self.results.values(), key=position))

    def is_whole(self) -> bool:
        """Whether every folder of the run was run with all exercises of the course."""
        folders: dict[Path, dict[str, set[str]]] = {}
        for result in self.results.values():
            folders.setdefault(Path(result.file).parent, {}).setdefault(result.chapter, set()).add(result.exercise)
        # chapters are counted first, so that a run of one never reads the others
        return all(
            len(found) == len(self.course.chapters)
            and all(names == set(self.course.catalogue[chapter]) for chapter, names in found.items())
            for found in folders.values()
        )

    def to_begin(self) -> Result | None:
        """The first exercise that is to do in the folder of the run, beyond what was selected."""
        from grader.core.report import Result
        from grader.course.learner_file import LearnerFile

        folder = Path(next(iter(self.results.values())).file).parent
        for chapter in self.course.chapters:
            path = self.config.invocation_params.dir / folder / f"{chapter}.py"
            learner_file = LearnerFile(self.course, chapter, path)
            # a chapter that is broken elsewhere is no matter of this run
            with contextlib.suppress(CourseError):
                for name in self.course.catalogue[chapter]:
                    if learner_file.to_do(name):
                        return Result(chapter, name, str(folder / path.name), learner_file.line(name), 0, ())
        return None


def within_bounds(title: str, text: str) -> str:
    """What was captured during a check, of so many lines that the message above it is not lost."""
    lines = text.splitlines(keepends=True)
    most = LOG_LINES if "log" in title else CAPTURED_LINES
    if len(lines) <= most:
        return text
    return "".join(lines[:most]) + f"… and {len(lines) - most:,} lines more\n"

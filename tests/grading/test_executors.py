"""Executors: one that lives outside the grader grades through `grader.grading`, and says what the local one says."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from runs import FIRST, RIGHT, double, make_target, write

from grader.core.report import Report
from grader.course.manifest import load_course
from grader.grading import Executor, Graded, Grader, Options, Submission, Task
from grader.grading.executors.local import LocalExecutor
from grader.grading.results import Results
from grader.grading.run import run


@dataclasses.dataclass
class InThisProcess:
    """Grades one submission after the other, without a process for the judge."""

    folder: Path

    def grade(self, tasks: Sequence[Task], options: Options) -> Iterator[Graded]:
        with Grader.ready(options, self.folder) as grader:
            for task in tasks:
                key, report = grader.grade(task.submission, task.seed, task.known)
                yield Graded(task, key, report)


@pytest.fixture
def options(tmp_path: Path) -> Options:
    """For one chapter of the target course."""
    return Options.of(load_course(make_target(tmp_path / "course")), chapters=(FIRST,), devices=("cpu",))


@pytest.fixture
def submissions(tmp_path: Path) -> list[Submission]:
    """One that is right and one that is not."""
    texts = {"ann": RIGHT, "ben": double("return x + 1")}
    return [Submission(name, str(write(tmp_path / name, **text))) for name, text in texts.items()]


def without_times(report: Report | None) -> Report:
    """A report, times aside."""
    assert report is not None
    results = tuple(
        dataclasses.replace(r, outcomes=tuple(dataclasses.replace(o, seconds=0.0) for o in r.outcomes))
        for r in report.results
    )
    return dataclasses.replace(report, results=results)


def test_an_executor_of_ones_own_grades(options: Options, submissions: list[Submission], tmp_path: Path) -> None:
    """The same keys and reports as from the processes of this machine, and a run keeps them as it keeps those."""
    here, local = InThisProcess(write(tmp_path / "here")), LocalExecutor(1, write(tmp_path / "local"))
    found: list[dict[str, tuple[str, Report]]] = []
    executors: list[Executor] = [here, local]
    for number, executor in enumerate(executors):
        results = Results(tmp_path / f"out{number}")
        seed = results.begin(7, 0, resume=False, fresh=False)
        graded = list(run(submissions, options, seed, executor, from_name=False, results=results))
        assert [each.failure for each in graded] == ["", ""]
        found.append(
            {g.task.submission.name: (g.key, without_times(results.report(g.task.submission.name))) for g in graded}
        )
    assert found[0] == found[1]
    assert {name: report.score for name, (_, report) in found[0].items()} == {"ann": 31, "ben": 20}


def test_what_is_known_is_not_graded_again(options: Options, submissions: list[Submission], tmp_path: Path) -> None:
    """An executor gives no report where the key that it was told still holds."""
    executor = InThisProcess(write(tmp_path / "here"))
    first = [graded.key for graded in executor.grade([Task(s, 7) for s in submissions], options)]
    again = InThisProcess(write(tmp_path / "again"))
    tasks = [Task(submission, 7, key) for submission, key in zip(submissions, first, strict=True)]
    assert [graded.report for graded in again.grade(tasks, options)] == [None, None]

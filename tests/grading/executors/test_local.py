"""Judging processes: what is lost is tried again, what hangs is ended, and what would fail every time ends the run."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from runs import JUDGE, RIGHT, STUBS, Run, gone, make_target, wait_for, write

from grader.core.errors import GradingError
from grader.course.manifest import load_course
from grader.grading.executors import local
from grader.grading.executors.base import Task
from grader.grading.executors.local import LocalExecutor
from grader.grading.options import Options
from grader.grading.submissions.find import Submission


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    """Terms on which the target course is graded."""
    course = load_course(make_target(tmp_path_factory.mktemp("target") / "course"))
    return Options.of(course, devices=("cpu",), check=2.0)


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    """Two submissions."""
    texts = {"ann": RIGHT, "ben": STUBS}
    return [Task(Submission(name, str(write(tmp_path / name, **text))), 7) for name, text in texts.items()]


def test_what_takes_too_long_is_given_up(
    options: Options, tasks: list[Task], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A judging process that is still at it when there can be no reason is ended, and each submission told."""
    monkeypatch.setattr(local, "JUDGE_SLACK", 0.3 - options.submission)
    folder = write(tmp_path / "tmp")
    found = list(LocalExecutor(1, folder).grade(tasks, options))
    assert [graded.failure for graded in found] == ["It was not graded: after 0.3 s it was still being graded."] * 2


def test_what_would_fail_every_time_ends_the_run(options: Options, tasks: list[Task], tmp_path: Path) -> None:
    """Without a course, or without a place for temporary files, nothing is tried twice."""
    folder = write(tmp_path / "tmp")
    nowhere = dataclasses.replace(options, course=str(tmp_path))
    with pytest.raises(GradingError, match="is no course") as course:
        list(LocalExecutor(2, folder).grade(tasks, nowhere))
    with pytest.raises(GradingError, match="Grading could not begin: No such file") as place:
        list(LocalExecutor(1, tmp_path / "missing").grade(tasks, options))
    assert (course.value.exit_status, place.value.exit_status) == (2, 3)


def test_a_process_that_nobody_talks_to_ends(tmp_path: Path) -> None:
    """A judging process whose other side has gone before the first word leaves without one."""
    command = [sys.executable, "-m", "grader.grading.judge_process", str(tmp_path), str(os.getpid())]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


@pytest.mark.skipif(sys.platform != "linux", reason="memory is looked up in Linux's /proc")
def test_memory_does_not_grow(options: Options, tmp_path: Path) -> None:
    """From twenty submissions to a hundred and twenty, neither the run nor its judging process takes more memory."""
    for number in range(120):
        write(tmp_path / "class" / f"student {number}", **RIGHT)
    temporary, out = write(tmp_path / "tmp"), tmp_path / "out"
    arguments = ("--out", out, "--jobs", "1", "--device", "cpu", "--chapter", "ex01")
    run = Run(Path(options.course), temporary, tmp_path / "class", *arguments)

    def memory(after: int) -> list[int]:
        assert wait_for(lambda: len(list(out.glob("results/[!.]*.json"))) >= after, 100)
        (judge,) = run.below(JUDGE)
        return [resident(run.process.pid), resident(judge)]

    first, last = memory(20), memory(115)
    started = run.below()
    ran = run.end()
    assert (ran.code, gone(started)) == (0, True)
    assert all(after - before < 12 << 20 for before, after in zip(first, last, strict=True)), (first, last)
    assert json.loads(next(out.glob("results/*.json")).read_text())["score"] == 31  # all of what was run


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

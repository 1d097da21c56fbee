"""The same submissions checked by `pytest` and by `grader grade`, in real runs of both, and what each of them says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from grader.core.report import Outcome, Report, Result
from grader.core.report_json import report_from_json, result_from_json, result_to_json

SEED = 5
DEVICES = ("cpu", "sim")

PLUGIN = """
import json

def pytest_runtest_logreport(report):
    if hasattr(report, "grader"):
        with open("results", "a", encoding="utf-8") as file:
            print(json.dumps([report.nodeid, json.loads(report.grader)["result"]]), file=file)
"""


@dataclass(frozen=True)
class Seen:
    """What both modes say: (submission, exercise) → pytest's result, submission → the report of `grader grade`."""

    folder: Path
    timeout: int
    results: dict[tuple[str, str], Result]
    reports: dict[str, Report]


def environment(**more: str) -> dict[str, str]:
    """Ours, without what an outer pytest or a coverage run tells the pytest in it."""
    return {**{k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_"))}, **more}


@dataclass(frozen=True)
class Ran:
    """A command that has ended, and all that it printed."""

    code: int
    output: str


def ran(command: Sequence[object], folder: Path, **more: str) -> Ran:
    """What a command came to in this folder; whatever it prints is text."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=folder,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return Ran(done.returncode, done.stdout)


def self_check(folder: Path, course: Path, timeout: int) -> tuple[Ran, dict[tuple[str, str], Result]]:
    """`pytest FOLDER`, and its results by submission and exercise."""
    work = folder.parent
    (work / "results_plugin.py").write_text(PLUGIN, encoding="utf-8")
    (work / "results").touch()
    done = ran(
        [
            *("pytest", folder.name, "--course", course, "--seed", SEED, "--timeout", timeout),
            *(option for device in DEVICES for option in ("--device", device)),
            *("-p", "results_plugin", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"),
        ],
        work,
        PYTHONPATH=os.pathsep.join(filter(None, (str(work), os.environ.get("PYTHONPATH")))),
    )
    results = {}
    for line in (work / "results").read_text(encoding="utf-8").splitlines():
        node, text = json.loads(line)
        file, _, name = node.partition("::")
        results[Path(file).parent.name, name] = result_from_json(text)
    return done, results


def grade(paths: Sequence[Path], course: Path, out: Path, *options: object) -> tuple[Ran, dict[str, Report]]:
    """`grader grade PATHS --out OUT OPTIONS`, and the reports by the submissions' names."""
    done = ran(["grader", "--course", course, "grade", *paths, "--out", out, *options], course)
    reports = map(report_from_json, texts(out).values())
    return done, {report.submission: report for report in reports}


def graded(paths: Sequence[Path], course: Path, out: Path, *options: object) -> dict[str, Report]:
    """The reports alone, of a run that ended well."""
    done, reports = grade(paths, course, out, *options)
    assert done.code == 0, done.output
    return reports


def seen(folder: Path, course: Path, timeout: int) -> Seen:
    """What both modes say about the submissions in a folder; they run at the same time."""
    out = folder.parent / "out"
    with ThreadPoolExecutor(1) as pool:
        checking = pool.submit(self_check, folder, course, timeout)
        reports = graded([folder], course, out, "--seed", SEED, "--jobs", 1, "--timeout", timeout)
        done, results = checking.result()
    assert done.code == pytest.ExitCode.TESTS_FAILED, done.output
    return Seen(folder, timeout, results, reports)


def texts(out: Path) -> dict[str, str]:
    """The files of a run's results by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((out / "results").glob("*"))}


def told(result: Result, folder: Path) -> str:
    """What both modes must say alike, as JSON.

    Not so the line to paste and the file, which each names as it is found, the seconds, and what was printed, which
    pytest shows by itself. Paths below the submission's folder are relative in a report.
    """

    def plain(outcome: Outcome) -> Outcome:
        return replace(outcome, message=replace(outcome.message, paste=""), seconds=0.0, output="")

    text = result_to_json(replace(result, file="", outcomes=tuple(map(plain, result.outcomes))))
    return json.dumps(json.loads(text.replace(f"{folder}/", "")), indent=1, ensure_ascii=False)

"""A report for GitHub Actions: annotations, the autograding reporter's payload, text that starts no command.

The reporter (`classroom-resources/autograding-grading-reporter`) prints one total, passes / tests x max_score, and
sends another, the sum of the scores. They agree where every test is worth the same: so an exercise of three points is
three tests. Where that makes too many tests for its size limit it is one test, and `explanation` tells the difference.
"""

from __future__ import annotations

import base64
import json
import math
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from grader.core.report import Report, Result, Verdict
from grader.core.text import one_line
from grader.reporters.base import Command, File, Part, Scene, is_unread
from grader.reporters.exercise_text import exercise_text
from grader.reporters.limits import ANNOTATION_BYTES, ANNOTATIONS_SHOWN, PAYLOAD_BYTES, TESTS_MOST
from grader.reporters.markdown import Failure, failures, markdown
from grader.reporters.sanitize import cut, sanitized

STATUS: dict[Verdict, str] = {
    "passed": "pass", "failed": "fail", "to do": "fail", "timed out": "error", "crashed": "error", "not loaded": "error"
}  # fmt: skip


# ---------------------------------------------------------------- the log


def disarmed(text: str) -> str:
    """A text for a log that somebody else prints: no line of it is a workflow command any more."""
    return re.sub(r"^(\s*):(?=:)", r"\1: ", text, flags=re.MULTILINE).replace("##[", "## [")


def annotate(report: Report, folder: str = "") -> list[str]:
    """Workflow commands that mark the first failures at their lines.

    `folder` is where the submission stands in the student's repository: nothing where it is all of it.
    """
    report = sanitized(report)
    if is_unread(report):
        return [command("error", cut(report.problem, ANNOTATION_BYTES), title="The submission could not be read")]
    marks = [mark(failure, folder) for failure in failures(report)[:ANNOTATIONS_SHOWN]]
    notes = [*filter(None, [report.problem]), *report.notes[:ANNOTATIONS_SHOWN]]
    return marks + [command("warning", cut(note, ANNOTATION_BYTES)) for note in notes]


def mark(failure: Failure, folder: str) -> str:
    """The annotation of one failure at the line where its function begins."""
    first = failure.results[0]
    title = f"{failure.names}: {first.verdict}"
    text = cut(failure.text, ANNOTATION_BYTES)
    return command("error", text, file=posixpath.join(folder, first.file), line=str(first.line), title=title)


def command(name: str, message: str, **properties: str) -> str:
    """A workflow command as one line, escaped as GitHub asks."""
    given = ",".join(f"{key}={escaped(one_line(value), ':,')}" for key, value in properties.items())
    return f"::{name}{' ' if given else ''}{given}::{escaped(message)}"


def escaped(text: str, also: str = "") -> str:
    """A text with `%`, line ends and the characters of `also` as `%25` and so on."""
    return re.sub(f"[%\r\n{also}]", lambda found: f"%{ord(found.group()):02X}", text)


# ---------------------------------------------------------------- the autograding reporter


def reporter(report: Report) -> dict[str, Any]:
    """The payload for the autograding reporter; messages are cut until it fits, tests never are."""
    report = sanitized(report)
    counted = [result for result in report.results if result.counts]
    if not counted:
        counted = [Result("", "nothing to grade", "", 0, 0, ())]
    texts = [disarmed("\n".join(exercise_text(result))) for result in counted]
    if is_unread(report):
        texts = [disarmed(report.problem), *[""] * (len(counted) - 1)]
    size = PAYLOAD_BYTES
    while len(encoded(found := payload(report, counted, texts, size))) > PAYLOAD_BYTES and size:
        size //= 2
    return found


def payload(report: Report, counted: list[Result], texts: list[str], size: int) -> dict[str, Any]:
    """The payload with messages of at most `size` bytes."""
    worth = unit(counted)
    tests = [
        one_test(result, number, shares, worth or result.points, cut(text, size) if size and not number else "")
        for result, text in zip(counted, texts, strict=True)
        for shares in [max(1, result.points // worth) if worth else 1]
        for number in range(shares)
    ]
    statuses = {entry["status"] for entry in tests}
    status = next(status for status in ("error", "fail", "pass") if status in statuses)
    return {"version": 1, "status": status, "max_score": report.possible, "tests": tests}


def one_test(result: Result, number: int, shares: int, score: int, message: str) -> dict[str, Any]:
    """One test: an exercise, or one of the equal shares that it is worth; what is long stands in the first."""
    name = f"{result.chapter}.{result.exercise}".strip(".")
    return {
        "name": disarmed(name + (f" ({number + 1} of {shares})" if shares > 1 else "")),
        "status": STATUS[result.verdict] if result.outcomes else "error",
        "score": score if result.passed else 0,
        "message": message,
        "test_code": "",
        "filename": "" if number else disarmed(one_line(result.file)),
        "line_no": 0,
        "duration": 0 if number else round(sum(outcome.seconds for outcome in result.outcomes), 3),
    }


def unit(counted: list[Result]) -> int:
    """What every test is worth; 0 where equal shares would be too many, so that each exercise is one test."""
    worth = math.gcd(*(result.points for result in counted)) or 1
    return worth if sum(result.points for result in counted) <= TESTS_MOST * worth else 0


def explanation(report: Report) -> str:
    """A sentence for the log where the reporter's table cannot show the points that it sends."""
    counted = [result for result in report.results if result.counts]
    passed = sum(result.passed for result in counted)
    if unit(counted) or passed * report.possible == report.earned * len(counted):
        return ""
    return (
        f"The table of the reporter counts exercises, each as much as any other; the points are {report.earned} of"
        f" {report.possible}, because exercises differ in what they are worth."
    )


def encoded(found: dict[str, Any]) -> bytes:
    """The payload as the bytes that count for its limit."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def step_output(report: Report) -> str:
    """The line for `GITHUB_OUTPUT`: `result=` and the payload in base64."""
    return f"result={base64.b64encode(encoded(reporter(report))).decode()}"


# ---------------------------------------------------------------- the reporters


class GithubReporter:
    """The job's summary, and the first failures marked at their lines."""

    name = "github"
    about: Literal["submission"] = "submission"

    def report(self, reports: Iterable[Report], scene: Scene) -> Iterator[Part]:
        """The summary is added to the runner's file; without a runner only the marks are left."""
        for report in reports:
            if path := scene.environment.get("GITHUB_STEP_SUMMARY"):
                yield File(Path(path), markdown(report), append=True)
            yield Command("\n".join(annotate(report, scene.inside.get(report.submission, ""))))


class GithubClassroomReporter:
    """The points for the autograding reporter of GitHub Classroom."""

    name = "github-classroom"
    about: Literal["submission"] = "submission"

    def report(self, reports: Iterable[Report], scene: Scene) -> Iterator[Part]:
        """The step's output where there is a runner, with a sentence where the table needs one; otherwise JSON."""
        for report in reports:
            if path := scene.environment.get("GITHUB_OUTPUT"):
                yield File(Path(path), f"{step_output(report)}\n", append=True)
                yield f"{sentence}\n" if (sentence := explanation(report)) else ""
            else:
                yield f"{encoded(reporter(report)).decode()}\n"

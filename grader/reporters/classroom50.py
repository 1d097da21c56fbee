"""A report as Classroom 50 reads it: `result.json` in the student's checkout, with points per exercise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from grader.core.report import Report
from grader.core.text import one_line
from grader.reporters.base import File, Part, Scene
from grader.reporters.markdown import markdown
from grader.reporters.sanitize import sanitized

WHO = {
    "classroom": ("CLASSROOM",),
    "assignment": ("ASSIGNMENT",),
    "owner": ("USERNAME", "OWNER"),
    "assignment_type": ("ASSIGNMENT_TYPE",),
    "submission": ("SUBMISSION_TAG",),
    "commit": ("COMMIT_URL",),
    "release": ("RELEASE_URL",),
    "review": ("REVIEW_URL", "COMMIT_URL"),
}
"""Who and what was graded, each from the first of these variables that says something."""


def classroom50_result(report: Report, environment: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The content of `result.json`. Exercises skipped on every device are left out."""
    report = sanitized(report)
    who = {
        field: next((environment[name] for name in names if environment.get(name)), "") for field, names in WHO.items()
    }
    tests = [
        {
            "test-name": one_line(f"{result.chapter}.{result.exercise}"),
            "passed": result.passed,
            "score": result.points if result.passed else 0,
            "max-score": result.points,
        }
        for result in report.results
        if result.counts
    ]
    return {
        "schema": "classroom50/result/v1",
        **who,
        "assignment_type": who["assignment_type"] or "individual",
        "datetime": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": report.earned,
        "max-score": report.possible,
        "tests": tests,
    }


class Classroom50Reporter:
    """`result.json` and the text of a release, where Classroom 50 looks for them."""

    name = "classroom50"
    about: Literal["submission"] = "submission"

    def report(self, reports: Iterable[Report], scene: Scene) -> Iterator[Part]:
        """Both files, in the working directory, in place of those of an earlier run."""
        for report in reports:
            text = json.dumps(classroom50_result(report, scene.environment, scene.now), ensure_ascii=False, indent=1)
            yield File(scene.folder / "result.json", f"{text}\n")
            yield File(scene.folder / "release-body.md", markdown(report))

"""A report as Classroom 50 reads it: `result.json` in the student's checkout, with points per exercise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from grader.report_records import Report
from grader.sanitize import sanitized
from grader.text import one_line

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
            "passed": result.verdict == "passed",
            "score": result.points if result.verdict == "passed" else 0,
            "max-score": result.points,
        }
        for result in report.results
        if result.verdict != "skipped"
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

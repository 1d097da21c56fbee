"""Views of one report, put where GitHub's runner or Classroom 50 looks for them: the side that writes.

Environment and clock are handed in, so that a test can play the runner.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from grader.classroom50 import classroom50_result
from grader.files import replace_text
from grader.github import annotate, encoded, explanation, reporter, step_output
from grader.markdown import markdown
from grader.report_records import Report

FORMATS = ("github", "github-classroom", "classroom50")


def deliver(
    report: Report, form: str, environment: Mapping[str, str], now: datetime, *, here: Path, submission: Path
) -> str:
    """Write a report in one of `FORMATS`; what comes back is for the log, and holds no command of a learner's.

    `here` is the working directory, `submission` what was graded. Raises `OSError` where a file cannot be written.
    """
    if form == "github":
        append(environment.get("GITHUB_STEP_SUMMARY"), markdown(report))
        return "\n".join(annotate(report, in_repository(submission)))
    if form == "github-classroom":
        if append(environment.get("GITHUB_OUTPUT"), f"{step_output(report)}\n"):
            return explanation(report)
        return encoded(reporter(report)).decode()
    assert form == "classroom50", form
    text = json.dumps(classroom50_result(report, environment, now), ensure_ascii=False, indent=1)
    replace_text(here / "result.json", f"{text}\n")
    replace_text(here / "release-body.md", markdown(report))
    return ""


@contextlib.contextmanager
def commands_stopped(environment: Mapping[str, str]) -> Iterator[None]:
    """In a log of GitHub's, what is printed in here is shown and not obeyed, whatever commands a learner put into it.

    The token that ends this is drawn here, so it must be entered after the learner's code has ended.
    """
    if environment.get("GITHUB_ACTIONS") != "true":
        yield
        return
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        yield
    finally:
        print(f"\n::{token}::", flush=True)


def append(path: str | None, text: str) -> bool:
    """Add a text to one of the runner's files; False where there is no runner."""
    if not path:
        return False
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)
    return True


def in_repository(submission: Path) -> str:
    """Where a submission stands in the repository that it was checked out with: nothing where it is all of it."""
    folder = submission.resolve()
    root = next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), folder)
    return "" if root == folder else folder.relative_to(root).as_posix()

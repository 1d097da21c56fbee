"""A run over many submissions: one result file for each, kept as it becomes known, so that a killed run can go on."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.files import replace_text
from grader.jobs import Graded, Task, grade_all
from grader.records import Report
from grader.report import ReportError, report_from_json, report_to_json
from grader.submission import Submission
from grader.terms import Terms

RUN = "run.json"
RESULTS = "results"


class BatchError(Exception):
    """A folder for results that cannot be used like this: one sentence."""


class Results:
    """A folder with the results of a run: `run.json` has its seed, `results/` a file for each submission."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, seed: int | None, *, resume: bool, fresh: bool) -> int:
        """The seed of the run: the one asked for, else that of the run which is resumed, else a fresh one.

        Raises `BatchError` where there are results already and nobody said what to do with them.
        """
        run = self.folder / RUN
        results = self.folder / RESULTS
        if run.exists() and not (resume or fresh):
            raise BatchError(f"{self.folder} holds the results of a run: say --resume to go on with it, or --fresh.")
        if fresh and results.is_dir():
            for file in results.glob("*.json"):
                file.unlink()
        results.mkdir(parents=True, exist_ok=True)
        if resume and seed is None and run.exists():
            try:
                earlier = json.loads(run.read_text(encoding="utf-8"))["seed"]
            except (ValueError, KeyError, TypeError):
                raise BatchError(f"{run} cannot be read: say --fresh to begin again.") from None
            return int(earlier)
        seed = fresh_seed() if seed is None else seed
        replace_text(run, json.dumps({"seed": seed}) + "\n")
        return seed

    def file(self, name: str) -> Path:
        """The file of one submission: its name as far as file systems agree on it, and a part that no other has."""
        readable = re.sub(r"[^\w.-]+", "_", name, flags=re.ASCII)[:60].strip("._")
        return (
            self.folder
            / RESULTS
            / f"{readable}-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:10]}.json"
        )

    def known(self, name: str) -> str:
        """The key of what is known of a submission; "" where nothing is."""
        try:
            key = json.loads(self.file(name).read_text(encoding="utf-8"))["key"]
            report_from_json(self.file(name).read_text(encoding="utf-8"))
            return str(key)
        except (OSError, ValueError, KeyError, TypeError, ReportError):
            return ""

    def report(self, name: str) -> Report:
        """What is known of a submission."""
        return report_from_json(self.file(name).read_text(encoding="utf-8"))

    def keep(self, name: str, key: str, report: Report) -> None:
        """Write one result, as a whole or not at all."""
        replace_text(self.file(name), report_to_json(report, key))


def fresh_seed() -> int:
    """A seed that nobody knew before."""
    return secrets.randbelow(2**31)


def seed_from_name(name: str, seed: int) -> int:
    """A seed of each name's own, the same each time."""
    digest = hashlib.sha256(f"{seed}:{name}".encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:4], "little") >> 1


def grade(
    submissions: Sequence[Submission], terms: Terms, seed: int, jobs: int, *, from_name: bool, results: Results | None
) -> Iterator[Graded]:
    """What comes of each submission, kept in the results as it becomes known; what holds already is not done again."""
    tasks = [
        Task(
            submission,
            seed_from_name(submission.name, seed) if from_name else seed,
            results.known(submission.name) if results else "",
        )
        for submission in submissions
    ]
    for graded in grade_all(tasks, terms, jobs):
        if results is not None and graded.report is not None:
            try:
                results.keep(graded.task.submission.name, graded.key, graded.report)
            except OSError as error:
                failure = f"Its result could not be written: {error.strerror or error}."
                yield Graded(graded.task, failure=failure)
                continue
        yield graded

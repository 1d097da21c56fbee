"""A run over many submissions: each is graded by an executor, and kept as it becomes known."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Generator, Sequence

from grader.grading.executors.base import Executor, Graded, Task
from grader.grading.limits import KEEPING_SECONDS
from grader.grading.options import Options
from grader.grading.results import Results
from grader.grading.submissions.find import Submission


def fresh_seed() -> int:
    """A seed that nobody knew before."""
    return secrets.randbelow(2**31)


def seed_from_name(name: str, seed: int) -> int:
    """A seed of each name's own, the same each time."""
    digest = hashlib.sha256(f"{seed}:{name}".encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:4], "little") >> 1


def run(
    submissions: Sequence[Submission],
    options: Options,
    seed: int,
    executor: Executor,
    *,
    from_name: bool,
    results: Results,
) -> Generator[Graded, None, None]:
    """What comes of each submission, kept in the results as it becomes known; what holds already is not done again."""
    tasks = [Task(s, seed_from_name(s.name, seed) if from_name else seed, results.known(s.name)) for s in submissions]
    unkept: list[Graded] = []
    for graded in executor.grade(tasks, options):
        unkept.append(graded)
        for each in list(unkept):  # who could not be kept while a neighbour had filled the disk can be soon
            if not keep(each, results):
                unkept.remove(each)
                yield each
    until = time.monotonic() + KEEPING_SECONDS
    for each in unkept:
        while (why := keep(each, results)) and time.monotonic() < until:
            time.sleep(KEEPING_SECONDS / 20)
        yield Graded(each.task, failure=f"Its result could not be kept: {why}.") if why else each


def keep(graded: Graded, results: Results) -> str:
    """Why the report of a submission, if there is one, could not be kept; "" where it is."""
    if graded.report is not None:
        try:
            results.keep(graded.task.submission.name, graded.key, graded.report)
        except OSError as error:
            return error.strerror or str(error)
    return ""

"""The verdicts on other seeds: right answers pass on all of them, and each mistake fails as itself.

Where one changes, a case can be drawn so that it no longer tells right from wrong, and that case is to be mended.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from grader.course.manifest import Course, load_course
from grader.judging.live import LiveReference
from grader.runtime.devices import choose
from grader.verify.mutant_pool import fresh_processes
from grader.verify.prove import Names, Proof, about_verdicts, in_silence, not_usable
from grader.verify.rules import Complaint


@dataclass(frozen=True)
class Change:
    """The seed and the exercise whose verdicts are not what they have to be, and which ones they are."""

    seed: int
    chapter: str
    exercise: str
    complaints: tuple[Complaint, ...]


def first_change(
    course: Course,
    devices: tuple[str, ...],
    names: Names,
    seeds: Sequence[int],
    jobs: int,
    progress: Callable[[int], None] = lambda seed: None,
) -> Change | None:
    """The first exercise of these, seed by seed, on which a verdict changes; None where it never does.

    `jobs` processes judge at a time, and `progress` is told the seed after each exercise.
    """
    tasks = [(seed, chapter, name) for seed in seeds for chapter, name in names]
    pool = ProcessPoolExecutor(jobs, mp_context=fresh_processes())
    try:
        # a course that has been read cannot be pickled
        for change in pool.map(functools.partial(change_on, course.root, devices), *zip(*tasks, strict=True)):
            if change.complaints:
                return change
            progress(change.seed)
    finally:
        pool.shutdown(cancel_futures=True)
    return None


def change_on(root: Path, devices: tuple[str, ...], seed: int, chapter: str, name: str) -> Change:
    """In a process of its own: what changes in one exercise on one seed, which may be nothing."""
    with in_silence():
        proof = proof_of(root, devices).at(seed)
        try:
            complaints = tuple(about_verdicts(proof, chapter, name))
        except Exception as error:
            complaints = (not_usable(proof.course, chapter, name, error),)
    return Change(seed, chapter, name, complaints)


@functools.cache
def proof_of(root: Path, devices: tuple[str, ...]) -> Proof:
    """The proof of a course, which a process makes once."""
    choose(devices)
    return Proof.of(LiveReference(load_course(root)), devices)

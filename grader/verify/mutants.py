"""Mutants of every solution run through its checks: what the checks do not notice, they do not check.

Each mutant is a solution with one small change (see `mutate`). It is killed where its checks do not pass, and it
should be, unless the chapter's author says with a reason why the change leaves the answer right. Mutants may loop for
ever or die, so they run in processes of their own (see `mutant_pool`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from grader.core.values import arrays
from grader.course.manifest import Course
from grader.verify.limits import MUTANT_JOBS, MUTANT_SECONDS
from grader.verify.mutant_pool import BROKE, outcomes
from grader.verify.mutate import Mutant, mutants_of_chapter, speaks_of_graphs

GRAPH_KINDS = ("no_grad", "detached")
"""Kinds of mutants that change nothing but whether a graph is built, and so nothing that can be seen without one."""
GRAPH_WORDS = frozenset({"requires_grad", "leaves", "grad"})
"""What an exercise may promise of graphs, beside its gradient."""

Fate = Literal["killed", "equivalent", "survived"]


@dataclass(frozen=True)
class Tried:
    """What became of one mutant: its fate, and how it was killed or why it is equivalent."""

    mutant: Mutant
    fate: Fate
    how: str


@dataclass(frozen=True)
class MutantReport:
    """All mutants with their fates, in the order of the course, and complaints about what authors list."""

    tried: tuple[Tried, ...]
    complaints: tuple[str, ...]
    seconds: float

    @property
    def survivors(self) -> tuple[Tried, ...]:
        """The mutants that no check noticed."""
        return tuple(tried for tried in self.tried if tried.fate == "survived")

    @property
    def holds(self) -> bool:
        """Whether every mutant is killed or listed as equivalent, and every listed one is."""
        return not self.survivors and not self.complaints


MutantProgress: TypeAlias = Callable[[Tried, int, int], None]
"""Told each mutant's fate as it becomes known, with how many are done and how many there are."""


def run_mutants(
    course: Course,
    devices: tuple[str, ...],
    seed: int = 0,
    *,
    chapters: Sequence[str] = (),
    exercises: Sequence[tuple[str, str]] = (),
    jobs: int = MUTANT_JOBS,
    limit: float = MUTANT_SECONDS,
    progress: MutantProgress = lambda tried, done, total: None,
) -> MutantReport:
    """Run the mutants of these chapters and (chapter, exercise) pairs, by default of the whole course.

    Raises `CourseError` or `SourceError` for a course that cannot be used.
    """
    started = time.perf_counter()
    everything = not chapters and not exercises
    chosen = [
        (chapter, name)
        for chapter in course.chapters
        for name in course.catalogue[chapter]
        if everything or chapter in chapters or (chapter, name) in exercises
    ]
    mutants = [
        mutant
        for chapter in dict.fromkeys(chapter for chapter, _ in chosen)
        for mutant in mutants_of_chapter(course.solution(chapter))
        if (chapter, mutant.exercise) in chosen
    ]
    listed = Listed(course, chosen)
    mutants = [mutant for mutant in mutants if mutant.kind not in GRAPH_KINDS or listed.sees_graphs(mutant)]
    fates: dict[int, Tried] = {}
    for number, how in outcomes(course, devices, seed, mutants, jobs, limit):
        fates[number] = listed.fate(mutants[number], how)
        progress(fates[number], len(fates), len(mutants))
    tried = tuple(fates[number] for number in range(len(mutants)))
    complaints = (*listed.complaints(tried), *broken_checks(course, tried))
    return MutantReport(tried, complaints, time.perf_counter() - started)


class Listed:
    """The changes that authors list as equivalent, held against what became of the mutants."""

    def __init__(self, course: Course, exercises: Iterable[tuple[str, str]]) -> None:
        from grader.judging.live import LiveReference

        live = LiveReference(course)
        self.course, self.live = course, live
        self.graphs: dict[tuple[str, str], bool] = {}
        self.entries = [
            (chapter, exercise, entry)
            for chapter, exercise in exercises
            for entry in live.chapter(chapter).exercises[exercise].equivalents
        ]

    def sees_graphs(self, mutant: Mutant) -> bool:
        """Whether a mutant's exercise compares a graph, gets a tensor that has one, or works with one."""
        key = (mutant.chapter, mutant.exercise)
        if key not in self.graphs:
            trial = self.live.trial(*key)
            given = (array for case in trial.cases for value in case.arguments for array in arrays(value))
            self.graphs[key] = (
                trial.promised.gradient
                or bool(GRAPH_WORDS & trial.promised.also)
                or any(array.requires_grad or array.grad is not None for array in given)
                or speaks_of_graphs(self.course.solution(mutant.chapter), mutant.exercise)
            )
        return self.graphs[key]

    def fate(self, mutant: Mutant, how: str) -> Tried:
        """A mutant's fate; `how` it was killed is empty where all checks passed."""
        if how:
            return Tried(mutant, "killed", how)
        for chapter, exercise, entry in self.entries:
            if (chapter, exercise) == (mutant.chapter, mutant.exercise) and names(entry.change, mutant):
                return Tried(mutant, "equivalent", entry.reason)
        return Tried(mutant, "survived", "")

    def complaints(self, tried: Sequence[Tried]) -> Iterator[str]:
        """One sentence for each entry without a reason, that names no mutant, or whose mutant is killed."""
        for chapter, exercise, entry in self.entries:
            file = self.course.checks(chapter).relative_to(self.course.root)
            where = f"{file}:{entry.line}: the equivalent `{entry.change}` of {exercise}"
            mine = [t for t in tried if (t.mutant.chapter, t.mutant.exercise) == (chapter, exercise)]
            named = [t for t in mine if names(entry.change, t.mutant)]
            killed = [t for t in named if t.fate == "killed"]
            if not entry.reason.strip():
                yield f"{where} has no reason: say why the answer stays right."
            if not named:
                yield f"{where} names no mutant of the solution as it is now: take it out, or name one that there is."
            elif killed:
                yield (
                    f"{where} is not equivalent: {len(killed)} of {len(named)} mutants that it names are killed"
                    f" (`{killed[0].mutant.change}`: {killed[0].how}). Take it out, or name only those that survive."
                )


def names(change: str, mutant: Mutant) -> bool:
    """Whether an author's entry means this mutant; `…` in it stands for any text."""
    pattern = ".*".join(re.escape(part) for part in change.split("…"))
    return change == mutant.kind or ("→" in change and re.fullmatch(pattern, mutant.change) is not None)


def broken_checks(course: Course, tried: Sequence[Tried]) -> Iterator[str]:
    """One sentence for each mutant that was not judged because the grader itself raised."""
    for t in tried:
        if t.how.startswith(BROKE):
            where = file_and_line(course, t.mutant)
            yield f"{where}: on the mutant `{t.mutant.change}` {t.how}: an error of the grader."


# ---------------------------------------------------------------- in words


def mutants_summary(course: Course, report: MutantReport) -> list[str]:
    """The counts per chapter, then each survivor with the lines that differ, then the complaints."""
    counts: dict[str, dict[Fate, int]] = {}
    for tried in report.tried:
        row = counts.setdefault(tried.mutant.chapter, {"killed": 0, "equivalent": 0, "survived": 0})
        row[tried.fate] += 1
    width = max((len(chapter) for chapter in counts), default=0)
    lines = [f"{'mutants':{width}}  killed  equivalent  survived"]
    total: dict[Fate, int] = {"killed": 0, "equivalent": 0, "survived": 0}
    for chapter, row in counts.items():
        lines.append(count_line(chapter, row, width))
        total = {fate: total[fate] + row[fate] for fate in total}
    lines.append(count_line(f"{len(report.tried)} in all", total, width))
    for tried in report.survivors:
        lines += ["", *survivor_lines(course, tried.mutant)]
    if report.complaints:
        lines += ["", *report.complaints]
    return lines


def count_line(name: str, row: dict[Fate, int], width: int) -> str:
    """One line of the table."""
    return f"{name:{width}}  {row['killed']:6}  {row['equivalent']:10}  {row['survived']:8}"


def survivor_lines(course: Course, mutant: Mutant) -> Iterator[str]:
    """Where a survivor is and what was changed, then the old and the new lines."""
    yield f"{file_and_line(course, mutant)}: {mutant.exercise} still passes: {mutant.what} ({mutant.kind})"
    yield from (f"    - {line}" for line in mutant.old.splitlines())
    yield from (f"    + {line}" for line in mutant.new.splitlines())


def file_and_line(course: Course, mutant: Mutant) -> str:
    """File and line of a change."""
    return f"{course.solution(mutant.chapter).relative_to(course.root)}:{mutant.line}"

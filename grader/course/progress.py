"""Where somebody stands, without running anything: from the files, and from what `pytest` found last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.core.errors import SourceError
from grader.course.last_run import LastRun, fingerprints, last_runs
from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course

CHANGED = "changed since the last run"
DONE = ("passed", "skipped")
WIDTH = 80


@dataclass(frozen=True)
class Standing:
    """One exercise: where it stands, what it is worth, and what can be said of it."""

    chapter: str
    name: str
    place: str
    points: int
    state: str
    """`to do`, `missing`, `begun` (never run), `changed since the last run`, or the verdict of that run."""

    @property
    def is_done(self) -> bool:
        """Whether the last run found nothing to do, and what it ran is still the same."""
        return self.state.startswith(DONE)


def standings(course: Course, chapter: str, runs: dict[str, LastRun]) -> tuple[Standing, ...]:
    """The exercises of a chapter; none where its file is missing or cannot be read as Python."""
    path = course.exercises_folder / f"{chapter}.py"
    learner_file = LearnerFile(course, chapter, path)
    if isinstance(learner_file.source, SourceError):
        return ()
    present = {*learner_file.source.functions, *learner_file.source.others}
    now = fingerprints(course, chapter, path) if any(key.startswith(f"{chapter}.") for key in runs) else {}
    found = []
    for name, entry in course.catalogue[chapter].items():
        state = "begun"
        if name not in present:
            state = "missing"
        elif learner_file.to_do(name):
            state = "to do"
        elif run := runs.get(f"{chapter}.{name}"):
            found_then = f"{run.verdict} on {run.device}" if run.device else run.verdict
            state = found_then if run.fingerprint == now[name] else CHANGED
        place = f"{path.parent.name}/{path.name}:{learner_file.line(name)} {name}"
        found.append(Standing(chapter, name, place, entry.points, state))
    return tuple(found)


def upcoming(found: tuple[Standing, ...], runs: dict[str, LastRun]) -> Standing | None:
    """The first exercise that is not known to pass; without any run, the first that is to do."""
    left = [each for each in found if not each.is_done and each.state != "missing"]
    return next((each for each in left if runs or each.state == "to do"), None)


def progress(course: Course) -> Iterator[str]:
    """A line per chapter and one per exercise, then what comes next."""
    course.check_built()
    runs = last_runs(course)
    everything: list[Standing] = []
    unusable = ""
    for chapter, entries in course.catalogue.items():
        path = course.exercises_folder / f"{chapter}.py"
        found = standings(course, chapter, runs)
        everything += found
        told = counts(found, len(entries)) if found else "cannot be read as Python"
        if not found or any(each.state == "missing" for each in found):
            unusable = unusable or f"{path.parent.name}/{path.name}"
        told = told if path.exists() else "is missing"
        yield f"{chapter:<{WIDTH - 30}}{told:>30}"
        for each in found:
            points = f"{each.points} point{'s' if each.points > 1 else ''}"
            yield f"    {each.name:<{WIDTH - 46}}{points:>10}  {each.state:>28}".rstrip()
    yield ""
    following = upcoming(tuple(everything), runs)
    if following or unusable:
        yield f"next: {following.place if following else unusable}"
    elif all(each.is_done for each in everything):
        yield "Every exercise passed when it was last run."
    else:
        yield "Everything is begun. `pytest` tells what passes."


def counts(found: tuple[Standing, ...], total: int) -> str:
    """`2 of 7 passed, 1 begun`; of what was never run, only what is begun."""
    passed = sum(each.state.startswith("passed") for each in found)
    begun = sum(not each.is_done and each.state not in ("to do", "missing") for each in found)
    if not passed:
        return f"{begun} of {total} begun"
    return f"{passed} of {total} passed" + (f", {begun} begun" if begun else "")

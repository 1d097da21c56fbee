"""Where somebody stands, told from the files alone: nothing is run, so begun is all that can be said."""

from __future__ import annotations

from collections.abc import Iterator

from grader.core.errors import SourceError
from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course


def progress(course: Course, width: int = 80) -> Iterator[str]:
    """A line per chapter and one per exercise, then what comes next."""
    course.check_built()
    upcoming = unusable = ""
    for chapter, entries in course.catalogue.items():
        path = course.exercises_folder / f"{chapter}.py"
        learner_file = LearnerFile(course, chapter, path)
        broken = isinstance(learner_file.source, SourceError)
        states = {name: "to do" if learner_file.to_do(name) else "begun" for name in entries}
        if not broken:
            assert not isinstance(learner_file.source, SourceError)
            present = {*learner_file.source.functions, *learner_file.source.others}
            states = {name: state if name in present else "missing" for name, state in states.items()}
        if broken or "missing" in states.values():
            unusable = unusable or f"{path.parent.name}/{path.name}"
        begun = sum(state == "begun" for state in states.values())
        told = "cannot be read as Python" if broken else f"{begun} of {len(entries)} begun"
        told = told if path.exists() else "is missing"
        yield f"{chapter:<{width - 30}}{told:>30}"
        for name, state in () if broken else states.items():
            points = f"{entries[name].points} point{'s' if entries[name].points > 1 else ''}"
            yield f"    {name:<{width - 30}}{points:>10}  {state:>14}".rstrip()
            if state == "to do" and not upcoming:
                upcoming = f"{path.parent.name}/{path.name}:{learner_file.line(name)} {name}"
    yield ""
    if upcoming or unusable:
        yield f"next: {upcoming or unusable}"
    else:
        yield "Everything is begun. `pytest` tells what passes."

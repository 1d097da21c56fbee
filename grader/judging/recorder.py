"""Write down what a course's answers show, so that a copy without them can be checked against it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from grader.core import wire
from grader.core.observation import Case, Observation
from grader.core.rules import Rules
from grader.course.manifest import Course
from grader.course.recording import SUFFIX, Recording
from grader.course.stubs import stub
from grader.judging.live import LiveReference, LiveTrial
from grader.judging.recorded import record_name, role


def recorded_chapter(reference: LiveReference, chapter: str, engine: str, release: Course) -> tuple[Recording, bytes]:
    """A chapter's recording for a release, and its records, with the cases of the reference's seed.

    `engine` is the fingerprint of this one. Needs the simulated accelerator. Raises `CourseError` where the reference
    itself fails.
    """
    course = reference.course
    records = bytearray()
    trials = {}
    for name in course.catalogue[chapter]:
        told, raw = recorded(reference.trial(chapter, name), len(records))
        trials[name] = told
        records += raw
    functions = course.written(chapter).functions
    recording = Recording(
        path=release.recordings_folder / f"{chapter}{SUFFIX}",
        seed=reference.seed,
        engine=engine,
        stub=stub(course, chapter),
        definitions=tuple(dataclasses.replace(functions[name], line=1) for name in trials),
        entries=tuple(dataclasses.replace(entry, line=1) for entry in course.catalogue[chapter].values()),
        trials=trials,
    )
    return recording, bytes(records)


def recorded(trial: LiveTrial, start: int) -> tuple[dict[str, Any], bytes]:
    """All that a live trial says, on the ON_CPU and the simulated accelerator: what to know of it, and its records.

    `start` is where its records will stand among those of the chapter.
    """
    places: dict[str, tuple[int, int]] = {}
    records = bytearray()
    for place, record in records_of(trial):
        raw = wire.dumps(record)
        places[place] = start + len(records), len(raw)
        records += raw
    told = {
        "parameters": trial.parameters,
        "under": trial.under,
        "mistakes": [dataclasses.asdict(mistake) for mistake in trial.mistakes],
        "way": dataclasses.asdict(trial.way) if trial.way is not None else None,
        "places": places,
    }
    return told, bytes(records)


def records_of(trial: LiveTrial) -> Iterator[tuple[str, Case | Observation | Rules]]:
    """(name, record) of everything that the judge may want to see."""
    yield "promised", trial.promised
    for number, case in enumerate(trial.cases):
        yield f"case {number}", case
        yield f"transposed {number}", Observation(returned=trial.transposed(number))
    for device in ("cpu", "sim") if trial.knows_devices else ("cpu",):
        for turn in trial.turns(device):
            yield record_name("rules", turn, role(device)), trial.rules(turn, device)
            yield record_name("expected", turn, role(device)), trial.expected(turn, device)
            for mistake in trial.mistakes:
                seen = trial.mistaken(mistake.name, turn, device)
                yield record_name(f"mistake {mistake.name}", turn, role(device)), seen

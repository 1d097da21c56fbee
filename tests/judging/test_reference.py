"""A reference that was recorded to bytes and read back says what the live one says, of every answer of the course."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import lzma
import shutil
import warnings
from pathlib import Path

import pytest
from places import ROOT, TARGET
from runs import FIRST

from grader.core.errors import CourseError
from grader.core.report import Outcome
from grader.core.values import Function
from grader.course.manifest import Course, load_course
from grader.course.recording import write_recording
from grader.course.release.wheel import engine_fingerprint
from grader.course.stubs import stub
from grader.judging.judge import Judge
from grader.judging.live import LiveReference
from grader.judging.recorded import RecordedReference
from grader.judging.recorder import recorded_chapter
from grader.judging.reference import Reference
from grader.runtime.devices import choose

COURSE = load_course(ROOT)
DEVICES = ("cpu", "sim")
SEED = 5


def quiet() -> contextlib.ExitStack:
    """What hundreds of answers print and warn of reaches nobody."""
    stack = contextlib.ExitStack()
    stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
    stack.enter_context(warnings.catch_warnings(action="ignore"))
    return stack


def outcomes(judge: Judge, chapter: str, name: str, answer: Function) -> list[Outcome]:
    """What a judge says of an answer on each device, times aside."""
    trial = judge.trial(chapter, name)
    found: list[Outcome] = []
    for device in DEVICES if trial.knows_devices else ("cpu",):
        on_cpu = found[0] if found else None
        found.append(dataclasses.replace(judge.outcome(trial, answer, device, on_cpu=on_cpu), seconds=0.0))
    return found


@pytest.mark.parametrize("chapter", COURSE.chapters)
def test_a_recording_says_what_the_live_reference_says(chapter: str, tmp_path: Path) -> None:
    """The solution, the other right answers and the mistakes of a chapter: the same verdicts, rows and sentences."""
    choose(DEVICES)
    live = LiveReference(COURSE, SEED)
    names = list(COURSE.catalogue[chapter])
    with quiet():
        release = dataclasses.replace(COURSE, root=tmp_path, chapters=(chapter,))
        write_recording(*recorded_chapter(live, chapter, engine_fingerprint(), release))
        shutil.copy(COURSE.given_file, release.recordings_folder)
        reference: Reference = RecordedReference(release)
        first, second = (Judge(COURSE, DEVICES, SEED, each) for each in (live, reference))
        for name in names:
            trial = live.trial(chapter, name)
            mistakes = [mistake.function for mistake in trial.exercise.mistakes]
            for answer in (trial.reference, *trial.exercise.rights, *mistakes):
                due, told = (outcomes(judge, chapter, name, answer) for judge in (first, second))
                assert told == due, (name, answer.__name__)


def test_another_seed_is_an_error_where_it_was_not_recorded(tmp_path: Path) -> None:
    """A judge cannot draw other cases than those of the recording."""
    release = make_release(tmp_path)
    assert Judge(release, DEVICES, SEED).seed == SEED
    with pytest.raises(CourseError, match="holds the cases of seed 5 only; those of 6 need the solutions"):
        Judge(release, DEVICES, 6)
    with pytest.raises(CourseError, match="of seed 5 only"):
        Judge(release, DEVICES, SEED).draw_again(7)


def make_release(folder: Path) -> Course:
    """The target course without its solutions."""
    choose(DEVICES)
    course = load_course(TARGET)
    release = dataclasses.replace(course, root=folder)
    for chapter in course.chapters:
        write_recording(*recorded_chapter(LiveReference(course, SEED), chapter, engine_fingerprint(), release))
    return release


def test_a_damaged_recording_is_a_sentence(tmp_path: Path) -> None:
    """Cut, changed, of another form or missing: never a traceback, and nothing is judged by it."""
    release = make_release(tmp_path)
    path = release.recordings_folder / f"{FIRST}.xz"
    whole = path.read_bytes()
    for raw, said in (
        (whole[:100], "is damaged"),
        (whole[:-100], "is damaged"),
        (b"", "is damaged"),
        (lzma.compress(b"{}"), "is damaged"),
        (lzma.compress(b'{"format": 2}'), "has the form 2, and this grader reads the form 1"),
    ):
        path.write_bytes(raw)
        with pytest.raises(CourseError, match=said):
            _ = RecordedReference(dataclasses.replace(release)).trial(FIRST, "double").promised
    path.unlink()
    with pytest.raises(CourseError, match="cannot be read: No such file"):
        _ = dataclasses.replace(release).seed


def test_another_engine_is_told_what_to_run(tmp_path: Path) -> None:
    """Recordings are read by the engine that they came with."""
    course = load_course(TARGET)
    choose(DEVICES)
    release = dataclasses.replace(course, root=tmp_path, chapters=(FIRST,))
    write_recording(*recorded_chapter(LiveReference(course), FIRST, "another", release))
    with pytest.raises(CourseError, match=r"another version of the grader .* `pip install -r requirements.txt`"):
        Judge(release, ("cpu",)).trial(FIRST, "double")


def test_a_release_knows_what_a_chapter_holds(tmp_path: Path) -> None:
    """Points, hints, signatures and stubs, and the same recording gives the same bytes."""
    course, release = load_course(TARGET), make_release(tmp_path / "one")
    assert release.is_release
    for chapter in course.chapters:
        assert stub(release, chapter) == stub(course, chapter)
        assert [(e.name, e.points, e.hints) for e in release.catalogue[chapter].values()] == [
            (e.name, e.points, e.hints) for e in course.catalogue[chapter].values()
        ]
        names = course.catalogue[chapter]
        assert [release.written(chapter).functions[name].parameters for name in names] == [
            course.written(chapter).functions[name].parameters for name in names
        ]
    again = make_release(tmp_path / "two")
    for path in release.recordings_folder.iterdir():
        assert path.read_bytes() == (again.recordings_folder / path.name).read_bytes()

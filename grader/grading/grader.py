"""Grade one submission: plain data in (where it lies, the seed, the options), plain data out (its report).

Its chapters run in workers, one after another; the judge, which knows the answers, is this process and runs nothing
of theirs.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import itertools
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from grader.core.errors import (
    CourseError,
    DeviceError,
    DiskLow,
    GraderError,
    IsolationError,
    SubmissionError,
)
from grader.core.report import Message, Outcome, Report, Result, Row
from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course, load_course
from grader.grading.limits import FREE_DISK, MESSAGE_CHARACTERS, MESSAGE_ROWS
from grader.grading.options import DEFAULT_DEVICES, Options
from grader.grading.requests import Requests
from grader.grading.submissions.find import Submission
from grader.grading.submissions.stage import Staged, staged
from grader.grading.worker_subject import Bounds, Killed, Stopped, WorkerSubject, outcome_of
from grader.judging.course_proof import FULL, prove_course, prove_mistakes, prove_reference
from grader.judging.judge import Judge
from grader.runtime.devices import REAL, choose, register_sim
from grader.sandbox.confine import check_solutions_apart, unused_user
from grader.sandbox.disk import Disk
from grader.sandbox.limits import Limits
from grader.sandbox.preload import FOR_FIGURES
from grader.sandbox.protocol import WorkerTask
from grader.sandbox.refusals import meaning_here
from grader.sandbox.spawn import ForkServer, FreshProcesses
from grader.sandbox.worker_process import WorkerProcess


class Grader:
    """Grades submissions of one course with the same options, one after another; `number` tells parallel ones apart.

    All temporary files are made in `root`, a folder of its own.
    """

    def __init__(
        self,
        course: Course,
        options: Options,
        devices: tuple[str, ...],
        notes: tuple[str, ...],
        spawner: ForkServer | FreshProcesses,
        root: Path,
        number: int = 0,
        signal: Path | None = None,
    ) -> None:
        self.course = course
        self.options = options
        self.judge = Judge(course, devices)
        self.proven = False
        """Whether the course was shown able to run, with the cases of one seed."""
        self.spawner = spawner
        self.requests = Requests()
        self.root = root
        os.chmod(root, 0o711)  # another user's worker has to reach what is below
        if sentence := check_solutions_apart([root], course.answers_folder):
            raise CourseError(sentence)
        self.bounds = Bounds(
            check=options.check or course.timeout,
            submission=options.submission,
            limits=Limits(memory=options.memory),
            # in turn, because one worker begins while the last one is still being ended, whose threads count for a user
            users=itertools.cycle((unused_user(2 * number), unused_user(2 * number + 1))),
            disk=Disk(root, signal, alone=signal is None),
        )
        self.missing = self.probe()
        if self.missing and options.require_isolation:
            raise IsolationError(f"Isolation was required, and on this machine {', '.join(self.missing)}.")
        self.notes = (
            course.notes
            + notes
            + ((f"Isolation is not complete here: {', '.join(self.missing)}.",) if self.missing else ())
        )

    @classmethod
    @contextlib.contextmanager
    def ready(
        cls,
        options: Options,
        root: Path,
        *,
        workers: ForkServer | FreshProcesses | None = None,
        number: int = 0,
        signal: Path | None = None,
    ) -> Iterator[Grader]:
        """A grader with these options that makes its temporary files in an empty folder.

        `workers` are those that are there already and prepared, else each chapter gets a fresh process; `signal` is a
        file by which graders beside each other tell that the disk is nearly full. Raises
        `CourseError`, `DeviceError`, `IsolationError` or `WorkerError` where nothing can be graded.
        """
        course = load_course(Path(options.course))
        spawner = workers or FreshProcesses()
        if workers is None:
            spawner.prepare(course.given_file, options.devices or DEFAULT_DEVICES)
        devices, notes = chosen(options.devices)
        try:
            yield cls(course, options, devices, notes, spawner, root, number, signal)
        finally:
            spawner.close()

    def probe(self) -> tuple[str, ...]:
        """The walls that cannot be had here, from a worker that does nothing."""
        scratch = Path(tempfile.mkdtemp(dir=self.root))
        limits = dataclasses.asdict(self.bounds.limits)
        nothing = Path(tempfile.mkdtemp(dir=self.root))
        task = WorkerTask("nothing", str(nothing / "nothing.py"), {}, str(scratch), next(self.bounds.users), limits)
        process = WorkerProcess(self.spawner, task, self.bounds.disk)
        process.close()
        nothing.rmdir()
        return process.missing

    # ---------------------------------------------------------------- one submission

    def grade(
        self, submission: Submission, seed: int, known: str = "", *, alone: bool = True
    ) -> tuple[str, Report | None]:
        """The key of what was graded and its report; no report where the key is the one that is known already.

        `alone` says that nobody is graded at the same time. Raises `CourseError` where the course is wrong,
        `WorkerError` where workers cannot be had, `OSError` where the disk is full, and, where others may have filled
        it, `DiskLow`: then it has to be graded again.
        """
        self.bounds.disk.begin(alone)
        try:
            return self.graded(submission, seed, known)
        except OSError as error:
            if not alone and error.errno in FULL:
                raise DiskLow("the disk is nearly full") from None
            raise
        except CourseError:
            if not alone and self.bounds.disk.suspect():  # its own files had no room either
                raise DiskLow("the disk is nearly full") from None
            if self.bounds.disk.free() < FREE_DISK:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.root)) from None
            raise

    def graded(self, submission: Submission, seed: int, known: str) -> tuple[str, Report | None]:
        """As `grade`, whoever else is graded."""
        try:
            with staged(submission, self.course.chapters, self.root) as stage:
                key = self.key(stage.fingerprint, seed)
                if key == known:
                    return key, None
                self.draw(seed)
                return key, self.report(submission, seed, stage)
        except SubmissionError as error:
            key = self.key(str(error), seed)
            if key == known:
                return key, None
            self.draw(seed)
            return key, self.unreadable(submission, seed, str(error))

    def draw(self, seed: int) -> None:
        """Take the cases of a seed; before the first submission, the course is shown able to run."""
        if seed != self.judge.seed:
            self.judge.draw_again(seed)
            self.requests = Requests()
        if not self.proven:
            prove_course(self.judge, self.selected())
            self.proven = True

    def key(self, fingerprint: str, seed: int) -> str:
        """What decides about a report: the submission's content, the seed, the course, and the options."""
        options = {
            k: v for k, v in dataclasses.asdict(self.options).items() if k not in ("course", "require_isolation")
        }
        told = [fingerprint, seed, self.options.course_fingerprint, self.judge.devices, options]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def report(self, submission: Submission, seed: int, stage: Staged) -> Report:
        """The report on a submission that can be read."""
        deadline = time.monotonic() + self.bounds.submission
        results: list[Result] = []
        for chapter, names in self.selected().items():
            results += self.chapter(chapter, names, stage, deadline)
        disk = self.bounds.disk
        if not disk.alone and any(r.is_wrong for r in results) and (disk.suspect() or any(map(tells_of_room, results))):
            raise DiskLow("the disk is nearly full")
        problem = stage.problem if stage.problems.keys() & self.selected().keys() else ""
        return self.as_report(submission, seed, tuple(results), self.notes + stage.notes, problem)

    def unreadable(self, submission: Submission, seed: int, sentence: str) -> Report:
        """The report on one that cannot."""
        results = tuple(
            Result(c, n, f"{c}.py", 1, self.points(c, n), (not_loaded(c, n, sentence),))
            for c, names in self.selected().items()
            for n in names
        )
        return self.as_report(submission, seed, results, self.notes, sentence)

    def as_report(
        self, submission: Submission, seed: int, results: tuple[Result, ...], notes: tuple[str, ...], problem: str = ""
    ) -> Report:
        """Results with what holds for all of them."""
        return Report(
            course=self.course.title,
            version=self.course.version,
            seed=seed,
            devices=self.judge.devices,
            results=results,
            notes=notes,
            submission=submission.name,
            problem=problem,
            scale=self.course.scale,
        )

    def selected(self) -> dict[str, tuple[str, ...]]:
        """The exercises that are graded, by chapter."""
        chapters = self.options.chapters or self.course.chapters
        return {
            chapter: tuple(n for n in self.course.catalogue[chapter] if self.options.exercise in ("", n))
            for chapter in self.course.chapters
            if chapter in chapters
        }

    def points(self, chapter: str, name: str) -> int:
        """What an exercise is worth."""
        return self.course.catalogue[chapter][name].points

    # ---------------------------------------------------------------- one chapter, one exercise

    def chapter(self, chapter: str, names: tuple[str, ...], stage: Staged, deadline: float) -> list[Result]:
        """The results of one chapter."""
        shown = stage.shown.get(chapter, f"{chapter}.py")
        if chapter not in stage.files:
            sentence = stage.problems.get(chapter, f"{chapter}.py is missing: the submission has no such file.")
            return [
                Result(chapter, n, shown, 1, self.points(chapter, n), (not_loaded(chapter, n, sentence),))
                for n in names
            ]
        learner_file = LearnerFile(self.course, chapter, stage.files[chapter], shown)
        if not all(map(learner_file.before_running, names)) and self.plots(chapter):
            self.spawner.need(FOR_FIGURES)
        subject = WorkerSubject(self.spawner, learner_file, self.bounds, self.requests)
        try:
            return [self.exercise(learner_file, name, subject, deadline) for name in names]
        finally:
            subject.end()

    def plots(self, chapter: str) -> bool:
        """Whether any exercise of a chapter is about figures."""
        return any("figure" in self.judge.trial(chapter, n).promised.also for n in self.course.catalogue[chapter])

    def exercise(self, learner_file: LearnerFile, name: str, subject: WorkerSubject, deadline: float) -> Result:
        """The result of one exercise, whatever its code does."""
        full = f"{learner_file.chapter}.{name}"
        subject.limit = min(self.bounds.check, deadline - time.monotonic())
        if subject.limit <= 0:
            sentence = f"{name} was not run: the time for the whole submission ({self.bounds.submission:g} s) was over."
            return self.judge.result(
                learner_file, name, (Outcome(full, "cpu", "timed out", Message(sentence=sentence)),)
            )
        try:
            result = self.judge.check(learner_file, name, subject)
        except Killed:
            subject.output()
            return self.exercise(learner_file, name, subject, deadline)
        except Stopped as stopped:
            result = self.judge.result(learner_file, name, (outcome_of(full, stopped, subject.limit),))
        except GraderError:
            raise
        except (Exception, SystemExit) as error:
            # Either the course's own code raised it, or an observation that no honest worker sends broke what compares.
            prove_reference(self.judge, learner_file.chapter, name)
            prove_mistakes(self.judge, learner_file.chapter, name)
            sentence = f"What came back from {name} could not be compared ({type(error).__name__})."
            result = self.judge.result(
                learner_file, name, (Outcome(full, "cpu", "failed", Message(sentence=sentence)),)
            )
        if result.is_wrong and self.bounds.disk.free() < FREE_DISK:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.root))  # it may have failed for that
        return bounded(explained(result, self.bounds.limits), subject.output())


def chosen(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The devices of the run, and notes on what could not be had. Raises `DeviceError` for a real accelerator.

    No submission reaches one behind its walls: the files by which a driver is spoken to are closed to it.
    """
    if real := [name for name in names if name in REAL]:
        raise DeviceError(
            f"`grader grade` does not use {real[0]}: a submission that is not trusted reaches no accelerator. Grade on"
            " cpu and sim, which find what an accelerator finds; `pytest` uses a real one."
        )
    reason = "" if names else register_sim()
    devices, notes = choose(names or (("cpu",) if reason else DEFAULT_DEVICES))
    return devices, (*([f"Only the CPU is checked: {reason}."] if reason else []), *notes)


def tells_of_room(result: Result) -> bool:
    """Whether a message says that there was no room on the disk, which somebody else may have taken for a moment."""
    texts = [row.text for outcome in result.outcomes for row in outcome.message.rows]
    texts += [outcome.message.sentence for outcome in result.outcomes]
    return any(os.strerror(number) in text for number in FULL for text in texts)


def not_loaded(chapter: str, name: str, sentence: str) -> Outcome:
    """The outcome of an exercise whose file cannot be had."""
    return Outcome(f"{chapter}.{name}", "cpu", "not loaded", Message(sentence=sentence))


def explained(result: Result, limits: Limits) -> Result:
    """A result that says, where nothing better is known, which wall or limit an exception comes from."""
    outcomes = []
    for outcome in result.outcomes:
        message = outcome.message
        texts = [row.text for row in message.rows if row.label == "raised"] + [message.sentence]
        told = next(filter(None, (meaning_here(text, limits) for text in texts)), "")
        if told and not outcome.mistake and not outcome.is_done:
            loaded = outcome.verdict != "not loaded"
            message = dataclasses.replace(message, sentence=told if loaded else f"{message.sentence} {told}")
        outcomes.append(dataclasses.replace(outcome, message=message))
    return dataclasses.replace(result, outcomes=tuple(outcomes))


def bounded(result: Result, printed: str) -> Result:
    """A result with no endless text in it, whose first outcome that is not right tells what was printed."""
    outcomes = []
    for outcome in result.outcomes:
        if outcome.is_done:
            outcomes.append(outcome)
        else:
            outcomes.append(dataclasses.replace(outcome, message=cut_message(outcome.message), output=printed))
            printed = ""
    return dataclasses.replace(result, outcomes=tuple(outcomes))


def cut_message(message: Message) -> Message:
    """A message of a bounded size: honest ones are far below it."""
    rows = tuple(
        Row(r.label[:MESSAGE_CHARACTERS], r.text[:MESSAGE_CHARACTERS], r.note[:MESSAGE_CHARACTERS])
        for r in message.rows[:MESSAGE_ROWS]
    )
    traceback = tuple(line[:MESSAGE_CHARACTERS] for line in message.traceback[:MESSAGE_ROWS])
    return Message(
        message.call[:MESSAGE_CHARACTERS],
        rows,
        message.sentence[:MESSAGE_CHARACTERS],
        traceback,
        message.paste[:MESSAGE_CHARACTERS],
    )

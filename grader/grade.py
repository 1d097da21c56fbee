"""Grade one submission: plain data in (where it lies, the seed, the terms), plain data out (its report).

Its chapters run in workers, one after another; the judge, which knows the answers, is this process and runs nothing
of theirs.
"""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import itertools
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

from grader.answers import LearnerFile
from grader.channel import WorkerTask as WorkerTask
from grader.course import Course
from grader.error_family import CourseError, IsolationError, SubmissionError, WorkerError
from grader.exchanges import Requests
from grader.grading_limits import FREE_DISK, MESSAGE_CHARACTERS, MESSAGE_ROWS
from grader.isolation import check_solutions_apart, unused_user
from grader.judge import Judge
from grader.late import FOR_FIGURES
from grader.process import WorkerProcess
from grader.remote import Bounds, Killed, Stopped, WorkerSubject, outcome_of
from grader.report_records import Message, Outcome, Report, Result, Row
from grader.sandbox_limits import Limits
from grader.staging import Staged, staged
from grader.submission import Submission
from grader.terms import Options
from grader.workers import ForkServer, FreshProcesses


class Grader:
    """Grades submissions of one course on the same terms, one after another; `number` tells parallel ones apart.

    All temporary files are made in `root`, a folder of its own.
    """

    def __init__(
        self,
        course: Course,
        terms: Options,
        devices: tuple[str, ...],
        notes: tuple[str, ...],
        source: ForkServer | FreshProcesses,
        root: Path,
        number: int = 0,
    ) -> None:
        self.course = course
        self.terms = terms
        self.judge = Judge(course, devices)
        self.source = source
        self.exchanges = Requests()
        self.root = root
        os.chmod(root, 0o711)  # another user's worker has to reach what is below
        if sentence := check_solutions_apart([root], course.solutions_folder):
            raise CourseError(sentence)
        self.bounds = Bounds(
            check=terms.check or course.timeout,
            submission=terms.submission,
            limits=Limits(memory=terms.memory),
            # in turn, because one worker begins while the last one is still being ended, whose threads count for a user
            users=itertools.cycle((unused_user(2 * number), unused_user(2 * number + 1))),
            root=root,
        )
        self.missing = self.probe()
        if self.missing and terms.require_isolation:
            raise IsolationError(f"Isolation was required, and on this machine {', '.join(self.missing)}.")
        self.notes = notes + ((f"Isolation is not complete here: {', '.join(self.missing)}.",) if self.missing else ())

    def probe(self) -> tuple[str, ...]:
        """The walls that cannot be had here, from a worker that does nothing."""
        scratch = Path(tempfile.mkdtemp(dir=self.root))
        limits = dataclasses.asdict(self.bounds.limits)
        nothing = Path(tempfile.mkdtemp(dir=self.root))
        task = WorkerTask("nothing", str(nothing / "nothing.py"), {}, str(scratch), next(self.bounds.users), limits)
        process = WorkerProcess(self.source, task)
        process.close()
        nothing.rmdir()
        return process.missing

    # ---------------------------------------------------------------- one submission

    def grade(self, submission: Submission, seed: int, known: str = "") -> tuple[str, Report | None]:
        """The key of what was graded and its report; no report where the key is the one that is known already.

        Raises `CourseError` where the course is wrong, `WorkerError` where workers cannot be had, `OSError` where the
        disk is full.
        """
        try:
            with staged(submission, self.course.chapters, self.root) as stage:
                key = self.key(stage.fingerprint, seed)
                return key, None if key == known else self.report(submission, seed, stage)
        except SubmissionError as error:
            key = self.key(str(error), seed)
            return key, None if key == known else self.unreadable(submission, seed, str(error))

    def key(self, fingerprint: str, seed: int) -> str:
        """What decides about a report: the submission's content, the seed, the course, and the terms."""
        terms = {k: v for k, v in dataclasses.asdict(self.terms).items() if k not in ("course", "require_isolation")}
        told = [fingerprint, seed, self.terms.course_fingerprint, self.judge.devices, terms]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def report(self, submission: Submission, seed: int, stage: Staged) -> Report:
        """The report on a submission that can be read."""
        if seed != self.judge.seed:
            self.judge.draw_again(seed)
            self.exchanges = Requests()
        deadline = time.monotonic() + self.bounds.submission
        results: list[Result] = []
        for chapter, names in self.selected().items():
            results += self.chapter(chapter, names, stage, deadline)
        return self.as_report(submission, seed, tuple(results), self.notes + stage.notes)

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
        chapters = self.terms.chapters or self.course.chapters
        return {
            chapter: tuple(n for n in self.course.catalogue[chapter] if self.terms.exercise in ("", n))
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
        answers = LearnerFile(self.course, chapter, stage.files[chapter], shown)
        if not all(map(answers.before_running, names)) and self.plots(chapter):
            self.source.need(FOR_FIGURES)
        subject = WorkerSubject(self.source, answers, self.bounds, self.exchanges)
        try:
            return [self.exercise(answers, name, subject, deadline) for name in names]
        finally:
            subject.end()

    def plots(self, chapter: str) -> bool:
        """Whether any exercise of a chapter is about figures."""
        checks, _ = self.judge.chapter(chapter)
        return any("figure" in exercise.rules.also for exercise in checks.exercises.values())

    def exercise(self, answers: LearnerFile, name: str, subject: WorkerSubject, deadline: float) -> Result:
        """The result of one exercise, whatever its code does."""
        full = f"{answers.chapter}.{name}"
        subject.limit = min(self.bounds.check, deadline - time.monotonic())
        if subject.limit <= 0:
            sentence = f"{name} was not run: the time for the whole submission ({self.bounds.submission:g} s) was over."
            return self.judge.result(answers, name, (Outcome(full, "cpu", "timed out", Message(sentence=sentence)),))
        try:
            result = self.judge.check(answers, name, subject)
        except Killed:
            subject.output()
            return self.exercise(answers, name, subject, deadline)
        except Stopped as stopped:
            result = self.judge.result(answers, name, (outcome_of(full, stopped, subject.limit),))
        except (CourseError, WorkerError):
            raise
        except Exception as error:  # an observation that no honest worker sends can break what compares it
            sentence = f"What came back from {name} could not be compared ({type(error).__name__})."
            result = self.judge.result(answers, name, (Outcome(full, "cpu", "failed", Message(sentence=sentence)),))
        if result.verdict not in ("passed", "skipped", "to do") and shutil.disk_usage(self.root).free < FREE_DISK:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.root))  # it may have failed for that
        return bounded(result, subject.output())


def not_loaded(chapter: str, name: str, sentence: str) -> Outcome:
    """The outcome of an exercise whose file cannot be had."""
    return Outcome(f"{chapter}.{name}", "cpu", "not loaded", Message(sentence=sentence))


def bounded(result: Result, printed: str) -> Result:
    """A result with no endless text in it, whose first outcome that is not right tells what was printed."""
    outcomes = []
    for outcome in result.outcomes:
        if outcome.verdict in ("passed", "skipped"):
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

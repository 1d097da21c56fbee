"""Prove a course: stubs are stubs, answers pass, mistakes fail where they should and are named by their own sentence.

Every complaint is one sentence for the course's author, with file and line and what mends it.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import io
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from grader.core.errors import CourseError, SourceError
from grader.core.report import Outcome
from grader.core.values import Function
from grader.course import source
from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course
from grader.course.stubs import derived
from grader.judging.declare import Mistake
from grader.judging.judge import Judge
from grader.judging.live import LiveReference, LiveTrial
from grader.judging.reference import Trial
from grader.verify.drawn import about_cases
from grader.verify.rules import (
    WRAPS,
    Complaint,
    about_declaration,
    about_markers,
    about_number,
    about_others,
    about_way,
    about_written,
    line_of,
    own_name,
    shown_file,
)


@dataclass
class Counts:
    """How much of one chapter was proved."""

    exercises: int = 0
    rights: int = 0
    mistakes: int = 0
    accelerator: int = 0
    complaints: list[Complaint] = field(default_factory=list)


@dataclass(frozen=True)
class Proof:
    """What a course is proved with: its answers, which are looked at, and the judge who is to tell them apart."""

    course: Course
    live: LiveReference
    judge: Judge

    @classmethod
    def of(cls, live: LiveReference, devices: tuple[str, ...]) -> Proof:
        """The proof of the course that these answers are of, on these devices."""
        return cls(live.course, live, Judge(live.course, devices, live.seed, live))

    def at(self, seed: int) -> Proof:
        """The same for another seed, by the same judge, who forgets the cases of this one."""
        live = self.live.drawn(seed)
        self.judge.reference = live
        return Proof(self.course, live, self.judge)

    @cached_property
    def fresh(self) -> LiveReference:
        """The same answers, imported once more, which have to draw the same cases."""
        return LiveReference(self.course, self.live.seed)


Names: TypeAlias = tuple[tuple[str, str], ...]
ProofProgress: TypeAlias = Callable[[str, str], None]


def prove(
    live: LiveReference,
    devices: tuple[str, ...],
    names: Names,
    progress: ProofProgress = lambda chapter, name: None,
    chapters: Sequence[str] = (),
) -> dict[str, Counts]:
    """Chapter → what was proved and what does not hold, for these (chapter, exercise) pairs on these devices.

    `chapters` are looked at also where none of their exercises is named, or they have none.
    """
    proof = Proof.of(live, devices)
    found: dict[str, Counts] = {}
    with in_silence():
        for chapter in dict.fromkeys((*chapters, *(chapter for chapter, _ in names))):
            found[chapter] = verify_chapter(proof, chapter, [n for c, n in names if c == chapter], progress)
    return found


@contextlib.contextmanager
def in_silence() -> Iterator[None]:
    """Without what hundreds of answers print and warn of, which is not what the author asked for."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
        yield


def verify_chapter(proof: Proof, chapter: str, names: list[str], progress: ProofProgress) -> Counts:
    """The same for one chapter."""
    course, counts = proof.course, Counts()
    counts.complaints += [*about_files(course, chapter), *about_written(course, chapter)]
    try:
        proof.live.chapter(chapter)
    except Exception as error:
        counts.complaints.append(not_imported(course, chapter, error))
        return counts
    for name in names:
        progress(chapter, name)
        exercise(proof, chapter, name, counts)
    return counts


def not_imported(course: Course, chapter: str, error: Exception) -> Complaint:
    """Why a chapter cannot be imported, with the innermost line of the author's that was running."""
    files = {str(path): path for path in (*map(course.solution, course.chapters), *map(course.checks, course.chapters))}
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
    path, line = (files[frames[-1].filename], frames[-1].lineno or 1) if frames else (course.checks(chapter), 1)
    if isinstance(error, SyntaxError) and error.filename in files:
        path, line = files[error.filename], error.lineno or 1
    what = str(error).rstrip(".") if isinstance(error, CourseError) else f"{type(error).__name__}: {error}"
    text = f"this cannot be imported: {what}. Nothing else of the chapter was tried."
    return Complaint(shown_file(course, path), line, text)


# ---------------------------------------------------------------- files and texts


def about_files(course: Course, chapter: str) -> Iterator[Complaint]:
    """The stub file against its solution, and the chapter's story."""
    solution, path = course.solution(chapter), course.exercises_folder / f"{chapter}.py"
    try:
        tree = source.parse(source.read_text(solution), solution)
        yield from about_markers(course, chapter)
        due = derived(course)[path]
    except (CourseError, SourceError) as error:
        yield Complaint(shown_file(course, solution), 1, str(error))
        return
    if not (ast.get_docstring(tree) or "").strip():
        yield Complaint(shown_file(course, solution), 1, "the chapter has no story: begin the file with a docstring.")
    if not path.exists():
        yield Complaint(shown_file(course, path), 1, "there is no stub of this chapter. `grader build` makes it.")
        return
    try:
        text = source.read_text(path)
    except SourceError as error:
        yield Complaint(shown_file(course, path), 1, f"{error} `grader build` makes stubs from solutions.")
        return
    if text != due:
        pairs = zip(text.splitlines(), due.splitlines(), strict=False)
        line = next((n for n, (mine, wanted) in enumerate(pairs, 1) if mine != wanted), 1)
        yield Complaint(
            shown_file(course, path), line, "this is not the solution without its answers. `grader build` makes it so."
        )
    yield from about_stubs(course, chapter, path)


def about_stubs(course: Course, chapter: str, path: Path) -> Iterator[Complaint]:
    """Each stub is to do, with the name and the parameters of its solution."""
    try:
        stubs, solutions = source.read_source(path), source.read_source(course.solution(chapter))
    except SourceError as error:
        yield Complaint(shown_file(course, path), 1, str(error))
        return
    for name in course.catalogue[chapter]:
        mine, due = stubs.functions.get(name), solutions.functions[name]
        if mine is None:
            yield Complaint(shown_file(course, path), 1, f"the stub of {name} is missing. `grader build` makes it.")
            continue
        if not mine.to_do:
            text = f"{name} does not count as to do: its body must be only `raise NotImplementedError`."
            yield Complaint(shown_file(course, path), mine.line, text)
        if mine.parameters != due.parameters:
            text = f"{name}({', '.join(mine.parameters)}) should be {name}({', '.join(due.parameters)}), as solved."
            yield Complaint(shown_file(course, path), mine.line, text)


def stray_files(course: Course) -> Iterator[Complaint]:
    """Python files that belong to no chapter: nothing would ever run them."""
    chapters = {f"{chapter}.py" for chapter in course.chapters}
    for folder, known in (
        (course.exercises_folder, chapters | {"given.py"}),
        (course.solutions_folder, chapters),
        (course.solutions_folder / "checks", chapters),
    ):
        for path in sorted(folder.glob("*.py")):
            if path.name not in known:
                text = f"{path.name} belongs to no chapter of course.toml. Name it there, or take it away."
                yield Complaint(shown_file(course, path), 1, text)


# ---------------------------------------------------------------- one exercise


def exercise(proof: Proof, chapter: str, name: str, counts: Counts) -> None:
    """Everything that must hold for one exercise."""
    entry = proof.course.catalogue[chapter][name]
    here = shown_file(proof.course, proof.course.checks(chapter))
    complain = counts.complaints.append
    counts.exercises += 1
    if len(entry.hints) < 2 or not all(hint.strip() for hint in entry.hints):
        complain(Complaint(here, entry.line, f"{name} has fewer than two hints. Write at least two."))
    counts.complaints += about_docstring(proof, chapter, name)
    try:
        trial = proof.live.trial(chapter, name)
        counts.complaints += about_choices(proof, trial, chapter, entry.line)
        if wrong := list(about_cases(proof.live, proof.fresh, chapter, name)):
            counts.complaints += wrong
            return
        counts.rights += len(trial.exercise.rights)
        counts.mistakes += len(trial.exercise.mistakes)
        counts.accelerator += sum(mistake.on == "accelerator" for mistake in trial.exercise.mistakes)
        counts.complaints += about_verdicts(proof, chapter, name)
    except Exception as error:
        complain(not_usable(proof.course, chapter, name, error))


def about_verdicts(proof: Proof, chapter: str, name: str) -> Iterator[Complaint]:
    """The solution and the other right answers pass, and each mistake fails as itself."""
    trial = proof.live.trial(chapter, name)
    here = shown_file(proof.course, proof.course.checks(chapter))
    yield from about_solution(proof.course, proof.judge, chapter, name)
    for function in trial.exercise.rights:
        yield from about_right(proof.judge, trial, function, here)
    for mistake in trial.exercise.mistakes:
        yield from about_mistake(proof.judge, trial, mistake, here)


def not_usable(course: Course, chapter: str, name: str, error: Exception) -> Complaint:
    """That an exercise cannot be judged: its solution does not pass, or its checks raise."""
    if isinstance(error, CourseError):
        path = course.solution(chapter)
        line = LearnerFile(course, chapter, path).line(name)
        return Complaint(shown_file(course, path), line, f"the solution of {name} does not pass: {error}")
    text = f"the checks of {name} fail themselves: {type(error).__name__}: {error}"
    return Complaint(shown_file(course, course.checks(chapter)), course.catalogue[chapter][name].line, text)


def about_choices(proof: Proof, trial: LiveTrial, chapter: str, line: int) -> Iterator[Complaint]:
    """What an author has declared of one exercise, mistakes and other answers included."""
    course, path = proof.course, proof.course.checks(chapter)
    here = shown_file(course, path)
    for text in about_declaration(trial.exercise):
        yield Complaint(here, line, f"{trial.name}: {text}")
    for text in about_number(trial.exercise):
        yield Complaint(here, line, text)
    due = course.written(chapter).functions[trial.name].parameters
    if trial.parameters != due:
        text = f"the parameters of {trial.name} cannot be seen: {WRAPS}"
        yield Complaint(shown_file(course, course.solution(chapter)), line_of(trial.reference, 1), text)
    names = {node.name for node in source.parse(source.read_text(path), path).body if isinstance(node, ast.FunctionDef)}
    for at, text in about_others(trial.exercise, due, names):
        yield Complaint(here, at, text)
    for at, text in about_way(trial.exercise, due):
        yield Complaint(here, at, text)


def about_docstring(proof: Proof, chapter: str, name: str) -> Iterator[Complaint]:
    """The docstring has an example, and the answer does what it shows."""
    course, module = proof.course, proof.live.chapter(chapter).solution
    solution = course.solution(chapter)
    function = getattr(module, name)
    line = line_of(function, 1)
    tests = doctest.DocTestFinder(recurse=False).find(function, name, module=module, globs=dict(vars(module)))
    examples = [example for test in tests for example in test.examples]
    if not examples:
        yield Complaint(shown_file(course, solution), line, f"the docstring of {name} has no example (`>>>`). Add one.")
        return
    for test in tests:
        told: list[str] = []
        with proof.live.chapter(chapter).neighbours.within():
            doctest.DocTestRunner(verbose=False).run(test, out=told.append)
        if told:
            at = (test.lineno or 0) + 1 + test.examples[0].lineno
            text = f"an example in the docstring of {name} does not show what the answer does. Mend one of the two."
            yield Complaint(shown_file(course, solution), at, text)


def devices_of(judge: Judge, trial: Trial) -> tuple[str, ...]:
    """The devices that an exercise is tried on."""
    return judge.devices if trial.knows_devices else ("cpu",)


def about_solution(course: Course, judge: Judge, chapter: str, name: str) -> Iterator[Complaint]:
    """The solution passes its own checks, as the learner's answer would."""
    path = course.solution(chapter)
    learner_file = LearnerFile(course, chapter, path)
    result = judge.check(learner_file, name)
    trial = judge.trial(chapter, name)
    if result.remark and isinstance(trial, LiveTrial):
        text = f"the solution of {name} does not go the way that is declared here. Mend one of the two."
        yield Complaint(shown_file(course, course.checks(chapter)), trial.exercise.ways[0].line, text)
    for outcome in result.outcomes:
        if not outcome.is_done:
            text = f"the solution of {name} does not pass on {outcome.device}: {in_short(outcome.message.sentence)}"
            yield Complaint(shown_file(course, path), learner_file.line(name), text)


def about_right(judge: Judge, trial: Trial, function: Function, here: str) -> Iterator[Complaint]:
    """Another right answer passes on every device."""
    for device in devices_of(judge, trial):
        outcome = judge.outcome(trial, function, device)
        if not outcome.is_done:
            text = (
                f"the right answer {own_name(function)} does not pass on {device}, case {outcome.case}"
                f" ({', '.join(outcome.aspects)}). Mend it, or promise less."
            )
            yield Complaint(here, line_of(function, 1), text)


def about_mistake(judge: Judge, trial: Trial, mistake: Mistake, here: str) -> Iterator[Complaint]:
    """A mistake fails where it should and only there, and is recognised as itself."""
    line = line_of(mistake.function, 1)
    if not mistake.sentence:
        yield Complaint(here, line, f"the mistake {mistake.name} has no sentence. Write it as the docstring.")
    on_cpu: Outcome | None = None
    for device in devices_of(judge, trial):
        outcome = judge.outcome(trial, mistake.function, device, on_cpu=on_cpu)
        if device == "cpu":
            on_cpu = outcome
        right_here = device == "cpu" and mistake.on == "accelerator"
        if not outcome.counts:
            continue
        if outcome.passed and not right_here:
            text = f"no case tells the mistake {mistake.name} from a right answer on {device}. Add one that does."
            yield Complaint(here, line, text)
        elif not outcome.passed and right_here:
            text = f'the mistake {mistake.name} fails on the CPU too, so `on="accelerator"` is wrong.'
            yield Complaint(here, line, text)
        elif not outcome.passed and outcome.mistake != mistake.name:
            other = f"{outcome.mistake} has" if outcome.mistake else "several mistakes have"
            text = (
                f"on {device} the mistake {mistake.name} is not told by its own sentence: {other} the same behaviour on"
                " every case. Add a case that tells them apart, or make them one."
            )
            yield Complaint(here, line, text)


def in_short(sentence: str) -> str:
    """The first sentence of a message, for a line of its own."""
    return sentence.split(". ")[0].strip() or "its result differs"


# ---------------------------------------------------------------- what to print


def proof_summary(found: dict[str, Counts]) -> list[str]:
    """A table with a line per chapter and the sum."""
    column = max(map(len, (*found, "together")))
    together = Counts()
    lines = [f"{'':{column}} {'exercises':>10} {'right':>7} {'mistakes':>9} {'GPU only':>9} {'complaints':>11}"]
    for chapter, counts in found.items():
        together.exercises += counts.exercises
        together.rights += counts.rights
        together.mistakes += counts.mistakes
        together.accelerator += counts.accelerator
        together.complaints += counts.complaints
        lines.append(counts_row(chapter, counts, column))
    return [*lines, counts_row("together", together, column)]


def counts_row(name: str, counts: Counts, column: int) -> str:
    """One line of the table."""
    return (
        f"{name:{column}} {counts.exercises:>10} {counts.rights:>7} {counts.mistakes:>9} {counts.accelerator:>9}"
        f" {len(counts.complaints):>11}"
    )

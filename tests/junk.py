"""Each exercise with each odd body, checked by pytest and by `grader grade`: python tests/junk.py (an hour).

Whatever a function returns, raises or does to its arguments, both say in a sentence what is wrong with it: nothing
breaks, nothing passes, and nobody blames the grader. It ends with 1, and the list of what is not so.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import indent

from both_modes import SEED, Ran, grade, self_check
from odd_bodies import BODIES, FOR_GRADING
from odd_helpers import HELPERS
from places import ROOT

from grader.core.report import Result
from grader.course.manifest import load_course

COURSE = load_course(ROOT)
STUB = "    raise NotImplementedError\n"
TIMEOUT = 4
AT_ONCE = 8
"""Submissions of one run: enough to forget what a start costs, few enough to see that it goes on."""
NEVER = (f"{ROOT / 'grader'}/", "of the grader", "check itself", "INTERNALERROR")
"""What nobody reads: neither learners nor instructors. A traceback may be of an odd body's own `__del__`."""

Submission = Mapping[str, Mapping[str, str]]
"""The body of each exercise by its name, by chapter and exercise."""


def submissions(bodies: Sequence[str], exercises: Sequence[str] = ()) -> Iterator[Submission]:
    """So many that each exercise (or each of these) has had each body; no two in one have the same, where that can be.

    What one leaves behind meets all the others in turn.
    """
    shuffled = random.Random(SEED).sample(bodies, len(bodies))
    for turn in range(len(shuffled)):
        bodies_in_turn = itertools.cycle([*shuffled[turn:], *shuffled[:turn]])
        yield {
            chapter: {name: next(bodies_in_turn) for name in names if not exercises or name in exercises}
            for chapter, names in COURSE.catalogue.items()
        }


def write(submission: Submission, folder: Path) -> None:
    """The chapters of a submission, as somebody hands them in."""
    texts = {**BODIES, **FOR_GRADING}
    folder.mkdir(parents=True)
    for chapter, chosen in submission.items():
        text = (COURSE.exercises_folder / f"{chapter}.py").read_text(encoding="utf-8")
        for name, body in chosen.items():
            start = text.index(STUB, text.index(f"\ndef {name}("))
            text = text[:start] + indent(texts[body].strip() + "\n", "    ") + text[start + len(STUB) :]
        (folder / f"{chapter}.py").write_text(f"{text}\n\n{HELPERS}", encoding="utf-8")


def wrong_with(result: Result) -> str:
    """What is wrong with what is said of an odd answer; nothing, where it is rejected in words."""
    outcome = next((outcome for outcome in result.outcomes if outcome.verdict != "passed"), result.outcomes[0])
    message = outcome.message
    if outcome.verdict in ("passed", "to do", "skipped"):
        return f"it is {outcome.verdict}"
    if not message.sentence and not message.rows:
        return f"it {outcome.verdict} without a word"
    said = repr(result)
    return "".join(f"it says {word!r}: {message}" for word in NEVER if word in said)


def tried(chosen: Sequence[Submission], folder: Path, only_graded: Sequence[Submission] = ()) -> list[str]:
    """What is wrong with what both modes make of these submissions, and grading alone of the others."""
    named = {f"{number:03}": submission for number, submission in enumerate([*chosen, *only_graded])}
    both, alone = folder / "both", folder / "alone"
    for name, submission in named.items():
        write(submission, (both if int(name) < len(chosen) else alone) / name)
    options = ("--seed", SEED, "--jobs", 1, "--timeout", TIMEOUT)
    wrong: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        checking = pool.submit(self_check, both, ROOT, TIMEOUT) if chosen else None
        graded, reports = grade([path for path in (both, alone) if path.exists()], ROOT, folder / "out", *options)
        seen = {(n, r.exercise): r for n, report in reports.items() for r in report.results}
        wrong += [*complaints("grade", named, seen), *ended("grade", graded, 0)]
        if checking:
            checked, results = checking.result()
            in_both = {name: named[name] for name in list(named)[: len(chosen)]}
            wrong += [*complaints("pytest", in_both, results), *ended("pytest", checked, 1)]
    return wrong


def complaints(mode: str, named: Mapping[str, Submission], seen: Mapping[tuple[str, str], Result]) -> Iterator[str]:
    """What is wrong with the results of these submissions in one mode."""
    for name, submission in named.items():
        for chapter, bodies in submission.items():
            for exercise, body in bodies.items():
                result = seen.get((name, exercise))
                if complaint := wrong_with(result) if result else "it has no result":
                    yield f"{mode}: {chapter}.{exercise}: {body[:100]!r}: {complaint[:1000]}"


def ended(command: str, ran: Ran, code: int) -> list[str]:
    """What is wrong with the end of a command."""
    words = [word for word in NEVER if word in ran.output]
    lines = [line for line in ran.output.splitlines() if any(word in line for word in words)] or ran.output[-1000:]
    return [f"{command}: it ended with {ran.code}, {words}: {lines}"] if ran.code != code or words else []


def main() -> int:
    """Try all of it; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0] if __doc__ else "")
    parser.add_argument("--body", help="only bodies with this text in their names")
    parser.add_argument("--exercise", action="append", default=[], help="only this exercise (more than one: repeat it)")
    arguments = parser.parse_args()
    wrong: list[str] = []
    for bodies, only_graded in ((BODIES, False), (FOR_GRADING, True)):
        names = [name for name in bodies if not arguments.body or arguments.body in name]
        left = list(submissions(names, arguments.exercise))
        for done in range(0, len(left), AT_ONCE):
            with tempfile.TemporaryDirectory(prefix="junk-") as folder:
                some = left[done : done + AT_ONCE]
                found = tried([], Path(folder), some) if only_graded else tried(some, Path(folder))
            wrong += found
            so_far = f"{min(done + AT_ONCE, len(left))} of {len(left)}, {len(wrong)} wrong"
            print("\n".join([*found, so_far]), flush=True)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

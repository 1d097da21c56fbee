"""What grading costs, beside other ways to do the same work: `tox -e bench` (or python tests/bench_grade.py).

Forty submissions of mixed quality are graded by whole commands that are run in turn, and medians of the rounds are
compared, because timings drift. Then many copies of one submission are graded, to see how time and memory grow.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from variants import ChapterOfVariants

from grader.course.manifest import load_course

ROOT = Path(__file__).resolve().parent.parent
SEED = "1"
SUBMISSIONS = 40
EVERY = 8
"""Every eighth submission gets a pytest process of its own: a solution, a stub and three mixed ones."""
START, ONE, TWO = "its start: a submission with all to do", "grader grade, 1 job", "grader grade, 2 jobs"
SESSION, PROCESSES = "one pytest session, nothing isolated", "a pytest process for each"
FLOOR = "the floor"
COUNTS = (10, 100, 1000)
CHAPTER = "ex02_attributes"
ASSIGNMENT = "ex05_broadcasting"
"""What is usually handed in at a time: eight functions, most of them with gradients."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--seed", SEED]
GRADE = [sys.executable, "-m", "grader", "--course", str(ROOT), "grade", "--seed", SEED, "--fresh"]


# ---------------------------------------------------------------- submissions


class Class(ChapterOfVariants):
    """A chapter as forty people answer it: a fifth rightly, a fifth not yet, the others in every way."""

    def answer(self, exercise: str, number: int) -> ast.stmt:
        """What the person of this number has written: the same each time."""
        if number % 5 < 2:
            return (self.stubs if number % 5 else self.solutions)[exercise]
        person, rng = random.Random(number), random.Random(f"{number} {exercise}")
        shares = {"to do": person.uniform(0, 0.6), "wrong": person.uniform(0.1, 0.6), "right": 0.3, "solution": 0.3}
        how = rng.choices(list(shares), list(shares.values()))[0]
        variants = [v.code for v in self.variants[exercise] if bool(v.fails_on) == (how == "wrong")]
        if how in ("wrong", "right") and variants:
            return rng.choice(variants)
        return (self.stubs if how == "to do" else self.solutions)[exercise]


def write_submissions(folder: Path, chapters: Sequence[str]) -> list[Path]:
    """Forty submissions of mixed quality, with these chapters."""
    course = load_course(ROOT)
    folders = [folder / f"student{number:02}" for number in range(SUBMISSIONS)]
    for submission in folders:
        submission.mkdir(parents=True)
    for chapter in chapters:
        answers = Class(course, chapter)
        for number, submission in enumerate(folders):
            (submission / f"{chapter}.py").write_text(answers.text(number), encoding="utf-8")
    return folders


# ---------------------------------------------------------------- commands


def run(command: list[str], folder: Path, watch: Callable[[int], None] | None = None) -> tuple[float, float, str]:
    """The wall time of one command, the processor time of all its processes, and what it printed.

    Its status is 0, or 1 where pytest says that tests failed.
    """
    with (folder / "output.txt").open("w+", encoding="utf-8") as output:
        started, used = time.perf_counter(), processor_time()
        process = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, env={**ENVIRONMENT, "COLUMNS": "80"}
        )
        while watch is not None and process.poll() is None:
            watch(process.pid)
            time.sleep(0.1)
        status = process.wait()
        seconds, used = time.perf_counter() - started, processor_time() - used
        output.seek(0)
        text = output.read()
    if status not in ((0, 1) if "pytest" in command else (0,)):
        sys.exit(f"{' '.join(command[:6])} ended with {status}:\n{text[-2000:]}")
    return seconds, used, text


def processor_time() -> float:
    """Seconds that all commands that have ended have computed for."""
    times = os.times()
    return times.children_user + times.children_system


def graded(folder: Path, out: Path, jobs: int, *more: str) -> list[str]:
    """The command that grades a folder of submissions, or one."""
    return [*GRADE, *more, "--jobs", str(jobs), "--out", str(out), str(folder)]


def compare(folder: Path, rounds: int, chapters: Sequence[str]) -> None:
    """Grade the forty in every way, round by round, and print the ratios beside what they must keep to."""
    folders = write_submissions(folder / "forty", chapters)
    names = list(map(str, folders))
    course = ["--course", str(ROOT)]
    out = folder / "out"
    named = [option for chapter in chapters for option in ("--chapter", chapter)]
    files = {name: [f"{name}/{chapter}.py" for chapter in chapters] for name in names}
    once = {
        START: graded(folders[1], out, 1, *named),
        ONE: graded(folder / "forty", out, 1, *named),
        TWO: graded(folder / "forty", out, 2, *named),
        SESSION: [*PYTEST, *course, *(file for name in names for file in files[name])],
    }
    floor = [sys.executable, str(ROOT / "tests" / "bench_floor.py"), str(ROOT), SEED, *names]
    sample = names[::EVERY]
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in [*once, PROCESSES, FLOOR]}
    run(graded(folders[0], out, 1, *named), folder)  # once for the caches of the disk and of Python
    for number in range(rounds):
        for name, command in once.items():
            times[name].append(run(command, folder)[:2])
        of_sample = [run([*PYTEST, *course, *files[name]], folder)[:2] for name in sample]
        wall, used = (sum(seconds) / len(sample) * len(names) for seconds in zip(*of_sample, strict=True))
        times[PROCESSES].append((wall, used))
        calls, wall, used = map(float, run(floor, folder)[2].split())
        times[FLOOR].append((wall, used))
        print(f"round {number + 1} of {rounds}: load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    what = f"{len(chapters)} chapters" if len(chapters) > 1 else chapters[0]
    print(f"\n{SUBMISSIONS} submissions of {what}, seed {SEED}, medians of {rounds} rounds.")
    print("Processor time is that of all processes.")
    medians = {}
    for name, values in times.items():
        walls, useds = zip(*values, strict=True)
        medians[name] = statistics.median(walls)
        spread = f"from {min(walls):.1f} to {max(walls):.1f}"
        print(f"{name:40} {medians[name]:7.1f} s ({spread})   processor {statistics.median(useds):7.1f} s")
    print(f"The floor is {calls:.0f} calls. Of pytest processes, {len(sample)} were run in each round.\n")
    one, two, session, each = (medians[name] for name in (ONE, TWO, SESSION, PROCESSES))
    at_least("a pytest process for each / 1 job", each / one, 10)
    at_least("a pytest process for each / 2 jobs", each / two, 10)
    at_most("1 job, its start left out / the floor", (one - medians[START]) / medians[FLOOR], 2.5)
    at_most("1 job / one pytest session", one / session, 1)
    at_most("2 jobs / one pytest session", two / session, 1)


def at_most(name: str, ratio: float, limit: float) -> None:
    """One line of a ratio that must not be larger."""
    print(f"{name:45} {ratio:7.2f}   at most {limit}   {'ok' if ratio <= limit else 'TOO MUCH'}")


def at_least(name: str, ratio: float, limit: float) -> None:
    """One line of a ratio that must not be smaller."""
    print(f"{name:45} {ratio:7.2f}   at least {limit}   {'ok' if ratio >= limit else 'TOO LITTLE'}")


# ---------------------------------------------------------------- growth


class Peaks:
    """The most memory that any process of each kind has had, in MiB."""

    def __init__(self) -> None:
        self.kinds = {"coordinator": 0.0, "judge": 0.0, "fork server": 0.0, "worker": 0.0}

    def look(self, pid: int, kind: str = "coordinator") -> None:
        """Look at a process and those below it; they may be gone meanwhile."""
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text()  # first: one that ends has none, and no memory after it
            status = Path(f"/proc/{pid}/status").read_text()
            below = Path(f"/proc/{pid}/task").glob("*/children")
            children = [int(child) for file in below for child in file.read_text().split()]
        except OSError:
            return
        name = status.split(maxsplit=2)[1]
        if "grader.grading.judge_process" in command:  # it has no name of its own yet while it loads PyTorch
            kind = {"forkserver": "fork server", "worker": "worker"}.get(name, "judge")
        memory = [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")]
        self.kinds[kind] = max(self.kinds[kind], *memory, 0.0)
        for child in children:
            self.look(child, kind)


def grow(folder: Path, counts: tuple[int, ...]) -> None:
    """Grade more and more copies of one chapter, and print how time and memory grow."""
    seconds, peaks = [], []
    text = (ROOT / "solutions" / f"{CHAPTER}.py").read_text(encoding="utf-8")
    for count in counts:
        copies = folder / f"copies{count}"
        for number in range(count):
            (copies / f"student{number:04}").mkdir(parents=True)
            (copies / f"student{number:04}" / f"{CHAPTER}.py").write_text(text, encoding="utf-8")
        peak = Peaks()
        seconds.append(run(graded(copies, folder / "out", 2, "--chapter", CHAPTER), folder, peak.look)[0])
        peaks.append(peak.kinds)
        print(f"{count} copies: {seconds[-1]:.1f} s", file=sys.stderr)
    slope, start = statistics.linear_regression(counts, seconds)
    print(f"\nCopies of {CHAPTER}, 2 jobs. The line: {start:.1f} s + {slope * 1000:.0f} ms each. Memory: peaks in MiB.")
    print(f"{'copies':>9}  {'seconds':>9}  {'the line':>9}  " + "  ".join(f"{kind:>11}" for kind in peaks[0]))
    for count, took, kinds in zip(counts, seconds, peaks, strict=True):
        memory = "  ".join(f"{value:11.0f}" for value in kinds.values())
        print(f"{count:9}  {took:9.1f}  {start + slope * count:9.1f}  {memory}")
    print()
    few = (seconds[1] - seconds[0]) / (counts[1] - counts[0])
    many = (seconds[-1] - seconds[1]) / (counts[-1] - counts[1])
    at_most("each copy, of many / of few", many / few, 1.2)
    for kind in peaks[0]:
        at_most(f"memory of a {kind}, of many / of few", peaks[-1][kind] / peaks[0][kind], 1.2)


def main() -> None:
    """Run what is asked for, by default all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="of the comparison; 0: none")
    parser.add_argument("--counts", type=int, nargs="*", default=COUNTS, help="of copies, at least three; none: none")
    parser.add_argument("--chapters", nargs="*", help="of the comparison; default: one chapter, then all of them")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for chapters in [arguments.chapters] if arguments.chapters else [[ASSIGNMENT], load_course(ROOT).chapters]:
            if arguments.rounds:
                compare(Path(name) / chapters[0], arguments.rounds, chapters)
        if len(arguments.counts) > 2:
            grow(Path(name), tuple(arguments.counts))


if __name__ == "__main__":
    main()

"""What checks cost, as ratios of whole commands that are run in turn: `tox -e bench`.

Timings drift from minute to minute, so each round runs every command once, and medians of the rounds are compared.
Python keeps what it compiles in these commands, as it does for a learner, whatever PYTHONDONTWRITEBYTECODE says here.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]


def seconds(command: list[str]) -> float:
    """The wall time of one command, which must pass, or fail the one exercise that it is about."""
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**ENVIRONMENT, "COLUMNS": "80"})
    elapsed = time.perf_counter() - started
    if done.returncode and "1 failed" not in done.stdout:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return elapsed


def write_wrong_answer(folder: Path) -> Path:
    """A chapter in which one exercise is answered wrongly, in a folder of its own."""
    chapter = folder / "ex05_broadcasting.py"
    text = (ROOT / "solutions" / chapter.name).read_text(encoding="utf-8")
    right = "return x - x.mean(dim=0, keepdim=True)"
    assert right in text
    chapter.write_text(text.replace(right, "return x - x.mean(dim=1, keepdim=True)"), encoding="utf-8")
    return chapter


def write_course_without_mistakes(folder: Path) -> Path:
    """A copy of the course that knows no mistakes, so that nothing is diagnosed by them."""
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "course.toml", folder)
    for checks in (folder / "solutions" / "checks").glob("*.py"):
        text = checks.read_text(encoding="utf-8")
        checks.write_text(re.sub(r"^@chapter\.mistake\(.*\)$", "", text, flags=re.MULTILINE), encoding="utf-8")
    return folder


def main(rounds: int) -> None:
    """Time the commands and print the ratios beside what they must stay below."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        empty = folder / "test_empty.py"
        empty.write_text("import torch\n\n\ndef test_nothing():\n    pass\n", encoding="utf-8")
        one = "solutions/ex05_broadcasting.py::center_columns"
        wrong = f"{write_wrong_answer(folder)}::center_columns"
        bare = str(write_course_without_mistakes(folder / "bare"))
        commands = {
            "import torch": [sys.executable, "-c", "import torch"],
            "pytest of an empty test that imports torch": [*PYTEST, "-p", "no:grader", str(empty)],
            "one exercise, cpu": [*PYTEST, one, "--device", "cpu"],
            "one exercise, sim": [*PYTEST, one, "--device", "sim"],
            "one exercise, cpu and sim": [*PYTEST, one],
            "one wrong answer, without known mistakes": [*PYTEST, wrong, "--course", bare],
            "one wrong answer, diagnosed": [*PYTEST, wrong, "--course", str(ROOT)],
            "pytest solutions": [*PYTEST, "solutions"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for command in commands.values():  # once for the caches of the disk and of Python
            seconds(command)
        for number in range(rounds):
            for name, command in commands.items():
                times[name].append(seconds(command))
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    median = {name: statistics.median(values) for name, values in times.items()}
    for name, value in median.items():
        print(f"{name:45} {value:6.2f} s")
    empty_run, torch = median["pytest of an empty test that imports torch"], median["import torch"]
    bare_run, diagnosed = median["one wrong answer, without known mistakes"], median["one wrong answer, diagnosed"]
    print()
    for name, ratio, limit in (
        ("one exercise on cpu / the empty test", median["one exercise, cpu"] / empty_run, 1.25),
        ("one exercise on sim / the empty test", median["one exercise, sim"] / empty_run, 1.6),
        ("a wrong answer diagnosed / not diagnosed", diagnosed / bare_run, 3.0),
        ("what `pytest solutions` adds / import torch", (median["pytest solutions"] - empty_run) / torch, 2.5),
    ):
        print(f"{name:45} {ratio:6.2f}   at most {limit}   {'ok' if ratio <= limit else 'TOO SLOW'}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)

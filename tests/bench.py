"""What checks cost, as ratios of whole commands that are run in turn: `tox -e bench`.

Timings drift from minute to minute, so each round runs every command once, and medians of the rounds are compared.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]


def seconds(command: list[str]) -> float:
    """The wall time of one command, which must succeed."""
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "COLUMNS": "80"})
    elapsed = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return elapsed


def main(rounds: int) -> None:
    """Time the commands and print the ratios beside what they must stay below."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "test_empty.py"
        empty.write_text("import torch\n\n\ndef test_nothing():\n    pass\n", encoding="utf-8")
        one = "solutions/ex05_broadcasting.py::center_columns"
        commands = {
            "import torch": [sys.executable, "-c", "import torch"],
            "pytest of an empty test that imports torch": [*PYTEST, "-p", "no:grader", str(empty)],
            "one exercise, cpu": [*PYTEST, one, "--device", "cpu"],
            "one exercise, sim": [*PYTEST, one, "--device", "sim"],
            "one exercise, cpu and sim": [*PYTEST, one],
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
    print()
    for name, ratio, limit in (
        ("one exercise on cpu / the empty test", median["one exercise, cpu"] / empty_run, 1.25),
        ("one exercise on sim / the empty test", median["one exercise, sim"] / empty_run, 1.6),
        ("what `pytest solutions` adds / import torch", (median["pytest solutions"] - empty_run) / torch, 2.5),
    ):
        print(f"{name:45} {ratio:6.2f}   at most {limit}   {'ok' if ratio <= limit else 'TOO SLOW'}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)

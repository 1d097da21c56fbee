"""A class on a small disk, some of whom fill it: whoever was beside them gets what is theirs."""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

import pytest
from runs import FIRST, RIGHT, grade, make_target, small_disk, write

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a small disk is mounted as Linux does")

WRITES = """
import os
_taken = []
def take(x):
    for _ in range(COUNT):
        WAY
    return 2 * x
"""
WAYS = {
    "files that stay": "open(f'f{len(_taken)}', 'wb').write(bytes(15 << 20)); _taken.append(0)",
    "deleted, and open": "_taken.append(open('f', 'w+b')); _taken[-1].write(bytes(15 << 20)); os.unlink('f')",
    "deleted, and mapped": "f = open('f', 'w+b'); f.write(bytes(15 << 20)); f.flush();"
    " _taken.append(__import__('mmap').mmap(f.fileno(), 4096)); f.close(); os.unlink('f')",
    "taken without writing": "f = os.open(f'f{len(_taken)}', os.O_CREAT | os.O_RDWR);"
    " os.posix_fallocate(f, 0, 15 << 20); os.close(f); _taken.append(0)",
    "in many small files": "[open(f'f{len(_taken)}-{n}', 'wb').write(bytes(1 << 16)) for n in range(240)];"
    " _taken.append(0)",
}
SAVES = "open('mine', 'wb').write(bytes(1 << 20))\n    __import__('time').sleep(0.02)\n    return 2 * x"
"""What an honest answer may do: it needs room on the disk."""


def filler(way: str, count: int) -> str:
    """A chapter whose first exercise takes much in a short time, at each call."""
    text = RIGHT[FIRST].replace("    return 2 * x", "    return take(x)")
    return WRITES.replace("COUNT", str(count)).replace("WAY", WAYS[way]) + text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
@pytest.mark.parametrize("way", WAYS)
def test_who_is_beside_loses_nothing(tmp_path: Path, way: str) -> None:
    """Two of six fill a disk for two of them: the four others pass, the run ends well, and those two do not."""
    course = make_target(tmp_path / "course")
    honest = RIGHT | {FIRST: RIGHT[FIRST].replace("return 2 * x", SAVES)}
    due = dict.fromkeys(("ann", "cat", "dan", "fay"), 31)
    for name in due:
        write(tmp_path / "class" / name, **honest)
    for name in ("ben", "eve"):
        write(tmp_path / "class" / name, **{**RIGHT, FIRST: filler(way, 24)})
    with small_disk(tmp_path / "disk", "400m") as disk:
        options = ("--jobs", "3", "--device", "cpu", "--seed", "7", "--out", disk / "out", "--timeout", "10")
        ran = grade(course, disk, tmp_path / "class", *options)
        assert (ran.code, ran.err) == (0, "")
        rows = list(csv.DictReader((disk / "out" / "gradebook.csv").read_text().splitlines()))
    scores = {row["name"]: int(row["score"]) for row in rows}
    assert scores == due | {"ben": 30, "eve": 30}


def test_the_limit_holds_for_one_who_answers_fast(tmp_path: Path) -> None:
    """A little at each call, none of which takes long, is counted too."""
    course = make_target(tmp_path / "course")
    many = "    for _ in range(40):\n        yield draw.integers(3)\n"
    checks = course / "solutions" / "checks" / f"{FIRST}.py"
    checks.write_text(checks.read_text().replace("    yield draw.integers(3, low=1)\n", many, 1))
    ann = write(tmp_path / "ann", **{**RIGHT, FIRST: filler("files that stay", 1)})
    ran = grade(course, write(tmp_path / "tmp"), ann, "--device", "cpu")
    assert "double ended the check: it wrote more than 256 MiB" in " ".join(ran.out.split())
    assert "score: 30 of 31" in ran.out

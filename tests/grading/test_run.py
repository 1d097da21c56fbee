"""A run over many submissions: results, gradebook, and the same gradebook however often the run is killed."""

from __future__ import annotations

import csv
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from runs import (
    FIRST,
    JUDGE,
    RIGHT,
    SECOND,
    SERVER,
    STUBS,
    WORKER,
    Run,
    double,
    gone,
    grade,
    make_target,
    small_disk,
    wait_for,
    write,
)

from grader.grading.results import Results
from grader.grading.run import seed_from_name

LINUX = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are found in Linux's /proc")
SLOW = double("__import__('time').sleep(0.05)\n    return 2 * x")
TWO = ("--seed", "7", "--device", "cpu", "--jobs", "2")
ONE = ("--seed", "7", "--device", "cpu", "--jobs", "1")
WRONG = double("__import__('time').sleep(0.05)\n    return x")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The target course."""
    return make_target(tmp_path_factory.mktemp("target") / "course")


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of twelve that takes a few seconds: right, wrong and unfinished."""
    folder = tmp_path_factory.mktemp("class")
    for number in range(12):
        write(folder / f"student {number}", **(SLOW, WRONG, {**SLOW, SECOND: STUBS[SECOND]})[number % 3])
    return folder


@pytest.fixture(scope="module")
def undisturbed(course: Path, submissions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a run that nobody disturbs."""
    out, temporary = tmp_path_factory.mktemp("undisturbed"), tmp_path_factory.mktemp("tmp")
    ran = grade(course, temporary, submissions, "--out", out, *TWO)
    assert (ran.code, ran.err) == (0, "")
    assert list(temporary.iterdir()) == []
    return out


def finished(out: Path) -> int:
    """How many results there are."""
    return len(list((out / "results").glob("[!.]*.json")))


def has_finished(out: Path, count: int) -> bool:
    """Whether there are so many results."""
    return finished(out) >= count


def gradebook(out: Path) -> dict[str, dict[str, str]]:
    """The rows of a gradebook by name, as a spreadsheet reads it."""
    with open(out / "gradebook.csv", encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


# ---------------------------------------------------------------- killed


@LINUX
def test_a_run_that_is_killed_again_and_again(
    course: Path, submissions: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """Killed while it starts and between results, a run goes on where it was, and leaves no process and no file."""
    out, temporary = tmp_path / "out", tmp_path / "tmp"
    temporary.mkdir()
    options = (submissions, "--out", out, "--resume", *TWO)
    moments: list[Callable[[Run], object]] = [
        lambda run: run.below("grader.grading.judge_process"),
        lambda run: run.below(SERVER),
        lambda run: finished(out) >= 1,
        lambda run: finished(out) >= 4,
        lambda run: finished(out) >= 8,
    ]
    for moment in moments:
        run = Run(course, temporary, *options)
        assert wait_for(partial(moment, run))
        started = run.kill()
        assert wait_for(partial(gone, started), 10)
    assert list(temporary.iterdir()) == []
    times = {path: path.stat().st_mtime_ns for path in (out / "results").iterdir()}
    assert 8 <= len(times) < 12
    ran = grade(course, temporary, *options)
    assert (ran.code, ran.err) == (0, "")
    assert (out / "gradebook.csv").read_bytes() == (undisturbed / "gradebook.csv").read_bytes()
    assert {path: path.stat().st_mtime_ns for path in times} == times


@LINUX
def test_processes_of_a_run_are_killed(course: Path, submissions: Path, undisturbed: Path, tmp_path: Path) -> None:
    """Whichever process of a run is killed, another one takes its place, and no grade is different."""
    out, temporary = tmp_path / "out", tmp_path / "tmp"
    temporary.mkdir()
    run = Run(course, temporary, submissions, "--out", out, *TWO)
    for count, who in ((1, WORKER), (3, JUDGE), (5, SERVER)):
        assert wait_for(partial(has_finished, out, count))
        assert wait_for(partial(run.below, who))
        os.kill(min(run.below(who)), signal.SIGKILL)
    ran = run.end()
    assert (ran.code, ran.err) == (0, "")
    assert (out / "gradebook.csv").read_bytes() == (undisturbed / "gradebook.csv").read_bytes()
    assert list(temporary.iterdir()) == []


@LINUX
def test_ctrl_c(course: Path, submissions: Path, tmp_path: Path) -> None:
    """Ctrl-C ends a run with one sentence; what was graded is kept, and nothing remains."""
    out, temporary = tmp_path / "out", tmp_path / "tmp"
    temporary.mkdir()
    run = Run(course, temporary, submissions, "--out", out, *TWO)
    assert wait_for(lambda: finished(out) >= 1)
    started = run.below()
    os.killpg(run.process.pid, signal.SIGINT)
    ran = run.end()
    assert (ran.code, ran.out) == (130, "")
    assert ran.err == f"Error: Stopped. What was graded is in {out}; --resume goes on with it.\n"
    assert wait_for(lambda: gone(started), 10)
    assert finished(out) >= 1
    assert list(temporary.iterdir()) == []


# ---------------------------------------------------------------- what changes, and what does not


def test_only_what_changed_is_graded_again(course: Path, tmp_path: Path) -> None:
    """A changed submission, a new one and a changed course are graded again; what holds is left as it is."""
    folder, out = tmp_path / "class", tmp_path / "out"
    for name in ("ann", "ben"):
        write(folder / name, **RIGHT)
    options = ("--out", out, "--device", "cpu", "--jobs", "1")
    assert grade(course, tmp_path, folder, *options).code == 0
    first = {path.name[:3]: path.stat().st_mtime_ns for path in (out / "results").iterdir()}
    (folder / "ben" / f"{SECOND}.py").write_text(STUBS[SECOND])
    write(folder / "cat", **STUBS)
    assert grade(course, tmp_path, folder, *options).code == 2
    assert grade(course, tmp_path, folder, "--resume", *options).code == 0
    second = {path.name[:3]: path.stat().st_mtime_ns for path in (out / "results").iterdir()}
    assert [name for name in second if second[name] != first.get(name)] == ["ben", "cat"]
    assert [row["score"] for row in gradebook(out).values()] == ["31", "3", "0"]
    seeds = {Results(out).report(name).seed for name in ("ann", "ben", "cat")}
    assert len(seeds) == 1
    checks = course / "solutions" / "checks" / f"{FIRST}.py"
    text = checks.read_text()
    checks.write_text(text.replace("points=2", "points=3"))
    try:
        assert grade(course, tmp_path, folder, "--resume", *options).code == 0
    finally:
        checks.write_text(text)
    assert [row["possible"] for row in gradebook(out).values()] == ["32", "32", "32"]


def test_each_name_has_a_seed_of_its_own() -> None:
    """The same name and seed give the same seed, another one for each."""
    seeds = {seed_from_name(name, seed) for name in ("ann", "ben", "\udcff") for seed in (0, 1)}
    assert len(seeds) == 6
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert seed_from_name("ann", 1) in seeds


# ---------------------------------------------------------------- names, and what cannot be read

NAMES = ["Ann Lee", "ann lee", 'O"Brien, "Bo"', "it's", "two\nlines", "=1+1", "ü\u202e", "x" * 250, "100%", "-rf"]


@pytest.fixture(scope="module")
def oddities(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a class with odd names, and with submissions that cannot be read."""
    folder, out, temporary = (
        tmp_path_factory.mktemp("odd"),
        tmp_path_factory.mktemp("out"),
        tmp_path_factory.mktemp("t"),
    )
    for number, name in enumerate(NAMES):
        write(folder / name, **{FIRST: RIGHT[FIRST] if number % 2 else STUBS[FIRST]})
    (folder / "broken.zip").write_bytes(b"PK\3\4 and no more")
    (folder / "rare.rar").write_bytes(b"Rar!")
    crowd = write(folder / "crowd", **RIGHT)
    for number in range(10_000):
        (crowd / f"{number}.txt").touch()
    os.mkfifo(write(folder / "fifo", **{FIRST: RIGHT[FIRST]}) / f"{SECOND}.py")
    write(folder / "a" / "same", **RIGHT)
    write(folder / "b" / "same", **STUBS)
    paths = [path for path in folder.iterdir() if path.name not in "ab"] + [
        folder / "a" / "same",
        folder / "b" / "same",
    ]
    listed = b"\0".join(os.fsencode(path) for path in [*sorted(paths), folder / "nobody"])
    ran = grade(course, temporary, "-", "--out", out, *ONE, stdin=listed)
    assert (ran.code, ran.err) == (3, f"{folder}/nobody: cannot be graded: No such file or directory.\n")
    return out


def test_odd_names(oddities: Path) -> None:
    """Every submission has its own file and its row, whatever its name; a spreadsheet runs none of them."""
    rows = gradebook(oddities)
    names = [row for row in rows if not row.startswith("/")]
    assert len(names) == finished(oddities) == len(NAMES) + 6
    shown = {name: name.replace("\n", "\\n").replace("\u202e", "\\u202e") for name in NAMES}
    shown["=1+1"], shown["-rf"] = "'=1+1", "'-rf"
    assert {name: rows[shown[name]]["score"] for name in NAMES} == {
        name: "3" if number % 2 else "0" for number, name in enumerate(NAMES)
    }
    assert (rows["a/same"]["score"], rows["b/same"]["score"]) == ("31", "0")


def test_submissions_that_cannot_be_read(oddities: Path) -> None:
    """Each has a row and a sentence; one that is not there has no score."""
    rows = gradebook(oddities)
    (nobody,) = (row for name, row in rows.items() if name.startswith("/"))
    assert (nobody["score"], nobody["problem"]) == ("", "cannot be graded: No such file or directory.")
    for name in ("broken", "rare"):
        assert rows[name]["score"] == "0"
        assert rows[name]["problem"].startswith(f"{name}.")
    assert (rows["crowd"]["score"], rows["fifo"]["score"]) == ("31", "3")
    results = Results(oddities)
    assert [r.outcomes[0].message.sentence for r in results.report("fifo").results if r.chapter == SECOND] == [
        f"{SECOND}.py is not a regular file."
    ] * 3
    assert "2 could not be read" in (oddities / "summary.md").read_text()


# ---------------------------------------------------------------- a full disk


def test_a_full_disk_for_results(course: Path, submissions: Path, undisturbed: Path, tmp_path: Path) -> None:
    """What cannot be kept is told, one by one, and graded once there is room; no half of a file is left."""
    paths = [submissions / f"student {number}" for number in range(4)]
    with small_disk(tmp_path / "disk", "64k") as disk:
        (disk / "filler").write_bytes(bytes(48 << 10))
        options: tuple[str | Path, ...] = (*paths, "--out", disk / "out", *ONE)
        ran = grade(course, tmp_path, *options)
        kept = finished(disk / "out")
        assert ran.code == 3
        assert 0 < kept < 4
        assert ran.err.count("Its result could not be kept: No space left on device.") == 4 - kept
        assert "Traceback" not in ran.err
        assert [path for path in disk.rglob("*") if path.name.startswith(".")] == []
        (disk / "filler").unlink()
        ran = grade(course, tmp_path, *options, "--resume")
        assert (ran.code, ran.err) == (0, "")
        rows = gradebook(undisturbed)
        assert gradebook(disk / "out") == {path.name: rows[path.name] for path in paths}


def test_a_full_disk_for_temporary_files(course: Path, submissions: Path, tmp_path: Path) -> None:
    """What cannot be copied is not graded, and who fails while the disk is full is not held to have failed."""
    paths = [submissions / "student 0", submissions / "student 1"]
    with small_disk(tmp_path / "disk", "64k") as disk:
        ran = grade(course, disk, *paths, *ONE, "--format", "csv")
        assert [row["score"] for row in csv.DictReader(ran.out.splitlines())] == ["31", ""]
        (disk / "filler").write_bytes(bytes(60 << 10))  # one page is left, and a submission needs two
        full = grade(course, disk, *paths, *ONE, "--format", "csv")
        assert [row["score"] for row in csv.DictReader(full.out.splitlines())] == ["", ""]
    assert (ran.code, ran.err.count("No space left on device"), ran.err.count("\n")) == (3, 1, 1)
    assert (full.code, full.err.count("No space left on device"), full.err.count("\n")) == (3, 2, 2)

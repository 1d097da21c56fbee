"""`grader grade` on the command line: what can be named, what is asked for, what is shown, and the exit status."""

from __future__ import annotations

import csv
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from places import ROOT
from runs import FIRST, RIGHT, SECOND, STUBS, Ran, double, grade, make_target, write

from grader.frontends.cli.main import main


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The target course."""
    return make_target(tmp_path_factory.mktemp("target") / "course")


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Submissions in every form: a folder with chapters, one with `exercises/`, a zip, a tar, an empty folder."""
    folder = tmp_path_factory.mktemp("class")
    write(folder / "ann", **RIGHT)
    write(folder / "ben" / "exercises", **double("return x * x"))
    write(folder / "cat", **STUBS)
    shutil.make_archive(str(folder / "dan"), "zip", folder / "ann")
    with tarfile.open(folder / "eve.tar.gz", "w:gz") as archive:
        archive.add(folder / "ben", "inside")
    (folder / "fay").mkdir()
    (folder / "notes.txt").touch()
    return folder


def text_of(output: str) -> str:
    """A text without the places where it was wrapped."""
    return " ".join(output.split())


# ---------------------------------------------------------------- what cannot be done

WRONG = [
    (["nobody"], "nobody cannot be graded: No such file or directory."),
    (["ann", "nobody"], "nobody cannot be graded: No such file or directory."),
    (["notes.txt"], "notes.txt is neither a folder nor a zip or tar archive."),
    (["-"], "There is nothing to grade: name a folder, a zip or tar archive, or a folder of many."),
    (["ann", "--only", "duoble"], "There is no exercise duoble. Did you mean double?"),
    (["ann", "--chapter", "ex01_number"], None),
    (["ann", "--chapter", "double"], "double is an exercise: name it with --only."),
    (["ann", "--chapter", "nope"], "There is no chapter nope."),
    (["ann", "--chapter", "ex1_numbers"], "There is no chapter ex1_numbers. Did you mean ex01_numbers?"),
    (["ann", "--chapter", "doubel"], "There is no chapter doubel."),
    (["ann", "--chapter", "ex0"], "ex0 could be ex01_numbers or ex02_effects."),
    (["ann", "--chapter", ""], "There is no chapter ''."),
    (["ann", "--seed", "3", "--seed-from-name"], "--seed and --seed-from-name exclude each other."),
    (["ann", "--fail-under", "900"], "--fail-under must lie between 0 and 31, this course's scale, and 900 does not."),
    (["ann", "--fail-under", "-1"], "--fail-under must lie between 0 and 31"),
    (["ann", "--fail-under", "nan"], "--fail-under must lie between 0 and 31"),
    (["ann", "--fail-under", "inf"], "--fail-under must lie between 0 and 31"),
    (["ann", "--chapter", "ex01", "--only", "double"], "--chapter and --only exclude each other."),
    (["ann", "--device", "cdua"], "There is no device 'cdua'. Did you mean cuda?"),
    (["ann", "--device", "gpu"], "There is no device 'gpu': PyTorch calls one by its kind."),
    (["ann", "--chapter", "ex1"], "There is no chapter ex1. Did you mean ex01?"),
    (["ann", "--only", "duoble"], "There is no exercise duoble. Did you mean double?"),
    (["ann", "--resume"], "--resume and --fresh are about a folder with results: name it with --out."),
    (["ann", "--out", "x", "--resume", "--fresh"], "--resume and --fresh exclude each other."),
    (["ann", "cat", "--format", "classroom50"], "--format classroom50 is about one submission, and there are 2."),
    (["ann", "--format", "xml"], "There is no format 'xml'."),
    (["ann", "--out", "ann/ex01_numbers.py/x"], "Results cannot be kept in ann/ex01_numbers.py/x: Not a directory."),
    ([], "Missing argument 'PATH...'"),
]


@pytest.mark.parametrize(("arguments", "says"), [(a, s) for a, s in WRONG if s])
def test_a_wrong_command_line(
    course: Path, submissions: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    """What cannot be done is told in a sentence, with status 2, before anything is graded or written."""
    monkeypatch.chdir(submissions)
    before = sorted(submissions.iterdir())
    ran = CliRunner().invoke(main, ["--course", str(course), "grade", *arguments])
    assert ran.exit_code == 2
    assert says in ran.output
    assert "Traceback" not in ran.output
    assert sorted(submissions.iterdir()) == before


@pytest.mark.parametrize(
    ("limits", "says"), [("submission = 0", "must be more than 0"), ("sumbission = 9", "mean sub")]
)
def test_the_time_for_a_submission_is_the_courses(
    course: Path, submissions: Path, tmp_path: Path, limits: str, says: str
) -> None:
    """`[timeout] submission` is read from course.toml, and has to make sense."""
    copy = tmp_path / "course"
    shutil.copytree(course, copy)
    path = copy / "course.toml"
    path.write_text(path.read_text().replace("check = 2", limits))
    ran = CliRunner().invoke(main, ["--course", str(copy), "grade", str(submissions / "ann")])
    assert (ran.exit_code, says in ran.output) == (2, True)


@pytest.mark.parametrize("device", ["cuda", "mps", "xpu"])
def test_a_real_accelerator_is_refused(course: Path, submissions: Path, tmp_path: Path, device: str) -> None:
    """Behind its walls a submission could not reach one, and right answers would be marked wrong."""
    ran = grade(course, tmp_path, submissions / "ann", "--device", device)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert f"`grader grade` does not use {device}" in ran.err


def test_a_broken_course(course: Path, submissions: Path, tmp_path: Path) -> None:
    """A course whose reference fails is its author's problem, and told once."""
    broken = tmp_path / "course"
    shutil.copytree(course, broken)
    path = broken / "solutions" / f"{FIRST}.py"
    path.write_text(path.read_text().replace("return 2 * x", "return 2 * y"))
    ran = grade(broken, tmp_path, submissions, "--jobs", "1", "--device", "cpu", "--only", "double")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1].startswith(
        "Error: The reference of double itself fails on case 0 on cpu: NameError"
    )
    assert "Traceback" not in ran.err


# ---------------------------------------------------------------- a class


@pytest.fixture(scope="module")
def whole(course: Path, submissions: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A class graded from inside its folder, with results kept in it, in several formats."""
    options = ["--out", "out", "--seed", "7", "--format", "terminal", "--format", "csv", "--jobs", "1"]
    options += ["--fail-under", "1"]
    return grade(course, tmp_path_factory.mktemp("tmp"), ".", *options, cwd=submissions)


def test_every_form_of_a_submission(whole: Ran, submissions: Path) -> None:
    """Folders and archives are found, in order; what is neither is told; below the threshold the status is 1."""
    rows = list(csv.DictReader((submissions / "out" / "gradebook.csv").read_text().splitlines()))
    assert [(row["name"], row["score"]) for row in rows] == [
        ("ann", "31"), ("ben", "30"), ("cat", "0"), ("dan", "31"), ("eve", "30"), ("fay", "0")
    ]  # fmt: skip
    assert whole.code == 1
    assert whole.err.count("\n") == 1
    assert whole.err.startswith("note: Passed over in ")


def test_the_summary_of_a_class(whole: Ran, submissions: Path) -> None:
    """All together: how many, the distribution, the exercises most failed, the mistakes most made, in 80 columns."""
    lines = whole.out.splitlines()
    assert lines[0] == "6 graded: mean 20.3, median 30"
    assert "  2 of 4 who tried: ex01_numbers.double" in lines
    assert "  2 x ex01_numbers.double (squares): You squared x. Doubling adds x to itself." in lines
    assert lines[-1] == "Kept in out: gradebook.csv, summary.md, and each report in results/."
    assert max(map(len, lines)) <= 80
    assert lines[0] in (submissions / "out" / "summary.md").read_text()


@pytest.mark.usefixtures("whole")
def test_the_folder_of_results_is_no_submission(course: Path, submissions: Path, tmp_path: Path) -> None:
    """Results that are kept among the submissions are not graded when the run is resumed."""
    before = (submissions / "out" / "gradebook.csv").read_bytes()
    ran = grade(course, tmp_path, ".", "--out", "out", "--resume", "--format", "csv", "--jobs", "1", cwd=submissions)
    assert (ran.code, ran.out) == (0, "")
    assert (submissions / "out" / "gradebook.csv").read_bytes() == before


def test_the_bar(course: Path, tmp_path: Path) -> None:
    """On a terminal a bar of one line tells how many are graded, how fast, how long it takes, and how many were not."""
    write(tmp_path / "ann", **RIGHT)
    write(tmp_path / "ben", **{FIRST: "import time\ntime.sleep(1)\n" + RIGHT[FIRST]})  # nothing is foretold before
    write(tmp_path / "cat", **STUBS)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "grader",
            "--course",
            course,
            "grade",
            "ann",
            "ben",
            "cat",
            "--format",
            "csv",
            "--device",
            "cpu",
            "--jobs",
            "1",
        ],
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "80", "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    drawn = b""
    try:
        while part := os.read(ours, 4096):
            drawn += part
    except OSError:  # how Linux says that nobody writes any more
        pass
    os.close(ours)
    assert process.wait() == 0
    bars = [re.sub(r"\x1b\[\?25.", "", line).rstrip() for line in re.split(r"[\r\n]+", drawn.decode())]
    assert re.fullmatch(r"graded  \[-+\]  0/3  0\.0/s, 0 not graded", next(filter(None, bars)))
    assert any(re.fullmatch(r"graded  \[#+-+\]  2/3  [\d:]+  [\d.]+/s, 0 not graded", bar) for bar in bars)
    assert max(map(len, bars)) <= 80


# ---------------------------------------------------------------- one


def test_one_submission(course: Path, submissions: Path, tmp_path: Path) -> None:
    """One submission is shown with what is wrong, where, its score and the seed."""
    ran = grade(course, tmp_path, submissions / "ben", "--seed", "7")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "ben"
    assert lines[1].startswith("course: ")
    assert lines[3:5] == [
        "ex01_numbers.double",
        "exercises/ex01_numbers.py:6  double(x)"
        + "[cpu, sim]".rjust(80 - len("exercises/ex01_numbers.py:6  double(x)")),
    ]
    assert "You squared x. Doubling adds x to itself." in lines
    assert lines[-2:] == ["score: 30 of 31 (30 of 31 points, on cpu and sim)", "seed: 7"]
    assert max(map(len, lines)) <= 80


def test_one_exercise_in_full(course: Path, tmp_path: Path) -> None:
    """`--only` grades one exercise, and `--show` shows all that it printed; else it is the first lines."""
    ann = write(tmp_path / "ann", **double("for n in range(50): print('line', n, '.' * 200)"))
    options = (ann, "--only", "double", "--device", "cpu")
    full, short = grade(course, tmp_path, *options, "--show").out, grade(course, tmp_path, *options).out
    assert f"    line 49 {'.' * 200}\n" in full
    assert "line 9 ." in short
    assert "line 10 ." not in short
    assert "    [40 more lines: --show shows them]\n" in short
    assert max(map(len, short.splitlines())) <= 80
    assert "points: 0 of 1 for what was run (on cpu)" in short
    assert full.splitlines()[-1] != short.splitlines()[-1], "each run has a fresh seed"


def test_what_concerns_a_chapter_is_told_once(course: Path, tmp_path: Path) -> None:
    """A chapter that is missing, or cannot be read, is one message, however many exercises it has."""
    ann = write(tmp_path / "ann", **{FIRST: "def double(:"})
    ran = grade(course, tmp_path, ann, "--device", "cpu")
    assert ran.out.count("Python cannot read this file") == 1
    assert ran.out.count(f"{SECOND}.py is not in the submission.") == 1
    assert "score: 0 of 31" in ran.out


def test_formats(course: Path, submissions: Path, tmp_path: Path) -> None:
    """JSON is the report itself, CSV has a row, Markdown is a page; with --out, the last two are files."""
    cat, out = submissions / "cat", tmp_path / "out"
    formats = [word for form in ("json", "csv", "markdown") for word in ("--format", form)] + ["--device", "cpu"]
    shown = grade(course, tmp_path, cat, *formats, "--chapter", "ex02").out
    data, end = json.JSONDecoder().raw_decode(shown)
    assert (data["version"], data["score"], data["possible"], data["report"]["submission"]) == (1, 0, 28, "cat")
    rows, _, page = shown[end:].partition("\n## ")
    assert rows.startswith('\n"name",')
    assert '"cat","0","0","28"' in rows
    assert page.startswith("`Target`: 0 of 31\n")
    assert grade(course, tmp_path, cat, *formats, "--out", out).out == ""
    assert (out / "report.md").read_text().startswith("## `Target`: 0 of 31\n")
    assert '"cat","0","0","31"' in (out / "gradebook.csv").read_text()


def test_seeds_from_names(course: Path, submissions: Path, tmp_path: Path) -> None:
    """Made from names, seeds are the same each time, and another one for each."""
    options = ("--seed-from-name", "--format", "json", "--device", "cpu", "--only", "rows", "--jobs", "1")

    def seeds(*names: str) -> list[str]:
        paths = [submissions / name for name in names]
        return re.findall(r'"seed": (\d+)', grade(course, tmp_path, *paths, *options).out)

    both = seeds("ann", "cat")
    assert len(set(both)) == 2
    assert seeds("cat") == both[1:]


ON_WINDOWS = """
import os, signal, socket, sys
import click, json, selectors, subprocess, tempfile  # of Linux, so that they go on working
sys.modules |= dict.fromkeys(("fcntl", "grp", "landlock", "pwd", "resource", "termios"))
for module, names in {
    os: "O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK WNOHANG fork geteuid getuid killpg mkfifo setsid wait4",
    signal: "SIGALRM SIGCHLD SIGCONT SIGKILL SIGSTOP SIGUSR1 pthread_sigmask setitimer",
    socket: "AF_UNIX recv_fds send_fds",
}.items():
    for name in names.split():
        delattr(module, name)
sys.platform = "win32"
from grader.frontends.cli.main import main
main(sys.argv[1:])
"""


def test_on_windows_it_says_what_to_use(tmp_path: Path) -> None:
    """It ends at once with a sentence, although modules are missing there; whether a course is there is not asked."""
    done = subprocess.run(
        [sys.executable, "-c", ON_WINDOWS, "grade", "ann"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert "does not run on Windows: use WSL" in done.stderr
    assert "Traceback" not in done.stderr


WITHOUT_SIM = """
import sys
class Without:
    def find_spec(name, path, target=None):
        if name == "grader.runtime.sim.sim_kernel":
            raise ImportError("not here")
sys.meta_path.insert(0, Without)
"""
"""At the start of each process: PyTorch takes no device of ours, as those before 2.10 do not."""


@pytest.mark.parametrize(("device", "code"), [([], 0), (["--device", "sim"], 2)])
def test_without_the_simulated_device_the_cpu_is_graded_on(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: list[str], code: int
) -> None:
    """Right and wrong answers are told apart on the CPU, with a note; where `sim` is asked for, a sentence says why."""
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "sitecustomize.py").write_text(WITHOUT_SIM)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path / "without"), str(ROOT))))
    write(tmp_path / "class" / "ann", **RIGHT)
    write(tmp_path / "class" / "bob", **double("return 3 * x"))
    ran = grade(course, tmp_path, tmp_path / "class", "--out", tmp_path / "out", *device)
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    if device:
        assert "The simulated device cannot be had: this PyTorch does not take the device" in text_of(ran.err)
        return
    (report,) = (tmp_path / "out" / "results").glob("ann*.json")
    (note,) = json.loads(report.read_text())["report"]["notes"]
    assert note.startswith("Only the CPU is checked: this PyTorch does not take the device")
    rows = csv.DictReader((tmp_path / "out" / "gradebook.csv").read_text().splitlines())
    assert {row["name"]: row["score"] for row in rows} == {"ann": "31", "bob": "30"}

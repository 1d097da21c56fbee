"""The pytest plugin, seen from outside: real pytest runs over a course of two chapters, and a few over the real one.

An inner run costs a third of a second, and two more where it needs PyTorch. So each one serves several tests.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from places import ROOT, TINY

from grader.course.source import stub_text

needs_signals = pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="this system has no SIGALRM")

STUB_1 = stub_text((TINY / "solutions" / "ex01_sums.py").read_text(), TINY)
RIGHT_1 = "def double(x):\n    return x + x\n\n\ndef total(a, b):\n    return a.sum() + b.sum()\n"
WRONG_1 = RIGHT_1.replace("    return x + x", "    print('my own words')\n    return x * x")
RIGHT_2 = (TINY / "solutions" / "ex02_places.py").read_text()
WRONG_2 = (
    "import torch\n\n\ndef count_up(x):\n    return x + torch.arange(len(x))\n\n\n"
    "def label(name):\n    raise SystemExit(3)\n"
)
HEAVY = """
def pytest_unconfigure():
    import sys
    heavy = ("torch", "numpy", "matplotlib", "rich", "grader.frontends.pytest_plugin.items")
    print("\\nLOADED", *(n for n in heavy if n in sys.modules))
"""


@dataclass(frozen=True)
class Ran:
    """An inner run's end."""

    code: int
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def section(self, start: str, end: str) -> str:
        """What stands between a line of `===` with this title and one with that."""
        return self.text.split(start, 1)[1].split(end, 1)[0]


def environment() -> dict[str, str]:
    """As a learner has it: nothing of the outer run, and none of the other plugins that tests need."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_"))}
    return {**kept, "COLUMNS": "80", "NO_COLOR": "1", "PYTEST_ADDOPTS": "-p no:hypothesispytest"}


def run(folder: Path, *arguments: str | Path, stdin: str = "", python: Sequence[str] = ("-m", "pytest")) -> Ran:
    """`pytest ARGUMENTS` in this folder."""
    done = subprocess.run(
        [sys.executable, *python, *map(str, arguments)],
        cwd=folder,
        env=environment(),
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout)


def make_course(folder: Path, **chapters: str) -> Path:
    """A copy of the tiny course with these chapters as a learner's, its stubs for the others."""
    course = folder / "course"
    shutil.copytree(TINY, course, ignore=shutil.ignore_patterns("__pycache__"))
    (course / "exercises").mkdir()
    for solution in (TINY / "solutions").glob("*.py"):
        text = chapters.get(solution.stem) or stub_text(solution.read_text(encoding="utf-8"), solution)
        (course / "exercises" / solution.name).write_text(text, encoding="utf-8")
    return course


# ---------------------------------------------------------------- a fresh copy


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = make_course(tmp_path_factory.mktemp("fresh"))
    (course / "conftest.py").write_text(HEAVY)
    return course


def test_a_fresh_copy_starts_calmly(fresh: Path) -> None:
    ran = run(fresh)
    assert ran.code == 1
    assert len(ran.lines) <= 40
    assert all(len(line) <= 80 for line in ran.lines if not line.startswith(("plugins:", "rootdir:")))
    assert "Traceback" not in ran.text
    assert "FAILURES" not in ran.text
    assert "short test summary" not in ran.text
    assert "exercises/ex01_sums.py tt" in ran.text
    assert "course: Tiny course 0.1" in ran.lines
    assert "ex02_places  ░░░░░░░░░░░░░░░░░░░░  0/2  2 to do" in ran.lines
    assert "score: 0 of 100 (0 of 10 points)" in ran.lines
    assert "This is how it starts, with everything to do: open exercises/ex01_sums.py" in ran.text.replace("\n", " ")
    assert "next: exercises/ex01_sums.py:7 double" in ran.lines
    assert "4 to do in" in ran.text


@pytest.mark.parametrize(("beside", "shown"), [("", "exercises/ex02_places.py"), ("exercises", "ex02_places.py")])
def test_a_chapter_run_as_a_program_is_checked(fresh: Path, beside: str, shown: str) -> None:
    """An editor's run button, in whatever folder it starts Python, does what `pytest` does with that chapter."""
    ran = run(fresh / beside, fresh / "exercises" / "ex02_places.py", python=())
    assert ran.code == 1
    assert f"{shown} tt" in ran.text
    assert "ex02_places  ░░░░░░░░░░░░░░░░░░░░  0/2  2 to do" in ran.lines
    assert "Warning" not in ran.text


def test_exercises_to_do_load_nothing_heavy(fresh: Path) -> None:
    for arguments in ([], ["--co"], ["-k", "label"]):
        (loaded,) = (line for line in run(fresh, *arguments).lines if line.startswith("LOADED"))
        assert loaded in ("LOADED grader.frontends.pytest_plugin.items", "LOADED")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_version_and_help_load_nothing_of_the_course(fresh: Path, arguments: list[str]) -> None:
    ran = run(fresh, *arguments, python=("-X", "importtime", "-m", "pytest"))
    imported = {line.rpartition("|")[2].strip() for line in ran.lines if line.startswith("import time:")}
    assert "pytest" in imported
    assert not imported & {
        "torch",
        "numpy",
        "matplotlib",
        "rich",
        "grader.frontends.pytest_plugin.items",
        "grader.frontends.pytest_plugin.session",
    }
    assert ran.code == 0


def test_options_are_explained(fresh: Path) -> None:
    text = run(fresh, "--help").text
    for option in ("--course=DIR", "--device=NAME", "--seed=N"):
        assert option in text


def test_verbose_and_quiet(fresh: Path) -> None:
    ran = run(fresh, "-v", "exercises/ex01_sums.py::total")
    assert re.search(r"^exercises/ex01_sums.py::total TO DO \(not begun\) +\[100%\]$", ran.text, re.M)
    assert "points: 0 of 3 for what was run" in ran.text
    assert "Nothing here is begun yet" in ran.text
    ran = run(fresh, "-q")
    assert ran.code == 1
    assert "next: exercises/ex01_sums.py:7 double" in ran.lines
    assert "░" not in ran.text
    assert "next:" not in run(fresh, "-qq").text


def test_collect_only_and_k(fresh: Path) -> None:
    ran = run(fresh, "--co", "-q")
    assert ran.code == 0
    assert ran.lines[:4] == [
        "exercises/ex01_sums.py::double",
        "exercises/ex01_sums.py::total",
        "exercises/ex02_places.py::count_up",
        "exercises/ex02_places.py::label",
    ]
    assert "3 deselected" in run(fresh, "-k", "label").text
    assert "2/4 tests collected" in run(fresh, "--co", "-k", "places").text
    # the checks have the names of chapters, and are none
    assert run(fresh, "--co", "-q", "solutions").text.count("::") == 4


# ---------------------------------------------------------------- everything right


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Path]:
    course = make_course(tmp_path_factory.mktemp("solved"))
    return run(course, "solutions", "--junitxml=out.xml", "-o", "junit_family=xunit1"), course


def test_solutions_pass(solved: tuple[Ran, Path]) -> None:
    ran, _ = solved
    assert ran.code == 0, ran.text
    assert "score: 100 of 100 (10 of 10 points, on cpu and sim)" in ran.lines
    assert "Every exercise passes: that is all of Tiny course." in ran.lines
    assert "next:" not in ran.text


def test_junit_has_the_points_as_properties(solved: tuple[Ran, Path]) -> None:
    suite = ET.parse(solved[1] / "out.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "0", "0")
    case = suite.findall("testcase")[3]
    assert (case.get("classname"), case.get("name")) == ("solutions.ex02_places", "label")
    properties = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert properties == {"chapter": "ex02_places", "verdict": "passed", "points": "4", "possible": "4"}


# ---------------------------------------------------------------- something wrong

ENDLESS = "\n\ndef total(a, b):\n    print('round and round')\n    while True:\n        a = a + 1\n"


@pytest.fixture(scope="module")
def mixed_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chapter = WRONG_1.split("\n\n\ndef total")[0] + ENDLESS
    return make_course(tmp_path_factory.mktemp("mixed"), ex01_sums=chapter, ex02_places=WRONG_2)


@pytest.fixture(scope="module")
def mixed(mixed_course: Path) -> Ran:
    return run(mixed_course, "--timeout=2", "--junitxml=out.xml")


def test_failures_are_shown_in_full_without_pytests_traceback(mixed: Ran) -> None:
    assert mixed.code == 1
    failures = mixed.section("FAILURES", "= Tiny course")
    assert re.findall(r"^_+ (\w+) _+$", failures, re.M) == ["double", "total", "count_up", "label"]
    assert "exercises/ex01_sums.py:1  double(x)" in failures
    assert "3 of 3 differ" in failures
    assert "items.py" not in failures
    assert "NotPassed" not in failures
    assert "short test summary" not in mixed.text


def test_own_prints_stand_under_their_failure(mixed: Ran) -> None:
    double = mixed.section("__ double __", "__ total __")
    assert "Captured stdout call" in double
    assert "\n[cpu]\nmy own words\n[sim]\nmy own words\n" in double
    assert "my own words" not in mixed.section("__ total __", "= Tiny course")


@pytest.mark.parametrize("arguments", [[], ["-n", "2"]], ids=" ".join)
def test_rows_have_colours_where_there_are_colours(mixed_course: Path, arguments: list[str]) -> None:
    """What came back is red, what should have is green; the words are those of a terminal without colours."""
    node = "exercises/ex01_sums.py::double"
    ran = run(mixed_course, node, "--color=yes", *arguments)
    returned = [line for line in ran.lines if "    returned " in line]
    expected = [line for line in ran.lines if "    expected " in line]
    assert (len(returned), len(expected)) == (1, 1)
    assert returned[0].startswith("\x1b[31m")
    assert returned[0].endswith("\x1b[0m")
    assert expected[0].startswith("\x1b[32m")
    assert expected[0].endswith("\x1b[0m")
    plain = run(mixed_course, node, *arguments)
    assert returned[0][5:-4] in plain.lines
    assert "\x1b" not in plain.text


def test_a_device_only_failure_says_so(mixed: Ran) -> None:
    assert "[sim]" in mixed.section("__ count_up __", "__ label __")


WAY = 'chapter.way(double, uses=["mul", "__mul__"], sentence="This chapter is about `mul`: try it once.")\n'
REMARK = "double: Right. This chapter is about `mul`: try it once."


@pytest.fixture(scope="module")
def other_way(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose first exercise is about a way, and a learner who went another one."""
    course = make_course(tmp_path_factory.mktemp("way"), ex01_sums=RIGHT_1)
    with (course / "solutions" / "checks" / "ex01_sums.py").open("a") as file:
        file.write(f"\n\n{WAY}")
    return course


@pytest.mark.parametrize("arguments", [[], ["-v"], ["-q"], ["-n", "2"]], ids=" ".join)
def test_another_way_is_told_once_below_the_mark(other_way: Path, arguments: list[str]) -> None:
    """One sentence for both devices, in a line of its own, and not again in the summary; the point stays."""
    ran = run(other_way, "exercises/ex01_sums.py", *arguments)
    assert ran.code == 0, ran.text
    assert ran.lines.count(REMARK) == 1
    assert ran.text.count("This chapter is about") == 1
    assert "points: 5 of 5 for what was run (on cpu and sim)" in ran.lines
    before = ran.lines[ran.lines.index(REMARK) - 1]
    assert before.startswith(("exercises/ex01_sums.py .", ".")) or "PASSED" in before, before


@needs_signals
def test_an_endless_loop_is_named_by_line_and_the_rest_runs(mixed: Ran) -> None:
    assert "exercises/ex01_sums.py FT" in mixed.text
    total = mixed.section("__ total __", "__ count_up __").replace("\n", " ")
    assert re.search(r"total was still running after 2 s, at line [789]: `(while True:|a = a \+ 1)`", total)
    assert "ex02_places.py FF" in mixed.text
    assert "1 failed, 1 timed out" in mixed.text


def test_failures_in_junit(mixed: Ran, mixed_course: Path) -> None:
    cases = list(ET.parse(mixed_course / "out.xml").getroot().iter("testcase"))
    failure = cases[0].find("failure")
    assert failure is not None
    assert "double(x)" in (failure.get("message") or "")
    assert {p.get("value") for p in cases[0].iter("property") if p.get("name") == "points"} == {"0"}


def test_distributed(mixed: Ran, mixed_course: Path) -> None:
    ran = run(mixed_course, "-n", "2", "--timeout=2")
    assert ran.code == 1
    last = mixed.section("= Tiny course", "seconds")
    mine = ran.section("= Tiny course", "seconds")
    assert re.sub(r" in [\d.]+s.*", "", mine) == re.sub(r" in [\d.]+s.*", "", last)
    assert "3 of 3 differ" in ran.text
    assert "my own words" in ran.text


def test_last_failed_and_first_failure(tmp_path: Path) -> None:
    course = make_course(tmp_path, ex02_places=WRONG_2)
    ran = run(course, "-x", "--device=cpu")
    # to do does not stop it, nor does what passes on the CPU; the first failure does
    assert "ex01_sums.py tt" in ran.text
    assert "ex02_places.py .F" in ran.text
    assert (course / "exercises" / "ex02_places.py").write_text(RIGHT_2)
    ran = run(course, "--lf", "--device=cpu", "-v")
    assert ran.code == 0
    assert "ex02_places.py::label PASSED" in ran.text
    assert "collected 1 item" in ran.text or "1 item" in ran.text
    # everything selected passes, so what comes next is what is to do
    assert "next: exercises/ex01_sums.py:7 double" in ran.lines


# ---------------------------------------------------------------- somebody's chapters elsewhere

TOTAL_1 = "\n\ndef total(a, b):\n    return a.sum() + b.sum()\n"
BAD = {
    "syntax": "def double(x:\n    return x\n",
    "missing": "def dubble(x):\n    return x + x\n\n\ndef total(a, b):\n    return a.sum() + b.sum()\n",
    "replaced": "double = None\n\n\nclass total:\n    pass\n",
    "parameters": "def double(x, y):\n    return x\n\n\ndef total(a):\n    return a\n",
    "import": "import numpi\n" + RIGHT_1,
    "exit": "exit()\n" + RIGHT_1,
    "empty": "",
    "input": "def double(x):\n    return input()\n" + TOTAL_1,
    "timed out": "from grader.runtime.deadline import TimedOut\n\n\ndef double(x):\n    raise TimedOut\n" + TOTAL_1,
    "debugger": "import bdb\n\n\ndef double(x):\n    raise bdb.BdbQuit\n" + TOTAL_1,
    "endless": "while True:\n    pass\n\n\n" + RIGHT_1,
    "right": RIGHT_1,
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One folder for each bad file, elsewhere on the disk, each without the second chapter."""
    course = make_course(tmp_path_factory.mktemp("here"))
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for name, text in BAD.items():
        (elsewhere / name).mkdir()
        (elsewhere / name / "ex01_sums.py").write_text(text)
    (elsewhere / "latin").mkdir()
    (elsewhere / "latin" / "ex01_sums.py").write_bytes(b"# caf\xe9\n" + RIGHT_1.encode())
    return run(elsewhere, "--course", course, ".", "--timeout=2", "--device=cpu", "-v")


@pytest.mark.parametrize(
    ("folder", "sentences"),
    [
        (
            "syntax",
            [
                "ex01_sums.py:1: Python cannot read this file: '(' was never closed.",
                "def double(x:\n",
                "    ^",
            ],
        ),
        ("missing", ["There is no function double in ex01_sums.py. Did you mean dubble?"]),
        (
            "replaced",
            ["double is None in ex01_sums.py, where a function should be", "total is a class here."],
        ),
        ("parameters", ["double is called with 1 argument", "total is called with 2 arguments"]),
        ("import", ["this file cannot be imported: ModuleNotFoundError: No module named 'numpi'"]),
        ("exit", ["this file cannot be imported: it calls exit(), which ends Python."]),
        ("endless", ["Importing ex01_sums.py was still running after 2 s, at line"]),
        ("input", ["Nobody types here: `input()` has nobody to ask."]),
        ("timed out", ["double was still running after 2 s."]),
        ("debugger", ["A debugger was left by `quit`, so nothing came back."]),
        ("latin", ["ex01_sums.py is not UTF-8 text"]),
    ],
)
def test_bad_input_is_told_in_one_sentence(bad: Ran, folder: str, sentences: list[str]) -> None:
    failures = bad.section("= FAILURES", "= Tiny course")
    blocks = [block for block in re.split(r"^_+ \w+ _+$", failures, flags=re.M) if f"{folder}/ex01_sums.py" in block]
    text = "".join(blocks)
    flat = " ".join(text.split())
    for sentence in sentences:
        assert " ".join(sentence.split()) in flat
    assert "Traceback" not in text
    # a trouble of the whole chapter is told once
    assert len(blocks) == (2 if folder in ("replaced", "parameters") else 1)


def test_bad_input_leaves_the_rest_intact(bad: Ran) -> None:
    assert bad.code == 1
    assert re.search(r"^right/ex01_sums.py::double PASSED", bad.text, re.M)
    assert re.search(r"^right/ex01_sums.py::total PASSED", bad.text, re.M)
    assert re.search(r"^missing/ex01_sums.py::total PASSED", bad.text, re.M)
    assert re.search(r"^right/ex01_sums +█{2,} +2/2$", bad.text, re.M)
    assert re.search(r"^syntax/ex01_sums::total|^syntax/ex01_sums.py::total NOT LOADED", bad.text, re.M)


def test_a_missing_chapter_is_said_and_counts(bad: Ran) -> None:
    assert bad.text.count("ex02_places.py is missing") == len(BAD) + 1
    assert "0/2 2 not loaded" in re.sub(" +", " ", bad.text.replace("▒", ""))
    assert "of 100 (" in bad.text


# ---------------------------------------------------------------- commands that cannot be carried out


def test_bad_commands(fresh: Path, tmp_path: Path) -> None:
    def says(*arguments: str | Path, of: Path = fresh) -> str:
        ran = run(of, *arguments)
        assert ran.code == 4, ran.text
        assert "Traceback" not in ran.text
        return " ".join(" ".join(ran.lines).split())

    assert "There is no exercise dobule in exercises/ex01_sums.py. Did you mean double?" in says(
        "exercises/ex01_sums.py::dobule"
    )
    assert "Did you mean ex01_sums.py?" in says("exercises/ex01_smus.py")
    assert "There is no file exercises/ex01.py. Did you mean ex01_sums.py?" in says("exercises/ex01.py")
    assert "There is no device 'smi'. Did you mean sim?" in says("--device=smi")
    assert "There is no device 'gpu': PyTorch calls one by its kind. Choose cuda, mps, xpu" in says("--device=gpu")
    assert "is no course" in says("--course", tmp_path)
    broken = make_course(tmp_path)
    (broken / "course.toml").write_text('title = "Tiny"\nchapters = []\n')
    assert "course.toml: chapters must name" in says(of=broken)
    (broken / "course.toml").write_text("title = \n")
    assert "is not valid TOML" in says("exercises/ex01_sums.py::double", of=broken)
    # what is no part of the course is not held up by it
    (broken / "test_other.py").write_text("def test_it(): pass\n")
    assert run(broken, "test_other.py").code == 0


@pytest.mark.parametrize(
    ("named", "ran"),
    [
        (["ex02"], ["ex02_places.py::count_up", "ex02_places.py::label"]),
        (["total"], ["ex01_sums.py::total"]),
        (["ex01", "total"], ["ex01_sums.py::total"]),
        (["ex01.total", "ex02::label"], ["ex01_sums.py::total", "ex02_places.py::label"]),
        (["ex01", "label"], ["ex01_sums.py::double", "ex01_sums.py::total", "ex02_places.py::label"]),
    ],
)
def test_an_exercise_or_a_chapter_can_be_named_alone(fresh: Path, named: list[str], ran: list[str]) -> None:
    """What is no path and is a name of the course runs that; an exercise behind its chapter is one exercise."""
    collected = run(fresh, *named, "--collect-only", "-q")
    assert [line for line in collected.lines if "::" in line] == [f"exercises/{node}" for node in ran]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("dobule", "There is no exercise dobule. Did you mean double?"),
        ("ex1", "There is no chapter or exercise ex1. Did you mean ex01?"),
        ("ex01.lable", "There is no exercise ex01.lable."),
        ("ex0", "ex0 could be ex01_sums or ex02_places."),
    ],
)
def test_a_name_with_a_slip_is_told(fresh: Path, named: str, told: str) -> None:
    """A word that is neither a path nor a name of the course ends the run before it begins."""
    ran = run(fresh, named)
    assert ran.code == 4
    assert f"ERROR: {told}" in ran.lines


def test_what_is_there_is_a_path(tmp_path: Path) -> None:
    """A file or folder with the name of an exercise is what pytest takes it for, and so is a path that is not there."""
    course = make_course(tmp_path)
    (course / "double").mkdir()
    (course / "double" / "test_it.py").write_text("def test_it(): pass\n")
    assert "1 passed" in run(course, "double").text
    assert "file or directory not found: tests/test_it.py" in run(course, "tests/test_it.py").text


@pytest.mark.parametrize(
    ("keyword", "told"),
    [("not_there or dobule", "Did you mean double?"), ("zzz", "`grader list` shows all names.")],
)
def test_a_keyword_that_fits_nothing_is_told(fresh: Path, keyword: str, told: str) -> None:
    """Where `-k` leaves no exercise, the name that may be meant is shown."""
    ran = run(fresh, "-k", keyword)
    assert ran.code == pytest.ExitCode.NO_TESTS_COLLECTED
    assert f"No exercise fits -k {keyword}. {told}" in ran.lines


def test_a_device_that_is_not_there(fresh: Path) -> None:
    ran = run(fresh, "--device=xpu", "--device=cpu")
    if ran.code == 1:
        pytest.skip("this machine has an XPU")
    assert ran.code == 4
    assert "This machine has no device 'xpu' that PyTorch can use." in ran.text


def test_a_broken_solution_is_the_authors_error(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    (course / "solutions" / "checks" / "ex02_places.py").unlink()
    ran = run(course)
    assert ran.code == 4
    assert "ex02_places.py is missing" in ran.text
    shutil.copy(course / "solutions" / "checks" / "ex01_sums.py", course / "solutions" / "checks" / "ex02_places.py")
    ran = run(course, "solutions/ex01_sums.py", "--device=cpu")
    assert ran.code == 0
    checks = course / "solutions" / "checks" / "ex01_sums.py"
    checks.write_text(checks.read_text() + "\n\nchapter.no_such_thing\n")
    ran = run(course, "solutions/ex01_sums.py", "--device=cpu")
    assert ran.code == 1
    assert "The check of double broke: a mistake of the course or of the grader, not yours." in ran.text
    assert "AttributeError" in ran.text
    assert len(ran.lines) < 60


def test_what_is_logged_does_not_bury_the_message(tmp_path: Path) -> None:
    """Of a thousand lines in a log, and of as many that are printed, the first ones are shown, and how many more."""
    chapter = (
        "import logging\n\n\ndef double(x):\n    for number in range(1300):\n"
        "        logging.getLogger('trace').warning('traced %d', number)\n"
        "        print('printed', number)\n    return x\n\n\n"
        "def total(a, b):\n    raise RuntimeError('first\\nwhat matters\\nthird')\n"
    )
    course = make_course(tmp_path, ex01_sums=chapter)
    ran = run(course, "exercises/ex01_sums.py", "--device=cpu")
    assert ran.code == 1
    assert len(re.findall("traced", ran.text)) == 20
    assert "… and 1,280 lines more" in ran.text
    assert len(re.findall("^printed", ran.text, re.M)) == 500
    assert re.search("raised +RuntimeError: first\n +what matters\n +third\n", ran.text)


# ---------------------------------------------------------------- time limits that Python cannot keep


WITHOUT_SIGNALS = """
import signal
for name in ("setitimer", "SIGALRM"):
    if hasattr(signal, name):
        delattr(signal, name)
"""
"""What Python's `signal` lacks on Windows. That is all that is played of it here: nothing was tried there."""


@pytest.mark.parametrize(
    ("line", "options", "told"),
    [
        ("__import__('time').sleep(60)", [], "double was still running after 1 s, and nothing could stop it"),
        ("sum(range(10**13))", ["-s"], "double was still running after 1 s, and nothing could stop it"),
        ("input('age? ')", [], "Nobody types here: `input()` has nobody to ask."),
        ("input('age? ')", ["-s"], "Nobody types here: `input()` has nobody to ask."),
        ("breakpoint()", [], "Stopped while double was running on cpu. What comes after it was not run."),
        ("while True: pass", [], "double was still running after 1 s, at line 2: `while True: pass`."),
    ],
    ids=["sleeps", "in C", "input", "input -s", "breakpoint", "loop"],
)
def test_without_such_signals_there_is_a_sentence_too(tmp_path: Path, line: str, options: list[str], told: str) -> None:
    """Where a limit has to ring in another thread, whatever waits or cannot be left is told, without a raw dump."""
    course = make_course(tmp_path, ex01_sums=f"def double(x):\n    {line}\n    return x + x\n")
    (course / "conftest.py").write_text(WITHOUT_SIGNALS)
    ran = run(course, "exercises/ex01_sums.py::double", "--timeout=1", "--device=cpu", *options)
    assert ran.code in (1, 2)
    assert told in " ".join(ran.text.split())
    for dump in ("Thread 0x", "Timeout (", "Traceback", "Stack of", "timeouts.py"):
        assert dump not in ran.text


@needs_signals
@pytest.mark.parametrize(
    "body",
    [
        "    while 1:\n        try:\n            while 1:\n                x = 1\n        except:\n            x = 2\n",
        "    return sum(range(10**13))\n",
    ],
    ids=["swallows", "in C"],
)
def test_what_cannot_be_stopped_ends_the_run_with_a_sentence(tmp_path: Path, body: str) -> None:
    chapter = f"def double(x):\n{body}\n\ndef total(a, b):\n    return a.sum() + b.sum()\n"
    course = make_course(tmp_path, ex01_sums=chapter)
    ran = run(course, "--timeout=1", "--device=cpu")
    assert ran.code == 1
    assert "exercises/ex01_sums.py:1  double\n" in ran.text
    flat = " ".join(ran.text.split())
    assert "double was still running after 1 s, and nothing could stop it" in flat
    assert re.search(r"It was at line [2-6] of that file\.", flat)
    assert "pytest --deselect exercises/ex01_sums.py::double" in flat
    assert "Thread 0x" not in ran.text


@needs_signals
@pytest.mark.parametrize("folder", ["without a shell", "Zo\u00eb \u4e2d"])
def test_that_sentence_needs_no_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """It comes where no program is on the PATH, and names the line in a folder of any name."""
    (tmp_path / folder).mkdir()
    course = make_course(tmp_path / folder, ex01_sums="def double(x):\n    return sum(range(10**13))\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = run(course, "exercises/ex01_sums.py::double", "--timeout=1", "--device=cpu")
    assert ran.code == 1
    assert "double was still running after 1 s, and nothing could stop it" in " ".join(ran.text.split())
    assert "It was at line 2 of that file." in ran.text
    assert "Thread 0x" not in ran.text
    assert "Timeout (" not in ran.text


def test_a_run_that_ends_well_leaves_no_helper(tmp_path: Path) -> None:
    """The process that would tell it ends with the run, and its folder goes."""
    (tmp_path / "tmp").mkdir()
    course = make_course(tmp_path, ex01_sums=RIGHT_1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path / "tmp"))
        assert run(course, "exercises/ex01_sums.py", "--device=cpu").code == 0
    assert list((tmp_path / "tmp").glob("grader-*")) == []


@needs_signals
def test_a_swallowed_timeout_is_a_timeout(tmp_path: Path) -> None:
    chapter = (
        "def double(x):\n    try:\n        while True:\n            pass\n    except:\n        return x + x\n"
        + RIGHT_1.partition("return x + x\n")[2]
    )
    course = make_course(tmp_path, ex01_sums=chapter)
    ran = run(course, "exercises/ex01_sums.py", "--timeout=1", "--device=cpu", "-v")
    assert "ex01_sums.py::double TIMED OUT" in ran.text
    assert "ex01_sums.py::total PASSED" in ran.text


def test_time_limit_without_signals(tmp_path: Path) -> None:
    course = make_course(tmp_path, ex01_sums=RIGHT_1.partition("\n\n\ndef total")[0] + ENDLESS)
    (course / "pytest.ini").write_text("[pytest]\ntimeout = 1\ntimeout_method = thread\n")
    ran = run(course, "exercises/ex01_sums.py", "--device=cpu", "-v")
    assert "ex01_sums.py::double PASSED" in ran.text
    assert "ex01_sums.py::total TIMED OUT" in ran.text
    assert "total was still running after 1 s, at line" in ran.text


def run_until_ctrl_c(course: Path, *arguments: str) -> Ran:
    """A run that gets a Ctrl-C a moment after the learner's code has printed "round and round"."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-s", "--timeout=60", *arguments],
        cwd=course,
        env=environment() | {"PYTHONUNBUFFERED": "1"},  # into a pipe, its line would wait for more of them
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        # a shell may have started the tests with this signal ignored, as it does for jobs in the background
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout is not None
    shown = ""
    while "round and round" not in shown:
        shown += process.stdout.readline()
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    shown += process.communicate(timeout=30)[0]
    return Ran(process.returncode, shown)


@needs_signals
def test_ctrl_c_says_what_was_running(tmp_path: Path) -> None:
    """It names exercise, device, and line of the learner's file, which is next, and no bar looks as if all was run."""
    course = make_course(tmp_path, ex01_sums="def double(x):\n    return x + x\n" + ENDLESS)
    ran = run_until_ctrl_c(course)
    assert ran.code == 2, ran.text
    told = " ".join(ran.text.split())
    line = (course / "exercises" / "ex01_sums.py").read_text().splitlines().index("    while True:") + 1
    assert re.search(rf"Stopped while total was running on cpu, at line ({line}|{line + 1}): `.+`\.", told)
    assert "What comes after it was not run." in told
    assert re.search(r"^points: (\d) of \1 for what was run", ran.text, flags=re.M)
    assert f"next: exercises/ex01_sums.py:{line - 2} total" in ran.lines
    assert "CtrlC: total did not end" in ran.text
    assert "█" not in ran.text
    assert "grader/" not in ran.text


@needs_signals
def test_ctrl_c_that_a_chapter_swallows_ends_the_run(tmp_path: Path) -> None:
    """It also ends a run in which it comes while a chapter is imported that catches everything."""
    loop = "print('round and round')\ntry:\n    while True:\n        pass\nexcept:\n    pass\n"
    ran = run_until_ctrl_c(make_course(tmp_path, ex01_sums=loop + RIGHT_1), "exercises/ex01_sums.py")
    assert ran.code == 2, ran.text
    assert re.search(r"Stopped while ex01_sums.py was imported, at line [34]: `.+`\.", " ".join(ran.text.split()))
    assert "next: exercises/ex01_sums.py:7 double" in ran.lines


# ---------------------------------------------------------------- debugging and other plugins


def test_breakpoint_works(tmp_path: Path) -> None:
    chapter = RIGHT_1.replace("    return x + x", "    breakpoint()\n    return x + x")
    course = make_course(tmp_path, ex01_sums=chapter)
    here = "exercises/ex01_sums.py"
    stdin = "p 6 * 7\nimport time; time.sleep(2)\nc\nc\nc\nc\n"
    ran = run(course, "-s", here, "--device=cpu", "--timeout=1", stdin=stdin)
    assert "-> return x + x" in ran.text
    assert "42" in ran.text
    assert "ex01_sums  ████████████████████  2/2" in ran.lines
    ran = run(course, "-s", here, stdin="q\n")
    assert ran.code == 2
    assert "Quitting debugger" in ran.text


def test_without_other_plugins(tmp_path: Path) -> None:
    course = make_course(tmp_path, ex01_sums=WRONG_1)
    off = [o for name in ("timeout", "cacheprovider", "faulthandler", "xdist") for o in ("-p", f"no:{name}")]
    ran = run(course, *off, "--device=cpu", "--tb=no", "--no-header", "-ra")
    assert ran.code == 1
    assert "FAILURES" not in ran.text
    assert "FAILED exercises/ex01_sums.py::double" in ran.text
    assert "ex01_sums.py F." in ran.text
    assert "Warning" not in ran.text
    assert run(course, "-p", "no:terminal", "exercises/ex02_places.py").code == 1
    ran = run(course, "--pdb", "--device=cpu", "exercises/ex01_sums.py", "--no-summary", stdin="q\n")
    assert "Entering PDB" in ran.text or "entering PDB" in ran.text
    assert "3 of 3 differ" in ran.text
    assert "INTERNALERROR" not in ran.text


def test_a_worker_that_dies(tmp_path: Path) -> None:
    chapter = RIGHT_1.replace("    return x + x", "    import os\n    os._exit(0)")
    course = make_course(tmp_path, ex01_sums=chapter)
    ran = run(course, "-n", "2", "--device=cpu")
    assert ran.code == 1
    assert "double ended the process that it ran in" in ran.text
    assert re.search(r"^ex01_sums .* 1/2  1 crashed$", ran.text, re.M)


# ---------------------------------------------------------------- without PyTorch


def test_without_pytorch_the_run_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run about chapters ends at once, with one sentence; what is no course, or only lists, goes on."""
    course = make_course(tmp_path)
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "sitecustomize.py").write_text("import sys\nsys.modules['torch'] = None\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path / "without"), str(ROOT))))
    for arguments in ([], ["solutions"], ["exercises/ex01_sums.py::double"]):
        ran = run(course, *arguments)
        assert ran.code == 4
        assert "PyTorch cannot be imported here: No module named 'torch'." in " ".join(ran.text.split())
        assert "-m pip install torch" in " ".join(ran.text.split())
    assert run(course, "--co").code == 0
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "test_it.py").write_text("def test_it(): pass\n")
    assert run(tmp_path / "other").code == 0


# ---------------------------------------------------------------- projects that are no course


def test_another_project_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        HEAVY + "\n\ndef pytest_addoption(parser):\n"
        "    parser.addoption('--device', choices=['a', 'b'])\n    parser.addoption('--seed')\n"
    )
    (tmp_path / "ex01.py").write_text("raise RuntimeError('collected')\n")
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\ndef test_it(request):\n    assert request.config.getoption('--device') == 'a'\n\n"
        "@pytest.mark.skip\ndef test_skipped(): pass\n"
    )
    for _ in range(2):
        ran = run(tmp_path, "--device=a", "--seed=x")
        assert ran.code == 0
        assert "course" not in ran.text
        assert "1 passed, 1 skipped" in ran.text
        assert "LOADED" in ran.lines
        # a second time with a file of that name that is none of ours
        (tmp_path / "course.toml").write_text("sections = 3\n")


def test_an_option_of_that_name_of_another_project_wins(tmp_path: Path) -> None:
    """A conftest, or a plugin, may have a `--course` of its own; `--device` and `--seed` of ours are still there."""
    option = "def pytest_addoption(parser):\n    parser.addoption('--course', type=int, default=7)\n"
    (tmp_path / "conftest.py").write_text(option)
    (tmp_path / "test_it.py").write_text(
        "def test_it(pytestconfig):\n    assert pytestconfig.getoption('course') == 7\n"
    )
    ran = run(tmp_path)
    assert (ran.code, "1 passed" in ran.text) == (0, True), ran.text
    (tmp_path / "test_it.py").write_text(
        "def test_it(pytestconfig):\n    assert pytestconfig.getoption('course') == 3\n"
    )
    assert run(tmp_path, "--course=3").code == 0
    assert run(tmp_path, "--course", "3").code == 0
    (tmp_path / "conftest.py").unlink()
    (tmp_path / "other_plugin.py").write_text(option)
    for early in (["-p", "other_plugin"], ["-pother_plugin", "--course=3"]):
        ran = run(tmp_path, *early)
        assert "already" not in ran.text
        assert "Traceback" not in ran.text


def test_a_course_with_a_conftest_of_that_option(tmp_path: Path) -> None:
    """A course is found without the option too."""
    course = make_course(tmp_path, ex01_sums=RIGHT_1)
    (course / "conftest.py").write_text("def pytest_addoption(parser):\n    parser.addoption('--course')\n")
    ran = run(course, "exercises/ex01_sums.py", "--device=cpu")
    assert (ran.code, "2 passed" in ran.text) == (0, True), ran.text


def test_exercises_that_were_never_built(tmp_path: Path) -> None:
    """A run about them says what makes them, and does not take the solutions in their place."""
    course = make_course(tmp_path)
    shutil.rmtree(course / "exercises")
    for arguments in ([], ["exercises"], ["exercises/ex01_sums.py::double"], ["--course", "."]):
        ran = run(course, *arguments)
        assert ran.code == 4
        assert "This course has no exercises/ yet: `grader build` makes them" in ran.text
    assert run(course, "solutions", "--device=cpu").code == 0


def test_two_courses_in_one_command_are_refused(tmp_path: Path) -> None:
    """Chapters of one would be dropped without a word: the sentence says to run them apart."""
    one, two = make_course(tmp_path / "a"), make_course(tmp_path / "b")
    for arguments in (
        (one / "exercises", two / "exercises"),
        (one, two),
        (two / "solutions" / "ex01_sums.py", one / "exercises" / "ex01_sums.py::double"),
    ):
        ran = run(tmp_path, *arguments)
        assert ran.code == 4
        assert "two courses" in ran.text
        assert "run them apart" in " ".join(ran.text.split())
    assert run(one, "exercises", two / "exercises").code == 4
    # chapters that are in no course of their own belong to the one of the run, named or found
    (tmp_path / "ann").mkdir()
    shutil.copy(one / "solutions" / "ex01_sums.py", tmp_path / "ann")
    assert run(one, "solutions/ex01_sums.py", tmp_path / "ann" / "ex01_sums.py", "--device=cpu").code == 0
    assert run(one, "--course", one, two / "solutions" / "ex01_sums.py", "--device=cpu").code == 0


def test_the_course_is_that_of_the_chapters(tmp_path: Path) -> None:
    """A folder of tests before them, which belongs to another course, does not hide chapters."""
    one, two = make_course(tmp_path / "a"), make_course(tmp_path / "b")
    (one / "tests").mkdir()
    (one / "tests" / "test_it.py").write_text("def test_it(): pass\n")
    ran = run(one, "tests", two / "solutions" / "ex01_sums.py", "--device=cpu")
    assert (ran.code, "3 passed" in ran.text) == (0, True), ran.text


# ---------------------------------------------------------------- the real course


def test_the_real_course() -> None:
    ran = run(ROOT, "--co", "-q")
    assert ran.code == 0
    assert "exercises/ex05_broadcasting.py::center_columns" in ran.lines
    ran = run(ROOT, "exercises/ex05_broadcasting.py::center_colums")
    assert ran.code == 4
    assert "Did you mean center_columns?" in ran.text
    ran = run(ROOT, "solutions/ex05_broadcasting.py::center_columns")
    assert ran.code == 0, ran.text

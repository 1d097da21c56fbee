"""One submission, graded for real: what each kind of failure costs, and what it says."""

from __future__ import annotations

import dataclasses
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from runs import FIRST, POINTS, RIGHT, SECOND, STUBS, double, make_target, write

from grader.core.report import Report, Result, Verdict
from grader.course.manifest import load_course
from grader.grading.grader import Grader
from grader.grading.options import Options
from grader.grading.submissions.find import Submission
from grader.runtime.devices import choose
from grader.runtime.importing import out_of_time
from grader.sandbox import landlock, seccomp
from grader.sandbox.limits import PRINTED_BYTES
from grader.sandbox.spawn import ForkServer, FreshProcesses, plain_environment

Graded = Callable[..., Report]
SEED = 7
MEMORY = 256 << 20


def fork_server() -> ForkServer:
    """A fork server that is no fork of this process, which has computed much."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    serve = "import sys, socket; from grader.sandbox.forkserver import be; be(socket.socket(fileno=int(sys.argv[1])))"
    with theirs:
        command = [sys.executable, "-P", "-c", serve, str(theirs.fileno())]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=plain_environment())
    process.returncode = 0  # the server's end is heard of by whom it serves
    return ForkServer(process.pid, control)


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """What grades submissions to the target course."""
    course = load_course(make_target(tmp_path_factory.mktemp("target") / "course"))
    options = Options.of(course, check=2.0, memory=MEMORY)
    devices, notes = choose(("cpu", "sim"))
    source = fork_server()
    source.prepare(course.exercises_folder / "given.py", devices)
    yield Grader(course, options, devices, notes, source, tmp_path_factory.mktemp("root"))
    source.close()


@pytest.fixture
def graded(grader: Grader, tmp_path: Path) -> Graded:
    """The report on a submission with these chapters."""

    def grade(**chapters: str) -> Report:
        submission = Submission("ann", str(write(tmp_path / "ann", **chapters)))
        _, report = grader.grade(submission, SEED)
        assert report is not None
        return report

    return grade


def verdicts(report: Report) -> dict[str, Verdict]:
    """Exercise → verdict."""
    return {result.exercise: result.verdict for result in report.results}


def result(report: Report, name: str) -> Result:
    """The result of one exercise."""
    return next(result for result in report.results if result.exercise == name)


def sentence(report: Report, name: str) -> str:
    """What is said about one exercise."""
    return result(report, name).outcomes[0].message.sentence


def costs(report: Report, name: str, verdict: Verdict) -> str:
    """The sentence of the one exercise that has this verdict, where all others pass."""
    assert verdicts(report) == {**dict.fromkeys(POINTS, "passed"), name: verdict}
    assert report.score == 31 - POINTS[name]
    return sentence(report, name)


# ---------------------------------------------------------------- right, wrong, missing


def test_solutions_get_everything(graded: Graded) -> None:
    """The solutions pass on every device; the seed and the name stand in the report."""
    report = graded(**RIGHT)
    assert (report.score, report.earned, report.possible) == (31, 31, 31)
    assert (report.seed, report.submission, report.devices, report.problem) == (SEED, "ann", ("cpu", "sim"), "")


def test_stubs_get_nothing(graded: Graded) -> None:
    """Stubs are to do."""
    report = graded(**STUBS)
    assert report.score == 0
    assert set(verdicts(report).values()) == {"to do"}


def test_a_wrong_answer_is_explained(graded: Graded) -> None:
    """A known mistake has its sentence, as in a learner's own run."""
    assert costs(graded(**double("return x * x")), "double", "failed").startswith("You squared x.")


def test_a_missing_chapter_costs_itself(graded: Graded) -> None:
    """The exercises of a chapter that was not handed in are not loaded."""
    report = graded(**{FIRST: RIGHT[FIRST]})
    assert report.score == 3
    assert sentence(report, "greet") == f"{SECOND}.py is not in the submission."


def test_a_syntax_error_costs_its_chapter(graded: Graded) -> None:
    """A chapter that Python cannot read says where."""
    report = graded(**{**RIGHT, FIRST: "def double(x:\n"})
    assert report.score == 28
    assert sentence(report, "total").startswith(f"{FIRST}.py:1: Python cannot read this file: '(' was never closed.")


def test_an_unreadable_submission(grader: Grader, tmp_path: Path) -> None:
    """A broken archive is a report with a problem, and every exercise is in it."""
    archive = tmp_path / "ann.zip"
    archive.write_bytes(b"PK\3\4")
    _, report = grader.grade(Submission("ann", str(archive)), SEED)
    assert report is not None
    assert (report.score, report.possible, len(report.results)) == (0, 31, 5)
    assert report.problem == "ann.zip cannot be opened: it is damaged, or was cut short."


# ---------------------------------------------------------------- time


def test_a_loop_is_named_with_its_line(graded: Graded) -> None:
    """A check that takes too long says where it was, in the words that pytest uses, and the rest is graded."""
    told = costs(graded(**double("while True:\n        x.size()")), "double", "timed out")
    line = int(re.search(r"at line (\d+)", told)[1])  # type: ignore[index]
    text = {9: "while True:", 10: "x.size()"}[line]
    assert told == out_of_time("double", 2.0, line, text).sentence


def test_a_loop_in_an_import_is_tried_once(graded: Graded) -> None:
    """A chapter whose import never ends costs its time once."""
    report = graded(**{**RIGHT, FIRST: "while True: pass\n"})
    assert report.score == 28
    assert sentence(report, "double").startswith(f"Importing {FIRST}.py was still running after 2 s, at line 1")
    assert sentence(report, "total") == f"Importing {FIRST}.py did not end in time, so nothing in it could be run."


def test_a_submission_has_an_end(grader: Grader, graded: Graded, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the time for a whole submission is over, what is left is not run, and says so."""
    monkeypatch.setattr(grader, "bounds", dataclasses.replace(grader.bounds, submission=0.5))
    report = graded(**double("while True: pass"))
    assert report.score == 0
    assert set(verdicts(report).values()) == {"timed out"}
    assert sentence(report, "greet") == "greet was not run: the time for the whole submission (0.5 s) was over."


# ---------------------------------------------------------------- crashes

CRASHES = {
    "__import__('os')._exit(3)": "double ended the check: its process left with status 3.",
    "__import__('os').abort()": "double ended the check: its process was ended by the signal SIGABRT.",
    "__import__('ctypes').string_at(0)": "double ended the check: its process read or wrote memory that is not its own,"
    " and was killed (SIGSEGV).",
    "__import__('os').kill(__import__('os').getpid(), 9)": "double ended the check: its process was killed, perhaps for"
    " the memory that it used (SIGKILL).",
}


@pytest.mark.parametrize("body", CRASHES)
def test_a_crash_costs_one_exercise(graded: Graded, body: str) -> None:
    """However a process dies, the next exercise has a fresh one; what was printed before is told."""
    report = graded(**double(f"print('before')\n    {body}"))
    assert costs(report, "double", "crashed") == CRASHES[body]
    assert result(report, "double").outcomes[0].output == "before\n"


def test_a_crash_in_an_import_costs_the_chapter(graded: Graded) -> None:
    """A chapter whose import ends its process is not tried again for each exercise."""
    report = graded(**{**RIGHT, FIRST: f"__import__('os')._exit(3)\n{RIGHT[FIRST]}"})
    assert report.score == 28
    assert sentence(report, "total") == f"Importing {FIRST}.py ended the check: its process left with status 3."


def test_after_a_crash_everything_is_fresh(graded: Graded) -> None:
    """What an exercise that crashed left in its module is not there for the next one."""
    text = double("STATE.append(1)\n    __import__('os')._exit(0)")[FIRST]
    text = f"STATE = []\n{text}".replace("return a.sum()", "assert not STATE\n    return a.sum()")
    costs(graded(**{**RIGHT, FIRST: text}), "double", "crashed")


@pytest.mark.parametrize("end", ["__import__('os')._exit(3)", "while True: pass"])
def test_what_comes_after_a_wrong_answer_decides_nothing(graded: Graded, end: str) -> None:
    """On the second device all calls are asked for at once; what happens behind the first wrong one costs nothing."""
    body = f"""if x.device.type != "cpu":
        print(f"{{x.ndim}} here")
        if x.ndim == 2:
            {end}
        return 3 * x
    return 2 * x"""
    report = graded(**double(body))
    outcomes = result(report, "double").outcomes
    assert [(outcome.device, outcome.verdict, outcome.case) for outcome in outcomes] == [
        ("cpu", "passed", None),
        ("sim", "failed", 0),
    ]
    assert outcomes[1].output == "1 here\n1 here\n2 here\n"
    costs(report, "double", "failed")


def test_a_third_device_has_a_fresh_worker_after_a_crash(
    grader: Grader, graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What crashed behind a wrong answer is not missed by the next device."""
    monkeypatch.setattr(grader.judge, "devices", ("cpu", "sim", "cpu"))
    body = """if x.device.type != "cpu":
        return 3 * x if x.ndim == 1 else __import__('os')._exit(3)
    return 2 * x"""
    report = graded(**double(body))
    assert [outcome.verdict for outcome in result(report, "double").outcomes] == ["passed", "failed", "passed"]
    assert report.score == 30


def test_cases_come_one_after_the_other(graded: Graded) -> None:
    """Nothing of a case is in a worker before its turn, not even in what it has not read yet."""
    body = """import gc, select, stat
    from os import fstat
    (chapter,) = (thing for thing in gc.get_objects() if type(thing).__name__ == "ServedChapter")
    calls.extend([] if x.requires_grad else [x.device.type])  # a second call has a case that was there
    assert len(chapter.cases) == calls.count("cpu")
    for number in range(3, 100):
        try:
            is_socket = stat.S_ISSOCK(fstat(number).st_mode)
        except OSError:
            continue
        waits = is_socket and select.select([number], [], [], 0.01)[0]
        assert not waits or x.device.type == "sim"  # where all cases have been here
    return 2 * x"""
    text = double(body)[FIRST]
    assert graded(**{**RIGHT, FIRST: f"calls = []\n{text}"}).score == 31


def test_memory_is_limited(graded: Graded) -> None:
    """Taking more memory than allowed is an error in the exercise that did."""
    told = result(graded(**double(f"return bytearray({2 * MEMORY})")), "double")
    assert told.verdict == "failed"
    assert "MemoryError" in " ".join(row.text for row in told.outcomes[0].message.rows)


# ---------------------------------------------------------------- output


def test_output_is_kept_to_a_cap(graded: Graded) -> None:
    """The first part of what is printed is kept, and the rest counted."""
    report = graded(**double("print('a' * 100_000)"))
    output = result(report, "double").outcomes[0].output
    kept, more = re.fullmatch(r"(a+)\n\.\.\. and (\d+) bytes more\n", output).groups()  # type: ignore[union-attr]
    assert len(kept) == PRINTED_BYTES
    calls = 2  # the first case fails, on each of two devices
    assert len(kept) + int(more) == calls * 100_001


def test_an_exercise_that_passes_keeps_no_output(graded: Graded) -> None:
    """What is printed on the way to a right answer is not kept, and not held against the next exercise."""
    report = graded(**double("print('a')\n    return 2 * x"))
    assert {outcome.output for each in report.results for outcome in each.outcomes} == {""}


# ---------------------------------------------------------------- again


def timeless(report: Report) -> Report:
    """A report without times."""
    results = tuple(
        dataclasses.replace(r, outcomes=tuple(dataclasses.replace(o, seconds=0) for o in r.outcomes))
        for r in report.results
    )
    return dataclasses.replace(report, results=results)


def test_the_key_tells_what_changed(grader: Grader, tmp_path: Path) -> None:
    """What is known already is not graded again; another text, another seed, or other options are."""
    ann = Submission("ann", str(write(tmp_path / "ann", **STUBS)))
    key, report = grader.grade(ann, SEED)
    assert report is not None
    assert grader.grade(ann, SEED, key) == (key, None)
    other, report = grader.grade(ann, SEED + 1, key)
    assert (other != key, report is not None) == (True, True)
    (tmp_path / "ann" / f"{FIRST}.py").write_text(RIGHT[FIRST])
    other, report = grader.grade(ann, SEED, key)
    assert report is not None
    assert (other != key, report.score) == (True, 3)


def test_the_same_seed_gives_the_same_report(graded: Graded, grader: Grader, tmp_path: Path) -> None:
    """Graded again, also after another seed in between, nothing differs but times."""
    first = graded(**double("return x.sum()"))
    ann = Submission("ann", str(tmp_path / "ann"))
    _, between = grader.grade(ann, SEED + 1)
    _, second = grader.grade(ann, SEED)
    assert between is not None
    assert second is not None
    assert between.seed == SEED + 1
    assert timeless(first) == timeless(second) != timeless(dataclasses.replace(between, seed=SEED))


def test_without_a_fork_server(grader: Grader, graded: Graded, tmp_path: Path) -> None:
    """Where processes cannot be forked from one another, fresh ones give the same report."""
    chapters = double("print('mine')\n    return x if x.device.type == 'cpu' else __import__('os')._exit(3)")
    forked = graded(**chapters)
    options = dataclasses.replace(grader.options, chapters=(FIRST,), check=30.0)
    fresh = FreshProcesses()
    fresh.prepare(grader.course.exercises_folder / "given.py", ("cpu", "sim"))
    other = Grader(grader.course, options, ("cpu", "sim"), (), fresh, write(tmp_path / "root"))
    _, report = other.grade(Submission("ann", str(tmp_path / "ann")), SEED)
    assert report is not None
    assert fresh.processes == {}
    assert timeless(report).results == tuple(r for r in timeless(forked).results if r.chapter == FIRST)


@pytest.mark.skipif(sys.platform != "linux", reason="where processes stand is read from /proc")
def test_a_worker_that_is_killed_before_it_serves_is_replaced(grader: Grader, graded: Graded) -> None:
    """The worker that is forked ahead may be killed while it waits: the next chapter gets another one."""
    assert isinstance(grader.spawner, ForkServer)
    server = grader.spawner.pid
    waiting = Path(f"/proc/{server}/task/{server}/children").read_text().split()[-1]
    os.kill(int(waiting), signal.SIGKILL)
    while Path(f"/proc/{waiting}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        time.sleep(0.01)
    assert graded(**RIGHT).score == 31


@pytest.mark.skipif(landlock.version() < 6 or seccomp.machine() is None, reason="this system lacks a wall")
def test_every_wall_stands(grader: Grader) -> None:
    """Where a machine has every wall, a worker has them too: nothing that it does before leaves a way around them."""
    assert grader.missing == ()


LATE_ONES = "torch._dynamo, torch.func, torch.fx.experimental.symbolic_shapes, torch.optim, torch.testing"


def test_what_is_loaded_late_can_be_loaded_behind_the_walls(
    grader: Grader, graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What PyTorch loads when it is first used, and plotting, can be used by any chapter, however slow the machine."""
    monkeypatch.setattr(grader, "bounds", dataclasses.replace(grader.bounds, check=60.0))
    chapters = double("return 2 * x")
    chapters[FIRST] = f"import matplotlib.pyplot, torch.utils.data, {LATE_ONES}\n{chapters[FIRST]}"
    assert graded(**chapters).score == 31


def test_what_one_worker_loads_late_the_next_ones_begin_with(grader: Grader, graded: Graded, tmp_path: Path) -> None:
    """A module of PyTorch that somebody's answer needed is there from the beginning for those who come later."""
    module = "torch.fx.experimental.symbolic_shapes"
    assert graded(**double(f"import {module}\n    return 2 * x")).score == 31
    assert isinstance(grader.spawner, ForkServer)
    assert module in grader.spawner.wanted
    bodies = {"ben": "return 2 * x", "cas": f"import sys\n    return x * (1 + ({module!r} in sys.modules))"}
    for name, body in bodies.items():
        _, report = grader.grade(Submission(name, str(write(tmp_path / name, **double(body)))), SEED)
        assert report is not None
        assert report.score == 31


def test_a_wrong_helper_is_named_here_too(graded: Graded) -> None:
    """The worker is asked about the helper as well, and goes on with the exercise on the next device."""
    by_double = RIGHT[FIRST].replace("return a.sum() + b.sum()", "return (double(a).sum() + double(b).sum()) / 2")
    report = graded(**{**RIGHT, FIRST: by_double.replace("return 2 * x", "return 3 * x")})
    total = next(result for result in report.results if result.exercise == "total")
    said = "This uses `double`, which does not pass its own check: put that right first."
    assert [(outcome.device, outcome.message.sentence) for outcome in total.outcomes] == [("cpu", said), ("sim", said)]
    assert [result.exercise for result in report.results if not result.passed] == ["double", "total"]

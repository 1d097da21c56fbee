"""A real accelerator never makes a right answer wrong, whatever it lacks, and a wrong one is still told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch
from places import ROOT, TARGET
from played import Played
from runs import FIRST, RIGHT

from grader.core.errors import DeviceError
from grader.core.report import Result
from grader.course.learner_file import LearnerFile
from grader.course.manifest import load_course
from grader.course.recording import write_recording
from grader.course.release.wheel import engine_fingerprint
from grader.judging.judge import Judge
from grader.judging.live import LiveReference
from grader.judging.recorder import recorded_chapter
from grader.runtime import devices

COURSE = load_course(TARGET)
REAL: list[tuple[str, ModuleType]] = [("cuda", torch.cuda), ("mps", torch.mps), ("xpu", torch.xpu)]
each_real_one = pytest.mark.parametrize(("name", "module"), REAL, ids=[name for name, _ in REAL])
WRONG = RIGHT[FIRST].replace("return 2 * x", "return 3 * x")
ONLY_THERE = RIGHT[FIRST].replace("return 2 * x", "return 2 * x if x.is_cpu else 3 * x")
BY_SUM = (
    RIGHT[FIRST].replace("return 2 * x", "return torch.stack([x, x]).sum(0)").replace("from", "import torch\nfrom", 1)
)


def checked(folder: Path, judge: Judge, text: str, exercise: str = "double") -> tuple[Result, list[tuple[str, str]]]:
    """The result of an exercise of the first chapter, and its verdict on each device."""
    path = folder / f"{FIRST}.py"
    path.write_text(text)
    result = judge.check(LearnerFile(COURSE, FIRST, path), exercise)
    return result, [(outcome.device, outcome.verdict) for outcome in result.outcomes]


@each_real_one
def test_a_sound_one_is_used(name: str, module: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Right and wrong answers are told on it, and there is nothing to note."""
    Played(name).install(monkeypatch, module)
    assert devices.choose(("cpu", name))[0] == ("cpu", name)
    judge = Judge(COURSE, ("cpu", name))
    assert checked(tmp_path, judge, RIGHT[FIRST])[1] == [("cpu", "passed"), (name, "passed")]
    assert checked(tmp_path, judge, ONLY_THERE)[1] == [("cpu", "passed"), (name, "failed")]
    assert judge.notes == ()


@each_real_one
@pytest.mark.parametrize("fault", ["lacks", "differs"])
def test_where_the_reference_does_not_hold_sim_is_asked(
    name: str, module: ModuleType, fault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An operation that the device lacks or rounds otherwise costs nobody a point; other exercises stay there."""
    played = Played(name)
    setattr(played, fault, frozenset({"aten::mul"}))
    played.install(monkeypatch, module)
    judge = Judge(COURSE, ("cpu", name))
    assert checked(tmp_path, judge, RIGHT[FIRST])[1] == [("cpu", "passed"), ("sim", "passed")]
    assert checked(tmp_path, judge, ONLY_THERE)[1] == [("cpu", "passed"), ("sim", "failed")]
    assert checked(tmp_path, judge, RIGHT[FIRST], "total")[1] == [("cpu", "passed"), (name, "passed")]
    assert judge.notes == (f"on {name} PyTorch gives something else than on the CPU, so not checked there: double",)


def test_a_ruined_one_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An error that arrives late, and for good, is met inside the call; that answer and the rest are checked on sim."""
    played = Played("cuda", ruins=frozenset({"aten::stack", "aten::cat"})).install(monkeypatch, torch.cuda)
    judge = Judge(COURSE, ("cpu", "cuda"))
    assert checked(tmp_path, judge, BY_SUM)[1] == [("cpu", "passed"), ("sim", "passed")]
    assert played.ruined
    assert checked(tmp_path, judge, RIGHT[FIRST], "total")[1] == [("cpu", "passed"), ("sim", "passed")]
    assert checked(tmp_path, judge, ONLY_THERE)[1] == [("cpu", "passed"), ("sim", "failed")]
    assert judge.notes == ("cuda stopped working during this run, so what followed was not checked there",)


def test_what_raises_on_the_cpu_is_not_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An index out of range would end CUDA for the whole run."""
    Played("cuda").install(monkeypatch, torch.cuda)
    wrong = RIGHT[FIRST].replace("return 2 * x", "return x[len(x)]")
    assert checked(tmp_path, Judge(COURSE, ("cpu", "cuda")), wrong)[1] == [("cpu", "failed")]
    assert checked(tmp_path, Judge(COURSE, ("cpu", "cuda")), WRONG)[1] == [("cpu", "failed"), ("cuda", "failed")]


def test_without_sim_the_cpu_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where nothing can stand in, an exercise is checked on the CPU alone."""
    Played("mps", lacks=frozenset({"aten::mul"})).install(monkeypatch, torch.mps)
    monkeypatch.setattr("grader.judging.accelerator.register_sim", lambda: "it cannot be had")
    judge = Judge(COURSE, ("cpu", "mps"))
    assert checked(tmp_path, judge, RIGHT[FIRST])[1] == [("cpu", "passed")]


def test_what_fails_against_a_recording_has_to_fail_on_sim_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of a recorded reference it cannot be known what it would do there; wrong answers are told by what sim showed."""
    devices.choose(("sim",))
    release = replace(COURSE, root=tmp_path / "release")
    for chapter in COURSE.chapters:
        write_recording(*recorded_chapter(LiveReference(COURSE), chapter, engine_fingerprint(), release))
    Played("mps", differs=frozenset({"aten::mul"})).install(monkeypatch, torch.mps)
    judge = Judge(release, ("cpu", "mps"))
    assert checked(tmp_path, judge, RIGHT[FIRST])[1] == [("cpu", "passed"), ("sim", "passed")]
    assert checked(tmp_path, judge, ONLY_THERE)[1] == [("cpu", "passed"), ("sim", "failed")]
    assert checked(tmp_path, judge, RIGHT[FIRST], "total")[1] == [("cpu", "passed"), ("mps", "passed")]
    assert judge.notes == ("on mps answers gave something else than was recorded, so checked on sim: double",)


def test_one_small_operation_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device that PyTorch finds and cannot use is not chosen, and refused where it is named."""
    Played("cuda", lacks=frozenset({"aten::add"})).install(monkeypatch, torch.cuda)
    chosen, notes = devices.choose()
    assert chosen == ("cpu", "sim")
    assert notes[0].startswith("PyTorch finds cuda here and cannot use it: The operator 'aten::add' is not")
    with pytest.raises(DeviceError, match="PyTorch finds 'cuda' here and cannot use it"):
        devices.choose(("cuda",))


@pytest.mark.parametrize("chapter", load_course(ROOT).chapters)
@pytest.mark.filterwarnings("ignore")
def test_no_right_answer_is_wrong_on_a_poor_device(chapter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every solution passes on Metal, without float64, with a few operations gone and one that rounds badly."""
    course = load_course(ROOT)
    lacks = frozenset({"aten::linspace", "aten::sort", "aten::histc", "aten::logsumexp"})
    Played("mps", lacks=lacks, differs=frozenset({"aten::exp"})).install(monkeypatch, torch.mps)
    judge = Judge(course, ("cpu", "mps"))
    for name in course.catalogue[chapter]:
        result = judge.check(LearnerFile(course, chapter, course.solution(chapter)), name)
        assert result.passed, [outcome.message for outcome in result.outcomes]

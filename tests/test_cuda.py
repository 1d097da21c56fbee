"""The course's proof on a real GPU: what holds on the simulated accelerator holds on CUDA."""

from __future__ import annotations

import re

import pytest
import torch
from places import ROOT
from trials import live

from grader.core.observation import Case
from grader.core.rules import Rules
from grader.core.values import HERE, Array
from grader.course.learner_file import LearnerFile
from grader.course.manifest import load_course
from grader.judging.compare.observations import compare
from grader.judging.judge import Judge
from grader.runtime.devices import choose
from grader.runtime.observe import observe
from grader.runtime.snapshot import Maker, look

if not torch.cuda.is_available():
    pytest.skip("PyTorch finds no CUDA GPU on this machine", allow_module_level=True)

COURSE = load_course(ROOT)
EXERCISES = [
    pytest.param(chapter, name, id=f"{chapter}.{name}") for chapter, names in COURSE.catalogue.items() for name in names
]
DEVICES = ("cpu", "cuda")
CUDA, CPU = torch.device("cuda"), torch.device("cpu")

every_exercise = pytest.mark.parametrize(("chapter", "name"), EXERCISES)


@pytest.fixture(scope="module")
def judge() -> Judge:
    """A judge for the CPU and the GPU."""
    return Judge(COURSE, DEVICES)


def test_the_gpu_is_the_accelerator() -> None:
    """Where there is a CUDA GPU, a run without `--device` takes it."""
    assert choose() == (DEVICES, ())
    assert choose(("cuda",)) == (("cuda",), ())


@every_exercise
def test_solution_passes(judge: Judge, chapter: str, name: str) -> None:
    """Every solution passes on the CPU and on the GPU."""
    result = judge.check(LearnerFile(COURSE, chapter, COURSE.solution(chapter)), name)
    assert {outcome.verdict for outcome in result.outcomes} == {"passed"}, result.outcomes


@every_exercise
def test_other_right_answers_pass(judge: Judge, chapter: str, name: str) -> None:
    """Every other right answer passes on the GPU."""
    trial = live(judge).trial(chapter, name)
    devices = DEVICES if trial.knows_devices else ("cpu",)
    failed = [
        (right.__name__, device, outcome.message)
        for right in trial.exercise.rights
        for device in devices
        if (outcome := judge.outcome(trial, right, device)).verdict != "passed"
    ]
    assert failed == []


@every_exercise
def test_mistakes_fail_where_they_should(judge: Judge, chapter: str, name: str) -> None:
    """A mistake fails on the GPU; one that only an accelerator shows passes on the CPU."""
    trial = live(judge).trial(chapter, name)
    wrong = [
        (mistake.name, device, outcome.verdict)
        for mistake in trial.exercise.mistakes
        for device in (DEVICES if trial.knows_devices else ("cpu",))
        if (outcome := judge.outcome(trial, mistake.function, device)).verdict
        != ("passed" if mistake.on == "accelerator" and device == "cpu" else "failed")
    ]
    assert wrong == []


@every_exercise
def test_reference_is_the_same_on_both_devices(judge: Judge, chapter: str, name: str) -> None:
    """What is seen of the solution on the GPU is what is seen on `sim`: places are recorded by role."""
    choose(("sim",))
    trial = judge.trial(chapter, name)
    if not trial.knows_devices:
        pytest.skip("an exercise that knows no device")
    differing = [
        (turn, found[0])
        for turn in trial.turns("sim")
        if (found := compare(trial.expected(turn, "cuda"), trial.expected(turn, "sim"), trial.rules(turn, "cuda")))
    ]
    assert differing == []


def test_places_are_recorded_by_role() -> None:
    """A tensor on the GPU is `here`, one on the CPU is not; a case is made on the GPU save what stays on the CPU."""
    on_gpu, on_cpu = look(torch.ones(2, device="cuda"), CUDA), look(torch.ones(2), CUDA)
    assert isinstance(on_gpu, Array)
    assert isinstance(on_cpu, Array)
    assert (on_gpu.place, on_cpu.place) == (HERE, "cpu")
    assert [Maker(CUDA).make(value).device.type for value in (on_gpu, on_cpu)] == ["cuda", "cpu"]


@pytest.mark.parametrize(
    "tensor", [torch.arange(6.0).reshape(2, 3).mT, torch.ones(3).expand(2, 3), torch.arange(8.0)[::2]], ids=str
)
def test_strides_are_the_same_on_the_gpu(tensor: torch.Tensor) -> None:
    """A case that is not contiguous is not contiguous on the GPU either."""
    made = Maker(CUDA).make(look(tensor, CPU))
    assert (made.device.type, made.stride()) == ("cuda", tensor.stride())
    assert torch.equal(made.cpu(), tensor)


def test_random_numbers_are_repeated() -> None:
    """Two calls of one case draw the same numbers, on the GPU and on the CPU."""
    case = Case((look(torch.ones(3), CPU),), seed=5)

    def draws(x: torch.Tensor) -> list[float]:
        return [*torch.rand(3).tolist(), *torch.rand_like(x).tolist()]

    first, second = (observe(draws, case, ("x",), device=CUDA, rules=Rules()).returned for _ in range(2))
    assert first == second


def test_mixed_devices_are_explained(judge: Judge) -> None:
    """CUDA's own error about two devices gets the sentence about devices."""
    from grader.judging.feedback.exceptions import meaning

    for call in (lambda: torch.ones(2, device="cuda") + torch.ones(2), lambda: torch.ones(2, device="cuda").numpy()):
        with pytest.raises((RuntimeError, TypeError)) as caught:
            call()
        assert re.search("CPU|device", meaning(str(caught.value)))

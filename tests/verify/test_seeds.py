"""`grader verify --seeds`: a verdict that holds on one seed and not on another is found, and named with its seed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from places import LAYERS

from grader.frontends.cli.main import main
from grader.verify.seeds import change_on

CASES = """\
    yield draw.integers(2, 3), draw.integers(2), draw.integers(4, 3)
    yield draw.normal(1, 1), draw.normal(1), draw.normal(1, 1)
"""
ONE_BIAS = "    yield draw.integers(1, 2), draw.integers(1, low={}, high={}), draw.integers(1, 2)\n"
MISTAKE = '''
@chapter.mistake(apply_linear)
def {}(weight, bias, x):
    """Look at the bias."""
    return x @ weight.mT + {}
'''
RIGHT = """
@chapter.right(apply_linear)
def by_size(weight, bias, x):
    return x @ weight.mT + bias.abs()
"""

CHANCES = {
    "a mistake that is right": (
        ONE_BIAS.format(0, 3),
        MISTAKE.format("without_bias", 0),
        "no case tells the mistake without_bias from a right answer on cpu.",
    ),
    "a mistake that is another one": (
        ONE_BIAS.format(2, 5),
        MISTAKE.format("bias_doubled", "2 * bias") + MISTAKE.format("bias_squared", "bias ** 2").replace("Look", "See"),
        "on cpu the mistake bias_doubled is not told by its own sentence: several mistakes have",
    ),
    "a right answer that is wrong": (
        ONE_BIAS.format(-2, 9),
        RIGHT,
        "the right answer by_size does not pass on cpu, case 0 (values).",
    ),
    "cases that cannot be drawn": (
        "    1 / draw.integer(0, 3)\n" + CASES,
        "",
        "the checks of apply_linear fail themselves: ZeroDivisionError",
    ),
}
"""What may change with the seed: the cases and answers of `apply_linear` for it, and what is said."""


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """A copy of the second course."""
    return Path(shutil.copytree(LAYERS, tmp_path / "layers", ignore=shutil.ignore_patterns("__pycache__", ".*")))


def plant(layers: Path, cases: str, answers: str) -> None:
    """Give `apply_linear` other cases, and more answers."""
    path = layers / "solutions" / "checks" / "ex01_layers.py"
    text = path.read_text(encoding="utf-8")
    assert CASES in text
    path.write_text(text.replace(CASES, cases) + answers, encoding="utf-8")


def verify(layers: Path, *arguments: str) -> Result:
    """Run `grader verify` on a copy of the course, on the CPU and on the simulated accelerator."""
    devices = ["--device", "cpu", "--device", "sim"]
    return CliRunner().invoke(main, ["--course", str(layers), "verify", *arguments, *devices])


def test_a_sound_course_has_the_same_verdicts_on_every_seed(layers: Path) -> None:
    """Then the exit status is 0, and each seed was told while it ran."""
    result = verify(layers, "--seeds", "3", "--jobs", "1")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "On seeds 0 to 2: the same verdicts."
    assert result.stderr.splitlines()[-2:] == ["seed 1, 2 of 3", "seed 2, 3 of 3"]


def test_the_first_verdict_that_changes_is_named_with_its_seed(layers: Path) -> None:
    """The exit status is 1, and the command that it names shows the same complaint."""
    cases, answers, told = CHANCES["a mistake that is right"]
    plant(layers, cases, answers)
    result = verify(layers, "apply_linear", "--seeds", "40")
    assert result.exit_code == 1, result.output
    *_, on_cpu, on_sim, end = result.stdout.splitlines()
    assert told in on_cpu
    found = re.fullmatch(r"On seed (\d+) a verdict has changed\. See it again: grader (.*)", end)
    assert found is not None, end
    again = CliRunner().invoke(main, found[2].split())
    assert again.exit_code == 1
    assert again.stdout.splitlines()[:2] == [on_cpu, on_sim]
    assert f"On cpu and sim, seed {found[1]}: not all of it holds." in again.stdout


def test_no_other_seed_is_tried_where_the_first_does_not_hold(layers: Path) -> None:
    """What does not hold on the course's own seed is to be mended before."""
    plant(layers, CASES, RIGHT)
    result = verify(layers, "apply_linear", "--seeds", "3")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "On cpu and sim, seed 0: not all of it holds."


@pytest.mark.parametrize("chance", CHANCES)
def test_whatever_changes_is_found(chance: str, layers: Path) -> None:
    """On the seeds where the cases are drawn unhappily, and on no other one."""
    cases, answers, told = CHANCES[chance]
    plant(layers, cases, answers)
    changes = [change_on(layers, ("cpu", "sim"), seed, "ex01_layers", "apply_linear") for seed in range(12)]
    texts = [" ".join(map(str, change.complaints)) for change in changes]
    assert "" in texts
    assert any(texts)
    assert all(told in text for text in texts if text)

"""The numbers of cases: the same bits on every CPU."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from grader.authoring import Draw

ROOT = Path(__file__).resolve().parents[2]
ALL_DRAWN = """
import hashlib
from pathlib import Path
import torch
from grader.authoring import Draw
from grader.core import wire
from grader.course.manifest import load_course
from grader.judging.live import LiveReference

course = load_course(Path.cwd())
live = LiveReference(course)
for chapter, names in course.catalogue.items():
    for name in names:
        for number, case in enumerate(live.trial(chapter, name).cases):
            print(chapter, name, number, hashlib.sha256(wire.dumps(case)).hexdigest())


def told(what, tensor):
    data = tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    print(what, tensor.dtype, *tensor.shape, hashlib.sha256(data).hexdigest())


floats = [torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64, torch.complex128]
wholes = [torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64, torch.bool]
for shape in [(1,), (15,), (16,), (17,), (3, 5), (64, 33), (2, 3, 4, 50)]:
    for dtype in floats:
        told("normal", Draw(1).normal(*shape, scale=2.5, dtype=dtype))
        told("uniform", Draw(2).uniform(*shape, low=-0.3, high=1.7, dtype=dtype))
    for dtype in floats + wholes:
        told("integers", Draw(3).integers(*shape, low=0, high=100, dtype=dtype))
draw = Draw(4)
print([draw.integer(-5, 5) for _ in range(50)], [draw.number(-1.0, 1.0, 9) for _ in range(50)])
"""


def test_all_that_is_drawn_is_the_same_without_vector_units() -> None:
    """Every case of the course and every kind of draw, with what this CPU has and with what every CPU has: in bytes."""

    def drawn(**more: str) -> list[str]:
        command = [sys.executable, "-c", ALL_DRAWN]
        kept = {name: value for name, value in os.environ.items() if name != "ATEN_CPU_CAPABILITY"}
        done = subprocess.run(command, cwd=ROOT, env={**kept, **more}, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    here, everywhere = drawn(), drawn(ATEN_CPU_CAPABILITY="default")
    assert len(here) > 700
    assert [pair for pair in zip(here, everywhere, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64, torch.complex64], ids=str)
def test_normal_numbers_have_the_dtype_that_is_asked_for(dtype: torch.dtype) -> None:
    """Both parts of complex numbers too, and about the scale that is asked for."""
    drawn = Draw(0).normal(100, 10, scale=3.0, dtype=dtype)
    assert drawn.dtype == dtype
    assert 2.5 < drawn.to(torch.complex128).std().item() < 3.5
    if dtype.is_complex:
        assert drawn.imag.abs().max() > 1

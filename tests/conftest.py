"""What several test files share: the real course, and the devices of this machine."""

from __future__ import annotations

import pytest
from places import ROOT

from grader.course.manifest import Course, load_course
from grader.runtime.devices import choose


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this repository."""
    return load_course(ROOT)


@pytest.fixture(params=["cpu", "sim"])
def device(request: pytest.FixtureRequest) -> str:
    """The CPU, then the simulated accelerator, registered where it is asked for."""
    name: str = request.param
    choose((name,))
    return name

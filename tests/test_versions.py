"""The versions that `pyproject.toml` allows: those that learners have already, where they cannot choose."""

from __future__ import annotations

import configparser
import re
import tomllib
from itertools import product

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version
from places import ROOT

from grader.runtime.sim.sim_device import FIRST_PYTORCH

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ALLOWED = {found.name: found.specifier for found in map(Requirement, PROJECT["project"]["dependencies"])}
TOX = configparser.ConfigParser(interpolation=None)
TOX.read(ROOT / "tox.ini", encoding="utf-8")
(SETS,) = (name for name in TOX.sections() if "lowest" in name)


def pinned(versions: str) -> list[Requirement]:
    """What a set of versions in tox.ini pins."""
    return [Requirement(line) for line in re.findall(rf"^{versions}: (.+)$", TOX[SETS]["deps"], flags=re.M)]


@pytest.mark.parametrize(
    ("where", "versions"),
    [
        ("Colab", {"torch": "2.11.0", "numpy": "2.1.3", "pytest": "8.4.2", "click": "8.4.2", "matplotlib": "3.10.0"}),
        ("Kaggle", {"torch": "2.10.0", "numpy": "2.0.2"}),
        ("without `sim`, on the CPU alone", {"torch": "2.4.1", "numpy": "1.26.4"}),
    ],
)
def test_who_has_a_pytorch_keeps_it(where: str, versions: dict[str, str]) -> None:
    """An installation there replaces nothing: another PyTorch is gigabytes, and breaks what stands on it."""
    assert [name for name, version in versions.items() if version not in ALLOWED[name]] == []


@pytest.mark.parametrize("versions", ["kaggle", "colab"])
def test_what_they_have_is_a_set_of_versions(versions: str) -> None:
    """tox has what Kaggle and Colab have, and each version in it is allowed."""
    found = {requirement.name: str(requirement.specifier).strip("=*.") for requirement in pinned(versions)}
    assert {"torch", "numpy"} <= found.keys()
    assert [name for name, version in found.items() if version not in ALLOWED[name]] == []


def test_the_lowest_versions_are_those_that_are_allowed() -> None:
    """`lowest` has each dependency as pyproject.toml allows it at the least, and of PyTorch the first with `sim`."""
    test = map(Requirement, PROJECT["project"]["optional-dependencies"]["test"])
    least = {name: next(iter(specifier)).version for name, specifier in ALLOWED.items()}
    least |= {requirement.name: next(iter(requirement.specifier)).version for requirement in test}
    found = {requirement.name: next(iter(requirement.specifier)).version for requirement in pinned("lowest")}
    assert ALLOWED.keys() - found.keys() == {"landlockpy"}
    expected = {name: Version(least[name]) for name in found} | {"torch": Version(FIRST_PYTORCH)}
    assert {name: Version(version) for name, version in found.items()} == expected
    (oldest,) = (requirement.specifier for requirement in pinned("oldest") if requirement.name == "torch")
    assert Version(next(iter(oldest)).version) == Version(least["torch"])


def test_the_workflows_run_every_set_of_versions() -> None:
    """CI has the pinned versions and those that hosted notebooks have on the oldest and the newest Python."""
    ran = set()
    for file, job in (("ci", "versions"), ("newest", "newest")):
        workflow = yaml.safe_load((ROOT / ".github" / "workflows" / f"{file}.yml").read_text(encoding="utf-8"))
        matrix = workflow["jobs"][job]["strategy"]["matrix"]
        ran |= set(product(matrix.get("versions", ["newest"]), matrix["python"]))
        ran |= {(more["versions"], more["python"]) for more in matrix.get("include", [])}
    sets = ("pinned", "kaggle", "colab", "newest")
    assert ran == {*product(sets, ("3.11", "3.14")), ("lowest", "3.11"), ("oldest", "3.11")}
    assert SETS.endswith(",pinned,oldest,lowest,kaggle,colab,newest")

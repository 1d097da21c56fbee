"""The versions that `pyproject.toml` allows: those that learners have already, where they cannot choose."""

from __future__ import annotations

import tomllib

import pytest
from packaging.requirements import Requirement
from places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ALLOWED = {found.name: found.specifier for found in map(Requirement, PROJECT["project"]["dependencies"])}


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

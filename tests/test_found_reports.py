"""What people's own files do, each told alike by pytest and by `grader grade`: named as in the list of what was found.

A submission holds the solutions of some chapters, and one of them is written as somebody wrote it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from both_modes import Seen, seen, told
from places import ROOT

from grader.core.report import Result
from grader.course.manifest import load_course

COURSE = load_course(ROOT)
ROWS, RESHAPING, DEVICES, AUTOGRAD, FIT = (
    *("ex05_broadcasting", "ex06_reshaping_and_indexing", "ex07_devices", "ex08_autograd"),
    "ex10_linear_regression",
)
ADD = "    return matrix + v  # (r, c) + (c,) -> (r, c)\n"
PICK = "def pick_device() -> torch.device:"
CHOSEN = b"""

def chosen():
    name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    torch.set_default_device(name)
    return torch.device(name)
"""


def solution(chapter: str) -> str:
    """A chapter as its author wrote it."""
    return COURSE.solution(chapter).read_text(encoding="utf-8")


def rows(old: str, new: str) -> bytes:
    """Chapter 5 with something else in one place."""
    text = solution(ROWS)
    assert old in text
    return text.replace(old, new, 1).encode()


@dataclass(frozen=True)
class Found:
    """A chapter as somebody wrote it, the chapters beside it, and what is to be said."""

    chapter: str
    text: bytes
    says: str = ""
    """What is said of every exercise that does not pass."""
    fails: tuple[str, ...] | None = ()
    """These exercises; None for all of the chapter."""
    beside: tuple[str, ...] = ()


IN_CLASS = "".join(f"    {line}" if line.strip() else line for line in solution(ROWS).splitlines(keepends=True)[48:])
FOUND = {
    "F01 default device cuda top": Found(
        ROWS,
        rows("import torch\n", "import torch\n\ntorch.set_default_device('cuda')\n"),
        beside=(RESHAPING,),
    ),
    "F01b default device in pick_device": Found(
        DEVICES,
        solution(DEVICES).replace(f"{PICK}\n", f"{PICK}\n    return chosen()\n\n\ndef first_choice():\n").encode()
        + CHOSEN,
        beside=(AUTOGRAD,),
    ),
    "F02 tkagg top": Found(
        FIT,
        solution(FIT)
        .replace("import torch\n", "import matplotlib\nimport torch\n\nmatplotlib.use('TkAgg')\n", 1)
        .encode(),
    ),
    "F13 input": Found(
        ROWS, rows("import torch\n", "import torch\n\nname = input()\n"), "it calls input(). Nobody types here", None
    ),
    "F15 given not handed in": Found(ROWS, rows("import torch\n", "import torch\nfrom given import double\n")),
    "F16 null byte": Found(ROWS, rows(ADD, f"{ADD}\0"), "Python cannot read this file", None),
    "F17 class solution": Found(
        ROWS,
        f"import torch\nfrom torch import Tensor\n\n\nclass Solution:\n{IN_CLASS}".encode(),
        "is inside the class Solution",
        None,
    ),
    "F18 torch compile": Found(ROWS, rows("def add_row_vector", "@torch.compile\ndef add_row_vector")),
    "F18b torch compile within": Found(
        ROWS,
        rows(ADD, "    return torch.compile(lambda m: m + v)(matrix)\n"),
    ),
    "F23 latin1": Found(ROWS, rows(ADD, "    return matrix + v  # größe\n").decode().encode("cp1252"), "(line ", None),
    "F24 git markers": Found(
        ROWS,
        rows(ADD, "<<<<<<< HEAD\n    return matrix + v\n=======\n    return v + matrix\n>>>>>>> feature\n"),
        "Git has left both sides of a conflict here",
        None,
    ),
}
if sys.version_info < (3, 12):
    version = ".".join(map(str, sys.version_info[:2]))
    FOUND["F14 newer python"] = Found(
        ROWS,
        rows(
            "def add_row_vector(matrix: Tensor, v: Tensor) -> Tensor:", "def add_row_vector[T](matrix: T, v: T) -> T:"
        ),
        f"Python {version}",
        None,
    )


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What both modes say of all of them."""
    folder = tmp_path_factory.mktemp("found") / "class"
    for name, found in FOUND.items():
        (folder / name).mkdir(parents=True)
        for chapter in found.beside:
            (folder / name / f"{chapter}.py").write_text(solution(chapter), encoding="utf-8")
        (folder / name / f"{found.chapter}.py").write_bytes(found.text)
    return seen(folder, ROOT, timeout=30)


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_is_told_alike(both: Seen, name: str) -> None:
    """In both modes the same exercises fail, with the same words, and chapters beside it are not touched."""
    found = FOUND[name]
    results = {(result.chapter, result.exercise): result for result in both.reports[name].results}
    for chapter in (found.chapter, *found.beside):
        for exercise in COURSE.catalogue[chapter]:
            graded, checked = results[chapter, exercise], both.results[name, exercise]
            folder: Path = both.folder / name
            assert told(checked, folder) == told(graded, folder)
            fails = chapter == found.chapter and (found.fails is None or exercise in found.fails)
            assert graded.passed is not fails, sentence(graded)
            if fails:
                assert found.says in sentence(graded)
                assert "None" not in sentence(graded)


def sentence(result: Result) -> str:
    """What a learner reads first of what did not pass."""
    return next((o.message.sentence for o in result.outcomes if o.verdict != "passed"), "")

"""A run over a part of a class: the gradebook and the summary stay those of the class."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from runs import FIRST, RIGHT, STUBS, double, grade, make_target, write

ONE = ("--device", "cpu", "--jobs", "1")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The target course."""
    return make_target(tmp_path / "course")


def rows(out: Path) -> list[tuple[str, str]]:
    """Names and scores of the gradebook."""
    return [(row["name"], row["score"]) for row in csv.DictReader((out / "gradebook.csv").read_text().splitlines())]


def test_regrading_one_updates_the_class(course: Path, tmp_path: Path) -> None:
    """Who is graded again has a new row, in its place; all others keep theirs, and the summary counts everybody."""
    temporary, out = write(tmp_path / "tmp"), tmp_path / "out"
    for name, text in {"ann": RIGHT, "student 2": STUBS, "student 10": RIGHT, "zoe": RIGHT}.items():
        write(tmp_path / "class" / name, **text)
    assert grade(course, temporary, tmp_path / "class", "--out", out, "--seed", "7", *ONE).code == 0
    before = (out / "gradebook.csv").read_bytes()
    ada = tmp_path / "class" / "student 2"
    for chapter, right in RIGHT.items():
        (ada / f"{chapter}.py").write_text(right)
    again = grade(course, temporary, ada, "--out", out, "--resume", *ONE)
    assert (again.code, again.err) == (0, "")
    assert again.out.splitlines()[0] == "student 2"
    assert rows(out) == [("ann", "31"), ("student 2", "31"), ("student 10", "31"), ("zoe", "31")]
    assert "4 graded: mean 31.0" in (out / "summary.md").read_text()
    for chapter, stub in STUBS.items():
        (ada / f"{chapter}.py").write_text(stub)
    last = grade(course, temporary, ada, "--out", out, "--resume", "--fail-under", "1", *ONE)
    assert last.code == 1
    assert (out / "gradebook.csv").read_bytes() == before


def test_one_below_the_mark_elsewhere(course: Path, tmp_path: Path) -> None:
    """`--fail-under` asks for those who are graded in this run."""
    temporary, out = write(tmp_path / "tmp"), tmp_path / "out"
    ann, ben = write(tmp_path / "ann", **STUBS), write(tmp_path / "ben", **double("return x + x"))
    assert grade(course, temporary, ann, "--out", out, *ONE).code == 0
    assert grade(course, temporary, ben, "--out", out, "--resume", "--fail-under", "31", *ONE).code == 0
    assert rows(out) == [("ann", "0"), ("ben", "31")]


def test_what_is_no_result_is_told(course: Path, tmp_path: Path) -> None:
    """A file among the results that is none, or stands under another's name, is told and left out."""
    temporary, out = write(tmp_path / "tmp"), tmp_path / "out"
    ann, ben = write(tmp_path / "ann", **RIGHT), write(tmp_path / "ben", **RIGHT)
    assert grade(course, temporary, ann, "--out", out, *ONE).code == 0
    (result,) = (out / "results").iterdir()
    (out / "results" / "copy.json").write_bytes(result.read_bytes())
    (out / "results" / "torn.json").write_text("{")
    ran = grade(course, temporary, ben, "--out", out, "--resume", *ONE)
    assert ran.err.startswith("note: Left out, for they are no results: copy.json, torn.json in ")
    assert rows(out) == [("ann", "31"), ("ben", "31")]


def test_a_part_of_the_chapters_does_not_replace_all_of_them(course: Path, tmp_path: Path) -> None:
    """A run about one exercise or chapter keeps away from results about all, and the other way round."""
    temporary, out = write(tmp_path / "tmp"), tmp_path / "out"
    ann = write(tmp_path / "ann", **RIGHT)
    assert grade(course, temporary, ann, "--out", out, *ONE).code == 0
    kept = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    for part, called in ((["--only", "double"], "double"), (["--chapter", FIRST], FIRST)):
        refused = grade(course, temporary, ann, "--out", out, "--resume", *part, *ONE)
        assert refused.code == 2
        assert f"holds results for all chapters, and this run is about {called}" in " ".join(refused.err.split())
        assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == kept
    apart = tmp_path / "apart"
    for more in ((), ("--resume",)):
        assert grade(course, temporary, ann, "--out", apart, "--only", "double", *more, *ONE).code == 0
    refused = grade(course, temporary, ann, "--out", apart, "--resume", *ONE)
    assert (refused.code, "holds results for double" in " ".join(refused.err.split())) == (2, True)
    assert grade(course, temporary, ann, "--out", apart, "--fresh", *ONE).code == 0

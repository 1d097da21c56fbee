"""What is handed in otherwise than it should be: a class as one, a file under another name, nothing at all."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from runs import FIRST, RIGHT, SECOND, Ran, grade, make_target

from grader.frontends.cli.main import main

MOODLE = "Zoë Müller_1234568_assignsubmission_file_"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The target course."""
    return make_target(tmp_path_factory.mktemp("target") / "course")


def laid(folder: Path, *files: str) -> Path:
    """A folder with these files: chapters are right, and an archive holds one."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(zipped(FIRST + ".py") if name.endswith(".zip") else RIGHT[FIRST].encode())
    return folder


def zipped(*files: str) -> bytes:
    """The bytes of a zip with these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in files:
            archive.writestr(name, zipped(f"{FIRST}.py") if name.endswith(".zip") else RIGHT[FIRST])
    return content.getvalue()


# ---------------------------------------------------------------- a class

CLASSES = {
    "a zip from Moodle": ("class.zip", [f"moodle/Ada_1_assignsubmission_file_/{FIRST}.py",
                                        f"moodle/{MOODLE}/{FIRST}.py"]),
    "a zip of folders": ("class.zip", [f"ada/{FIRST}.py", f"ben/{FIRST}.py"]),
    "a zip with exercises": ("class.zip", [f"ada/exercises/{FIRST}.py", f"ben/exercises/{FIRST}.py"]),
    "folders of several depths": ("class.zip", [f"ada/{FIRST}.py", f"ben/week 1/{FIRST}.py"]),
    "a starter on top": ("class.zip", [f"{FIRST}.py", f"ada/{FIRST}.py", f"ben/{FIRST}.py"]),
    "a zip of zips": ("class.zip", ["ada.zip", "ben.zip"]),
    "Gradescope's export": ("class.zip", ["export/submission_metadata.yml", f"export/submission_1/{FIRST}.py",
                                          f"export/submission_2/{FIRST}.py"]),
    "a zip from Canvas": ("class.zip", [f"lovelaceada_12_34_{FIRST}.py", f"leebo_LATE_56_78_{FIRST}-1.py"]),
    "nbgrader's folders": ("course", [f"submitted/ada/ps1/{FIRST}.py", f"submitted/ben/ps1/{FIRST}.py"]),
    "Canvas's files": ("flat", [f"lovelaceada_12_34_{FIRST}.py", f"leebo_LATE_56_78_{FIRST}-1.py"]),
    "notebooks from Canvas": ("flat", [f"lovelaceada_12_34_{FIRST}.ipynb", f"leebo_56_78_{FIRST}.ipynb"]),
    "Moodle's files": ("flat", [f"Ada Lovelace_1_assignsubmission_file_{FIRST}.py", f"{MOODLE}{FIRST} (1).py"]),
    "a download with one archive": ("downloads", ["class.zip"]),
    "nothing": ("empty", []),
    "only what tools leave": ("empty", [".DS_Store", "__pycache__/x.pyc"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_is_not_graded_as_one(course: Path, tmp_path: Path, name: str) -> None:
    """What is several people's, or nobody's, is refused by a sentence with status 2, and nothing is written."""
    place, files = CLASSES[name]
    path = tmp_path / place
    if place.endswith(".zip"):
        path.write_bytes(zipped(*files))
    else:
        laid(path, *files)
    if place == "downloads":
        (path / "class.zip").write_bytes(zipped(f"ada/{FIRST}.py", f"ben/{FIRST}.py"))
    ran = CliRunner().invoke(main, ["--course", str(course), "grade", str(path), "--out", str(tmp_path / "out")])
    assert (ran.exit_code, ran.output.count("\n"), "Traceback" in ran.output) == (2, 1, False), ran.output
    assert path.name in ran.output or "class.zip" in ran.output
    assert not (tmp_path / "out").exists()


def graded(course: Path, tmp_path: Path, *paths: Path) -> tuple[Ran, dict[str, dict[str, str]], str]:
    """A run, its gradebook by name, and its summary."""
    (tmp_path / "tmp").mkdir()
    out = tmp_path / "out"
    ran = grade(course, tmp_path / "tmp", *paths, "--out", out, "--device", "cpu", "--jobs", "1", "--seed", "7")
    rows = csv.DictReader((out / "gradebook.csv").read_text().splitlines())
    return ran, {row["name"]: row for row in rows}, " ".join((out / "summary.md").read_text().split())


def test_one_of_a_class_that_is_several_costs_itself(course: Path, tmp_path: Path) -> None:
    """Nobody ends a run for all: in a class, what is several people's is named, and has no points."""
    laid(tmp_path / "class", f"ada/{FIRST}.py", f"two/x/{FIRST}.py", f"two/y/{FIRST}.py", "fay/.hidden")
    (tmp_path / "class" / "zip.zip").write_bytes(zipped(f"x/{FIRST}.py", f"y/{FIRST}.py"))
    ran, rows, summary = graded(course, tmp_path, tmp_path / "class")
    assert ran.code == 0
    assert {name: row["score"] for name, row in rows.items()} == {"ada": "3", "fay": "0", "two": "0", "zip": "0"}
    assert (
        rows["two"]["problem"] == f"two holds {FIRST}.py in several folders (x, y): it is not graded as one person's."
    )
    assert rows["zip"]["problem"].startswith("zip.zip holds ex01_numbers.py in several folders")
    assert rows["fay"]["problem"] == "fay is empty: there is no chapter in it."
    assert rows["ada"]["problem"] == ""
    assert "3 could not be read Look at these by hand: fay: fay is empty" in summary


# ---------------------------------------------------------------- one person's

ONE_PERSONS = {
    "the course's own": [f"exercises/{FIRST}.py", f"solutions/{FIRST}.py", f"other/{FIRST}.py"],
    "an older copy within": [f"{FIRST}.py", f"old/{FIRST}.py"],
    "a folder around it": [f"homework/{FIRST}.py", f"homework/old/{FIRST}.py"],
}


@pytest.mark.parametrize("name", ONE_PERSONS)
def test_one_persons_is_graded(course: Path, tmp_path: Path, name: str) -> None:
    """Copies beside or below the chapters that are graded make no class of a submission."""
    path = tmp_path / "ada.zip"
    path.write_bytes(zipped(*ONE_PERSONS[name]))
    ran, rows, _ = graded(course, tmp_path, path)
    assert ran.code == 0, ran.err
    assert rows["ada"]["score"] == "3"
    assert rows["ada"]["problem"] == ""


OTHER_NAMES = [
    f"{FIRST} (1).py", f"{FIRST}-1.py", f"{FIRST.capitalize()}.py", f"{FIRST}.py.txt", f"{FIRST}.ipynb", "my.ipynb",
    "ada.zip", f"ada_{FIRST}.py", f"{FIRST.replace('_', ' ')}.py", f"{FIRST.replace('_', '-')}.py", "ex01.py",
    f"{FIRST}_final.py", f"{FIRST} - Kopie.py", f"{FIRST}.PY",
]  # fmt: skip


@pytest.mark.parametrize("name", OTHER_NAMES)
@pytest.mark.parametrize("beside", [True, False])
def test_a_file_under_another_name_is_named(course: Path, tmp_path: Path, name: str, beside: bool) -> None:
    """Nobody gets a 0 in silence: what may be the missing chapter stands in message, gradebook and summary."""
    if name == "ada.zip":
        path = tmp_path / "one.zip"
        path.write_bytes(zipped(name, *([f"{SECOND}.py"] if beside else [])))
    else:
        path = laid(tmp_path / "one", name)
        if beside:
            (path / f"{SECOND}.py").write_text(RIGHT[SECOND])
    ran, rows, summary = graded(course, tmp_path, path)
    assert ran.code == 0, ran.err
    assert name in rows["one"]["problem"]
    assert "ook at" in rows["one"]["problem"]
    assert name in summary.replace(" ", "") or name in summary
    assert name in " ".join(ran.out.split())


def test_files_beside_folders_are_named(course: Path, tmp_path: Path) -> None:
    """A single file among folders may be somebody's hand-in, and has a row; a file of notes is passed over."""
    folder = laid(tmp_path / "class", f"ada/{FIRST}.py", f"leebo_5_{FIRST}.py", "zoe.ipynb", "notes.txt")
    ran, rows, summary = graded(course, tmp_path, folder)
    assert (ran.code, ran.err.count("notes.txt"), "leebo" in ran.err) == (0, 1, False)
    assert {name: row["score"] for name, row in rows.items()} == {
        "ada": "3",
        f"leebo_5_{FIRST}.py": "0",
        "zoe.ipynb": "0",
    }
    for name in (f"leebo_5_{FIRST}.py", "zoe.ipynb"):
        assert "is a file by itself" in rows[name]["problem"]
        assert name in summary


def test_a_file_alone(course: Path, tmp_path: Path) -> None:
    """One file named as a submission is refused as before."""
    path = laid(tmp_path / "x", f"{FIRST}.py") / f"{FIRST}.py"
    ran = CliRunner().invoke(main, ["--course", str(course), "grade", str(path)])
    assert (ran.exit_code, "is neither a folder nor a zip or tar archive" in ran.output) == (2, True)


def test_nothing_near_is_said_too(course: Path, tmp_path: Path) -> None:
    """Where no file is near a chapter, some of what is there are named."""
    _, rows, _ = graded(course, tmp_path, laid(tmp_path / "ada", "homework.pdf", "README.md"))
    assert rows["ada"]["problem"] == (
        "ada holds no chapter under its own name, but homework.pdf, README.md: look at it by hand."
    )

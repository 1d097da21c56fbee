"""What is found at a path: one submission or many, under which names, and what is said of the rest."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from grader.core.errors import SubmissionError
from grader.core.text import printable
from grader.grading.submissions.find import Submission, find, listed

CHAPTERS = ["one", "two"]


def submission(folder: Path, inner: str = "") -> Path:
    """A folder with a chapter in it."""
    (folder / inner).mkdir(parents=True)
    (folder / inner / "one.py").write_text("")
    return folder


def names(*paths: Path) -> list[str]:
    """The names of what is found."""
    return [each.name for each in find(paths, CHAPTERS).submissions]


@pytest.mark.parametrize("inner", ["", "exercises"])
def test_one_folder(tmp_path: Path, inner: str) -> None:
    """A folder with a chapter at its top or under `exercises/` is one submission, named for the folder."""
    folder = submission(tmp_path / "ada", inner)
    (folder / "notes").mkdir(exist_ok=True)
    assert find([folder], CHAPTERS).submissions == (Submission("ada", str(folder)),)


def test_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder has its own name."""
    monkeypatch.chdir(submission(tmp_path / "ada"))
    assert names(Path(".")) == ["ada"]


def test_folder_of_many(tmp_path: Path) -> None:
    """Folders and archives count as a person counts; tools' files are skipped, others and links are told."""
    for name in ("s10", "s2", ".git", "__MACOSX", "__pycache__"):
        (tmp_path / name).mkdir()
    for name in ("s3.tar.gz", "s1.ZIP", "s4.rar", ".DS_Store", "grades.csv", "read me"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "s5").symlink_to("/etc")
    found = find([tmp_path], CHAPTERS)
    assert [each.name for each in found.submissions] == ["s1", "s2", "s3", "s4", "s10"]
    assert len(found.notes) == 2
    assert found.notes[0].endswith("being neither folder nor archive: grades.csv, read me.")
    assert found.notes[1].endswith("unless they are named: s5.")


def test_folder_of_nothing(tmp_path: Path) -> None:
    """A folder without chapters, folders and archives is a submission all the same."""
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "essay.txt").write_text("")
    assert names(tmp_path / "ada") == ["ada"]


def test_order_and_twice(tmp_path: Path) -> None:
    """Paths keep their order, and what is named twice is graded once, with a note."""
    ada, bob = submission(tmp_path / "class" / "ada"), submission(tmp_path / "class" / "bob")
    found = find([bob, tmp_path / "class"], CHAPTERS)
    assert [each.path for each in found.submissions] == [str(bob), str(ada)]
    assert len(found.notes) == 1
    assert "graded once" in found.notes[0]


def test_a_link_that_is_named(tmp_path: Path) -> None:
    """A link on the command line is followed; its name is the submission's."""
    submission(tmp_path / "v2")
    (tmp_path / "ada").symlink_to("v2")
    assert find([tmp_path / "ada"], CHAPTERS).submissions == (Submission("ada", str(tmp_path / "v2")),)


def test_names_are_unique(tmp_path: Path) -> None:
    """Equal names take the folder's name before them, and a number where that does not help."""
    paths = [submission(tmp_path / place) for place in ("x/a/ada", "x/b/ada", "y/b/ada", "x/bob")]
    (tmp_path / "x/bob.zip").write_bytes(b"")
    assert names(*paths, tmp_path / "x/bob.zip") == ["a/ada", "b/ada", "b/ada#2", "x/bob", "x/bob#2"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b'an "odd", one\'s', 'an "odd", one\'s'),
        ("Zoë 李".encode(), "Zoë 李"),
        (b"two\nlines", "two\\nlines"),
        (b"caf\xe9", "caf\\xe9"),
        (b"\x1b[2J", "\\x1b[2J"),
        ("\u202egpj".encode(), "\\u202egpj"),
    ],
)
def test_names_of_all_kinds(tmp_path: Path, name: bytes, shown: str) -> None:
    """A name can be shown and encoded, whatever it is; the path leads there still, through JSON too."""
    folder = submission(Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)))
    (found,) = find([folder], CHAPTERS).submissions
    assert found.name == shown
    assert found.name.encode()
    assert (Path(Submission(**json.loads(json.dumps(asdict(found)))).path) / "one.py").is_file()


def test_nothing_to_grade() -> None:
    """No path at all is an error."""
    with pytest.raises(SubmissionError, match="nothing to grade"):
        find([], CHAPTERS)


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    """A path that is not there, or is no submission, is an error in one line that names it."""
    (tmp_path / "one.py").write_text("")
    os.mkfifo(tmp_path / "pipe.zip")
    for path, sentence in [
        (tmp_path / "ad\na", "No such file"),
        (tmp_path / "a\0b", "null"),
        (tmp_path / "one.py", "neither a folder nor a zip or tar archive"),
        (tmp_path / "pipe.zip", "neither a folder nor a zip or tar archive"),
    ]:
        with pytest.raises(SubmissionError, match=sentence) as error:
            find([path], CHAPTERS)
        assert str(error.value).startswith(printable(str(path)))


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (b"", []),
        (b"a b\r\n\n\xc3\xa9\n", ["a b", "é"]),
        (b"a\nb\0c\0", ["a\nb", "c"]),
        (b"caf\xe9", ["caf\udce9"]),
    ],
)
def test_a_list_of_paths(text: bytes, paths: list[str]) -> None:
    """One path a line, or between NULs; empty lines do not count."""
    assert listed(text) == [Path(path) for path in paths]

"""What of a submission comes to a worker, and what is said of the rest; nothing outside a submission is ever read."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from grader.core.errors import SubmissionError
from grader.core.files import remove
from grader.grading.limits import BESIDE_BYTES, BESIDE_FILES, CHAPTER_BYTES
from grader.grading.submissions.find import Submission
from grader.grading.submissions.stage import staged
from grader.grading.submissions.tree import Folder, Unreadable

CHAPTERS = ["one", "two"]
NOBODY = 65534


@dataclass(frozen=True)
class Copied:
    """What was in the copy while it was there."""

    content: dict[str, bytes]
    shown: dict[str, str]
    problems: dict[str, str]
    notes: str
    fingerprint: str


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with these files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def copied(path: Path) -> Copied:
    """What staging makes of a folder or archive, which leaves nothing behind."""
    root = path.parent / "root"
    root.mkdir(exist_ok=True)
    with staged(Submission("name", str(path)), CHAPTERS, root) as stage:
        for place in [stage.folder, *stage.folder.rglob("*")]:
            assert stat.S_IMODE(place.lstat().st_mode) == (0o755 if place.is_dir() else 0o644)
            assert not place.is_symlink()
        assert all(file == stage.folder / f"{chapter}.py" for chapter, file in stage.files.items())
        assert set(stage.files) | set(stage.problems) == set(CHAPTERS)
        content = {str(p.relative_to(stage.folder)): p.read_bytes() for p in stage.folder.rglob("*") if p.is_file()}
        copy = Copied(content, stage.shown, stage.problems, "\n".join(stage.notes), stage.fingerprint)
    assert list(root.iterdir()) == []
    return copy


def test_chapters_and_what_is_beside(tmp_path: Path) -> None:
    """Chapters, modules, packages and data come along; what is missing is told; caches and hidden files do not."""
    folder = write(
        tmp_path / "ada",
        {"exercises/one.py": "1", "exercises/helper.py": "2", "exercises/tools/part.py": "3", "setup.py": "4"},
    )
    for name in ("data file.csv", ".secret", "one.pyc"):
        (folder / "exercises" / name).write_text("5")
    write(folder, {"exercises/__pycache__/x.py": "6", "exercises/env/lib.py": "7"})
    (folder / "exercises/env/pyvenv.cfg").write_text("")
    copy = copied(folder)
    assert copy.content == {"one.py": b"1", "helper.py": b"2", "tools/part.py": b"3", "data file.csv": b"5"}
    assert copy.shown["one"] == "exercises/one.py"
    assert copy.problems == {"two": "two.py is not in the submission."}
    assert copy.notes == ""


MODES: dict[str, Literal["w:", "w:gz", "w:bz2", "w:xz"]] = {"": "w:", ".gz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz"}


def packed(folder: Path) -> Iterator[Path]:
    """A folder's files in archives of every kind, with and without a folder around them."""
    for top in (".", "repo-main", "a/b/c"):
        archive = folder.parent / "packed.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            for path in folder.rglob("*.*"):
                file.write(path, Path(top) / path.relative_to(folder))
        yield archive
        for suffix, mode in MODES.items():
            archive = folder.parent / f"packed.tar{suffix}"
            with tarfile.open(archive, mode) as tar:
                tar.add(folder, top)
            yield archive


def test_archives_are_as_folders(tmp_path: Path) -> None:
    """The same files give the same copy and fingerprint in a folder, wherever it lies, and in every archive."""
    folder = write(
        tmp_path / "ada", {"exercises/one.py": "1", "exercises/two.py": "2" * 10_000, "exercises/tools/part.py": "3"}
    )
    expected = copied(folder)
    (tmp_path / "elsewhere").mkdir()
    os.utime(folder / "exercises/one.py", (10**9, 10**9))
    assert copied(folder.rename(tmp_path / "elsewhere" / "bob")).fingerprint == expected.fingerprint
    for archive in packed(tmp_path / "elsewhere" / "bob"):
        copy = copied(archive)
        assert (copy.content, copy.problems, copy.notes, copy.fingerprint) == (
            expected.content,
            {},
            "",
            expected.fingerprint,
        ), archive


def test_fingerprints_differ(tmp_path: Path) -> None:
    """A changed chapter, neighbour, name or problem changes the fingerprint."""
    tree = [
        write(tmp_path / "a", {"one.py": "1"}),
        write(tmp_path / "b", {"one.py": "2"}),
        write(tmp_path / "c", {"one.py": "1", "two.py": "1"}),
        write(tmp_path / "d", {"one.py": "1", "other.py": "1"}),
        write(tmp_path / "e", {"one.py": "1", "another.py": "1"}),
        write(tmp_path / "f", {"one.py": "1", "two.py/x.py": ""}),
    ]
    assert len({copied(folder).fingerprint for folder in tree}) == len(tree)


def test_two_places(tmp_path: Path) -> None:
    """The place with more chapters is graded, `exercises/` where both have as many, and a note says so."""
    copy = copied(write(tmp_path / "ada", {"one.py": "top", "exercises/one.py": "below"}))
    assert (copy.content["one.py"], copy.shown["one"]) == (b"below", "exercises/one.py")
    assert "those in exercises are graded, not those in the top folder" in copy.notes
    copy = copied(write(tmp_path / "bob", {"one.py": "top", "two.py": "top", "exercises/one.py": "below"}))
    assert (copy.content["one.py"], copy.shown["one"]) == (b"top", "one.py")
    assert "those in the top folder are graded, not those in exercises" in copy.notes


def test_deeper_places(tmp_path: Path) -> None:
    """The shallowest folder with chapters is taken, then the fullest; the others are named; there is a depth limit."""
    copy = copied(write(tmp_path / "ada", {"a/one.py": "", "b/two.py": "", "a/c/one.py": ""}))
    assert copy.shown["one"] == "a/one.py"
    assert copy.notes.endswith("those in a are graded, not those in b.")
    copy = copied(write(tmp_path / "bob", {"a/b/c/d/one.py": ""}))
    assert set(copy.problems) == set(CHAPTERS)
    assert copy.content == {}


def test_an_archive_in_a_folder(tmp_path: Path) -> None:
    """A folder that holds one archive and no chapter is that archive; of several, none is opened."""
    write(tmp_path / "ada", {"one.py": "1"})
    (tmp_path / "upload").mkdir()
    shutil.make_archive(str(tmp_path / "upload" / "mine"), "zip", tmp_path / "ada")
    assert copied(tmp_path / "upload").content == {"one.py": b"1"}
    shutil.copy(tmp_path / "upload" / "mine.zip", tmp_path / "upload" / "again.zip")
    copy = copied(tmp_path / "upload")
    assert copy.content == {}
    assert "It holds 2 archives" in copy.notes


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A chapter, neighbour or folder that is a link is left where it is, wherever it leads."""
    write(tmp_path / "answers", {"one.py": "answer", "two.py": "answer"})
    folder = write(tmp_path / "ada", {"two.py": "mine"})
    (folder / "one.py").symlink_to("../answers/one.py")
    (folder / "helper.py").symlink_to("two.py")
    (folder / "lib").symlink_to("../answers")
    (folder / "exercises").symlink_to("../answers")
    copy = copied(folder)
    assert copy.content == {"two.py": b"mine"}
    assert copy.problems == {"one": "one.py is a link, and links are not followed: hand in the file itself."}
    assert "exercises is a link, and links are not followed." in copy.notes
    assert "exercises, helper.py, lib" in copy.notes


def test_a_submission_that_became_a_link(tmp_path: Path) -> None:
    """What was a folder when it was found is not followed when it is a link by now."""
    (tmp_path / "ada").symlink_to(write(tmp_path / "answers", {"one.py": "answer"}))
    with pytest.raises(SubmissionError, match=r"^ada cannot be read: "):
        copied(tmp_path / "ada")


@pytest.mark.parametrize("descriptors", [True, False])
def test_a_folder_swapped_for_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, descriptors: bool) -> None:
    """A folder that was listed and is a link when its files are to be read is not followed."""
    monkeypatch.setattr("grader.grading.submissions.tree.DESCRIPTORS", descriptors)
    write(tmp_path / "answers", {"one.py": "answer"})
    tree = Folder(str(write(tmp_path / "ada", {"exercises/one.py": "mine"})))
    assert tree.children("exercises") == {"one.py": "file"}
    assert tree.read("exercises/one.py", 10) == b"mine"
    shutil.rmtree(tmp_path / "ada/exercises")
    (tmp_path / "ada/exercises").symlink_to("../answers")
    with pytest.raises(Unreadable):
        tree.read("exercises/one.py", 10)
    tree.close()


def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders, pipes and sockets in a chapter's place are told, and never opened, which could block for good."""
    folder = write(tmp_path / "ada", {"one.py/x.py": ""})
    os.mkfifo(folder / "two.py")
    copy = copied(folder)
    assert copy.problems == {
        "one": "one.py is a folder, where a file was expected.",
        "two": "two.py is not a regular file.",
    }
    (folder / "two.py").unlink()
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("two.py")
        assert copied(folder).problems["two"] == "two.py is not a regular file."


def test_sizes(tmp_path: Path) -> None:
    """A chapter's size has a bound, and so have the number and size of the files beside it; small ones come first."""
    folder = write(
        tmp_path / "ada", {"one.py": b"#" * CHAPTER_BYTES, "two.py": b"#" * (CHAPTER_BYTES + 1), "helper.py": "1"}
    )
    for number in range(BESIDE_FILES):
        (folder / f"{number}.txt").write_text("")
    (folder / "big.dat").write_bytes(b"")
    os.truncate(folder / "big.dat", BESIDE_BYTES + 1)
    copy = copied(folder)
    assert copy.problems == {"two": "two.py is larger than 0.25 MiB."}
    assert len(copy.content["one.py"]) == CHAPTER_BYTES
    assert copy.content["helper.py"] == b"1"
    assert len(copy.content) == 1 + BESIDE_FILES
    assert "there is room for 200 files and 16 MiB: 99.txt, big.dat." in copy.notes


def test_ten_thousand_files(tmp_path: Path) -> None:
    """A crowd of files costs nothing but a note; the chapters among them are found by name."""
    folder = write(tmp_path / "ada", {"one.py": "1", "exercises/one.py": "1", "exercises/two.py": "2"})
    for number in range(10_000):
        os.link(folder / "one.py", folder / "exercises" / f"x{number}.py")
    copy = copied(folder)
    assert copy.content == {"one.py": b"1", "two.py": b"2"}
    assert "exercises holds more than 2,000 files: only chapters are read there." in copy.notes


def test_names_that_are_taken(tmp_path: Path) -> None:
    """Modules with the names of ours, and files that set up Python or pytest, are left out and named."""
    folder = write(
        tmp_path / "ada",
        {
            "one.py": "",
            "torch.py": "",
            "grader.py": "",
            "json.py": "",
            "conftest.py": "",
            "yours.py": "",
            "random/x.py": "",
        },
    )
    write(folder, {"numpy/__init__.py": "", "sitecustomize.py": "", "lib/json.py": ""})
    for name in ("pytest.ini", "x.pth", "pickle.so", "statistics.csv"):
        (folder / name).write_text("")
    copy = copied(folder)
    assert set(copy.content) == {"one.py", "yours.py", "statistics.csv", "random/x.py", "lib/json.py"}
    assert "are Python's or the grader's own: grader.py, json.py, numpy, pickle.so, torch.py." in copy.notes
    assert "they set up Python or pytest: conftest.py, pytest.ini, sitecustomize.py, x.pth." in copy.notes


def test_odd_names(tmp_path: Path) -> None:
    """Names with spaces, quotes, commas and other scripts come along; those that some system cannot hold do not."""
    folder = write(tmp_path / "ada", {"one.py": ""})
    for name in ("it's, so.csv", "Zoë 李.txt", "two\nlines.csv", "caf\udce9.csv", "x" * 250):
        (folder / name).write_text("")
    copy = copied(folder)
    assert set(copy.content) == {"one.py", "it's, so.csv", "Zoë 李.txt"}
    assert "caf\\xe9.csv, two\\nlines.csv" in copy.notes
    assert copy.notes.encode()


def test_forbidden_files(tmp_path: Path) -> None:
    """A chapter, folder or submission that may not be read is told with the system's reason."""
    copied(write(tmp_path / "warm", {"one.py": "", "helper.py": ""}))
    with tempfile.TemporaryDirectory() as home:
        folder = write(Path(home) / "ada", {"one.py": "", "two.py": "", "data/x.csv": ""})
        if root := os.geteuid() == 0:  # who may read everything
            for path in (Path(home), *Path(home).rglob("*")):
                os.chown(path, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            (folder / "one.py").chmod(0)
            (folder / "data").chmod(0)
            copy = copied(folder)
            assert copy.problems == {"one": "one.py cannot be read: Permission denied."}
            assert copy.notes == "data cannot be read: Permission denied."
            (folder / "data").chmod(0o755)
            folder.chmod(0)
            with pytest.raises(SubmissionError, match=r"^ada cannot be read: Permission denied\.$"):
                copied(folder)
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)


def test_a_path_that_vanished(tmp_path: Path) -> None:
    """A submission that is gone by the time it is read has a sentence."""
    for name in ("ada", "ada.zip"):
        with pytest.raises(SubmissionError, match=rf"^{name} cannot be read: No such file or directory\.$"):
            copied(tmp_path / name)


def test_a_full_disk(tmp_path: Path) -> None:
    """Where the copy cannot be written, the error names the file, and nothing is left behind."""
    small, folder = tmp_path / "small", write(tmp_path / "ada", {"one.py": "#" * 200_000})
    small.mkdir()
    if os.system(f"mount -t tmpfs -o size=64k tmpfs '{small}' 2>/dev/null"):
        pytest.skip("a small disk cannot be mounted here")
    try:
        with pytest.raises(OSError, match="No space") as error, staged(Submission("ada", str(folder)), CHAPTERS, small):
            pass
        assert error.value.errno == errno.ENOSPC
        assert str(error.value.filename).endswith("/one.py")
        assert list(small.iterdir()) == []
    finally:
        os.system(f"umount '{small}'")


def test_removing_whatever_is_there(tmp_path: Path) -> None:
    """A folder goes however deep it is, whatever it forbids, and its links' targets stay."""
    kept, top = write(tmp_path / "kept", {"one.py": ""}) / "one.py", tmp_path / "top"
    top.mkdir()
    (top / "link").symlink_to(kept)
    (top / "links").symlink_to(kept.parent)
    here = os.open(top, os.O_RDONLY)
    for _ in range(1_200):  # deeper than Python's stack and than the longest path
        os.mkdir("deep-folder", dir_fd=here)
        below = os.open("deep-folder", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    (top / "deep-folder").chmod(0)
    os.mkfifo(top / "pipe")
    remove(top)
    assert not top.exists()
    assert kept.exists()
    remove(top)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_the_copy_goes_with_the_context(tmp_path: Path, error: type[BaseException]) -> None:
    """Whatever ends the context, and whatever was put there meanwhile, the copy is removed."""
    folder, root = write(tmp_path / "ada", {"one.py": ""}), tmp_path / "root"
    root.mkdir()
    with pytest.raises(error), staged(Submission("ada", str(folder)), CHAPTERS, root) as stage:  # noqa: PT012
        write(stage.folder, {"new/x.py": ""})
        raise error
    assert list(root.iterdir()) == []

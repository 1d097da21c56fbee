"""Archives that lie, bomb, break or lead elsewhere: what is read of them is bounded, and stays within."""

from __future__ import annotations

import io
import random
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.core.errors import SubmissionError
from grader.grading.submissions.archive import inside
from grader.grading.submissions.find import Submission
from grader.grading.submissions.stage import Staged, staged
from grader.grading.submissions.tar import tarred

CHAPTERS = ["one", "two"]
Files = list[tuple[str, bytes]]
Pack = Callable[[Path, Files], Path]
MODES: dict[str, Literal["w:", "w:gz", "w:bz2", "w:xz"]] = {
    ".tar": "w:",
    ".gz": "w:gz",
    ".bz2": "w:bz2",
    ".xz": "w:xz",
}


def zipped(path: Path, files: Files, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip with these members, in this order, whatever their names."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files:
            info = zipfile.ZipInfo("x")
            info.filename, info.compress_type = name, archive.compression
            archive.writestr(info, content)
    return path


def tarball(path: Path, files: Files, kind: int = tarfile.PAX_FORMAT) -> Path:
    """A tar with these members, in this order, whatever their names; compressed as its own name says."""
    with tarfile.open(path, MODES[path.suffix], format=kind) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def read(path: Path) -> tuple[dict[str, bytes], Staged]:
    """The content of what was staged from an archive, and the rest."""
    root = path.parent / "root"
    root.mkdir(exist_ok=True)
    with staged(Submission("name", str(path)), CHAPTERS, root) as stage:
        files = {str(p.relative_to(stage.folder)): p.read_bytes() for p in stage.folder.rglob("*") if p.is_file()}
        return files, stage


PACKS: list[Pack] = [zipped, tarball]
both = pytest.mark.parametrize("pack", PACKS)
SUFFIX: dict[Pack, str] = {zipped: "ada.zip", tarball: "ada.tar"}


@both
@pytest.mark.parametrize("name", ["../one.py", "/one.py", "a/../../one.py", "..\\one.py", "C:\\one.py", "C:one.py"])
def test_names_that_lead_out(tmp_path: Path, pack: Pack, name: str) -> None:
    """A member whose name leads out of the archive is left out and named; the others are read."""
    files, stage = read(pack(tmp_path / SUFFIX[pack], [(name, b"evil"), ("two.py", b"fine")]))
    assert files == {"two.py": b"fine"}
    assert stage.notes == (f"Left out, for their names lead out of the archive: {name}.",)


@both
def test_names_of_old_packers(tmp_path: Path, pack: Pack) -> None:
    """Backslashes separate folders, as some packers on Windows write them."""
    files, _ = read(pack(tmp_path / SUFFIX[pack], [("exercises\\one.py", b"1"), ("./exercises//two.py", b"2")]))
    assert files == {"one.py": b"1", "two.py": b"2"}


@both
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_last_of_two_is_read(tmp_path: Path, pack: Pack) -> None:
    """Of two members with one name the last is read, as by other tools, and a note says so."""
    files, stage = read(
        pack(tmp_path / SUFFIX[pack], [("one.py", b"first"), ("x/../two.py", b""), ("./one.py", b"last")])
    )
    assert files == {"one.py": b"last"}
    assert "More than once in the archive, the last is taken: one.py." in stage.notes


@both
def test_a_file_that_is_a_folder_too(tmp_path: Path, pack: Pack) -> None:
    """A member below another member that is a file does no harm."""
    files, _ = read(pack(tmp_path / SUFFIX[pack], [("one.py/x", b"1"), ("one.py", b"2"), ("one.py/y", b"3")]))
    assert files == {"one.py": b"2"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar(tmp_path: Path, kind: bytes) -> None:
    """A chapter that is a link or a device in a tar is told, and neither made nor followed."""
    with tarfile.open(tmp_path / "ada.tar", "w") as archive:
        info = tarfile.TarInfo("one.py")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    files, stage = read(tmp_path / "ada.tar")
    assert files == {}
    expected = "is a link" if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else "is not a regular file"
    assert stage.problems["one"].startswith(f"one.py {expected}")


def test_a_link_in_a_zip(tmp_path: Path) -> None:
    """A chapter that is a link in a zip is told, and not followed."""
    with zipfile.ZipFile(tmp_path / "ada.zip", "w") as archive:
        info = zipfile.ZipInfo("one.py")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    files, stage = read(tmp_path / "ada.zip")
    assert files == {}
    assert stage.problems["one"].startswith("one.py is a link")


def test_a_zip_bomb(tmp_path: Path) -> None:
    """Fifty megabytes of zeros in a small zip are not unpacked; the chapter beside them is read."""
    path = zipped(
        tmp_path / "ada.zip", [("one.py", bytes(50 * 2**20)), ("data.bin", bytes(50 * 2**20)), ("two.py", b"2")]
    )
    assert path.stat().st_size < 2**18
    files, stage = read(path)
    assert files == {"two.py": b"2"}
    assert stage.problems == {"one": "one.py is larger than 0.25 MiB."}
    assert "data.bin" in stage.notes[0]


def test_a_zip_that_lies(tmp_path: Path) -> None:
    """A member that says it is small, and is not, costs no more than it said."""
    path = zipped(tmp_path / "ada.zip", [("one.py", bytes(50 * 2**20)), ("two.py", b"2")])
    path.write_bytes(path.read_bytes().replace((50 * 2**20).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    files, stage = read(path)
    assert files == {"two.py": b"2"}
    assert stage.problems == {"one": "one.py is damaged in the archive."}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_without_bounds(tmp_path: Path, method: int) -> None:
    """A method whose unpacking cannot be bounded is not unpacked."""
    files, stage = read(zipped(tmp_path / "ada.zip", [("one.py", b"1")], compression=method))
    assert files == {}
    assert stage.problems["one"] == "one.py is compressed in a way that is not read here."


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_a_tar_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    """A tar that unpacks to more than its bound is given up, with a sentence."""
    monkeypatch.setattr("grader.grading.submissions.archive.UNPACKED_BYTES", 4 * 2**20)
    with tarfile.open(tmp_path / f"ada.tar{suffix}", MODES[suffix]) as archive:
        info = tarfile.TarInfo("zeros")
        info.size = 20 * 2**20
        with open("/dev/zero", "rb") as zeros:
            archive.addfile(info, zeros)
    with pytest.raises(SubmissionError, match=r"^ada.tar.\w+ holds more than 4 MiB, and is not opened\.$"):
        read(tmp_path / f"ada.tar{suffix}")


def test_too_many_members(tmp_path: Path) -> None:
    """An archive of a great many members is given up before they are all read."""
    names: Files = [(f"{number:0>2000}", b"") for number in range(2_200)]
    with pytest.raises(SubmissionError, match="holds too many members, and is not opened"):
        read(zipped(tmp_path / "ada.zip", names, compression=zipfile.ZIP_STORED))
    block = tarfile.TarInfo("x").tobuf()
    (tmp_path / "ada.tar").write_bytes(block * 50_001)
    with pytest.raises(SubmissionError, match="holds more than 50,000 members, and is not opened"):
        read(tmp_path / "ada.tar")


def test_an_encrypted_member(tmp_path: Path) -> None:
    """A chapter that only a password opens is told; the others are read."""
    path = zipped(tmp_path / "ada.zip", [("one.py", b"1"), ("two.py", b"2")], compression=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    files, stage = read(path)
    assert files == {"two.py": b"2"}
    assert stage.problems == {"one": "one.py is encrypted in the archive."}


def test_a_damaged_member(tmp_path: Path) -> None:
    """A chapter with a wrong checksum is told; the others are read."""
    path = zipped(tmp_path / "ada.zip", [("one.py", b"11111"), ("two.py", b"2")], compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"11111", b"11112"))
    files, stage = read(path)
    assert files == {"two.py": b"2"}
    assert stage.problems == {"one": "one.py is damaged in the archive."}


@pytest.mark.parametrize("name", ["ada.zip", "ada.tar", "ada.gz", "ada.bz2", "ada.xz"])
def test_cut_short(tmp_path: Path, name: str) -> None:
    """An archive that ends too early is told as a whole, wherever it was cut; nothing is raised but that."""
    files: Files = [("one.py", random.Random(0).randbytes(3_000)), ("two.py", random.Random(1).randbytes(3_000))]
    path = (zipped if name.endswith("zip") else tarball)(tmp_path / name, files)
    content = path.read_bytes()
    used = len(content.rstrip(b"\0"))
    for length in [100, 600, used // 2, used - 300]:
        path.write_bytes(content[:length])
        with pytest.raises(SubmissionError, match=r"damaged, or was cut short|neither a zip nor a tar"):
            read(path)


def test_damage_within_a_tar(tmp_path: Path) -> None:
    """A broken header after the first member is not taken for the end."""
    path = tarball(tmp_path / "ada.tar", [("one.py", b"1"), ("two.py", b"2")], tarfile.USTAR_FORMAT)
    content = bytearray(path.read_bytes())
    content[1024 + 5] ^= 1
    path.write_bytes(content)
    with pytest.raises(SubmissionError, match="damaged, or was cut short"):
        read(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "ada.zip is empty."),
        (b"print('hello')\n" * 100, "ada.zip is neither a zip nor a tar archive."),
        (b"Rar!\x1a\x07\x01\x00" + bytes(600), "ada.zip is neither a zip nor a tar archive."),
        (b"PK\3\4 not really", "ada.zip cannot be opened: it is damaged, or was cut short."),
    ],
)
def test_no_archive_at_all(tmp_path: Path, content: bytes, sentence: str) -> None:
    """What is named like an archive and is none is told by what it holds."""
    (tmp_path / "ada.zip").write_bytes(content)
    with pytest.raises(SubmissionError) as error:
        read(tmp_path / "ada.zip")
    assert str(error.value) == sentence


def test_content_counts_and_not_the_name(tmp_path: Path) -> None:
    """A tar that is named `.zip` is read all the same."""
    assert read(tarball(tmp_path / "ada.gz", [("one.py", b"1")]).rename(tmp_path / "ada.zip"))[0] == {"one.py": b"1"}


def test_archives_within_are_not_opened(tmp_path: Path) -> None:
    """An archive in an archive is no more than a file."""
    inner = zipped(tmp_path / "inner.zip", [("one.py", b"1")]).read_bytes()
    files, stage = read(zipped(tmp_path / "ada.zip", [("inner.zip", inner)]))
    assert files == {}
    assert set(stage.problems) == set(CHAPTERS)


def test_undecodable_names(tmp_path: Path) -> None:
    """Names in no encoding that is known are left out, with a note that can be written anywhere."""
    files, stage = read(tarball(tmp_path / "ada.tar", [("one.py", b"1"), ("caf\udce9.csv", b"2")], tarfile.GNU_FORMAT))
    assert files == {"one.py": b"1"}
    assert stage.notes[0].endswith("caf\\xe9.csv.")


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_tars_are_read_as_tarfile_reads_them(data: st.DataObject) -> None:
    """Names and contents of members, long ones and non-ASCII ones too, in all three formats."""
    kind = data.draw(st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]))
    letters = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0/"), min_size=1, max_size=300)
    files = data.draw(st.lists(st.tuples(letters, st.binary(max_size=1_500)), max_size=4))
    with tempfile.TemporaryDirectory() as folder:
        path = tarball(Path(folder) / "a.tar", files, kind)
        assert [(member.name, member.read(10_000)) for member in tarred(path.read_bytes())] == files


NAMES = st.lists(st.sampled_from(["..", ".", "/", "\\", "C:", "one.py", "exercises", "a", "~", "\n", "é"]), max_size=6)


@given(
    st.lists(
        st.tuples(st.one_of(NAMES.map("".join), NAMES.map("/".join), st.text(max_size=20)), st.binary(max_size=3))
    ),
    st.sampled_from(PACKS),
)
@settings(max_examples=80, deadline=None)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_nothing_is_written_outside(files: Files, pack: Pack) -> None:
    """Whatever an archive's members are called, only the folder beneath the root is written to."""
    files = [(name.encode("utf-8", "replace").decode() or "x", content) for name, content in files]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "a" / "b"
        home.mkdir(parents=True)
        path = pack(home / SUFFIX[pack], files)
        try:
            with staged(Submission("name", str(path)), CHAPTERS, home) as stage:
                everything = {p for p in Path(folder).rglob("*") if not p.is_relative_to(stage.folder)}
                assert everything == {home.parent, home, path}
        except SubmissionError:
            pass
        assert set(Path(folder).rglob("*")) == {home.parent, home, path}


@given(st.one_of(NAMES.map("".join), st.text()))
def test_paths_stay_inside(name: str) -> None:
    """A member's name becomes a path without a step up, a root or a drive, or none."""
    path = inside(name)
    if path:
        assert not path.startswith("/")
        assert not {"", ".", ".."} & set(path.split("/"))
        assert path[1:2] != ":"


@given(st.binary(max_size=200), st.integers(0, 2_000), st.sampled_from(PACKS))
@settings(max_examples=80, deadline=None)
def test_scribbled_archives(scribble: bytes, place: int, pack: Pack) -> None:
    """An archive with bytes written over it is read or refused, and nothing else happens."""
    with tempfile.TemporaryDirectory() as folder:
        path = pack(Path(folder) / SUFFIX[pack], [("one.py", b"1" * 700), ("two.py", b"2")])
        content = path.read_bytes()
        path.write_bytes(content[:place] + scribble + content[place + len(scribble) :])
        try:
            read(path)
        except SubmissionError as error:
            assert str(error).startswith(path.name)  # noqa: PT017

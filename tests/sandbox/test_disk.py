"""What a worker holds of the disk, seen or hidden, and what comes of it when the disk is nearly full."""

from __future__ import annotations

import mmap
import os
import sys
import time
from pathlib import Path

import pytest

from grader.core.errors import DiskLow
from grader.sandbox import disk as disk_module
from grader.sandbox.disk import Disk, Holdings, size_of, size_of_hidden
from grader.sandbox.limits import MODEST_BYTES, SCRATCH_BYTES
from grader.sandbox.protocol import Ended


def hidden(folder: Path) -> int:
    """What this process hides."""
    found = size_of_hidden(os.getpid(), folder)
    assert found is not None
    return found


def test_a_folder_is_measured(tmp_path: Path) -> None:
    """What files take on the disk counts, in folders too, links not followed; a crowd of files is too much."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "file").write_bytes(bytes(10_000))
    (tmp_path / "link").symlink_to(sys.executable)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert 10_000 <= size_of(tmp_path) < 100_000
    for number in range(5000):
        (tmp_path / f"{number}").touch()
    assert size_of(tmp_path) > SCRATCH_BYTES
    assert size_of(tmp_path / "missing") == 0


@pytest.mark.skipif(sys.platform != "linux", reason="open files are looked up in Linux's /proc")
def test_deleted_files_are_measured(tmp_path: Path) -> None:
    """A file that is open and deleted counts, once however often it is open; one that is still there does not."""
    before = hidden(tmp_path)
    with (tmp_path / "file").open("wb", buffering=0) as file:
        file.write(bytes(100_000))
        assert hidden(tmp_path) == before
        (tmp_path / "file").unlink()
        again = os.dup(file.fileno())
        assert 100_000 <= hidden(tmp_path) - before < 200_000
        os.close(again)
    assert hidden(tmp_path) == before


@pytest.mark.skipif(sys.platform != "linux", reason="what is mapped is looked up in Linux's /proc")
def test_mapped_files_are_measured(tmp_path: Path) -> None:
    """A deleted file of which one page is mapped is all there, though nobody has it open."""
    before = hidden(tmp_path)
    with (tmp_path / "file").open("w+b", buffering=0) as file:
        file.write(bytes(4 << 20))
        page = mmap.mmap(file.fileno(), mmap.PAGESIZE)
    held = os.dup(1)
    assert hidden(tmp_path) == before
    (tmp_path / "file").unlink()
    assert hidden(tmp_path) - before >= 4 << 20
    page.close()
    os.close(held)
    assert hidden(tmp_path) == before


def test_nobody_can_be_looked_at(tmp_path: Path) -> None:
    """A process that has gone, or that we may not look at, is told apart from one that hides nothing."""
    assert size_of_hidden(2**22 + 1, tmp_path) is None


# ---------------------------------------------------------------- a disk that is nearly full


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much is free, as the tests want it."""
    left = [1 << 30]
    monkeypatch.setattr(Disk, "free", lambda _: left[-1])
    return left


def test_the_limit_holds_at_every_look(tmp_path: Path, free: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the limit is told at the next look, without waiting for it; the folder is looked at each time."""
    holdings = Holdings(Disk(tmp_path), tmp_path, os.getpid())
    holdings.look(thoroughly=False)
    monkeypatch.setattr(disk_module, "SCRATCH_BYTES", 50_000)
    (tmp_path / "file").write_bytes(bytes(100_000))
    with pytest.raises(Ended, match="it wrote more than"):
        holdings.look(thoroughly=False)
    assert free == [1 << 30]


def test_what_is_hidden_is_looked_for_where_the_disk_grows_fuller(
    tmp_path: Path, free: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at every answer, because it takes long; what somebody else sets free hides nothing."""
    looked: list[int] = []
    monkeypatch.setattr(disk_module, "size_of_hidden", lambda *_: len(looked.__iadd__([1])) * 0 + SCRATCH_BYTES + 1)
    holdings = Holdings(Disk(tmp_path), tmp_path, os.getpid())
    for left in (1 << 30, (1 << 30) - 100, (1 << 30) + (64 << 20)):
        free.append(left)
        holdings.look(thoroughly=False)
    assert looked == []
    free.append((1 << 30) + (32 << 20))
    with pytest.raises(Ended):
        holdings.look(thoroughly=False)


MUCH = [(0, True, False), (MODEST_BYTES + 1, True, True), (0, False, True)]


@pytest.mark.parametrize(("held", "can_look", "ends"), MUCH)
def test_beside_others(
    tmp_path: Path, free: list[int], monkeypatch: pytest.MonkeyPatch, held: int, can_look: bool, ends: bool
) -> None:
    """Below the floor, whoever holds much, or may, has to be graded again; who holds little goes on."""
    disk = Disk(tmp_path, alone=False)
    free.append(disk.floor - 1)
    monkeypatch.setattr(disk_module, "size_of", lambda _: held)
    monkeypatch.setattr(disk_module, "size_of_hidden", lambda *_: 0 if can_look else None)
    holdings = Holdings(disk, tmp_path, os.getpid())
    if ends:
        with pytest.raises(DiskLow):
            holdings.look(thoroughly=False)
    else:
        holdings.look(thoroughly=False)
    assert disk.suspect()


def test_alone(tmp_path: Path, free: list[int]) -> None:
    """Whoever is alone with a disk that has become full is whoever filled it, seen or not."""
    disk = Disk(tmp_path)
    free.append(free[-1] - SCRATCH_BYTES)
    Holdings(disk, tmp_path, os.getpid()).look(thoroughly=True)
    free.append(disk.floor - 1)
    with pytest.raises(Ended, match="nearly full, and it holds 768 MiB"):
        Holdings(disk, tmp_path, os.getpid()).look(thoroughly=False)


def test_the_others_are_told(tmp_path: Path, free: list[int]) -> None:
    """What one sees all hear of, also when there is room again; the next submission begins anew."""
    signal = tmp_path / "disk"
    signal.touch()
    one, other = Disk(tmp_path, signal, alone=False), Disk(tmp_path, signal, alone=False)
    assert not one.suspect()
    time.sleep(0.02)  # the clock of a file system is coarse
    free.append(one.floor - 1)
    one.check(one.free())
    free.append(1 << 30)
    assert other.suspect()
    other.begin(False)
    assert not other.suspect()

"""Attacks by archives: bombs, names and links that lead outside, and halves."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from hostile.made.world import FIRST, RIGHT, SECOND, World, attack


def zipped(at: Path, world: World, chapters: Mapping[str, str | bytes]) -> Path:
    """A zip beside the folder, with these files in it."""
    path = at.with_suffix(".zip")
    at.rmdir()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in chapters.items():
            archive.writestr(f"{name}.py", world.fill(text) if isinstance(text, str) else text)
    return path


@attack
def zip_bomb(at: Path, world: World) -> Path:
    """A chapter of 100 MB in a zip of 100 kB.

    Honest: none
    Verdict: all: not loaded
    """
    return zipped(at, world, {**RIGHT, FIRST: RIGHT[FIRST].encode() + b"\n" * 100_000_000})


@attack
def zip_that_lies(at: Path, world: World) -> Path:
    """The same, and the archive says that it is small.

    Chapter: both
    Honest: none
    Verdict: all: not loaded or passed
    """
    size = 50_000_000
    path = zipped(at, world, {**RIGHT, FIRST: b"\n" * size})
    path.write_bytes(path.read_bytes().replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    return path


@attack
def zip_leads_outside(at: Path, world: World) -> Path:
    """Names that lead out of the folder, absolute and by `..`, to the canary, the course and the results.

    Chapter: both
    Honest: all
    """
    path = zipped(at, world, RIGHT)
    canary, course, out = (world.places[name] for name in ("CANARY", "COURSE", "OUT"))
    up = "../" * 20
    with zipfile.ZipFile(path, "a") as archive:
        for name in (canary, up + canary, f"{up}{course}/conftest.py", f"{out}/results/forged.json", "..\\forged.py"):
            archive.writestr(name, "forged")
            archive.writestr(f"data/{name}", "forged")
    return path


@attack
def zip_with_links(at: Path, world: World) -> Path:
    """A chapter that is a link to the solution, in a zip.

    Honest: none
    Verdict: all: not loaded
    """
    path = zipped(at, world, {SECOND: RIGHT[SECOND]})
    link = zipfile.ZipInfo(f"{FIRST}.py")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, f"{world.places['COURSE']}/solutions/{FIRST}.py")
    return path


@attack
def zip_cut_short(at: Path, world: World) -> Path:
    """Half of a zip.

    Chapter: both
    Honest: none
    Verdict: all: not loaded
    """
    path = zipped(at, world, RIGHT)
    path.write_bytes(path.read_bytes()[:-100])
    return path


def tarred(at: Path, world: World, *extra: tarfile.TarInfo, **chapters: str | bytes) -> Path:
    """A compressed tar beside the folder, with these members and files in it."""
    path = at.with_suffix(".tar.gz")
    at.rmdir()
    with tarfile.open(path, "w:gz") as archive:
        for member in extra:
            archive.addfile(member)
        for name, text in chapters.items():
            raw = world.fill(text).encode() if isinstance(text, str) else text
            member = tarfile.TarInfo(f"{name}.py")
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))
    return path


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A member of a tar that is no file."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


@attack
def tar_with_links(at: Path, world: World) -> Path:
    """Links in a tar: one that a later file is written through, a hard one for a chapter, a device, a pipe.

    Honest: none
    Verdict: all: not loaded
    """
    solution = f"{world.places['COURSE']}/solutions/{FIRST}.py"
    extra = [
        member("way", tarfile.SYMTYPE, str(world.path("CANARY").parent)),
        member(f"{FIRST}.py", tarfile.LNKTYPE, solution),
        member("data.csv", tarfile.SYMTYPE, world.places["CANARY"]),
        member("device.py", tarfile.CHRTYPE),
        member("pipe.py", tarfile.FIFOTYPE),
    ]
    return tarred(at, world, *extra, **{SECOND: RIGHT[SECOND], f"way/{world.path('CANARY').stem}": "forged"})


@attack
def tar_leads_outside(at: Path, world: World) -> Path:
    """Names in a tar that lead to the canary and the results; the chapters are right.

    Chapter: both
    Honest: all
    """
    up = "../" * 20
    names = [world.places["CANARY"], f"{world.places['OUT']}/results/forged", f"{up}{world.places['COURSE']}/conftest"]
    return tarred(at, world, **RIGHT, **dict.fromkeys(names, "forged"))


@attack
def tar_bomb(at: Path, world: World) -> Path:
    """A tar of 200 kB that is 200 MB long, with right chapters at its end.

    Chapter: both
    Honest: none
    Verdict: all: not loaded or passed
    """
    return tarred(at, world, **{"data/noise": b"\n" * 200_000_000}, **RIGHT)

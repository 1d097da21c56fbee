"""What an attack is aimed at, and how one is made: a chapter file beside a right one, or a function of its own.

The docstring of such a function tells the same as that of a chapter file: what it tries, what is honest in it, and what
must be said of it.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent.parent
FIRST, SECOND = "ex01_numbers", "ex02_effects"
RIGHT = {
    FIRST: "def double(x):\n    return 2 * x\n\n\ndef total(a, b):\n    return a.sum() + b.sum()\n",
    SECOND: "def rows(x):\n    return list(x)\n\n\ndef fill(x, value):\n    return x.fill_(value)\n\n\n"
    'def greet(name):\n    print(f"Hello, {name}!")\n',
}


@dataclass(frozen=True)
class World:
    """What the attacks of one run are aimed at, by the names that stand for it in their files (`@CANARY@`)."""

    root: Path
    places: dict[str, str]
    breach: str
    """What an attack says that got through; it stands in no file as it is said."""
    sockets: list[socket.socket] = field(default_factory=list)

    def fill(self, text: str) -> str:
        """The text of a file, with this world's places in it."""
        said = f"\\x{ord(self.breach[0]):02x}{self.breach[1:]}"
        return re.sub(r"@([A-Z_]+)@", lambda name: {**self.places, "BREACH": said}[name[1]], text)

    def path(self, name: str) -> Path:
        """One of the places."""
        return Path(self.places[name])


Attack = Callable[[Path, World], Path | None]
"""Makes a submission at a path that is a new folder already, or another beside it (an archive), which it returns."""
ATTACKS: dict[str, Attack] = {}


def attack(function: Attack) -> Attack:
    """Enter a function in the set."""
    ATTACKS[function.__name__] = function
    return function


def chapter(function: Callable[[], bytes]) -> Callable[[], bytes]:
    """Enter a function that makes only the bytes of the first chapter."""

    def make(at: Path, world: World) -> None:
        write(at, world, **{SECOND: RIGHT[SECOND]})
        (at / f"{FIRST}.py").write_bytes(function())

    make.__doc__ = function.__doc__
    ATTACKS[function.__name__] = make
    return function


def write(at: Path, world: World, **chapters: str) -> None:
    """Chapters, and other Python files, with the places of this world filled in."""
    for name, text in chapters.items():
        (at / f"{name}.py").write_text(world.fill(text), encoding="utf-8")


def a_file(path: Path) -> Attack:
    """The attack that is one chapter file: the other chapter is right, and what it imports lies beside it."""

    def make(at: Path, world: World) -> None:
        text = path.read_text(encoding="utf-8")
        attacked = SECOND if f"Chapter: {SECOND}" in text else FIRST
        write(at, world, **{**RIGHT, attacked: text})
        for neighbour in (HERE / "beside").glob("*.py"):
            if f"from {neighbour.stem} import" in text:
                write(at, world, **{neighbour.stem: neighbour.read_text(encoding="utf-8")})

    make.__doc__ = path.read_text(encoding="utf-8").split('"""')[1]
    return make

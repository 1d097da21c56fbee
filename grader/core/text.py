"""Texts: names that are nearly right, names in an order that people expect, and what must not be shown of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean x?`, or nothing where nothing known is close, or has the word in it."""
    known = list(known)
    close = get_close_matches(word, known, n=1, cutoff=0.6) or [name for name in known if word in name]
    return f" Did you mean {close[0]}?" if close and len(word) > 2 else ""


ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def without_addresses(text: str) -> str:
    """Text without places in memory (`<function f at 0x7f31c2>`), which differ from run to run."""
    return ADDRESS.sub("", text)


def without_folders(text: str, folders: Sequence[object]) -> str:
    """Text in which the paths of files below these folders are relative to them."""
    for folder in folders:
        text = text.replace(f"{folder}{os.sep}", "").replace(str(folder), os.curdir)
    return text


def natural(name: str) -> tuple[list[str | int], str]:
    """A key that sorts `student2` before `student10`."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [int(part) if index % 2 else part for index, part in enumerate(parts)], name


def printable(name: str) -> str:
    """A name as it can be shown anywhere: line breaks, control codes and undecodable bytes as escapes."""
    return "".join(
        c if c.isprintable() else f"\\x{ord(c) - 0xDC00:02x}" if "\udc80" <= c <= "\udcff" else ascii(c)[1:-1]
        for c in name
    )


def some(names: Iterable[str], most: int = 5) -> str:
    """The first few names of many, and how many more there are."""
    names = sorted(names, key=natural)
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(map(printable, names[:most])) + more


def one_line(text: str, length: int = 200) -> str:
    """A text as a single line of at most `length` characters."""
    words = " ".join(text.split())
    return words if len(words) <= length else f"{words[: length - 1]}…"


def first_lines(text: str, most: int, length: int) -> str:
    """The first lines of a text that are not blank, each of at most `length` characters."""
    lines = [line.rstrip() for line in text.strip().splitlines() if line.strip()]
    return "\n".join(line if len(line) <= length else f"{line[: length - 1]}…" for line in lines[:most])

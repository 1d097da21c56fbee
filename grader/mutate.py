"""A function → its mutants: copies with one small change each, of the kind that learners and typing errors make.

Only syntax trees are looked at: nothing here runs a line of what it reads, and nothing here imports torch.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from grader.changes import New, as_number, edits
from grader.source import exercises_in, parse, read_text, without_docstring

Way: TypeAlias = tuple[tuple[str, int | None], ...]
"""The way from one node to another below it: a field, and an index where the field is a list."""


@dataclass(frozen=True)
class Mutant:
    """One exercise's solution with one change."""

    chapter: str
    exercise: str
    kind: str
    line: int
    what: str
    """The change in words."""
    old: str
    new: str
    """The lines that differ, as `ast.unparse` writes them; empty where lines were only added or only dropped."""
    text: str
    """The whole changed function."""

    @property
    def change(self) -> str:
        """`old → new` in one line: what an author writes to name this mutant."""
        return one_line(f"{self.old} → {self.new}")


def one_line(text: str) -> str:
    """The text with every run of white space as one blank."""
    return " ".join(text.split())


def mutants_of_chapter(solution: Path) -> Iterator[Mutant]:
    """The mutants of every exercise of a chapter's solution, in the order of the file."""
    exercises = exercises_in(solution)
    for node in parse(read_text(solution), solution).body:
        if isinstance(node, ast.FunctionDef) and node.name in exercises:
            yield from mutants_of(node, solution.stem)


def mutants_of(function: ast.FunctionDef, chapter: str) -> Iterator[Mutant]:
    """The mutants of one function, each text once."""
    bare = copy.copy(function)
    bare.body = list(without_docstring(function))
    original = ast.unparse(bare)
    seen = {original}
    for path, node in ((), bare), *places(bare):
        for kind, what, new in edits(node):
            text = ast.unparse(ast.fix_missing_locations(replaced(bare, path, new)))
            if text not in seen:
                seen.add(text)
                old_lines, new_lines = difference(original, text)
                line = getattr(node, "lineno", function.lineno)
                yield Mutant(chapter, function.name, kind, line, what, old_lines, new_lines, text)


def places(node: ast.AST, path: Way = ()) -> Iterator[tuple[Way, ast.AST]]:
    """Every node below one, with the way to it; signatures are left out, and a number stays whole with its sign."""
    if as_number(node) is not None:
        return
    for name, value in ast.iter_fields(node):
        if name in ("args", "returns", "decorator_list", "annotation") and not isinstance(node, ast.Call):
            continue
        items = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, item in items:
            if isinstance(item, ast.AST):
                step = (*path, (name, index))
                yield step, item
                yield from places(item, step)


def replaced(node: ast.AST, path: Way, new: New) -> ast.AST:
    """A copy of a tree with another node at one place; what is not on the way there is shared."""
    if not path:
        assert isinstance(new, ast.AST)
        return new
    (name, index), *rest = path
    twin = copy.copy(node)
    value = getattr(node, name)
    if index is None:
        setattr(twin, name, replaced(value, tuple(rest), new))
        return twin
    below = new if not rest and isinstance(new, list) else [replaced(value[index], tuple(rest), new)]
    items = [*value[:index], *below, *value[index + 1 :]]
    setattr(twin, name, items or ([ast.Pass()] if name == "body" else []))
    return twin


def difference(old: str, new: str) -> tuple[str, str]:
    """The lines of two texts that differ, however they are indented."""
    a, b = ([line.strip() for line in text.splitlines()] for text in (old, new))
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    return "\n".join(a[start : len(a) - end]), "\n".join(b[start : len(b) - end])

"""A function → its mutants: copies with one small change each, of the kind that learners and typing errors make.

Only syntax trees are looked at: nothing here runs a line of what it reads, and nothing here imports torch.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.course.source import exercises_in, parse, read_text, without_docstring
from grader.verify.ast_edit import places, replaced
from grader.verify.mutators import edits


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
        return in_one_line(f"{self.old} → {self.new}")


def in_one_line(text: str) -> str:
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


GRAPH_NAMES = re.compile(r"grad|backward|detach|graph|Parameter|jac|vjp|jvp|hess|func$|autograd|Function$|inference")
"""What a name holds that is about graphs and gradients."""


def speaks_of_graphs(solution: Path, exercise: str) -> bool:
    """Whether a solution, or a function of its file that it comes to, names anything that is about graphs.

    What it takes from another chapter or from what is handed in may be about them, and counts as if it were.
    """
    tree = parse(read_text(solution), solution)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    beside = {file.stem for file in solution.parent.glob("*.py")} | {"given"}
    strange: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module in beside:
                strange |= {alias.asname or alias.name for alias in names}
            case ast.Import(names=names):
                strange |= {alias.asname or alias.name for alias in names if alias.name in beside}
    waiting, seen = [exercise], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        bare = copy.copy(functions[name])
        bare.body = list(without_docstring(bare))
        for node in ast.walk(bare):
            word = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if word in strange or GRAPH_NAMES.search(word):
                return True
            waiting.append(word)
    return False


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

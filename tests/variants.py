"""Submissions that hold every known wrong answer and every other right one of a course, a variant for each exercise.

An author writes variants as functions beside the checks. Here each becomes text in a chapter's file, as if a learner
had written it: under the exercise's name, with the helpers that it calls.
"""

from __future__ import annotations

import ast
import copy
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.course.manifest import Course
from grader.course.source import parse, read_text, without_docstring

SOLVED = "solved_"
"""Before the name of a copy of the solution's function, for variants that build on another exercise."""


@dataclass(frozen=True)
class Variant:
    """A known wrong answer or another right one, as it stands in the checks."""

    name: str
    fails_on: tuple[str, ...]
    """The devices on which it is wrong, where the exercise knows devices."""
    code: ast.stmt


class ChapterOfVariants:
    """A chapter's solution, stubs and checks as syntax trees; nothing of them is run."""

    def __init__(self, course: Course, chapter: str) -> None:
        self.body = statements(course.solution(chapter))
        self.solutions = named(self.body)
        self.stubs = named(statements(course.exercises_folder / f"{chapter}.py"))
        checks = statements(course.checks(chapter))
        self.imports = [node for node in checks if isinstance(node, (ast.Import, ast.ImportFrom)) and not ours(node)]
        helpers = {name: node for name, node in named(checks).items() if "exercise" not in declared(node)}
        assert not helpers.keys() & self.solutions.keys(), "a helper of the checks would stand in a solution's place"
        solved = Rename({name: f"{SOLVED}{name}" for name in self.solutions})
        self.helpers = {name: Rename({}).copy(node) for name, node in helpers.items()}
        self.helpers |= {solved.names[name]: solved.copy(node) for name, node in self.solutions.items()}
        self.variants: dict[str, list[Variant]] = {name: [] for name in course.catalogue[chapter]}
        for node in checks:
            for kind, declaration in declared(node).items():
                if kind != "exercise":
                    name, exercise = getattr(node, "name", ""), ast.unparse(declaration.args[0])
                    elsewhere = any(keyword.arg == "on" for keyword in declaration.keywords)
                    fails_on = () if kind == "right" else ("sim",) if elsewhere else ("cpu", "sim")
                    self.variants[exercise].append(Variant(name, fails_on, Rename({name: exercise}).copy(node)))

    def variant(self, exercise: str, number: int) -> Variant | None:
        """The exercise's variant of this number; None where there are fewer."""
        variants = self.variants[exercise]
        return variants[number] if number < len(variants) else None

    def answer(self, exercise: str, number: int) -> ast.stmt:
        """The exercise's variant of this number; after the last one the solution, then the stub."""
        if variant := self.variant(exercise, number):
            return variant.code
        return (self.solutions if number == len(self.variants[exercise]) else self.stubs)[exercise]

    def text(self, number: int) -> str:
        """The chapter with such an answer to each exercise, which may call those beside it."""
        chosen = {name: self.answer(name, number) for name in self.variants}
        names = needed(chosen.values(), self.helpers)
        helpers = [node for name, node in self.helpers.items() if name in names]
        body = [chosen.get(getattr(node, "name", ""), node) for node in self.body]
        return ast.unparse(ast.Module([*self.imports, *body, *helpers], []))


def chapters_of(course: Course) -> dict[str, ChapterOfVariants]:
    """All chapters of a course."""
    return {chapter: ChapterOfVariants(course, chapter) for chapter in course.chapters}


def write_submissions(course: Course, chapters: Mapping[str, ChapterOfVariants], folder: Path) -> None:
    """A folder of submissions: `solutions`, `stubs`, and `00`, `01`, ... with the variants."""
    count = max(len(variants) for chapter in chapters.values() for variants in chapter.variants.values())
    for name in (*map("{:02}".format, range(count)), "solutions", "stubs"):
        (folder / name).mkdir(parents=True)
    for name, chapter in chapters.items():
        shutil.copy(course.solution(name), folder / "solutions")
        shutil.copy(course.exercises_folder / f"{name}.py", folder / "stubs")
        for number in range(count):
            (folder / f"{number:02}" / f"{name}.py").write_text(chapter.text(number), encoding="utf-8")


# ---------------------------------------------------------------- syntax trees


def statements(path: Path) -> list[ast.stmt]:
    """What stands in a file after its docstring."""
    return parse(read_text(path), path).body[1:]


def ours(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether an import is of the grader, which no learner's file has."""
    return isinstance(node, ast.ImportFrom) and str(node.module).startswith("grader.")


def declared(node: ast.stmt) -> dict[str, ast.Call]:
    """What a function is beside the checks: `exercise`, `mistake` or `right` with its declaration; {} for a helper."""
    return {
        decorator.func.attr: decorator
        for decorator in getattr(node, "decorator_list", ())
        if isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and ast.unparse(decorator.func.value) == "chapter"
    }


def named(body: Iterable[ast.stmt]) -> dict[str, ast.stmt]:
    """Functions, classes and constants at the top of a module by name, but for the author's `chapter`."""
    found: dict[str, ast.stmt] = {}
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = node
    found.pop("chapter", None)
    return found


class Rename(ast.NodeTransformer):
    """Turns an author's code into a learner's: other names, no declarations, the solution's functions by `SOLVED`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def copy(self, node: ast.stmt) -> ast.stmt:
        """A statement anew."""
        made: ast.stmt = self.visit(copy.deepcopy(node))
        return made

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if declarations := declared(node):
            node.decorator_list = [d for d in node.decorator_list if d not in declarations.values()]
            node.body = without_docstring(node)
        node.name = self.names.get(node.name, node.name)
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if ast.unparse(node.value) == "chapter.solution":
            return ast.Name(f"{SOLVED}{node.attr}", node.ctx)
        self.generic_visit(node)
        return node


def needed(code: Iterable[ast.stmt], known: Mapping[str, ast.stmt]) -> set[str]:
    """Which of the known names a piece of code uses, and what these use in turn."""
    found: set[str] = set()
    left = list(code)
    while left:
        used = {node.id for node in ast.walk(left.pop()) if isinstance(node, ast.Name)}
        new = (used & known.keys()) - found
        found |= new
        left += [known[name] for name in new]
    return found

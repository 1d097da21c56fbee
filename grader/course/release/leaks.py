"""Whether an answer can be found in a release: in a file, an archive, a recording, or a commit of its history."""

from __future__ import annotations

import ast
import io
import json
import lzma
import marshal
import subprocess
import types
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.course.manifest import Course
from grader.course.source import read_text
from grader.course.stubs import stub

LONG = 25
"""Characters of a statement that say something: what is shorter stands in many programs."""
PYC_HEAD = 16
"""Bytes before the code in a compiled file."""
LEVELS = 4
"""How deep archives in archives are looked_into."""


@dataclass(frozen=True)
class Leak:
    """An answer, or a part of one, and where it was found."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


class Answers:
    """What must not be found: the statements and functions of the solutions and of the other right answers."""

    def __init__(self, course: Course) -> None:
        self.functions: dict[str, str] = {}
        """A function's syntax tree, without its name and docstring → whose answer it is."""
        self.compiled: dict[bytes, str] = {}
        """A function's byte code, as this Python makes it → whose answer it is."""
        statements: dict[str, str] = {}
        allowed = [read_text(path) for path in sorted(course.exercises_folder.glob("*.py"))]
        for chapter in course.chapters:
            allowed.append(stub(course, chapter))
            solved = ast.parse(read_text(course.solution(chapter)))
            exercises = course.catalogue[chapter]
            functions = [node for node in solved.body if isinstance(node, ast.FunctionDef) and node.name in exercises]
            for function in [*functions, *rights(ast.parse(read_text(course.checks(chapter))))]:
                whose = f"{chapter}.{function.name}"
                if body := own_statements(function):
                    self.functions.setdefault(dumped(body), whose)
                    self.compiled.setdefault(code_of(function), whose)
                for text in texts_of(body):
                    statements.setdefault(text, whose)
        plain = "\n".join(allowed)
        known = {text for source in allowed for text in statements_of(source)}
        self.statements = {text: whose for text, whose in statements.items() if text not in known and text not in plain}


def rights(checks: ast.Module) -> Iterator[ast.FunctionDef]:
    """The other right answers in a file of checks."""
    for node in checks.body:
        if isinstance(node, ast.FunctionDef) and any(".right(" in ast.unparse(d) for d in node.decorator_list):
            yield node


def own_statements(function: ast.FunctionDef) -> list[ast.stmt]:
    """The statements of a function."""
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def dumped(body: list[ast.stmt]) -> str:
    """Statements as text, whatever their lines."""
    return ast.dump(ast.Module(body, []))


def texts_of(body: list[ast.stmt]) -> Iterator[str]:
    """The long statements among these, each on one line or as many as it has; blocks by their own statements too."""
    for node in body:
        for inner in ast.walk(node):
            if isinstance(inner, ast.stmt) and len(text := ast.unparse(inner)) >= LONG:
                yield text


def statements_of(text: str) -> set[str]:
    """The long statements of a Python file; none where it is none."""
    try:
        return set(texts_of(ast.parse(text).body))
    except (SyntaxError, ValueError, RecursionError):
        return set()


# ---------------------------------------------------------------- looking


def leaks(course: Course, folder: Path) -> list[Leak]:
    """Every place in a folder, its history too, where an answer or a long statement of one can be found."""
    answers = Answers(course)
    return sorted(
        {leak for place, raw in contents(folder) for leak in found_in(answers, place, raw)}, key=lambda leak: str(leak)
    )


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(where, bytes) of each file below a folder, what is in archives, and every object of a git history."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from looked_into(path.relative_to(folder).as_posix(), path.read_bytes())
    if (folder / ".git").exists():
        yield from history(folder)


def history(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every object that git keeps, reachable or not."""
    git = ["git", "-C", str(folder), "cat-file", "--batch-all-objects"]
    listed = subprocess.run([*git, "--batch-check"], capture_output=True, check=True, text=True).stdout
    for line in listed.splitlines():
        name, kind, _ = line.split()
        command = ["git", "-C", str(folder), "cat-file", kind, name]
        yield from looked_into(
            f"git {kind} {name[:10]}", subprocess.run(command, capture_output=True, check=True).stdout
        )


def looked_into(place: str, raw: bytes, level: int = LEVELS) -> Iterator[tuple[str, bytes]]:
    """Some bytes, and what they hold if they are an archive or compressed."""
    yield place, raw
    if not level:
        return
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for name in archive.namelist():
                yield from looked_into(f"{place}/{name}", archive.read(name), level - 1)
    elif raw.startswith(b"\xfd7zXZ"):
        left, number = raw, 0
        while left.startswith(b"\xfd7zXZ"):
            decompressor = lzma.LZMADecompressor()
            inner = decompressor.decompress(left)
            left, number = decompressor.unused_data, number + 1
            yield from looked_into(f"{place}#{number}", inner, level - 1)
    elif raw[:2] in (b"x\x01", b"x\x9c", b"x\xda"):
        try:
            yield from looked_into(f"{place}#", zlib.decompress(raw), level - 1)
        except zlib.error:
            return


def found_in(answers: Answers, place: str, raw: bytes) -> Iterator[Leak]:
    """The answers in some bytes."""
    text = raw.decode("utf-8", "replace")
    for statement, whose in answers.statements.items():
        if statement in text or json.dumps(statement)[1:-1] in text:
            yield Leak(place, f"a statement of {whose}: {statement.splitlines()[0]}")
    for program in sources(place, text):
        try:
            tree = ast.parse(program)
        except (SyntaxError, ValueError, RecursionError):
            continue
        for statement in statements_of(program) & answers.statements.keys():
            yield Leak(place, f"a statement of {answers.statements[statement]}: {statement.splitlines()[0]}")
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            if owner := answers.functions.get(dumped(own_statements(function))):
                yield Leak(place, f"the function {function.name} is an answer to {owner}")
    if place.endswith(".pyc"):
        yield from (Leak(place, f"the code of an answer to {whose}") for whose in found_in_code(answers, raw))


def sources(place: str, text: str) -> Iterator[str]:
    """The Python programs in a file: all of it, or the cells of a notebook."""
    if place.endswith(".ipynb"):
        try:
            cells = json.loads(text)["cells"]
            yield from ("".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code")
        except (ValueError, KeyError, TypeError):
            return
    elif "def " in text and "\0" not in text:
        yield text


def found_in_code(answers: Answers, raw: bytes) -> Iterator[str]:
    """Whose answers a compiled file holds."""
    try:
        left = [marshal.loads(raw[PYC_HEAD:])]
    except (ValueError, EOFError, TypeError):
        return
    while left:
        code = left.pop()
        left += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
        if whose := answers.compiled.get(code.co_code):
            yield whose


def code_of(function: ast.FunctionDef) -> bytes:
    """The byte code of a function."""
    plain = ast.FunctionDef("f", function.args, own_statements(function), [])
    module = compile(ast.unparse(ast.fix_missing_locations(plain)), "", "exec")
    return next(constant.co_code for constant in module.co_consts if isinstance(constant, types.CodeType))

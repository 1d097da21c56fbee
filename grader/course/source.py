"""Python files as text and syntax tree: what a chapter holds, which exercises are to do, and stubs from solutions.

Nothing here runs a line of the files it reads, and nothing here imports torch.
"""

from __future__ import annotations

import ast
import codecs
import io
import re
import textwrap
import tokenize
from dataclasses import dataclass
from pathlib import Path

from grader.core.errors import SourceError

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
STUB = "raise NotImplementedError"
MAIN = "if __name__ =="
CHECKS_ITSELF = f"""

{MAIN} "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))
"""
"""The end of a stub's file: an editor's run button does what `pytest` does. No grading runs a chapter as a program."""
ENCODINGS = r"utf-8|ascii|iso8859|cp125\d"
"""What a file may declare: encodings of text in which each byte is soon read; others take minutes, or are no text."""
GIT_MARKERS = ("<<<<<<<", "=======", ">>>>>>>")
LINE = 160
"""Characters of a line that are shown around a syntax error."""


@dataclass(frozen=True)
class Definition:
    """One function at the top level of a chapter: where it stands and what it takes."""

    name: str
    line: int
    parameters: tuple[str, ...]
    required: int
    """The fewest positional arguments it takes."""
    most: int | None
    """The most positional arguments it takes; None for any number."""
    to_do: bool
    keywords: tuple[str, ...] = ()
    """Parameters that have to be passed by name."""


@dataclass(frozen=True)
class Source:
    """A chapter's file: its functions by name (the last of two with one name, as in Python), and its other names."""

    path: Path
    functions: dict[str, Definition]
    others: dict[str, tuple[int, str]]
    """Other top-level names with their line and what they are: `class`, `import`, `assignment`."""


def read_text(path: Path) -> str:
    """The text of a Python file, in the encoding it declares (UTF-8 without a word)."""
    raw = b""
    try:
        raw = path.read_bytes()
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        if not re.match(ENCODINGS, codecs.lookup(encoding).name):
            raise SyntaxError(encoding)
        return raw.decode(encoding).replace("\r\n", "\n")
    except FileNotFoundError:
        raise SourceError(f"{path.name} is missing: there is no file {path}.") from None
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror or error}.") from None
    except (UnicodeError, SyntaxError, LookupError) as error:  # which of them a coding line meets differs by version
        line = raw.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else 0
        where = f" (line {line})" if line else ""
        raise SourceError(
            f"{path.name} is not UTF-8 text{where}. Save it with the encoding UTF-8 in your editor."
        ) from None


def read_source(path: Path) -> Source:
    """What stands at the top level of a chapter's file.

    Raises `SourceError` for a file that is missing, not text, or not Python.
    """
    text = read_text(path)
    if not text.strip():
        raise SourceError(f"{path.name} is empty. `grader reset {path.stem}` puts its stubs back.")
    tree = parse(text, path)
    functions: dict[str, Definition] = {}
    others: dict[str, tuple[int, str]] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                functions[node.name] = describe(node)
                others.pop(node.name, None)
            case ast.ClassDef(name=name):
                others[name] = (node.lineno, "class")
                functions.pop(name, None)
            case ast.Assign() | ast.AnnAssign():
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Name):
                        others[target.id] = (node.lineno, "assignment")
                        functions.pop(target.id, None)
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    others[alias.asname or alias.name] = (node.lineno, "import")
                    functions.pop(alias.asname or alias.name, None)
    return Source(path, functions, others)


def parse(text: str, path: Path) -> ast.Module:
    """The syntax tree; a syntax error becomes a `SourceError` that shows the line with a caret."""
    try:
        return ast.parse(text, filename=str(path))
    except SyntaxError as error:
        if error.text and error.text.startswith(GIT_MARKERS):
            raise SourceError(
                f"{path.name}:{error.lineno}: Git has left both sides of a conflict here: keep one, and remove the"
                f" lines that begin with {', '.join(GIT_MARKERS)}."
            ) from None
        where = f"{path.name}:{error.lineno}" if error.lineno else path.name
        lines = [f"{where}: Python cannot read this file: {error.msg}."]
        if error.text and error.lineno:
            shown = error.text.rstrip("\n").expandtabs(1)
            offset = max(0, (error.offset or 1) - 1)
            cut = max(len(shown) - len(shown.lstrip()), offset - LINE // 2)
            lines.append("    " + shown[cut : cut + LINE])
            lines.append("    " + " " * min(max(0, offset - cut), LINE) + "^")
        raise SourceError("\n".join(lines)) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise SourceError(f"{path.name}: Python cannot read this file: {error}.") from None


def describe(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Definition:
    """Name, line and parameters of one function definition, and whether its body is still the stub's."""
    positional = [*node.args.posonlyargs, *node.args.args]
    named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    decorated = bool(node.decorator_list)  # a decorator may change what it takes
    return Definition(
        name=node.name,
        line=node.lineno,
        parameters=tuple(argument.arg for argument in positional),
        required=0 if decorated else len(positional) - len(node.args.defaults),
        most=None if node.args.vararg or decorated else len(positional),
        to_do=is_stub(node),
        keywords=() if decorated else tuple(argument.arg for argument, default in named if default is None),
    )


def without_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """The statements of a body after its docstring."""
    first, *rest = node.body
    is_docstring = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return rest if is_docstring else node.body


def is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the body, docstring aside, is only `raise NotImplementedError`, with or without a text."""
    match without_docstring(node):
        case [ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError")))]:
            return True
        case _:
            return False


# ---------------------------------------------------------------- solutions


def exercises_in(solution: Path) -> tuple[str, ...]:
    """The exercises of a chapter: the functions of its solution that hold the two markers, in their order."""
    text = read_text(solution)
    lines = text.splitlines()
    return tuple(
        node.name
        for node in parse(text, solution).body
        if isinstance(node, ast.FunctionDef)
        and any(line.strip() == BEGIN for line in lines[node.lineno - 1 : node.end_lineno])
    )


def stub_text(text: str, path: Path) -> str:
    """The stub of a solution: each marked answer is replaced by `raise NotImplementedError`.

    Run as a program it checks itself, unless the solution says what it does then. Raises `SourceError` where the
    markers do not pair.
    """
    result: list[str] = []
    inside = 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        mark = line.strip()
        if mark == BEGIN:
            if inside:
                raise SourceError(f"{path.name}:{number}: a second {BEGIN} before the {END} of line {inside}.")
            inside = number
            result.append(textwrap.indent(STUB + "\n", line[: len(line) - len(line.lstrip())]))
        elif mark == END:
            if not inside:
                raise SourceError(f"{path.name}:{number}: {END} without a {BEGIN} above it.")
            inside = 0
        elif not inside:
            result.append(line)
    if inside:
        raise SourceError(f"{path.name}:{inside}: {BEGIN} without an {END} below it.")
    if not any(line.startswith(MAIN) for line in result):
        result.append(CHECKS_ITSELF)
    return "".join(result)


@dataclass(frozen=True)
class Entry:
    """What the checks of a chapter say about one exercise in literals: all that is needed without running anything."""

    name: str
    line: int
    points: int
    hints: tuple[str, ...]
    read: str


DECLARATION = re.compile(r"^@\w+\.exercise\b.*?^(?:async )?def (\w+)\(", re.DOTALL | re.MULTILINE)


def entries(checks: Path) -> dict[str, Entry]:
    """Points, hints and reading of each exercise, read from its `@chapter.exercise(...)` without importing it.

    Only the decorators are parsed: the mistakes and other right answers around them are ten times as long.
    """
    text = read_text(checks)
    found: dict[str, Entry] = {}
    for match in DECLARATION.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        try:
            (function,) = ast.parse(match[0] + "_): pass\n").body
        except (SyntaxError, ValueError):
            parse(text, checks)  # which tells it with its line, if it is so in the whole file too
            raise SourceError(f"{checks.name}:{line}: this `@chapter.exercise(...)` cannot be read alone.") from None
        assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        found[match[1]] = entry(match[1], function.decorator_list[0], checks, line)
    return found


def entry(name: str, call: ast.expr, checks: Path, line: int) -> Entry:
    """One decorator's literals."""
    if not isinstance(call, ast.Call):
        told = f"`@{ast.unparse(call)}` of {name} lacks its brackets: write `@{ast.unparse(call)}(hints=[…])`."
        raise SourceError(f"{checks.name}:{line}: {told}")
    values: dict[str, object] = {"points": 1, "hints": (), "read": ""}
    for keyword in call.keywords:
        if keyword.arg in values:
            try:
                values[keyword.arg] = ast.literal_eval(keyword.value)
            except ValueError:
                raise SourceError(
                    f"{checks.name}:{line}: {keyword.arg} of {name} must be written out as a literal, so that it can be"
                    " read without running this file."
                ) from None
    points, hints = values["points"], values["hints"]
    if type(points) is not int or points < 1:
        raise SourceError(f"{checks.name}:{line}: points of {name} must be a whole number from 1.")
    if not isinstance(hints, (list, tuple)) or not all(isinstance(hint, str) for hint in hints):
        raise SourceError(f"{checks.name}:{line}: hints of {name} must be a list of strings.")
    return Entry(name, line, points, tuple(hints), str(values["read"]))

"""Whether an answer goes the way that its exercise is about, as the learner's syntax tree tells it.

It is said only of an answer of which all is seen: the function, and what it uses of its own file, step by step. Where
something cannot be looked through (another file, a name that is made as text), nothing is said.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.judging.reference import Way

KNOWN_MODULES = {"torch", "numpy", "matplotlib", *sys.stdlib_module_names}
"""Modules that do nothing that their names do not say; what stands in others is not looked at."""
DARK = {
    *("eval", "exec", "compile", "globals", "locals", "vars", "__import__", "import_module"),
    *("attrgetter", "methodcaller", "modules", "__dict__", "__getattribute__"),
}
"""What hides which name is meant; `getattr` does too, where the name is not written out."""


@dataclass
class NamesSeen:
    """What is named in the code that a function consists of."""

    used: set[str] = field(default_factory=set)
    """Attributes, what was imported, and names that nobody has given to something of their own."""
    mentioned: set[str] = field(default_factory=set)
    """Texts, keywords (`device=`) and parameters, these by the names that the solution has for them."""
    dark: bool = False
    """Whether something could not be looked through."""


def goes_another_way(way: Way, tree: ast.Module, name: str, parameters: Sequence[str]) -> bool:
    """Whether the function of this name is known to go another way than its exercise's.

    `tree` is the whole file, `parameters` are the solution's.
    """
    named = names_in(tree, name, parameters)
    if way.uses and (named.dark or not (named.used | named.mentioned).isdisjoint(way.uses)):
        return False
    return not way.instead or not named.used.isdisjoint(way.instead)


def names_in(tree: ast.Module, name: str, parameters: Sequence[str]) -> NamesSeen:
    """All that is named by a function and by what it uses of its file."""
    found = NamesSeen(dark=any(is_dark(node) for node in ast.walk(tree) if has_star(node)))
    bound = bindings(tree)
    own = set(local_names(tree))
    mentioned_as = own_names_of(bound.get(name, []), parameters)
    if mentioned_as is None:
        found.mentioned.update(parameters)
    seen: set[int] = set()
    open_ends = [name]
    while open_ends:
        for part in bound.get(open_ends.pop(), []):
            if id(part) in seen:
                continue
            seen.add(id(part))
            for node in ast.walk(part):
                look_at_node(node, own, mentioned_as or {}, found)
                if isinstance(node, ast.Name | ast.Attribute):
                    open_ends.append(node.id if isinstance(node, ast.Name) else f".{node.attr}")
    return found


def look_at_node(node: ast.AST, own: set[str], mentioned_as: dict[str, str], found: NamesSeen) -> None:
    """What one node names."""
    match node:
        case ast.Attribute(attr=attr, ctx=ast.Load()):
            found.used.add(attr)
            found.dark |= attr in DARK
        case ast.Name(id=name, ctx=ast.Load()) if name in mentioned_as:
            found.mentioned.add(mentioned_as[name])
        case ast.Name(id=name, ctx=ast.Load()) if name not in own:
            found.used.add(name)
            found.dark |= name in DARK
        case ast.Call(func=ast.Name(id="getattr"), args=[_, second, *_]) if not isinstance(second, ast.Constant):
            found.dark = True
        case ast.Import() | ast.ImportFrom():
            found.dark |= is_dark(node) or any(alias.name in DARK for alias in node.names)
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            found.used.update(module.split("."), *(alias.name.split(".") for alias in node.names))
        case ast.keyword(arg=str(keyword)):
            found.mentioned.add(f"{keyword}=")
        case ast.Constant(value=str(text)):
            found.mentioned.update(text.split("."))


def is_dark(node: ast.AST) -> bool:
    """Whether an import is of a file that is not looked at."""
    match node:
        case ast.ImportFrom(module=str(module), level=0):
            modules = [module]
        case ast.Import(names=names):
            modules = [alias.name for alias in names]
        case _:
            return True
    return not {module.partition(".")[0] for module in modules} <= KNOWN_MODULES


def has_star(node: ast.AST) -> bool:
    """Whether it is `from … import *`."""
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def bindings(tree: ast.Module) -> dict[str, list[ast.AST]]:
    """Name → the statements at the top of a file that give it to something; of an import, only its own part.

    An attribute that is given to something (`torch.Tensor.slope = …`) stands with a dot.
    """
    bound: dict[str, list[ast.AST]] = {}
    for statement in tree.body:
        for name, part in bound_by(statement):
            bound.setdefault(name, []).append(part)
    return bound


def bound_by(statement: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    """The names that a statement gives to something, each with what it is given to."""
    inside = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name, statement
    for node in ast.walk(statement):
        match node:
            case ast.Import(names=names):
                yield from ((a.asname or a.name.partition(".")[0], ast.Import(names=[a])) for a in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                yield from ((a.asname or a.name, ast.ImportFrom(module, [a], level)) for a in names)
            case ast.Global(names=names):
                yield from ((name, statement) for name in names)
            case ast.Name(id=name, ctx=ast.Store()) if not inside:
                yield name, statement
            case ast.Attribute(attr=name, ctx=ast.Store()) if not inside:
                yield f".{name}", statement
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if not inside:
                yield name, statement


def local_names(tree: ast.Module) -> Iterator[str]:
    """Every name that is given to something anywhere in a file."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.alias(name=name, asname=asname):
                yield asname or name.partition(".")[0]


def own_names_of(definitions: Sequence[ast.AST], parameters: Sequence[str]) -> dict[str, str] | None:
    """The function's own name of each parameter → the solution's; None where that cannot be told."""
    functions = [
        node.args for part in definitions for node in ast.walk(part) if isinstance(node, ast.FunctionDef | ast.Lambda)
    ][:1]
    for taken in functions:
        own = [argument.arg for argument in (*taken.posonlyargs, *taken.args)]
        if len(own) >= len(parameters):
            return dict(zip(own, parameters, strict=False))
    return None

"""Syntax trees: finding the way to a node, putting another in its place, and small questions about one.

Trees are never changed here: what is not on the way to a change is shared by the old and the new one.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import TypeAlias

New: TypeAlias = ast.AST | list[ast.stmt]
"""What takes the place of a node: another one, or for a statement any number of them."""
TreePath: TypeAlias = tuple[tuple[str, int | None], ...]
"""The way from one node to another below it: a field, and an index where the field is a list."""


def places(node: ast.AST, path: TreePath = ()) -> Iterator[tuple[TreePath, ast.AST]]:
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


def replaced(node: ast.AST, path: TreePath, new: New) -> ast.AST:
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


def as_number(node: ast.AST) -> int | float | None:
    """The value of a number that is written out, its sign included."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
        case _:
            return None


def changed(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of a node with other fields."""
    twin = copy.copy(node)
    for name, value in fields.items():
        setattr(twin, name, value)
    return twin


def expression(text: str) -> ast.expr:
    """The tree of an expression."""
    return ast.parse(text, mode="eval").body


def names_loaded(target: ast.expr) -> ast.expr:
    """What stands on the left of an assignment, read instead of written."""
    return expression(ast.unparse(target))


def same_code(a: ast.AST, b: ast.AST) -> bool:
    """Whether two expressions read the same."""
    return ast.unparse(a) == ast.unparse(b)


def sign(op: ast.operator) -> str:
    """An operator as it is written."""
    return ast.unparse(ast.BinOp(ast.Name("a"), op, ast.Name("a"))).strip("a ")

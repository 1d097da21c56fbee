"""How an answer is written, as its syntax tree tells it: a word about that is said only after a look here.

Behaviour alone tells what an answer does. That nothing comes back, for example, has several causes: a function without
`return`, and one that returns what a method that gives nothing gave.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import torch


class Written:
    """The definition of one answer; without one, nothing is known of how it is written."""

    def __init__(self, node: ast.FunctionDef | None = None) -> None:
        self.node = node

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Written:
        """That of a function of the course's own, whose file is at hand."""
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        except (OSError, TypeError, SyntaxError):
            return cls()
        return cls(next((node for node in tree.body if isinstance(node, ast.FunctionDef)), None))

    @cached_property
    def code(self) -> str:
        """Its body as `ast.unparse` writes it, without comments and docstring."""
        if self.node is None:
            return ""
        body = self.node.body[1:] if ast.get_docstring(self.node) is not None else self.node.body
        return "\n".join(map(ast.unparse, body))

    def holds(self, pattern: str) -> bool:
        """Whether a regular expression is found in its code."""
        return re.search(pattern, self.code) is not None

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every part of its body, functions within it left out."""
        return tuple(parts_within(self.node)) if self.node is not None else ()

    @cached_property
    def returned(self) -> tuple[ast.expr, ...]:
        """What stands after each `return`."""
        return tuple(node.value for node in self.nodes if isinstance(node, ast.Return) and node.value is not None)

    @property
    def has_no_return(self) -> bool:
        """Whether it is known, and nothing stands after any `return` in it."""
        return self.node is not None and not self.returned

    @property
    def returned_call(self) -> str:
        """The call whose result it returns, where there is one `return` and that is one: `y.backward()`."""
        (only, *more) = self.returned or (None,)
        return ast.unparse(only) if isinstance(only, ast.Call) and not more else ""

    @property
    def returns_in_a_loop(self) -> bool:
        """Whether a `return` stands in a loop."""
        loops = (node for node in self.nodes if isinstance(node, ast.For | ast.While))
        return any(isinstance(node, ast.Return) for loop in loops for node in ast.walk(loop))

    @property
    def names_a_dimension(self) -> bool:
        """Whether a `dim` is named in it."""
        return any(isinstance(node, ast.keyword) and node.arg in ("dim", "axis") for node in self.nodes)

    def rebinds(self, name: str) -> bool:
        """Whether a name is given to something else: `x = x + 1`."""
        targets = (target for node in self.nodes if isinstance(node, ast.Assign) for target in node.targets)
        return any(isinstance(target, ast.Name) and target.id == name for target in targets)

    @property
    def raise_left(self) -> int:
        """The line where the stub's `raise NotImplementedError` still stands; 0 where it does not."""
        for node in self.nodes:
            if isinstance(node, ast.Raise) and node.exc is not None and "NotImplementedError" in ast.unparse(node.exc):
                return node.lineno
        return 0

    @property
    def prints(self) -> bool:
        """Whether it prints something."""
        return any(isinstance(node, ast.Call) and ast.unparse(node.func) == "print" for node in self.nodes)

    @property
    def multiplies_elements(self) -> bool:
        """Whether `*` stands between two tensors or what may be one, and `@` nowhere."""
        operators = {type(node.op) for node in self.nodes if isinstance(node, ast.BinOp)}
        return ast.Mult in operators and ast.MatMult not in operators

    @property
    def records_nothing(self) -> bool:
        """Whether a block that switches recording off begins before the backward pass."""
        blocks = [
            n.lineno for n in self.nodes if isinstance(n, ast.With) and NOT_RECORDED.search(ast.unparse(n.items[0]))
        ]
        calls = [n.lineno for n in self.nodes if isinstance(n, ast.Call) and BACKWARD.search(ast.unparse(n.func))]
        return bool(blocks and calls) and min(blocks) <= max(calls)

    @cached_property
    def numpy_names(self) -> tuple[str, ...]:
        """The functions of NumPy that it calls and that PyTorch has by the same name: `sqrt`, `mean`."""
        names = (ast.unparse(node.func) for node in self.nodes if isinstance(node, ast.Call))
        found = [name.partition(".")[2] for name in names if re.fullmatch(r"(np|numpy)\.\w+", name)]
        return tuple(dict.fromkeys(name for name in found if name != "array" and hasattr(torch, name)))

    @cached_property
    def cuts(self) -> tuple[str, ...]:
        """What it calls that gives numbers without their history, as one would write it: `.item()`."""
        return tuple(shown for shown, pattern in LOSING if self.holds(pattern))


NOT_RECORDED = re.compile(r"no_grad|inference_mode|set_grad_enabled")
BACKWARD = re.compile(r"\.backward$|autograd\.grad$")
LOSING = (
    ("`.item()`", r"\.item\(\)"),
    ("`.tolist()`", r"\.tolist\(\)"),
    ("`.data`", r"\.data\b"),
    ("`.detach()`", r"\.detach\(\)"),
    ("`.numpy()`", r"\.numpy\("),
    ("NumPy", r"\bnp\.|\bnumpy\."),
    ("`torch.tensor(...)`", r"\btorch\.(?:as_)?tensor\("),
    ("`torch.Tensor(...)`", r"\btorch\.Tensor\("),
    ("`float(...)`", r"\bfloat\("),
    ("`torch.no_grad()`", r"\bno_grad\("),
    ("`torch.inference_mode()`", r"\binference_mode\("),
)

NOT_SEEN = Written()
"""Nothing is known of how an answer is written."""


def parts_within(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a function's body, but not those of functions and classes within it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield child
            yield from parts_within(child)

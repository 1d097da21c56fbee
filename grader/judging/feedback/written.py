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
    def returns_bare(self) -> bool:
        """Whether there is a `return` with nothing after it."""
        return any(isinstance(node, ast.Return) and node.value is None for node in self.nodes)

    @property
    def returns_in_first_round(self) -> bool:
        """Whether a loop ends with a `return` that no round passes by."""
        return any(isinstance(node, ast.For | ast.While) and returns_at_once(node) for node in self.nodes)

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
        """Whether `*` stands between two tensors or what may be one, and no product of matrices anywhere."""
        pairs = [(n.left, n.right) for n in self.nodes if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Mult)]
        return any(not is_number(a) and not is_number(b) for a, b in pairs) and not self.multiplies_matrices

    @property
    def multiplies_matrices(self) -> bool:
        """Whether there is a product of matrices in it, by `@` or by a function."""
        return self.holds(r"@|\b(?:matmul|mm|bmm|mv|dot|outer|einsum|cdist|inner|tensordot)\(")

    @property
    def records_nothing(self) -> str:
        """The block around a backward pass, or around what is given a name before it, that switches recording off."""
        calls = [n.lineno for n in self.nodes if isinstance(n, ast.Call) and BACKWARD.search(ast.unparse(n.func))]
        for block in (node for node in self.nodes if isinstance(node, ast.With)):
            first, last = block.lineno, block.end_lineno or block.lineno
            targets = [t for node in ast.walk(block) if isinstance(node, ast.Assign) for t in node.targets]
            gives = any(isinstance(target, ast.Name) for target in targets)
            around = any(first <= line <= last or (gives and first < line) for line in calls)
            if around and (shown := switches_off(block)):
                return shown
        return ""

    @property
    def unrecorded(self) -> str:
        """The block in it that switches recording off, as it is written: `torch.no_grad()`."""
        blocks = (node for node in self.nodes if isinstance(node, ast.With))
        return next(filter(None, map(switches_off, blocks)), "")

    @property
    def kept_and_changed(self) -> str:
        """A name that is appended to a list and changed in place as well; "" where there is none."""
        kept, changed = set(), set()
        for node in self.nodes:
            match node:
                case ast.Call(func=ast.Attribute(attr="append"), args=[ast.Name(id=name)]):
                    kept.add(name)
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method.endswith("_"):
                    changed.add(name)
                case ast.AugAssign(target=ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name))):
                    changed.add(name)
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]):
                    changed.add(name)
        return min(kept & changed, default="")

    @cached_property
    def numpy_names(self) -> tuple[str, ...]:
        """The functions of NumPy that it calls and that PyTorch has by the same name: `sqrt`, `mean`."""
        names = (ast.unparse(node.func) for node in self.nodes if isinstance(node, ast.Call))
        found = [name.partition(".")[2] for name in names if re.fullmatch(r"(np|numpy)\.\w+", name)]
        return tuple(dict.fromkeys(name for name in found if name != "array" and hasattr(torch, name)))

    @property
    def writes_in_place(self) -> bool:
        """Whether something in it changes a tensor in place: `x += …`, `x[...] = …`, `x.mul_(…)`."""
        for node in self.nodes:
            match node:
                case ast.AugAssign(target=ast.Attribute() | ast.Subscript()) | ast.AugAssign(op=ast.Sub() | ast.Mult()):
                    return True
                case ast.Assign(targets=targets) if any(isinstance(target, ast.Subscript) for target in targets):
                    return True
                case ast.Call(func=ast.Attribute(attr=name)) if name.endswith("_") and not name.endswith("__"):
                    return True
        return False

    @property
    def outlived(self) -> str:
        """What a loop counts by `range(...)` and its body gives another value; "" for nothing."""
        for node in self.nodes:
            if isinstance(node, ast.For) and isinstance(node.iter, ast.Call) and ast.unparse(node.iter.func) == "range":
                counted = {part.id for part in ast.walk(node.iter) if isinstance(part, ast.Name)} - {"range", "len"}
                inner = [part for statement in node.body for part in ast.walk(statement)]
                targets = [target for part in inner if isinstance(part, ast.Assign) for target in part.targets]
                given = {target.id for target in targets if isinstance(target, ast.Name)}
                if found := sorted(counted & given):
                    return found[0]
        return ""

    @property
    def makes_default(self) -> str:
        """A function of PyTorch that it calls without `dtype=` and that makes the default one: `torch.zeros`."""
        for node in self.nodes:
            told = isinstance(node, ast.Call) and any(keyword.arg in ("dtype", None) for keyword in node.keywords)
            if isinstance(node, ast.Call) and not told and ast.unparse(node.func) in MAKERS:
                return ast.unparse(node.func)
        return ""

    @cached_property
    def cuts(self) -> tuple[str, ...]:
        """What it calls that gives numbers without their history, as one would write it: `.item()`."""
        tree = tuple(ast.walk(self.node)) if self.node is not None else ()
        used = [f"{ast.unparse(node.func)}(" for node in tree if isinstance(node, ast.Call) and not of_numbers(node)]
        used += [ast.unparse(node) for node in tree if isinstance(node, ast.Attribute) and node.attr == "data"]
        return tuple(shown for shown, pattern in LOSING if any(re.search(pattern, text) for text in used))


MAKERS = {f"torch.{name}" for name in ("zeros", "ones", "empty", "rand", "randn", "eye", "linspace", "Tensor")}
"""What makes a tensor of the default dtype, whatever it is made for."""
NOT_RECORDED = re.compile(r"no_grad|inference_mode|set_grad_enabled\(False\)")
BACKWARD = re.compile(r"\.backward$|autograd\.grad$")
LOSING = (  # how one would write it → a pattern of what is called
    ("`.item()`", r"\.item\("),
    ("`.tolist()`", r"\.tolist\("),
    ("`.data`", r"\.data$"),
    ("`.detach()`", r"\.detach\("),
    ("`.numpy()`", r"\.numpy\("),
    ("NumPy", r"^(?:np|numpy)\."),
    ("`torch.tensor(...)`", r"^torch\.tensor\("),
    ("`torch.Tensor(...)`", r"^torch\.Tensor\("),
    ("`float(...)`", r"^float\("),
)

NOT_SEEN = Written()
"""Nothing is known of how an answer is written."""


def returns_at_once(loop: ast.For | ast.While) -> bool:
    """Whether a loop ends with a `return` that no round passes by."""
    return isinstance(loop.body[-1], ast.Return) and not any(isinstance(n, ast.Continue) for n in ast.walk(loop))


def switches_off(block: ast.With) -> str:
    """What a block begins with that switches recording off; "" where it does not."""
    texts = [ast.unparse(item.context_expr) for item in block.items]
    return next((text for text in texts if NOT_RECORDED.search(text)), "")


def is_number(node: ast.expr) -> bool:
    """Whether an expression is a plain number as it stands: `2`, `-0.5`."""
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def of_numbers(call: ast.Call) -> bool:
    """Whether a function is called with nothing but numbers that stand there: `torch.tensor([1.0, 2.0])`."""
    names = {node.id for arg in call.args for node in ast.walk(arg) if isinstance(node, ast.Name)}
    return bool(call.args) and names <= {"torch", "math", "np"}


def parts_within(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a function's body, but not those of functions and classes within it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield child
            yield from parts_within(child)

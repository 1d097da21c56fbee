"""What the syntax tree shows that is seldom meant, for an answer about whose result nothing else can be said.

Each of these is a fact about the code. Whether it is the cause nobody knows; so it is the last thing to be said.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import torch

from grader.core.observation import Observation
from grader.core.values import Array, Items, Mapping
from grader.judging.feedback.written import Written, returns_at_once

DO_THEIR_WORK = {"backward", "retain_grad", "register_hook", "register_post_accumulate_grad_hook", "sort", "apply"}
"""Methods that do something beside what they return, or may belong to a list."""
NO_TENSOR = re.compile(r"^(?:set|list|dict|tuple|str|open|Path|(?:collections\.)?(?:deque|Counter|defaultdict))$")
"""What is called where a name gets something that is no tensor, though it may hold some."""
NO_TENSORS = re.compile(r"^(?:plt|matplotlib|nn|torch\.nn|optim|torch\.optim|logging)\.")
"""What is called where not even a part of it is one."""
SHOWN_CODE = 50


def slip(written: Written, seen: Observation) -> str:
    """The first of them, as a sentence; "" where there is none."""
    return next(slips(written, seen), "")


def slips(written: Written, seen: Observation) -> Iterator[str]:
    """All of them; `seen` is a call, which tells what each argument is."""
    if written.node is None:
        return
    names = {node.id for node in ast.walk(written.node) if isinstance(node, ast.Name)}
    unused = [argument.arg for argument in written.node.args.args if argument.arg not in names]
    if unused:
        yield f"Your function never looks at `{unused[0]}`."
    receivers = Receivers(written, seen)
    for node in written.nodes:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name)) as call) if drops(name, call, receivers):
                yield f"`{short(call)}` changes nothing in place: it returns something, which is not used here."
            case ast.Expr(value=ast.BinOp() | ast.Compare() as dropped):
                yield f"The line `{short(dropped)}` computes something, which is not used afterwards."
            case ast.BinOp(op=ast.BitXor(), right=ast.Constant(value=int() | float() as power)) if power > 1:
                yield "`^` is no power in Python: it compares bits. A power is written with `**`."
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()], comparators=[right]) if made(left) or made(right):
                yield "`is` asks whether two names stand for the same object; `==` and `!=` compare what they hold."
            case ast.For() as loop if name := rebound(loop, written.node):
                yield f"`{name} = …` gives the name `{name}` another value; what the loop goes over stays as it was."
            case ast.For() as loop if returns_at_once(loop):
                yield "A `return` inside a loop ends the function in the loop's first round."


class Receivers:
    """Which names of a function may stand for a tensor, or for what holds some, when a method is called on them."""

    def __init__(self, written: Written, seen: Observation) -> None:
        assert written.node is not None
        nodes = list(ast.walk(written.node))
        self.no_tensor: set[str] = set()
        self.no_tensors: set[str] = set()
        for argument, (_, value) in zip(written.node.args.args, seen.before, strict=False):
            if not isinstance(value, Array):
                (self.no_tensor if isinstance(value, Items | Mapping) else self.no_tensors).add(argument.arg)
        for node in nodes:
            match node:
                case ast.Assign(targets=targets, value=source):
                    self.given(targets, source)
                case ast.withitem(context_expr=source, optional_vars=ast.expr() as target):
                    self.given([target], source)
        self.local = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} | {
            argument.arg for argument in written.node.args.args
        }

    def given(self, targets: list[ast.expr], value: ast.expr) -> None:
        """Take in what names are given."""
        names = {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
        called = ast.unparse(value.func) if isinstance(value, ast.Call) else ""
        if NO_TENSORS.search(called):
            self.no_tensors |= names
        elif (called and NO_TENSOR.search(called)) or isinstance(value, CONTAINERS):
            self.no_tensor |= names

    def may_be_tensor(self, receiver: ast.expr) -> bool:
        """Whether what a method is called on may be a tensor."""
        root = receiver
        while isinstance(root, ast.Attribute | ast.Subscript | ast.Call):
            root = root.func if isinstance(root, ast.Call) else root.value
        if not isinstance(root, ast.Name) or root.id not in self.local | {"F"} or root.id in self.no_tensors:
            return False
        return root is not receiver or root.id not in self.no_tensor


CONTAINERS = (ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.JoinedStr, ast.Constant)


def drops(name: str, call: ast.Call, receivers: Receivers) -> bool:
    """Whether a method's result is what it is called for, and its receiver may be a tensor."""
    if name.endswith("_") or name in DO_THEIR_WORK or not hasattr(torch.Tensor, name):
        return False
    return isinstance(call.func, ast.Attribute) and receivers.may_be_tensor(call.func.value)


def made(node: ast.expr) -> bool:
    """Whether an expression makes an object of its own, which is seldom the very same as another one."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int | float | str) and not isinstance(value, bool)
        case ast.Attribute(attr=name):
            return name in ("shape", "device", "T", "mT")
        case ast.Call(func=function):
            return re.search(r"^(len|float|sum)$|\.(size|item)$", ast.unparse(function)) is not None
    return isinstance(node, ast.BinOp | ast.List)


def rebound(loop: ast.For, function: ast.FunctionDef) -> str:
    """The loop's name that is given another value in its body and not used after that; "" where there is none."""
    nodes = [node for statement in loop.body for node in ast.walk(statement)]
    for name in (node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name) and node.id != "_"):
        given = [
            (node.end_lineno or 0, node.end_col_offset or 0)
            for node in nodes
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
        ]
        used = [
            (node.lineno, node.col_offset)
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        ]
        if given and max(used, default=(0, 0)) <= max(given):
            return name
    return ""


def short(node: ast.AST) -> str:
    """Code in one line, cut where it is long."""
    text = ast.unparse(node)
    return text if len(text) <= SHOWN_CODE else text[: SHOWN_CODE - 1] + "…"

"""What the syntax tree shows that is seldom meant, for an answer about whose result nothing else can be said.

Each of these is a fact about the code. Whether it is the cause nobody knows; so it is the last thing to be said.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import torch

from grader.judging.feedback.written import Written

DO_THEIR_WORK = {"backward", "retain_grad", "register_hook", "register_post_accumulate_grad_hook", "sort", "apply"}
"""Methods that do something beside what they return, or may belong to a list."""
WIDTH = 50


def slip(written: Written) -> str:
    """The first of them, as a sentence; "" where there is none."""
    return next(slips(written), "")


def slips(written: Written) -> Iterator[str]:
    """All of them."""
    if written.node is None:
        return
    names = {node.id for node in ast.walk(written.node) if isinstance(node, ast.Name)}
    unused = [argument.arg for argument in written.node.args.args if argument.arg not in names]
    if unused:
        yield f"Your function never looks at `{unused[0]}`."
    for node in written.nodes:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name)) as call) if drops(name, call):
                yield f"`{short(call)}` changes nothing in place: it returns something, which is not used here."
            case ast.Expr(value=ast.BinOp() | ast.Compare() as dropped):
                yield f"The line `{short(dropped)}` computes something, which is not used afterwards."
            case ast.BinOp(op=ast.BitXor()):
                yield "`^` is no power in Python: it compares bits. A power is written with `**`."
            case ast.Compare(ops=[ast.Is() | ast.IsNot()], comparators=[right]) if not isinstance(right, ast.Constant):
                yield "`is` asks whether two names stand for the same object; `==` and `!=` compare what they hold."
            case ast.For(target=target, body=body) if name := rebound(target, body):
                yield f"`{name} = …` gives the name `{name}` another value; what the loop goes over stays as it was."
            case ast.For(body=[*_, ast.Return()]):
                yield "A `return` inside a loop ends the function in the loop's first round."


def drops(name: str, call: ast.Call) -> bool:
    """Whether a method's result is what it is called for, and its receiver may be a tensor."""
    root: ast.expr = call.func
    while isinstance(root, ast.Attribute | ast.Subscript | ast.Call):
        root = root.func if isinstance(root, ast.Call) else root.value
    receiver = isinstance(root, ast.Name) and root.id not in ("torch", "plt", "np", "matplotlib")
    return receiver and not name.endswith("_") and name not in DO_THEIR_WORK and hasattr(torch.Tensor, name)


def rebound(target: ast.expr, body: list[ast.stmt]) -> str:
    """The loop's name that is given another value in its body and not used after that; "" where there is none."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    for name in (node.id for node in ast.walk(target) if isinstance(node, ast.Name)):
        given = [
            node.lineno
            for node in nodes
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
        ]
        used = [n.lineno for n in nodes if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)]
        if given and max(used, default=0) <= max(given):
            return name
    return ""


def short(node: ast.AST) -> str:
    """Code in one line, cut where it is long."""
    text = ast.unparse(node)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"

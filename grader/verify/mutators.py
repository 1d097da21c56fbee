"""The small changes that make a mutant: for one node of a syntax tree, what could stand there instead.

They are the slips of learners and typists: another operator, a number one off, a forgotten `keepdim` or `device=`, a
graph cut or kept, a line left out. Nothing here knows what it changes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TypeAlias

from grader.verify.ast_edit import New, as_number, changed, expression, names_loaded, same_code, sign

Edit: TypeAlias = tuple[str, str, New]
"""A kind of change, the change in words, and what takes the node's place."""


def edits(node: ast.AST) -> Iterator[Edit]:
    """Every change of one node."""
    for kind in MUTATORS:
        yield from kind(node)


OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add, ast.MatMult),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv, ast.Mult),
    ast.Pow: (ast.Mult, ast.Add),
    ast.MatMult: (ast.Mult, ast.Add),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE),
    ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
SWAPS = {
    name: other
    for pair in (
        ("sum", "mean"),
        ("max", "min"),
        ("amax", "amin"),
        ("argmax", "argmin"),
        ("maximum", "minimum"),
        ("any", "all"),
        ("view", "reshape"),
        ("zeros", "ones"),
        ("zeros_like", "ones_like"),
        ("rand", "randn"),
        ("exp", "log"),
        ("squeeze", "unsqueeze"),
        ("stack", "cat"),
    )
    for name, other in (pair, pair[::-1])
}
IN_PLACE = (
    *("abs", "add", "sub", "mul", "div", "pow", "neg", "exp", "log", "sqrt", "square", "round", "sigmoid", "clamp"),
    *("clip", "relu", "masked_fill", "fill", "copy", "squeeze", "unsqueeze", "transpose", "t", "detach"),
)
TENSOR_MODULES = ("torch", "np", "plt", "math", "F")


def operators(node: ast.AST) -> Iterator[Edit]:
    """Other operators, sides swapped or gone, `and` for `or`, and signs that are lost."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op):
            for other in OPERATORS.get(type(op), ()):
                yield "operator", f"{sign(op)} became {sign(other())}", changed(node, op=other())
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            if isinstance(op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
                yield "swapped", f"the two sides of {sign(op)} swapped", changed(node, left=right, right=left)
            yield "operand", f"what follows {sign(op)} is gone", left
            yield "operand", f"what stands before {sign(op)} is gone", right
        case ast.BoolOp(op=connective, values=values):
            other_op = ast.And() if isinstance(connective, ast.Or) else ast.Or()
            yield "operator", "`and` and `or` swapped", changed(node, op=other_op)
            for i, value in enumerate(values):
                rest = [*values[:i], *values[i + 1 :]]
                yield "condition", f"`{ast.unparse(value)}` is gone", changed(node, values=rest)
        case ast.UnaryOp(operand=operand) if as_number(node) is None:
            yield "sign", "the sign in front is gone", operand


def comparisons(node: ast.AST) -> Iterator[Edit]:
    """Other comparisons, and conditions turned round."""
    match node:
        case ast.Compare(ops=[op]):
            for other in COMPARISONS.get(type(op), ()):
                shown = ast.unparse(changed(node, ops=[other()]))
                yield "comparison", f"{ast.unparse(node)} became {shown}", changed(node, ops=[other()])
        case ast.If(test=test) | ast.IfExp(test=test) if not isinstance(test, ast.Compare):
            yield "condition", "the condition turned round", changed(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[_, *_]):
            yield "condition", "the condition is gone", changed(node, ifs=[])


def numbers_mutated(node: ast.AST) -> Iterator[Edit]:
    """Numbers one up, one down, zero, negated; True for False; digits shown."""
    value = as_number(node)
    if value is not None:
        for other in (value + 1, value - 1, type(value)(0), -value or type(value)(0)):
            yield "number", f"{value} became {other}", ast.Constant(other)
    match node:
        case ast.Constant(value=bool() as flag):
            yield "flag", f"{flag} became {not flag}", ast.Constant(not flag)
        case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=str() as shown)])):
            for digit in filter(str.isdigit, shown):
                fewer = ast.JoinedStr([ast.Constant(shown.replace(digit, str(int(digit) - 1)))])
                yield "number", f"{shown} became one digit less", changed(node, format_spec=fewer)


def dimensions(node: ast.AST) -> Iterator[Edit]:
    """Indices in another order, slices without an end, transposes that are lost."""
    match node:
        case ast.Subscript(slice=ast.Tuple(elts=elements) as index) if len(elements) > 1:
            yield "index", "the index reversed", changed(node, slice=changed(index, elts=elements[::-1]))
        case ast.Slice(lower=lower, upper=upper):
            if lower is not None:
                yield "index", "the start of the slice is gone", changed(node, lower=None)
            if upper is not None:
                yield "index", "the end of the slice is gone", changed(node, upper=None)
        case ast.Attribute(attr="mT" | "T" | "H" | "mH" as name, value=inner):
            yield "transpose", f".{name} is gone", inner


def arguments(node: ast.AST) -> Iterator[Edit]:
    """Keyword arguments dropped; other devices and dtypes; ranges one longer and one shorter."""
    if not isinstance(node, ast.Call):
        return
    for i, keyword in enumerate(node.keywords):
        name = keyword.arg
        kept = [*node.keywords[:i], *node.keywords[i + 1 :]]
        kind = name if name in ("device", "dtype", "keepdim", "dim") else "argument"
        yield kind, f"{name}= is gone", changed(node, keywords=kept)
        for replacement in {"device": ("'cpu'",), "dtype": ("torch.float64", "torch.float32")}.get(name or "", ()):
            given = changed(keyword, value=expression(replacement))
            keywords = [*node.keywords[:i], given, *node.keywords[i + 1 :]]
            yield kind, f"{name}= became {replacement}", changed(node, keywords=keywords)
    for i, argument in enumerate(node.args):
        if ast.unparse(argument).rpartition(".")[2] == "device":
            given_here = [*node.args[:i], ast.Constant("cpu"), *node.args[i + 1 :]]
            yield "device", f"{ast.unparse(argument)} became 'cpu'", changed(node, args=given_here)
    match node:
        case ast.Call(args=[first, second, *others]) if not (as_number(first) and as_number(second)):
            yield "swapped", "the first two arguments swapped", changed(node, args=[second, first, *others])
    match node:
        case ast.Call(func=ast.Name(id="range"), args=[*before, stop]) if as_number(stop) is None:
            for op, word in (ast.Add(), "more"), (ast.Sub(), "less"):
                bound = ast.BinOp(stop, op, ast.Constant(1))
                yield "range", f"one round {word}", changed(node, args=[*before, bound])


def calls(node: ast.AST) -> Iterator[Edit]:
    """Methods swapped, made in place or not, or not called at all."""
    match node:
        case ast.Attribute(attr=name) if name in SWAPS:
            yield "method", f"{name} became {SWAPS[name]}", changed(node, attr=SWAPS[name])
        case ast.Call(func=ast.Name(id=name) as function) if name in SWAPS:
            yield "method", f"{name} became {SWAPS[name]}", changed(node, func=changed(function, id=SWAPS[name]))
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr=name) as method) if not is_module(inner):
            if name.endswith("_") and name[:-1] in IN_PLACE:
                yield "in place", f"{name} became {name[:-1]}", changed(node, func=changed(method, attr=name[:-1]))
            elif name in IN_PLACE:
                yield "in place", f"{name} became {name}_", changed(node, func=changed(method, attr=name + "_"))
            yield "detach" if name == "detach" else "call", f".{name}() is gone", inner


def statements(node: ast.AST) -> Iterator[Edit]:
    """Statements dropped, loops cut short, exceptions of another type, `+=` written out and back."""
    match node:
        case ast.For(body=body):
            yield "range", "one round only", changed(node, body=[*body, ast.Break()])
    match node:
        case ast.Expr() | ast.Assign() | ast.Raise() | ast.For() | ast.While() | ast.If() | ast.Import():
            kind = "zeroing" if clears_gradient(node) else "statement"
            yield kind, f"{KEYWORDS.get(type(node), 'the line')} is gone", []
        case ast.AugAssign(target=target, op=op, value=value):
            yield "statement", "the line is gone", []
            written_out = ast.Assign([target], ast.BinOp(names_loaded(target), op, value))
            yield "in place", f"{sign(op)}= written out", written_out
    match node:
        case ast.Assign(targets=[place], value=ast.BinOp(left=left, op=op, right=right)) if same_code(place, left):
            yield "in place", f"{sign(op)}= instead", ast.AugAssign(place, op, right)  # type: ignore[arg-type]
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name) as kind_) as call) if name != "RuntimeError":
            other = changed(call, func=changed(kind_, id="RuntimeError"))
            yield "raise", f"{name} became RuntimeError", changed(node, exc=other)


def modes(node: ast.AST) -> Iterator[Edit]:
    """`torch.no_grad()` taken away, or put around everything."""
    match node:
        case ast.With(items=[ast.withitem(context_expr=manager)], body=body):
            yield "no_grad", f"`with {ast.unparse(manager)}` is gone", body
        case ast.FunctionDef(body=body) if not isinstance(body[0], ast.With):
            wrapped = ast.With([ast.withitem(expression("torch.no_grad()"))], body)
            yield "no_grad", "everything under torch.no_grad()", changed(node, body=[wrapped])


def texts(node: ast.AST) -> Iterator[Edit]:
    """Text that is gone, whole or a part of it."""
    match node:
        case ast.Constant(value=str() as text) if text:
            yield "text", f"{text!r} is gone", ast.Constant("")
        case ast.JoinedStr(values=pieces):
            for i, piece in enumerate(pieces):
                what = ast.unparse(piece.value) if isinstance(piece, ast.FormattedValue) else ast.unparse(piece)
                yield "text", f"{what} is gone", changed(node, values=[*pieces[:i], *pieces[i + 1 :]])


def results(node: ast.AST) -> Iterator[Edit]:
    """Another returned value: None, the parts swapped, cut off from the graph."""
    if not isinstance(node, ast.Return) or node.value is None:
        return
    yield "return", "None is returned", changed(node, value=ast.Constant(None))
    match node.value:
        case ast.Tuple(elts=elements):
            if len(elements) > 1:
                yield "return", "the parts swapped", changed(node, value=changed(node.value, elts=elements[::-1]))
            for i, element in enumerate(elements):
                cut = [*elements[:i], detached(element), *elements[i + 1 :]]
                yield "detached", "a result detached", changed(node, value=changed(node.value, elts=cut))
        case ast.Dict(values=values):
            for i, value in enumerate(values):
                cut = [*values[:i], detached(value), *values[i + 1 :]]
                yield "detached", "a result detached", changed(node, value=changed(node.value, values=cut))
        case ast.Constant() | ast.JoinedStr() | ast.List() | ast.ListComp() | ast.DictComp():
            pass
        case value:
            yield "detached", "the result detached", changed(node, value=detached(value))


MUTATORS: tuple[Callable[[ast.AST], Iterator[Edit]], ...] = (
    operators,
    comparisons,
    numbers_mutated,
    dimensions,
    arguments,
    calls,
    statements,
    modes,
    texts,
    results,
)
KEYWORDS: dict[type[ast.AST], str] = {
    ast.For: "the loop",
    ast.While: "the loop",
    ast.If: "the `if` with its body",
    ast.Raise: "the `raise`",
}


def detached(value: ast.expr) -> ast.Call:
    """`value.detach()`."""
    return ast.Call(ast.Attribute(value, "detach", ast.Load()), [], [])


def is_module(node: ast.AST) -> bool:
    """Whether a name is a module's, so that what follows the dot is no method."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in TENSOR_MODULES


def clears_gradient(node: ast.stmt) -> bool:
    """Whether a statement clears a `.grad`: `p.grad = None`, `p.grad.zero_()`."""
    match node:
        case ast.Assign(targets=[ast.Attribute(attr="grad"), *_], value=ast.Constant(value=None)):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="zero_", value=ast.Attribute(attr="grad")))):
            return True
        case _:
            return False

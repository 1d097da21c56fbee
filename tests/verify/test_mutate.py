"""The mutants that are derived from a function."""

from __future__ import annotations

import ast
import textwrap

import pytest

from grader.course.manifest import Course
from grader.verify.mutate import Mutant, mutants_of, mutants_of_chapter


def derived(body: str) -> list[Mutant]:
    text = "def f(x, y, n, device):\n    '''Docstrings stay: 1 + 1.'''\n" + textwrap.indent(body, "    ")
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    return list(mutants_of(function, "ex01"))


@pytest.mark.parametrize(
    ("body", "kind", "changes"),
    [
        ("return x + y", "operator", ["return x + y → return x - y", "return x + y → return x * y"]),
        ("return x @ y", "operator", ["return x @ y → return x * y", "return x @ y → return x + y"]),
        ("x -= y", "operator", ["x -= y → x += y", "x -= y → x *= y"]),
        ("return x and y", "operator", ["return x and y → return x or y"]),
        ("return x and y", "condition", ["return x and y → return y", "return x and y → return x"]),
        ("return x - y", "swapped", ["return x - y → return y - x"]),
        ("return f(x, y)", "swapped", ["return f(x, y) → return f(y, x)"]),
        ("return x - y", "operand", ["return x - y → return x", "return x - y → return y"]),
        ("return -x", "sign", ["return -x → return x"]),
        (
            "return x < y",
            "comparison",
            ["return x < y → return x <= y", "return x < y → return x > y", "return x < y → return x >= y"],
        ),
        ("return x is None", "comparison", ["return x is None → return x is not None"]),
        ("return y if f(x) else n", "condition", ["return y if f(x) else n → return y if not f(x) else n"]),
        ("return [i for i in x if i]", "condition", ["return [i for i in x if i] → return [i for i in x]"]),
        ("return x[2]", "number", [f"return x[2] → return x[{i}]" for i in (3, 1, 0, -2)]),
        ("return x[-1]", "number", [f"return x[-1] → return x[{i}]" for i in (0, -2, 1)]),
        ("return 0.5", "number", [f"return 0.5 → return {i}" for i in (1.5, -0.5, 0.0)]),
        ("return f'{x:.4f}'", "number", ["return f'{x:.4f}' → return f'{x:.3f}'"]),
        ("f(x, keepdim=True)", "keepdim", ["f(x, keepdim=True) → f(x)"]),
        ("f(x, keepdim=True)", "flag", ["f(x, keepdim=True) → f(x, keepdim=False)"]),
        ("f(x, dim=y)", "dim", ["f(x, dim=y) → f(x)"]),
        ("f(device=y)", "device", ["f(device=y) → f()", "f(device=y) → f(device='cpu')"]),
        ("x = f(device)", "device", ["x = f(device) → x = f('cpu')"]),
        (
            "f(dtype=y)",
            "dtype",
            ["f(dtype=y) → f()", "f(dtype=y) → f(dtype=torch.float64)", "f(dtype=y) → f(dtype=torch.float32)"],
        ),
        ("return x[:, None]", "index", ["return x[:, None] → return x[None, :]"]),
        ("return x[1:n]", "index", ["return x[1:n] → return x[:n]", "return x[1:n] → return x[1:]"]),
        ("return x.mT", "transpose", ["return x.mT → return x"]),
        ("return x.detach()", "detach", ["return x.detach() → return x"]),
        ("return x", "detached", ["return x → return x.detach()"]),
        ("return x, y", "detached", [f"return (x, y) → return {r}" for r in ("(x.detach(), y)", "(x, y.detach())")]),
        ("return {'a': x}", "detached", ["return {'a': x} → return {'a': x.detach()}"]),
        ("return x", "no_grad", ["→ with torch.no_grad():"]),
        ("with torch.no_grad():\n    return x", "no_grad", ["with torch.no_grad(): →"]),
        ("x.grad.zero_()\nreturn x", "zeroing", ["x.grad.zero_() →"]),
        ("x.grad = None\nreturn x", "zeroing", ["x.grad = None →"]),
        ("x.add_(y)", "in place", ["x.add_(y) → x.add(y)"]),
        ("return x.mul(y)", "in place", ["return x.mul(y) → return x.mul_(y)"]),
        ("x += y", "in place", ["x += y → x = x + y"]),
        ("x = x - y", "in place", ["x = x - y → x -= y"]),
        ("return x.to(y)", "call", ["return x.to(y) → return x"]),
        ("return x.clone()", "call", ["return x.clone() → return x"]),
        ("return torch.exp(x)", "call", []),
        ("return x.sum()", "method", ["return x.sum() → return x.mean()"]),
        ("return torch.view(x)", "method", ["return torch.view(x) → return torch.reshape(x)"]),
        ("return max(x)", "method", ["return max(x) → return min(x)"]),
        ("f(x)\nreturn y", "statement", ["f(x) →"]),
        ("f(x)", "statement", ["f(x) → pass"]),
        ("if x == y:\n    f(y)\nreturn x", "statement", ["if x == y: f(y) →", "f(y) → pass"]),
        ("raise ValueError(x)", "raise", ["raise ValueError(x) → raise RuntimeError(x)"]),
        ("return x, y", "return", ["return (x, y) → return None", "return (x, y) → return (y, x)"]),
        (
            "for i in range(n):\n    f(i)",
            "range",
            [
                "→ break",
                "for i in range(n): → for i in range(n + 1):",
                "for i in range(n): → for i in range(n - 1):",
            ],
        ),
        ("return f'{x}of'", "text", ["return f'{x}of' → return f'of'", "return f'{x}of' → return f'{x}'"]),
        ("return 'cuda'", "text", ["return 'cuda' → return ''"]),
    ],
)
def test_each_kind_is_derived(body: str, kind: str, changes: list[str]) -> None:
    """Every kind of change of a small function, and no other of that kind."""
    found = [mutant.change for mutant in derived(body) if mutant.kind == kind]
    assert sorted(found) == sorted(changes)


def test_a_mutant_tells_where_it_is() -> None:
    """Chapter, exercise, line and words are those of the change; the text is the function without its docstring."""
    (mutant,) = (m for m in derived("z = x\nreturn z + y") if m.new == "return z * y")
    assert (mutant.chapter, mutant.exercise, mutant.line) == ("ex01", "f", 4)
    assert (mutant.kind, mutant.what, mutant.old) == ("operator", "+ became *", "return z + y")
    assert mutant.text == "def f(x, y, n, device):\n    z = x\n    return z * y"


def test_the_courses_mutants_are_python_and_each_another(course: Course) -> None:
    """Every mutant of every solution compiles, and no two of an exercise are the same."""
    for chapter in course.chapters:
        mutants = list(mutants_of_chapter(course.solution(chapter)))
        assert {mutant.exercise for mutant in mutants} == set(course.catalogue[chapter])
        assert len({(mutant.exercise, mutant.text) for mutant in mutants}) == len(mutants)
        for mutant in mutants:
            compile(mutant.text, "mutant", "exec")

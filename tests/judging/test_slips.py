"""What the code shows that is seldom meant: said of who has written it, and of no harmless line that looks like it."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import torch
from trials import matrix, outcome, trial_of

from grader.core.observation import Observation
from grader.judging.feedback.slips import slip
from grader.judging.feedback.written import Written
from grader.runtime.snapshot import look

CPU = torch.device("cpu")
HANDED_IN: dict[str, Any] = {
    "x": torch.ones(2, 3),
    "params": [torch.ones(2), torch.ones(3)],
    "table": {"a": torch.ones(2)},
    "path": "figure.png",
    "seen": {1, 2},
}


def found(body: str, *parameters: str) -> str:
    """The sentence for a function with this body."""
    lines = "\n    ".join(body.splitlines())
    (node,) = ast.parse(f"def f({', '.join(parameters)}):\n    {lines}").body
    assert isinstance(node, ast.FunctionDef)
    seen = Observation(before=tuple((f"argument {name}", look(HANDED_IN[name], CPU)) for name in parameters))
    return slip(Written(node), seen)


NEVER = "Your function never looks at `{}`."
DROPPED = "`{}` changes nothing in place: it returns something, which is not used here."
LINE = "The line `{}` computes something, which is not used afterwards."
POWER = "`^` is no power in Python: it compares bits. A power is written with `**`."
IS = "`is` asks whether two names stand for the same object; `==` and `!=` compare what they hold."
GIVES = "`{0} = …` gives the name `{0}` another value; what the loop goes over stays as it was."
FIRST_ROUND = "A `return` inside a loop ends the function in the loop's first round."


@pytest.mark.parametrize(
    ("body", "parameters", "sentence"),
    [
        ("return x", ("x", "params"), NEVER.format("params")),
        ("x.add(1)\nreturn x", ("x",), DROPPED.format("x.add(1)")),
        ("x.T.mul(2)\nreturn x", ("x",), DROPPED.format("x.T.mul(2)")),
        ("params[0].sub(1)", ("params",), DROPPED.format("params[0].sub(1)")),
        ("for p in params:\n    p.sub(p.grad)", ("params",), DROPPED.format("p.sub(p.grad)")),
        ("table['a'].abs()\nreturn table", ("table",), DROPPED.format("table['a'].abs()")),
        ("y = x + 1\ny.to('cpu')\nreturn y", ("x",), DROPPED.format("y.to('cpu')")),
        ("x * 2\nreturn x", ("x",), LINE.format("x * 2")),
        ("x == 2\nreturn x", ("x",), LINE.format("x == 2")),
        ("return x ^ 2", ("x",), POWER),
        ("return x.shape is x.T.shape", ("x",), IS),
        ("return len(x) is 3", ("x",), IS),
        ("if x.device is not x.T.device:\n    return x", ("x",), IS),
        ("for p in params:\n    p = p - 1", ("params",), GIVES.format("p")),
        ("for i, p in enumerate(params):\n    p = p - i", ("params",), GIVES.format("p")),
        ("for row in x:\n    y = row\n    return y", ("x",), FIRST_ROUND),
    ],
)
def test_what_is_seldom_meant_is_told(body: str, parameters: tuple[str, ...], sentence: str) -> None:
    """Each as a fact about the code."""
    assert found(body, *parameters) == sentence


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("def g():\n    return x\nreturn g()", ("x",)),
        ("return (lambda: x)()", ("x",)),
        ("return [p for p in params]", ("params",)),
        ('"""Twice x.\n\nx * 2\n"""\nreturn x', ("x",)),
        ("...\nreturn x", ("x",)),
        ("_ = x.add(1)\nreturn _", ("x",)),
        ("x.add_(1)", ("x",)),
        ("x.sum().backward()", ("x",)),
        ("names = [1, 2]\nnames.sort()\nreturn x, names", ("x",)),
        ("params.sort()", ("params",)),
        ("seen.add(3)", ("seen",)),
        ("mine = set()\nmine.add(x)\nreturn mine", ("x",)),
        ("mine = {0}\nmine.add(x)\nreturn mine", ("x",)),
        ("fig, ax = plt.subplots()\nax.scatter(x, x)\nfig.savefig(path)", ("x", "path")),
        ("fig, axes = plt.subplots(1, 2)\naxes[0].scatter(x, x)\nfig.savefig(path)", ("x", "path")),
        ("model = nn.Linear(1, 1)\nmodel.to('cpu')\nreturn model(x)", ("x",)),
        ("model = torch.nn.Linear(1, 1)\nmodel.double()\nreturn model(x)", ("x",)),
        ("logger.log(1, x)", ("x",)),
        ("with open(path) as file:\n    file.write('a')\n    file.close()", ("path",)),
        ("path.split()\nreturn path", ("path",)),
        ("table.values()\nreturn table", ("table",)),
        ("table.pop('a')\nreturn table", ("table",)),
        ("torch.manual_seed(0)\nreturn x", ("x",)),
        ("return (x > 0) ^ (x < 2)", ("x",)),
        ("return (x > 0) ^ True", ("x",)),
        ("return x.grad is not x.T.grad", ("x",)),
        ("return x is params[0]", ("x", "params")),
        ("return x.grad is None or x.dtype is torch.float32", ("x",)),
        ("out = []\nfor i, v in enumerate(x):\n    v = v * 2\n    out.append(v)\nreturn out", ("x",)),
        ("out = []\nfor v in x:\n    v = v * 2; out.append(v)\nreturn out", ("x",)),
        ("for v in x:\n    v = v * 2\nreturn v", ("x",)),
        ("for _ in range(3):\n    _ = x.add_(1)", ("x",)),
        ("for v in x:\n    if v.sum() > 0:\n        return v", ("x",)),
        ("for v in x:\n    if v.sum() < 0:\n        continue\n    return v", ("x",)),
    ],
)
def test_what_is_harmless_is_not(body: str, parameters: tuple[str, ...]) -> None:
    """Right-minded code that looks like one of them."""
    assert found(body, *parameters) == ""


def drops_all(x: torch.Tensor) -> torch.Tensor:
    x.exp()
    return torch.tensor([[3.0, 1.0, 7.0], [2.0, 9.0, 5.5]])


def drops_nothing(x: torch.Tensor) -> torch.Tensor:
    y = x.exp()
    return y * 0 + torch.tensor([[3.0, 1.0, 7.0], [2.0, 9.0, 5.5]])


def negated(x: torch.Tensor) -> torch.Tensor:
    x.exp()
    return -torch.exp(x)


def test_a_slip_is_the_last_thing_to_be_said() -> None:
    """Nothing where the code shows nothing, and what the values tell before it."""
    trial = trial_of(lambda x: torch.exp(x), matrix)
    assert outcome(trial, drops_all, "cpu").message.sentence == DROPPED.format("x.exp()")
    assert outcome(trial, drops_nothing, "cpu").message.sentence == ""
    assert "is the expected one times" in outcome(trial, negated, "cpu").message.sentence

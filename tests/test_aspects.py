"""Every aspect that the engine tells apart: a right answer that passes, a wrong one that fails by that aspect.

And the first layer of diagnosis: the sentence for a wrong answer whose numbers are the right ones changed simply,
and silence where they are not.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from grader.authoring import Chapter, Draw
from grader.compare import compare
from grader.course import Course
from grader.records import Mismatch, Outcome
from grader.run import Judge, Trial

Answer = Callable[..., Any]
Cases = Callable[[Draw], Any]

COURSE = Course(Path("a course"), "Tests", "1", ("chapter",))


def first_given() -> None: ...


def second_given() -> None: ...


GIVEN: dict[str, Answer] = {"first": first_given, "second": second_given}


def trial_of(reference: Answer, cases: Cases, **options: Any) -> Trial:
    """An exercise made on the spot, with its cases for seed 0."""
    chapter = Chapter("chapter.py")

    @chapter.exercise(hints=[], **options)
    def exercise(draw: Draw) -> Any:
        yield from cases(draw)

    return Trial(
        exercise,
        reference,
        tuple(inspect.signature(reference).parameters),
        tuple(exercise.draw_cases(0)),
        GIVEN.__getitem__,
    )


def outcome(trial: Trial, answer: Answer, device: str) -> Outcome:
    """The verdict on one answer."""
    return Judge(COURSE, (device,)).outcome(trial, answer, device)


def first_mismatch(trial: Trial, answer: Answer, device: str) -> Mismatch:
    """What explains the first case that fails."""
    for number, case in enumerate(trial.cases):
        got, expected = trial.see(answer, number, device), trial.expected(number, device)
        if found := compare(got, expected, trial.rules(case, device)):
            return found[0]
    raise AssertionError("nothing differs")


def matrix(draw: Draw) -> Any:
    yield torch.tensor([[1.0, 2.0, 4.0], [3.0, 6.0, 5.0]])


def matrix_and_copy(draw: Draw) -> Any:
    yield draw.integers(2, 3, low=1), draw.integers(2, 3, low=1)


def vector(draw: Draw) -> Any:
    yield draw.integers(4, low=1)


@dataclass(frozen=True)
class Pair:
    """An answer that is right in its own way, and one that is wrong by one aspect."""

    id: str
    aspect: str
    problem: str
    reference: Answer
    right: Answer
    wrong: Answer
    cases: Cases = matrix
    where: str | None = None
    only: str = ""
    options: dict[str, Any] = field(default_factory=dict)


def add_in_place(x: torch.Tensor) -> torch.Tensor:
    x += 1
    return x


def raising(kind: type[BaseException], text: str = "no") -> Answer:
    def answer(x: torch.Tensor) -> None:
        raise kind(text)

    return answer


def printing(*lines: str) -> Answer:
    def answer(x: torch.Tensor) -> None:
        for line in lines:
            print(line)

    return answer


def calling(order: str) -> Answer:
    def answer(first: Answer, second: Answer) -> int:
        for which in order:
            (first if which == "1" else second)()
        return len(order)

    return answer


def plot(xs: list[float], *, label: bool = True) -> Answer:
    def answer(path: str) -> None:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots()
        axes.plot(xs, [2 * x for x in xs])
        if label:
            axes.set_xlabel("x")
        figure.savefig(path)
        plt.close(figure)

    return answer


def leave_open(path: str) -> None:
    import matplotlib.pyplot as plt

    plt.plot([1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
    plt.xlabel("x")
    plt.savefig(path)


def one_path(draw: Draw) -> Any:
    yield draw.path("plot.png", as_text=True)


def two_givens(draw: Draw) -> Any:
    yield draw.given("first"), draw.given("second")


def a_parameter(draw: Draw) -> Any:
    yield draw.parameter(torch.tensor([1.0, 2.0]), torch.tensor([0.5, 0.5]))


def a_list(draw: Draw) -> Any:
    yield [torch.tensor([1.0]), torch.tensor([2.0])]


def clear(w: torch.Tensor, by: Answer) -> None:
    with torch.no_grad():
        w -= 0.1 * w.grad  # type: ignore[operator]
    by(w)


def zeroed(w: torch.Tensor) -> None:
    w.grad.zero_()  # type: ignore[union-attr]


def none(w: torch.Tensor) -> None:
    w.grad = None


def fresh_leaf(x: torch.Tensor) -> torch.Tensor:
    return (x.detach() * 2).requires_grad_()


def replaced(values: list[torch.Tensor]) -> list[torch.Tensor]:
    values[0] = values[0] + 1
    return values


def sqrt_by_where(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x > 0, x.clamp(min=1e-30).sqrt(), torch.zeros_like(x))


def with_zeros(draw: Draw) -> Any:
    yield torch.tensor([4.0, 0.0, 9.0])


PAIRS = [
    # -------------------------------------------------------------- type
    Pair("list for tensor", "type", "different", lambda x: x * 2, lambda x: x + x, lambda x: (x * 2).tolist()),
    Pair("None for tensor", "type", "different", lambda x: x * 2, lambda x: 2 * x, lambda x: None),
    Pair("array for tensor", "type", "different", lambda x: x * 2, lambda x: 2 * x, lambda x: x.numpy() * 2, only="cpu"),
    Pair("tensor for number", "type", "different", lambda x: x.sum().item(), lambda x: float(x.sum()), lambda x: x.sum()),
    Pair("int for bool", "type", "different", lambda x: True, lambda x: bool(x.any()), lambda x: 1),
    Pair("string for int", "type", "different", lambda x: 3, lambda x: x.shape[1], lambda x: "3"),
    Pair("tuple for list", "type", "different", lambda x: [x, x], lambda x: [x] * 2, lambda x: (x, x)),
    Pair("part", "type", "different", lambda x: (x, 1), lambda x: [x, 1], lambda x: (x.tolist(), 1), where="[0]"),
    Pair("array promised", "type", "different", lambda x: x.cpu().numpy(), lambda x: np.asarray(x.cpu()), lambda x: x.cpu()),
    # -------------------------------------------------------------- shape
    Pair("dimension kept", "shape", "different", lambda x: x.sum(0), lambda x: x.sum(0, keepdim=True)[0],
         lambda x: x.sum(0, keepdim=True)),
    Pair("lengths", "shape", "length", lambda x: (x, x), lambda x: [x, x], lambda x: (x,)),
    Pair("missing key", "shape", "missing key", lambda x: {"a": x, "b": x}, lambda x: {"b": x, "a": x},
         lambda x: {"a": x}, where="['b']"),
    Pair("extra key", "shape", "extra key", lambda x: {"a": x}, lambda x: dict(a=x), lambda x: {"a": x, "c": x},
         where="['c']"),
    # -------------------------------------------------------------- dtype
    Pair("dtype", "dtype", "different", lambda x: x * 2, lambda x: x + x, lambda x: (x * 2).double()),
    Pair("int dtype", "dtype", "different", lambda x: x.long(), lambda x: x.to(torch.int64), lambda x: x.int()),
    # -------------------------------------------------------------- device
    Pair("device", "device", "different", lambda x: x * 2, lambda x: (x.cpu() * 2).to(x.device),
         lambda x: x.cpu() * 2, only="sim"),
    Pair("device of a part", "device", "different", lambda x: {"a": x * 2}, lambda x: {"a": x + x},
         lambda x: {"a": torch.tensor((x * 2).tolist())}, where="['a']", only="sim"),
    Pair("device object", "device", "different", lambda x: x.device, lambda x: (x + 1).device,
         lambda x: torch.device("cpu"), only="sim"),
    # -------------------------------------------------------------- values
    Pair("values", "values", "values", lambda x: x * 2, lambda x: x + x, lambda x: x * 2 + 0.01),
    Pair("NaN", "values", "values", lambda x: x / 0 * 0, lambda x: x * torch.nan, lambda x: x * 0),
    Pair("NaN elsewhere", "values", "values", lambda x: x.where(x > 1, torch.nan), lambda x: x.where(~(x <= 1), torch.nan),
         lambda x: x.where(x < 6, torch.nan)),
    Pair("infinity's sign", "values", "values", lambda x: x / 0, lambda x: x * torch.inf, lambda x: -x / 0),
    Pair("truth values", "values", "values", lambda x: x > 2, lambda x: 2 < x, lambda x: x >= 2),
    Pair("one integer", "values", "values", lambda x: x.long(), lambda x: x.to(torch.int64),
         lambda x: x.long() + (x == 6).long()),
    Pair("number", "values", "different", lambda x: 0.1 + 0.2, lambda x: 0.3, lambda x: 0.3001),
    Pair("text returned", "values", "different", lambda x: "row", lambda x: "r" + "ow", lambda x: "rows"),
    Pair("small numbers are not zero", "values", "values", lambda x: x * 1e-12, lambda x: x / 1e12, lambda x: x * 0),
    # -------------------------------------------------------------- gradient
    Pair("gradient wrong", "gradient", "values", lambda x: x * x, lambda x: x**2, lambda x: x * x.detach(),
         where="x", options={"gradient": True}),
    Pair("gradient cut", "gradient", "cut", lambda x: x * 2, lambda x: x + x, lambda x: x.detach() * 2,
         where="x", options={"gradient": True}),
    Pair("gradient missing", "gradient", "unused", lambda a, b: a * b, lambda a, b: b * a,
         lambda a, b: a * b.detach(), matrix_and_copy, where="b", options={"gradient": True}),
    Pair("gradient not finite", "gradient", "not finite", sqrt_by_where, lambda x: x.clamp(min=1e-30).sqrt() * (x > 0),
         lambda x: torch.where(x > 0, x.sqrt(), torch.zeros_like(x)), with_zeros, where="x",
         options={"gradient": True}),
    Pair("gradient error", "gradient", "error", lambda x: x.exp(), lambda x: torch.e**x, lambda x: in_the_way(x),
         where="x", options={"gradient": True}),
    # -------------------------------------------------------------- mutation
    Pair("argument changed", "mutation", "changed", lambda x: x + 1, lambda x: x.clone().add_(1), add_in_place,
         where="x", options={"also": ["unchanged"]}),
    Pair("argument not changed", "mutation", "not changed", add_in_place, lambda x: x.add_(1), lambda x: x + 1,
         where="x", options={"also": ["mutation"]}),
    Pair("argument changed wrongly", "mutation", "values", add_in_place, lambda x: x.add_(1),
         lambda x: x.add_(2).sub(1), where="x", options={"also": ["mutation"]}),
    Pair("argument of another shape", "mutation", "different", lambda x: x.add_(1).clone(), lambda x: x.add_(1) + 0,
         lambda x: x.add_(1).unsqueeze_(0).clone()[0], where="x", options={"also": ["mutation"]}),
    Pair("list changed", "mutation", "container", lambda x: len(x), lambda x: len(list(x)), lambda x: len(x) + (x.append(1) or 0),
         a_list, where="", options={"also": ["unchanged"]}),
    Pair("grad not cleared", "mutation", "not cleared", lambda w: clear(w, none), lambda w: clear(w, zeroed),
         lambda w: clear(w, lambda w: None), a_parameter, where="w.grad", options={"also": ["mutation", "grad"]}),
    Pair("list emptied", "mutation", "gone", lambda x: len(x), lambda x: len(list(x)), lambda x: 1 + len((x.pop(), x)[1]),
         a_list, where="x[1]", options={"also": ["unchanged"]}),
    # -------------------------------------------------------------- identity
    Pair("new object", "identity", "new object", add_in_place, lambda x: x.add_(1), lambda x: x.add_(1).clone(),
         where="result", options={"also": ["same object"]}),
    Pair("new list", "identity", "new object", replaced, lambda x: replaced(x), lambda x: [x[0] + 1, x[1]], a_list,
         where="result", options={"also": ["same object"]}),
    # -------------------------------------------------------------- aliasing
    Pair("shared", "aliasing", "shared", lambda x: x.clone(), lambda x: x + 0, lambda x: x.view_as(x),
         options={"also": ["aliasing"]}),
    Pair("copied", "aliasing", "copied", lambda x: x[0], lambda x: x.select(0, 0), lambda x: x[0].clone(),
         options={"also": ["aliasing"]}),
    Pair("array shared", "aliasing", "shared", lambda x: x.clone().numpy(), lambda x: x.numpy().copy(),
         lambda x: x.numpy(), only="cpu", options={"also": ["aliasing"]}),
    # -------------------------------------------------------------- leaf, graph, layout
    Pair("not a leaf", "leaf", "not a leaf", fresh_leaf, lambda x: (x + x).clone().requires_grad_(),
         lambda x: x.clone().requires_grad_() * 2, options={"also": ["leaves"]}),
    Pair("leaf without gradient", "leaf", "requires_grad", fresh_leaf, lambda x: (x + x).requires_grad_(),
         lambda x: x * 2, options={"also": ["leaves"]}),
    Pair("graph kept", "graph", "kept", lambda w: (w * 2).detach(), lambda w: w.data * 2, lambda w: w * 2, a_parameter,
         options={"also": ["requires_grad"]}),
    Pair("graph cut", "graph", "cut", lambda w: w * 2, lambda w: w + w, lambda w: w.detach() * 2, a_parameter,
         options={"also": ["requires_grad"]}),
    Pair("layout", "layout", "different", lambda x: x.mT.contiguous(), lambda x: x.mT.clone(memory_format=torch.contiguous_format),
         lambda x: x.mT, options={"also": ["contiguous"]}),
    # -------------------------------------------------------------- raised
    Pair("raised", "raised", "raised", lambda x: x * 2, lambda x: 2 * x, raising(ValueError)),
    Pair("exit", "raised", "raised", lambda x: x * 2, lambda x: 2 * x, raising(SystemExit)),
    Pair("interrupt", "raised", "raised", lambda x: x * 2, lambda x: 2 * x, raising(KeyboardInterrupt)),
    Pair("nothing raised", "raised", "none", raising(ValueError), raising(ValueError, "also no"), lambda x: x),
    Pair("another exception", "raised", "other", raising(ValueError), raising(UnicodeError), raising(TypeError)),
    Pair("text of an exception", "raised", "text", raising(ValueError, "shape"), raising(ValueError, "bad shape here"),
         raising(ValueError, "bad"), where="shape", options={"mentions": ["shape"]}),
    # -------------------------------------------------------------- text
    Pair("line", "text", "different", printing("a 1.00", "b"), printing("a 1.0", "b"[:1])
         if False else printing("a 1.01", "b"), printing("a 1.00", "c"), where="line 2", options={"also": ["text"]}),
    Pair("number printed", "text", "different", printing("loss 0.25"), printing("loss 0.26"), printing("loss 0.35"),
         where="line 1", options={"also": ["text"]}),
    Pair("missing line", "text", "missing line", printing("a", "b"), printing("a\nb"), printing("a"), where="line 2",
         options={"also": ["text"]}),
    Pair("extra line", "text", "extra line", printing("a"), printing("a"), printing("a", "b"), where="line 2",
         options={"also": ["text"]}),
    # -------------------------------------------------------------- calls
    Pair("order of calls", "calls", "different", calling("121"), calling("121"), calling("112"), two_givens,
         only="cpu", options={"also": ["calls"]}),
    # -------------------------------------------------------------- figure
    Pair("line drawn", "figure", "no line through (1, 2), (2, 4), (3, 6)", plot([1.0, 2.0, 3.0]), plot([3.0, 2.0, 1.0]),
         plot([1.0, 2.0, 4.5][1:]), one_path, only="cpu", options={"also": ["figure"]}),
    Pair("label", "figure", "no label on the x axis", plot([1.0, 2.0]), plot([1.0, 2.0]), plot([1.0, 2.0], label=False),
         one_path, only="cpu", options={"also": ["figure"]}),
    Pair("figure open", "figure", "1 figure is still open", plot([1.0, 2.0, 3.0]), plot([1.0, 2.0, 3.0]), leave_open,
         one_path, only="cpu", options={"also": ["figure"]}),
]  # fmt: skip


def in_the_way(x: torch.Tensor) -> torch.Tensor:
    """The right value with a graph whose backward pass raises."""
    y = x.exp()
    z = y * 1
    y.add_(0)
    return z


IN_BOTH = [pytest.param(pair, id=pair.id.replace(" ", "_")) for pair in PAIRS]


@pytest.mark.parametrize("pair", IN_BOTH)
def test_right_answer_passes(pair: Pair, device: str) -> None:
    """An answer that is right, though written another way than the reference, passes."""
    if pair.only and pair.only != device:
        pytest.skip(f"an exercise for {pair.only}")
    verdict = outcome(trial_of(pair.reference, pair.cases, **pair.options), pair.right, device)
    assert (verdict.verdict, verdict.message) == ("passed", type(verdict.message)())


@pytest.mark.parametrize("pair", IN_BOTH)
def test_wrong_answer_fails_by_its_aspect(pair: Pair, device: str) -> None:
    """A wrong answer fails, and the first mismatch names the aspect, the problem and the place."""
    if pair.only and pair.only != device:
        pytest.skip(f"an exercise for {pair.only}")
    trial = trial_of(pair.reference, pair.cases, **pair.options)
    verdict = outcome(trial, pair.wrong, device)
    assert (verdict.verdict, verdict.aspects[:1]) == ("failed", (pair.aspect,))
    mismatch = first_mismatch(trial, pair.wrong, device)
    assert (mismatch.aspect, mismatch.problem) == (pair.aspect, pair.problem)
    if pair.where is not None:
        assert mismatch.where == pair.where
    assert verdict.message.call
    assert verdict.message.rows

"""Every aspect that the engine tells apart: a right answer that passes, a wrong one that fails by that aspect."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
import pytest
import torch
from trials import Answer, Cases, first_mismatch, matrix, matrix_and_copy, outcome, trial_of, vector

from grader.authoring import Draw
from grader.core.observation import Turn
from grader.core.report import Message
from grader.core.rules import Aspect
from grader.judging.compare.observations import compare
from grader.runtime.devices import choose


def small_numbers(draw: Draw) -> Any:
    yield torch.tensor([1e-12, -3e-12])


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
    Pair("array for tensor", "type", "different", lambda x: x * 2, lambda x: 2 * x, lambda x: x.numpy() * 2,
         only="cpu"),
    Pair("tensor for number", "type", "different", lambda x: x.sum().item(), lambda x: float(x.sum()),
         lambda x: x.sum()),
    Pair("int for bool", "type", "different", lambda x: True, lambda x: bool(x.any()), lambda x: 1),
    Pair("string for int", "type", "different", lambda x: 3, lambda x: x.shape[1], lambda x: "3"),
    Pair("tuple for list", "type", "different", lambda x: [x, x], lambda x: [x] * 2, lambda x: (x, x)),
    Pair("part", "type", "different", lambda x: (x, 1), lambda x: [x, 1], lambda x: (x.tolist(), 1), where="[0]"),
    Pair("array promised", "type", "different", lambda x: x.cpu().numpy(), lambda x: np.asarray(x.cpu()),
         lambda x: x.cpu()),
    # -------------------------------------------------------------- shape
    Pair("dimension kept", "shape", "different", lambda x: x.sum(0), lambda x: x.sum(0, keepdim=True)[0],
         lambda x: x.sum(0, keepdim=True)),
    Pair("lengths", "shape", "length", lambda x: (x, x), lambda x: [x, x], lambda x: (x,)),
    Pair("missing key", "shape", "missing key", lambda x: {"a": x, "b": x}, lambda x: {"b": x, "a": x},
         lambda x: {"a": x}, where="['b']"),
    Pair("extra key", "shape", "extra key", lambda x: {"a": x}, lambda x: {"a": x + 0}, lambda x: {"a": x, "c": x},
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
    Pair("NaN elsewhere", "values", "values", lambda x: x.where(x > 1, torch.nan),
         lambda x: x.where(~(x <= 1), torch.nan),
         lambda x: x.where(x < 6, torch.nan)),
    Pair("infinity's sign", "values", "values", lambda x: x / 0, lambda x: x * torch.inf, lambda x: -x / 0),
    Pair("truth values", "values", "values", lambda x: x > 2, lambda x: x > 2, lambda x: x >= 2),
    Pair("one integer", "values", "values", lambda x: x.long(), lambda x: x.to(torch.int64),
         lambda x: x.long() + (x == 6).long()),
    Pair("number", "values", "different", lambda x: 0.1 + 0.2, lambda x: 0.3, lambda x: 0.3001),
    Pair("text returned", "values", "different", lambda x: "row", lambda x: "r" + "ow", lambda x: "rows"),
    Pair("small numbers are not zero", "values", "values", lambda x: x * 2, lambda x: x + x, lambda x: x * 0,
         small_numbers),
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
    Pair("list changed", "mutation", "container", lambda x: len(x), lambda x: len(list(x)),
         lambda x: len(x) + (x.append(1) or 0),
         a_list, where="", options={"also": ["unchanged"]}),
    Pair("grad not cleared", "mutation", "not cleared", lambda w: clear(w, none), lambda w: clear(w, zeroed),
         lambda w: clear(w, lambda w: None), a_parameter, where="w.grad", options={"also": ["mutation", "grad"]}),
    Pair("list emptied", "mutation", "gone", lambda x: len(x), lambda x: len(list(x)),
         lambda x: 1 + len((x.pop(), x)[1]),
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
    Pair("layout", "layout", "different", lambda x: x.mT.contiguous(),
         lambda x: x.mT.clone(memory_format=torch.contiguous_format),
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
    Pair("line", "text", "different", printing("a 1.00", "b"), printing("a 1.00\nb"), printing("a 1.00", "c"),
         where="line 2", options={"also": ["text"]}),
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
    Pair("line drawn", "figure", "a line through (1, 2), (2, 4) instead of (1, 2), (2, 4), (3, 6)",
         plot([1.0, 2.0, 3.0]), plot([3.0, 2.0, 1.0]),
         plot([1.0, 2.0]), one_path, only="cpu", options={"also": ["figure"]}),
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


ON_DEVICES = [
    pytest.param(pair, device, id=f"{pair.id.replace(' ', '_')}-{device}")
    for pair in PAIRS
    for device in ("cpu", "sim")
    if pair.only in ("", device)
]


@pytest.fixture(autouse=True)
def sim() -> None:
    """The simulated accelerator is there."""
    choose(("sim",))


@pytest.mark.parametrize(("pair", "device"), ON_DEVICES)
def test_right_answer_passes(pair: Pair, device: str) -> None:
    """An answer that is right, though written another way than the reference, passes."""
    verdict = outcome(trial_of(pair.reference, pair.cases, **pair.options), pair.right, device)
    assert (verdict.verdict, verdict.message) == ("passed", Message())


@pytest.mark.parametrize(("pair", "device"), ON_DEVICES)
def test_wrong_answer_fails_by_its_aspect(pair: Pair, device: str) -> None:
    """A wrong answer fails, and the first mismatch names the aspect, the problem and the place."""
    trial = trial_of(pair.reference, pair.cases, **pair.options)
    verdict = outcome(trial, pair.wrong, device)
    assert (verdict.verdict, verdict.aspects[:1]) == ("failed", (pair.aspect,))
    mismatch = first_mismatch(trial, pair.wrong, device)
    assert (mismatch.aspect, mismatch.problem) == (pair.aspect, pair.problem)
    if pair.where is not None:
        assert mismatch.where == pair.where
    assert verdict.message.call
    assert verdict.message.rows


def test_every_aspect_has_a_pair() -> None:
    """No aspect of a mismatch is left out of the table."""
    assert {pair.aspect for pair in PAIRS} == set(get_args(Aspect))


PROMISED = [pair for pair in PAIRS if "also" in pair.options]


@pytest.mark.parametrize("pair", PROMISED, ids=lambda pair: pair.id.replace(" ", "_"))
def test_what_is_not_promised_is_free(pair: Pair) -> None:
    """A side effect or property that the exercise does not name is not compared."""
    assert outcome(trial_of(pair.reference, pair.cases), pair.wrong, "cpu").verdict == "passed"


# ---------------------------------------------------------------- what a mismatch tells


def test_wrong_values_are_counted_and_located(device: str) -> None:
    """A mismatch of values tells how many differ, where most, and by how much."""

    def wrong(x: torch.Tensor) -> torch.Tensor:
        y = x * 2
        y[0, 1] += 0.5
        y[1, 2] -= 3
        return y

    found = first_mismatch(trial_of(lambda x: x * 2, matrix), wrong, device)
    assert (found.count, found.total, found.most_at, found.by) == (2, 6, (1, 2), 3.0)
    note = outcome(trial_of(lambda x: x * 2, matrix), wrong, device).message.rows[-1].note
    assert note == "2 of 6 differ, most at [1, 2]"


def test_missing_and_extra_infinities_are_located() -> None:
    """NaN or infinity where a number should be differs most, whatever else does."""

    def wrong(x: torch.Tensor) -> torch.Tensor:
        y = x * 2 + 100
        y[1, 0] = torch.nan
        return y

    found = first_mismatch(trial_of(lambda x: x * 2, matrix), wrong, "cpu")
    assert (found.count, found.most_at, found.by) == (6, (1, 0), float("inf"))


@pytest.mark.parametrize(("which", "where"), [(0, "a"), (1, "b")])
def test_gradient_names_its_input(which: int, where: str, device: str) -> None:
    """A wrong gradient names the argument that it is wrong for, and only that one."""

    def wrong(*arguments: torch.Tensor) -> torch.Tensor:
        a, b = (x.detach() + (x - x.detach()) * 3 if i == which else x for i, x in enumerate(arguments))
        return a * b

    trial = trial_of(lambda a, b: a * b, matrix_and_copy, gradient=True)
    got, expected = trial.see(wrong, Turn(0, gradient=True), device), trial.expected(Turn(0, gradient=True), device)
    assert [m.where for m in compare(got, expected, trial.promised)] == [where]


def test_all_outputs_share_in_the_gradient(device: str) -> None:
    """A graph that is cut for one of two results is seen, wherever that stands."""

    def halves(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return x * 2, x * 3

    for wrong in (lambda x: (x * 2, (x * 3).detach()), lambda x: ((x * 2).detach(), x * 3)):
        found = first_mismatch(trial_of(halves, matrix, gradient=True), wrong, device)
        assert (found.aspect, found.problem) == ("gradient", "values")


def test_write_through_to_the_second_argument_is_seen(device: str) -> None:
    """Memory shared between any result and any argument is seen, not only between the first of each."""
    trial = trial_of(lambda a, b: (a + 1, b + 1), matrix_and_copy, also=["aliasing"])
    for wrong in (lambda a, b: (a + 1, b.add_(1)), lambda a, b: (a.add_(1), b + 1)):
        assert outcome(trial, wrong, device).aspects == ("aliasing",)


def test_one_way_of_sharing_is_enough(device: str) -> None:
    """A result that cannot be written to, such as an expanded one, still shows a write to the argument."""
    trial = trial_of(lambda x: x.clone().expand(2, 4), vector, also=["aliasing"])
    assert outcome(trial, lambda x: x.expand(2, 4), device).aspects == ("aliasing",)


def test_values_come_before_what_follows_from_them(device: str) -> None:
    """A wrong shape is told before the wrong dtype, values before the gradient: the first explains the rest."""
    trial = trial_of(lambda x: x.sum(0), matrix, gradient=True, also=["unchanged"])
    assert outcome(trial, lambda x: x.sum(1).double(), device).aspects[:2] == ("shape", "dtype")

    def all_wrong(x: torch.Tensor) -> torch.Tensor:
        y = x.detach().sum(0) + 1
        x.detach().zero_()
        return y

    assert outcome(trial, all_wrong, device).aspects == ("values", "mutation")  # the plain call is judged first


def test_a_view_made_under_no_grad_is_looked_at(device: str) -> None:
    """PyTorch refuses to say whether one is a leaf once its base has changed; here the writes that look for aliases."""

    def without_graph(x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return x.mT

    trial = trial_of(lambda x: x.mT, matrix, gradient=True, also=["aliasing"])
    assert outcome(trial, without_graph, device).aspects == ("gradient",)

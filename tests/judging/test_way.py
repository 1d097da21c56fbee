"""A right answer by another way than the chapter's reads one sentence, and no answer by the chapter's way ever does."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest
from places import ROOT
from trials import live

from grader.course.learner_file import LearnerFile
from grader.course.manifest import Course, load_course
from grader.course.source import read_text
from grader.judging.feedback.way import goes_another_way
from grader.judging.judge import Judge
from grader.judging.reference import Way
from grader.runtime.devices import choose

AUTOGRAD = Way(("autograd", "backward", "func", "grad"), (), "…")
STEP = Way(("eps",), (), "…")
MADE_THERE = Way(("device=",), ("to",), "…")
OPTIMISER = Way((), ("optim",), "…")

COURSE = load_course(ROOT)


def told(way: Way, text: str, *parameters: str) -> bool:
    """Whether the function `f` of this file is known to go another way."""
    return goes_another_way(way, ast.parse(textwrap.dedent(text)), "f", parameters)


@pytest.mark.parametrize(
    "text",
    [
        "import torch\ndef f(x):\n    y = g(x)\n    y.backward()\n    return x.grad",
        "import torch\ndef f(x): return torch.autograd.grad(x**2, x)[0]",
        "from torch.autograd import grad\ndef f(x): return grad(x**2, x)[0]",
        "from torch.autograd import grad as slope\ndef f(x): return slope(x**2, x)[0]",
        "import torch.autograd as ag\ndef f(x): return ag.grad(x**2, x)[0]",
        "from torch import autograd as ag\ndef f(x): return ag.functional.jacobian(abs, x)",
        "def f(x):\n    from torch.func import jacrev\n    return jacrev(abs)(x)",
        "from torch.func import vmap, vjp\ndef f(x): return vmap(vjp(abs, x)[1])(x)",
        "import torch\nslope = torch.func.grad(lambda t: t**2)\ndef f(x): return slope(x)",
        "def helper(x): x.backward()\ndef f(x): return outer(x)\ndef outer(x): return helper(x)",
        "class A:\n    def run(self, x): x.backward()\ndef f(x): return A().run(x)",
        "import torch\nclass A(torch.autograd.Function): pass\ndef f(x): return A.apply(x)",
        "import torch\ntorch.Tensor.slope = lambda x: x.backward()\ndef f(x): return x.slope()",
        "import torch\nf = torch.func.grad(abs)",
        "f = lambda x: x.backward()",
        "if True:\n    def f(x): return x.backward()",
        "def f(x): return getattr(x, 'backward')()",
        "def f(x): return getattr(x, 'back' + 'ward')()",
        "def f(x): return eval('x.' + 'back' 'ward()')",
        "from importlib import import_module\ndef f(x): return import_module(NAME).slope(x)",
        "import torch\nfrom torch.autograd import *\ndef f(x): return grad(x, x)",
        "from ex07_devices import slope\ndef f(x): return slope(x)",
        "from mine import *\ndef f(x): return slope(x)",
        "from . import mine\ndef f(x): return mine.slope(x)",
        "def setup():\n    global slope\n    import torch\n    slope = torch.func.grad\ndef f(x): return slope(x)",
        "import functools\n@functools.lru_cache\ndef f(x): return functools.partial(helper, x)()\n"
        "def helper(x): return x.backward()",
    ],
)
def test_the_way_in_any_spelling_is_silent(text: str) -> None:
    """Autograd by method, function, alias, helper, class, decorator; and what cannot be looked through."""
    assert not told(AUTOGRAD, text)


@pytest.mark.parametrize(
    "text",
    [
        "def f(x): return 2 * x + 3",
        "def f(x):\n    grad = 2 * x + 3\n    return grad",
        "import torch\ndef f(x):\n    '''backward would do it'''\n    return torch.tensor(2 * x).item()",
        "import torch\ndef other(x): x.backward()\ndef f(x): return helper(x)\ndef helper(x): return 2 * x",
        "from torch.autograd import grad\ndef f(x): return 2 * x",
        "def f(x):\n    x.grad = None\n    return 2 * x",
        "f = lambda x: 2 * x",
    ],
)
def test_another_way_is_told(text: str) -> None:
    """A formula, also where a name, an import, another function or a docstring sounds of autograd."""
    assert told(AUTOGRAD, text)


def test_a_parameter_is_known_by_its_place() -> None:
    """A learner may call a parameter as they like; what counts is whether it is read."""
    assert not told(STEP, "def f(g, x, h): return (g(x + h) - g(x - h)) / (2 * h)", "f", "x", "eps")
    assert not told(STEP, "def f(g, x, h): return helper(g, x, h)", "f", "x", "eps")
    assert told(STEP, "def f(g, x, eps):\n    del eps\n    return g(x).backward()", "f", "x", "eps")
    assert not told(STEP, "def f(*all): return central(*all)", "f", "x", "eps")


def test_only_what_stands_for_another_way_is_told() -> None:
    """With `instead`, an answer that names neither is silent, and so is one that names both."""
    assert told(MADE_THERE, "def f(shape, device): return ones(shape).to(device)", "shape", "device")
    assert not told(MADE_THERE, "def f(s, d): return ones(s, device=d).to(float)", "shape", "device")
    assert not told(MADE_THERE, "def f(s, d):\n    with device(d): return ones(s)", "shape", "device")
    assert told(OPTIMISER, "from torch.optim import SGD\ndef f(p): SGD(p).step()", "params")
    assert not told(OPTIMISER, "def f(p):\n    'optim'\n    for q in p: q.grad = None", "params")


OTHERS = {
    "sigmoid": {"built_in", "by_tanh", "by_softmax"},
    "log_sum_exp": {"built_in_function", "pair_by_pair", "by_log_softmax", "by_cross_entropy"},
    "broadcast_shape": {"by_numpy", "by_translating_the_error", "by_adding_tensors"},
    "ones_on": {"made_then_moved"},
    "slope_of_parabola": {"by_the_rules"},
    "partial_derivatives": {"by_rules"},
    "vector_jacobian_product": set(),
    "jacobian": set(),
    "accumulated_gradients": {"by_formula"},
    "micro_batch_gradient": {"without_autograd"},
    "mse_gradients": set(),
    "numerical_gradient": set(),
    "zero_gradients_": {"by_optimiser"},
    "gradient_descent_step_": {"by_sgd"},
    "momentum_step_": {"by_optimiser_state"},
    "clip_gradients_": {"by_torch"},
    "train_step_": {"by_sgd_and_mse_loss"},
    "train_": {"by_formula"},
}
"""Exercise that is about a way → those of its right answers that go another one, as somebody who read them says."""


def test_of_all_right_answers_these_go_another_way(course: Course) -> None:
    """All solutions are silent, and of the other right answers those that are not in the table."""
    reference = live(Judge(course))
    found: dict[str, set[str]] = {}
    for chapter in course.chapters:
        solution, checks = (ast.parse(read_text(path)) for path in (course.solution(chapter), course.checks(chapter)))
        for node in checks.body:  # what declares them is none of a learner's
            if isinstance(node, ast.FunctionDef):
                node.decorator_list = [d for d in node.decorator_list if not ast.unparse(d).startswith("chapter.")]
        for name in course.catalogue[chapter]:
            trial = reference.trial(chapter, name)
            if trial.way is not None:
                assert not goes_another_way(trial.way, solution, name, trial.parameters), name
                rights = [right.__name__ for right in trial.exercise.rights]
                found[name] = {r for r in rights if goes_another_way(trial.way, checks, r, trial.parameters)}
    assert found == OTHERS


SKIPPED = {
    "ex08_autograd": {
        "slope_of_parabola": "def slope_of_parabola(x):\n    return 2 * x + 3\n",
        "jacobian": """\
def jacobian(f, x):
    steps = torch.eye(len(x), dtype=torch.float64, device=x.device) * 1e-5
    wide = x.detach().double()
    return torch.stack([(f(wide + s) - f(wide - s)) / 2e-5 for s in steps], dim=1).to(x.dtype)
""",
    },
    "ex09_manual_gradients": {
        "numerical_gradient": """\
def numerical_gradient(f, x, eps):
    leaf = x.detach().clone().requires_grad_()
    f(leaf).backward()
    return leaf.grad
""",
        "mse_gradients": """\
def mse_gradients(w, b, X, y):
    return torch.func.grad(lambda w, b: ((w * X + b - y) ** 2).mean(), argnums=(0, 1))(w, b)
""",
    },
}


@pytest.mark.parametrize(("chapter", "name"), [(c, n) for c, answers in SKIPPED.items() for n in answers])
def test_the_point_stays_and_one_outcome_says_it(tmp_path: Path, chapter: str, name: str) -> None:
    """The answer passes on both devices; the first says that it went another way, the second says nothing."""
    path = tmp_path / f"{chapter}.py"
    path.write_text(f"import torch\n\n\n{SKIPPED[chapter][name]}")
    result = Judge(COURSE, choose(("cpu", "sim"))[0]).check(LearnerFile(COURSE, chapter, path), name)
    assert result.verdict == "passed"
    said = [outcome.message.sentence for outcome in result.outcomes]
    assert said[0].startswith("Right. This ")
    assert said[1:] in ([], [""])  # a function of Python numbers runs once
    assert result.remark == said[0]


def test_what_is_not_right_is_told_what_is_wrong(tmp_path: Path) -> None:
    """An answer that fails has its own message, and nothing is said of its way."""
    path = tmp_path / "ex08_autograd.py"
    path.write_text("def slope_of_parabola(x):\n    return 2 * x\n")
    result = Judge(COURSE).check(LearnerFile(COURSE, "ex08_autograd", path), "slope_of_parabola")
    assert result.verdict == "failed"
    assert result.remark == ""
    assert "chapter is about" not in result.outcomes[0].message.sentence

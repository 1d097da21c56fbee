"""What the texts of exceptions are taken to mean, each raised by the PyTorch and the Python that run here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from places import TARGET
from runs import FIRST, RIGHT
from trials import Answer, matrix, outcome, trial_of

from grader.authoring import Draw
from grader.core.observation import Raised
from grader.course.learner_file import LearnerFile
from grader.course.manifest import load_course
from grader.judging.feedback.exceptions import ERRORS, meaning, meaning_of_warnings, raises, template
from grader.judging.judge import Judge
from grader.runtime.devices import choose

NO_INPUT = "import io, sys; kept, sys.stdin = sys.stdin, io.StringIO()\ntry: input()\nfinally: sys.stdin = kept"
RAISING = {  # the first words of a sentence → what gets it, on a line or two
    "Nobody types here": [NO_INPUT],
    # ---------------------------------------------------------------- PyTorch
    "A device is written into the code": ["x.to('mps')"],
    "PyTorch knows no device called `gpu`": ["torch.device('gpu')", "x.to('gpu')"],
    "A text that is handed in as a device has to name one": ["x.to('int32')"],
    "Only the sizes are given by position here.": [
        "torch.zeros(2, 3, torch.device('cpu'))",
        "torch.ones((2, 3), torch.device('cpu'))",
        "torch.zeros(2, 3, 'cpu')",
        "x.new_zeros(2, 3, torch.device('cpu'))",
    ],
    "NumPy knows no gradients": ["np.array(g)", "np.sqrt(g)", "g.numpy()"],
    "A leaf that requires gradients may only be changed in place": [
        "g += 1",
        "g[0] += 1",
        "for row in g.reshape(3, 1): row += 1",
        "g.resize_(1)",
    ],
    "`backward()` starts from one number.": ["g.backward()", "torch.autograd.grad(g * 2, g)"],
    "The backward pass found no graph": ["x.sum().backward()", "torch.autograd.grad(x.sum(), x)"],
    "`torch.autograd.grad` was asked for the gradient of a tensor without": ["torch.autograd.grad(g.sum(), x)"],
    "`torch.autograd.grad` was asked for the gradient of a tensor that the result": [
        "torch.autograd.grad(g.sum(), torch.ones(3, requires_grad=True))"
    ],
    "The vector that is handed to `backward()`": ["(g * 2).backward(torch.ones(2))"],
    "A graph is used up by its `backward()`.": ["y = (g * g).sum()\ny.backward()\ny.backward()"],
    "`.grad` is None until the first `backward()`, and only leaves": [
        "torch.optim.SGD([g * 2], lr=1)",
        "x.grad.zero_()",
    ],
    "Only floating-point tensors can require gradients": [
        "torch.tensor([1, 2], requires_grad=True)",
        "torch.tensor([1, 2]).requires_grad_()",
    ],
    "Only a leaf can have `requires_grad` switched off.": ["(g * 2).requires_grad_(False)"],
    "A tensor that the backward pass needs was changed": ["y = g * 1\nz = y * y\ny += 1\nz.sum().backward()"],
    "`.grad` can only hold a tensor or None": ["g.grad = 0"],
    "`view` cannot lay out a tensor anew": ["x.T.view(6)"],
    "A new shape must hold exactly as many elements": [
        "x.reshape(4, 2)",
        "x.view(-1, 4)",
    ],
    "In a matrix product (`@`) the inner sizes must agree": [
        "x @ x",
        "x @ torch.ones(2)",
        "torch.bmm(x.reshape(1, 2, 3), x.reshape(1, 2, 3))",
    ],
    "Two vectors have a product": ["x[0] @ x[:, 0]", "torch.dot(x[0], x[:, 0])"],
    "`torch.dot` is for two vectors.": ["torch.dot(x, x)"],
    "This function is for tensors with another number of dimensions": [
        "torch.mm(x, torch.ones(3))",
        "torch.bmm(x, x)",
        "torch.outer(x, x)",
    ],
    "Shapes are lined up from the right": ["x * torch.ones(2)", "x += torch.ones(2, 3, 3)"],
    "What is put in, or expanded, does not fit": ["x.expand(4, 3)", "x[0] = torch.ones(4)", "x[x > 1] = torch.ones(9)"],
    "`torch.stack` joins tensors of one and the same shape": [
        "torch.stack([x, x[0]])",
        "torch.cat([x, x[0]])",
        "torch.cat([x, torch.ones(3, 3)], dim=1)",
        "torch.cat([x.sum(), x.sum()])",
    ],
    "In an einsum, each letter is one dimension": [
        "torch.einsum('ij,jk->ik', x, x)",
        "torch.einsum('ij->k', x)",
        "torch.einsum('ijk->i', x)",
    ],
    "The tensor has fewer or more dimensions here": ["x.sum(2)", "x.permute(1)", "x[0, 0, 0]"],
    "A tensor without dimensions holds one number": ["len(x.sum())", "list(x.sum())", "x.sum()[0]"],
    "An index is out of range: n items have the indices 0 to n - 1, or from the end -1 to -n. Index -5 was asked": [
        "x[-5]"
    ],
    "An index is out of range: n items have the indices 0 to n - 1, or from the end -1 to -n.": [
        "x.numpy()[5]",
        "x.take(torch.tensor([99]))",
        "torch.nn.functional.embedding(torch.tensor([9]), x)",
    ],
    "A mask in square brackets needs the shape": ["x[torch.tensor([True, False, True])]"],
    "An index has to be a whole number": [
        "x[1.0]",
        "x[torch.tensor([0.0, 1.0])]",
        "x.gather(1, torch.tensor([[0.0], [1.0]]))",
        "torch.nn.functional.one_hot(x)",
    ],
    "`gather` needs an index with as many dimensions": ["x.gather(1, torch.tensor([0, 1]))"],
    "A whole number is needed here, as an index or a count": ["[1, 2][x[0, 1]]", "range(x)"],
    "`if`, `and`, `or` and Python's `max` need": [
        "x if x > 1 else 0",
        "x and x",
        "max(x)",
        "sorted(x)",
    ],
    "`.item()` takes the number out of a tensor with one element, and this one has 6.": ["x.item()"],
    "One number is needed here, and this tensor has several.": ["float(x)", "torch.tensor([x, x])"],
    "This needs a Python number": ["f'{x:.4f}'", "round(x[0, 0], 2)"],
    "An in-place operation keeps the dtype of its tensor": ["i = torch.tensor([1, 2])\ni /= 2"],
    "A dtype is an object and not a text": ["torch.tensor([1, 2], dtype='int32')", "x.to(dtype='int32')"],
    "`torch.tensor` takes the data by position": [
        "torch.tensor([1, 2], 'int32')",
        "torch.tensor(1, 2)",
    ],
    "Two dtypes met that do not mix here.": ["x @ x.double().T", "torch.complex(x, x.double())"],
    "A mean, and what is made of one": ["torch.mean(torch.tensor([1, 2]))", "torch.tensor([1, 2]).std()"],
    "Truth values cannot be subtracted": ["(x > 0) - (x < 0)", "1 - (x > 0)"],
    "`torch.from_numpy` is for NumPy arrays, and this is of the type `list`.": ["torch.from_numpy([1, 2])"],
    "PyTorch wants a tensor here, and this is of the type `float`.": ["torch.sqrt(2.0)", "torch.stack([x[0], 1.0])"],
    "The argument `keepdim` must be bool here": ["x.sum(axis=1, keepdim=1)"],
    "`torch.Tensor` takes sizes or data and nothing else": ["torch.Tensor(2, 3, dtype=torch.int)"],
    "`linspace` cannot be called with these arguments (int, int).": ["torch.linspace(0, 1)"],
    "A list cannot be assigned to a part of a tensor.": ["x[0] = [1, 2, 3]"],
    "A tensor holds numbers and truth values": ["torch.tensor(None)", "torch.tensor('a')"],
    "The rows of a tensor must all have the same length, and here one has 2 and another 1.": [
        "torch.tensor([[1, 2], [3]])"
    ],
    "`torch.arange` cannot get from its start to its end": ["torch.arange(0, 1, 0)", "torch.arange(1, 0, 1)"],
    # ---------------------------------------------------------------- Python
    "Something is None here. `.grad` is None until": ["x.grad * 2", "None + x", "x - None"],
    "A function stands here without `()`": [
        "x.detach.numpy()",
        "x.sum[0]",
        "x * x.sum",
        "for number in x.tolist: pass",
        "(lambda: 1) + 1",
    ],
    "With `dim`, `max`, `min`, `sort` and the like": [
        "x.max(dim=0).sqrt()",
        "x.max(0) - 2",
        "x.sort() ** 2",
    ],
    "A tensor cannot compute with a Python list.": ["x + [1, 2]", "x ** [1, 2]"],
    "`+` does not work between these two: one is of the type `Tensor`, the other of the type `str`.": ["x + 'a'"],
    "`**` does not work between these two": ["[1, 2] ** 2"],
    "Something is None where `.item` is asked of it.": ["x.grad.item()"],
    "Something is None here and should not be.": ["None[0]", "None()", "for x in None: pass"],
    "This is a plain Python number, and only tensors": ["(2.0).backward()"],
    "An object of the type `list` has nothing called `sum`. If you mean": ["[1].sum()"],
    "An object of the type `Tensor` has nothing called `foo`. Check": ["x.foo()"],
    "There is no `nograd` in `torch`.": ["torch.nograd()"],
    "Nothing is called `cuda` here.": ["torch.device(cuda)"],
    "There is no module `torchvisions` here.": ["import torchvisions"],
    "`a` has no value yet on this way": ["def f():\n    a += 1\nf()"],
    "Parentheses call something, and an object of the type `torch.Size`": ["x.shape()"],
    "Square brackets take something out by an index or a key, and an object of the type `set`": ["{1, 2}[0]"],
    "Something that holds items is needed here": ["for i in 5: pass", "sum(5)"],
    "Several names stand for one object of the type `int`": ["a, b = 5"],
    "There are more or fewer names than values": ["a, b, c = x.shape", "a, = x.shape", "for a, b in {'q': 1}: pass"],
    "A whole number is needed here, and this is of the type `float`.": ["range(2.0)"],
    "An object of the type `int` has no length.": ["len(5)"],
    "The items of a list are asked for by whole numbers, and this is of the type `str`.": ["[1, 2]['a']"],
    "The items of a string are asked for by whole numbers": ["'abc'['a']"],
    "A tuple or list has fewer items here": ["x.shape[3]", "[1][2]"],
    "`+` joins a list to a list only": ["[1, 2] + x", "[1] + (2,)"],
    "`*` repeats a list or a text": ["[1, 2] * 1.5"],
    "A number was divided by 0.": ["1 / 0", "1.0 / 0", "1 % 0"],
    "`raise` needs an exception": ["raise 'a'"],
    "`with` needs an object to enter and leave": ["with torch.no_grad: pass"],
    "`SGD` knows no argument called `learning_rate`.": ["torch.optim.SGD([g], learning_rate=1)"],
    "`unsqueeze` is called with too few arguments here: `dim` is missing.": ["x.unsqueeze()"],
    "`SGD` is called with too few arguments here: `params` is missing.": ["torch.optim.SGD(lr=1)"],
    "`lambda` is called with too few arguments here: `y` is missing.": ["(lambda y: y)()"],
    "A text cannot be turned into a number here": ["int('a')", "float('a')"],
    "A dict cannot get or lose keys while a loop goes over it.": ["d = {1: 2}\nfor key in d: d[key + 1] = 1"],
}
SNIPPETS = [(words, code) for words, codes in RAISING.items() for code in codes]
ELSEWHERE = ("Two tensors on different devices met.", "NumPy reads the CPU's memory only", "A device is written into")
"""What needs another device, or a PyTorch without one, to be raised."""


def text_of(code: str) -> str:
    """The text of the exception that a piece of code raises."""
    names = {"torch": torch, "np": np, "x": torch.arange(6.0).reshape(2, 3), "g": torch.ones(3, requires_grad=True)}
    try:
        exec(code, names)
    except Exception as error:
        return str(error)
    raise AssertionError(f"{code} raises nothing")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("words", "code"), SNIPPETS, ids=[code for _, code in SNIPPETS])
def test_an_exception_is_told_by_its_sentence(words: str, code: str) -> None:
    """The sentence is the one that fits, and it is one: filled in, of a length to be read, with an end."""
    sentence = meaning(text_of(code))
    assert sentence.startswith(words)
    assert not re.search(r"[{}]", sentence)
    assert sentence.count("None") == template(text_of(code)).count("None")
    assert len(sentence) <= 240
    assert sentence.endswith(".")


@pytest.mark.filterwarnings("ignore")
def test_every_sentence_has_an_example() -> None:
    """Nothing stands in the lists that no code here gets, but for what needs another device."""
    got = {next(i for i, (p, _) in enumerate(ERRORS) if re.search(p, text_of(code))) for _, code in SNIPPETS}
    missing = [sentence for i, (_, sentence) in enumerate(ERRORS) if i not in got]
    assert [sentence for sentence in missing if not sentence.startswith(ELSEWHERE)] == []


def test_a_loop_that_outlives_what_it_counts_is_named_where_it_stands() -> None:
    """An index runs past the end in both, and only one of them changes what its loop counts."""

    def shrinks(x: torch.Tensor) -> torch.Tensor:
        for dim in range(x.ndim):
            x = x.squeeze(0) if x.shape[dim] == 1 else x[0]
        return x

    def keeps(x: torch.Tensor) -> torch.Tensor:
        for dim in range(x.ndim + 1):
            y = x.shape[dim]
        return x * y

    told = "The loop counts what `x` had at its start"
    assert outcome(trial_of(lambda x: x, matrix), shrinks, "cpu").message.sentence.startswith(told)
    assert told not in outcome(trial_of(lambda x: x, matrix), keeps, "cpu").message.sentence


def test_devices_that_do_not_meet_are_told() -> None:
    """Two devices, and NumPy on one that is not the CPU."""
    choose(("sim",))
    mixed = trial_of(lambda x: x, matrix)
    assert outcome(mixed, lambda x: x + torch.ones(3), "sim").message.sentence.startswith("Two tensors on different")
    assert "bring the tensor to the CPU" in outcome(mixed, lambda x: x.numpy(), "sim").message.sentence


@pytest.mark.parametrize(
    "text",
    [
        "f() is called wrong",
        "make_tensor() takes 1 positional argument but 2 were given",
        "add_ones() takes 1 positional argument but 2 were given",
        "linalg.svd: The algorithm failed to converge",
    ],
)
def test_other_texts_mean_nothing(text: str) -> None:
    """A function of the learner's own is not taken for PyTorch's."""
    assert meaning(text) == ""


# ---------------------------------------------------------------- what the learner's own code raises


def told(tmp_path: Path, body: str) -> str:
    """What is said of an answer that should return `2 * x`."""
    path = tmp_path / f"{FIRST}.py"
    path.write_text(RIGHT[FIRST].replace("return 2 * x", body))
    course = load_course(TARGET)
    return Judge(course).check(LearnerFile(course, FIRST, path), "double").outcomes[0].message.sentence


NO_ERROR = "These arguments are no error"


@pytest.mark.parametrize(
    "line",
    [
        "raise ValueError('x must have the same dtype')",
        "assert x is None, 'not on CPU'",
        "error = ValueError('0-d tensor')\n    raise error",
    ],
)
def test_what_an_answer_raises_itself_is_told_so(line: str, tmp_path: Path) -> None:
    """By words of its own, which may be PyTorch's."""
    assert told(tmp_path, line).startswith(NO_ERROR)


@pytest.mark.parametrize(
    "line",
    [
        "raise 'a text'",
        "raise ValueErorr('no')",
        "raise ValueError(x.item())",
        "assert x == x",
        "return x.item()",
    ],
)
def test_what_goes_wrong_on_such_a_line_is_not(line: str, tmp_path: Path) -> None:
    """The line begins with `raise` or `assert`, and something else raises before."""
    sentence = told(tmp_path, line.replace("x.item()", "torch.ones(2).item()").replace("x == x", "torch.ones(2) == 1"))
    assert sentence
    assert not sentence.startswith(NO_ERROR)


def test_a_raise_of_another_file_is_none() -> None:
    """Without a line of the learner's nothing is known of it."""
    assert not raises(None)
    assert not raises(Raised("ValueError", ("ValueError",), "no"))


# ---------------------------------------------------------------- what the code decides


def by_star(x: torch.Tensor) -> torch.Tensor:
    return x * x.mT


def by_two(x: torch.Tensor) -> torch.Tensor:
    return 2 * x + x.mT


def by_function(x: torch.Tensor) -> torch.Tensor:
    return torch.mul(x, x.mT)


def sentence(reference: Answer, answer: Answer, **options: Any) -> str:
    """What a learner with this answer reads."""
    return outcome(trial_of(reference, matrix, **options), answer, "cpu").message.sentence


def test_a_star_between_tensors_is_one() -> None:
    """`@` is offered to who has written `*`, and not where a number is one side of it."""
    assert "the operator is `@`" in sentence(lambda x: x @ x.mT, by_star)
    for other in (by_two, by_function):
        assert sentence(lambda x: x @ x.mT, other) == (
            "Shapes are lined up from the right; each pair of sizes must be equal, or one of them 1."
        )


def slope(x: torch.Tensor) -> Any:
    w = x.clone().requires_grad_()
    (w * w).sum().backward()
    return w.grad


def unrecorded(x: torch.Tensor) -> Any:
    w = x.clone().requires_grad_()
    with torch.no_grad():
        y = (w * w).sum()
    y.backward()
    return w.grad


def under_inference(x: torch.Tensor) -> Any:
    w = x.clone().requires_grad_()
    with torch.inference_mode():
        (w * w).sum().backward()
    return w.grad


def detached(x: torch.Tensor) -> Any:
    w = x.clone().requires_grad_()
    with torch.no_grad():
        w += 0
    (w * w).detach().sum().backward()
    return w.grad


def test_a_block_that_records_nothing_is_one() -> None:
    """The block is named as it is written, where the backward pass or what it starts from stands in it."""
    assert "under `torch.no_grad()` nothing is recorded" in sentence(slope, unrecorded)
    assert "under `torch.inference_mode()` nothing is recorded" in sentence(slope, under_inference)
    assert sentence(slope, detached).startswith("The backward pass found no graph: nothing in this result")


def test_truth_values_are_an_arguments_or_made() -> None:
    """What helps the one does not help the other."""

    def bools(draw: Draw) -> Any:
        yield torch.tensor([True, False])

    made = sentence(lambda x: x.sign(), lambda x: (x > 0) - (x < 0))
    assert made.endswith("`.int()` makes numbers of them.")
    handed_in = outcome(trial_of(lambda x: torch.zeros_like(x), bools), lambda x: x - x, "cpu").message.sentence
    assert handed_in.endswith("This has to work for tensors of dtype bool as well.")


def numpy_root(x: torch.Tensor) -> Any:
    return torch.as_tensor(np.sqrt(x))


def plain_numpy(x: torch.Tensor) -> Any:
    return torch.as_tensor(x.numpy() ** 0.5)


def test_the_function_in_the_place_of_numpys_is_named_where_one_is_called() -> None:
    """Where gradients are checked, NumPy leads nowhere, by whatever way."""
    assert "Take `torch.sqrt` for `np.sqrt`." in sentence(lambda x: torch.sqrt(x), numpy_root, gradient=True)
    told = sentence(lambda x: torch.sqrt(x), plain_numpy, gradient=True)
    assert "Stay with PyTorch here" in told
    assert "`np." not in told


def numpy_mean(x: torch.Tensor) -> Any:
    return np.mean(x)


def axis_of_a_tensor(x: torch.Tensor) -> Any:
    return mean_of(x, axis=0)


def mean_of(x: torch.Tensor, **options: Any) -> torch.Tensor:
    return plain_mean(x, **options)


def plain_mean(x: torch.Tensor) -> torch.Tensor:
    return x.mean()


def test_numpys_arguments_are_not_the_learners() -> None:
    """`np.mean(x)` of a tensor fails over an `axis` that nobody wrote."""
    assert "take `torch.mean` for `np.mean`" in sentence(mean_of, numpy_mean)
    assert sentence(mean_of, axis_of_a_tensor).startswith("`plain_mean` knows no argument called `axis`.")


# ---------------------------------------------------------------- warnings


TARGET_SIZE = "Using a target size (torch.Size([3])) that is different to the input size (torch.Size([3, 1]))"


def test_a_warning_that_tells_why_is_told() -> None:
    """It goes before what the values tell, where it can be the cause."""
    told = meaning_of_warnings((("UserWarning", TARGET_SIZE),))
    assert "different shapes" in told
    assert meaning_of_warnings((("UserWarning", "something else"),)) == ""


def grad_of_a_product(x: torch.Tensor) -> Any:
    w = x.clone().requires_grad_()
    y = w * 2
    y.sum().backward()
    return y.grad


def grad_seen_on_the_way(x: torch.Tensor) -> Any:
    y = x.clone().requires_grad_() * 2
    return (y.detach() if y.grad is None else y).double()


def test_a_warning_explains_no_dtype() -> None:
    """The `.grad` of a tensor that is not a leaf is one; an answer with another dtype has not got that from it."""
    assert "is not a leaf, and it is None" in sentence(slope, grad_of_a_product)
    assert "only the dtype is not" in sentence(lambda x: x * 2, grad_seen_on_the_way)


def returned_error(x: torch.Tensor) -> Any:
    return ValueError("no")


def no_error(x: torch.Tensor) -> Any:
    return x


def refuses(x: torch.Tensor) -> Any:
    raise ValueError("no")


def test_an_exception_that_is_due_and_does_not_come() -> None:
    """One that is given back is told from a result."""
    assert "`raise` in the place of `return`" in sentence(refuses, returned_error)
    assert sentence(refuses, no_error) == "These arguments are an error, and the exercise asks you to raise it."

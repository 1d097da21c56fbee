"""What a learner reads about a wrong answer: the call, what went in and came out, what was due, how to repeat it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from places import TARGET
from runs import FIRST, RIGHT
from trials import Answer, Cases, matrix, matrix_and_copy, outcome, trial_of

from grader.authoring import Draw
from grader.core.observation import Observation, Turn
from grader.core.report import Message
from grader.core.rules import Mismatch
from grader.course.learner_file import LearnerFile
from grader.course.manifest import load_course
from grader.judging.feedback.explain import explain, paste
from grader.judging.judge import Judge
from grader.runtime.devices import choose
from grader.runtime.snapshot import look


def message(reference: Answer, wrong: Answer, cases: Cases = matrix, device: str = "cpu", **options: Any) -> Message:
    """What is said of a wrong answer to an exercise made on the spot."""
    return outcome(trial_of(reference, cases, **options), wrong, device).message


def lines(of: Message) -> list[tuple[str, str, str]]:
    """The rows of a message."""
    return [(row.label, row.text, row.note) for row in of.rows]


def test_the_call_and_its_arguments_come_first() -> None:
    """A message has the call, each argument by its name, what was returned and what should have been."""
    found = message(lambda a, b: a.sum(0), lambda a, b: a.sum(1), matrix_and_copy)
    assert found.call == "exercise(a, b)"
    assert [row.label for row in found.rows] == ["a", "b", "returned", "expected"]
    assert {row.note for row in found.rows[:2]} == {"float32, shape (2, 3)"}
    assert [row.note for row in found.rows[2:]] == ["float32, shape (2,)", "float32, shape (3,)"]


X = ("x", "[[1., 2., 4.], [3., 6., 5.]]", "float32, shape (2, 3)")
SHOWN: list[tuple[str, Answer, Answer, dict[str, Any], list[tuple[str, str, str]]]] = [
    ("type", lambda x: x.sum().item(), lambda x: None, {},
     [("returned", "None", "None"), ("expected", "21.0", "a float")]),
    ("values", lambda x: x[0], lambda x: x[1], {},
     [("returned", "[3., 6., 5.]", ""), ("expected", "[1., 2., 4.]", "3 of 3 differ, most at [1]")]),
    ("a part", lambda x: (x[0, 0], 1), lambda x: (x[0, 0], 2), {},
     [("returned[1]", "2", ""), ("expected[1]", "1", "")]),
    ("mutation", lambda x: x[0] + 0, lambda x: x.zero_()[0] + torch.tensor([1.0, 2.0, 4.0]), {"also": ["unchanged"]},
     [("x after", "[[0., 0., 0.], [0., 0., 0.]]", ""),
      ("expected", "[[1., 2., 4.], [3., 6., 5.]]", "")]),
    ("aliasing", lambda x: x[0] + 0, lambda x: x[0], {"also": ["aliasing"]},
     [("returned", "[1., 2., 4.]", "float32, shape (3,)"),
      ("expected", "the same numbers in memory of their own", "")]),
    ("text", lambda x: print("a"), lambda x: None, {"also": ["text"]},
     [("printed", "(nothing)", ""), ("expected", "a", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "reference", "wrong", "options", "rows"), SHOWN, ids=[row[0] for row in SHOWN])
def test_what_differs_is_what_is_shown(
    name: str, reference: Answer, wrong: Answer, options: dict[str, Any], rows: list[tuple[str, str, str]]
) -> None:
    """Below the arguments stand two rows on the property that differs: what it was, and what it should have been."""
    assert lines(message(reference, wrong, **options)) == [X, *rows]


def test_a_gradient_is_shown_with_its_argument() -> None:
    """A gradient that is not there, or is wrong, stands beside the right one and names the argument."""
    cut = message(lambda x: x.sum(), lambda x: x.detach().sum(), gradient=True)
    assert lines(cut)[1] == ("gradient of x", "None", "")
    assert [row.label for row in cut.rows] == ["x", "gradient of x", "expected"]
    assert cut.rows[2].text.startswith("[[")


def test_an_exception_is_shown_by_its_first_lines() -> None:
    """What was raised stands where the result would, beside the result that was due: up to four lines.

    PyTorch often says what matters in the second one.
    """

    def fails(x: torch.Tensor) -> None:
        raise ValueError("\n\none\n\n  two\nthree\n" + 500 * "4" + "\nfive")

    found = message(lambda x: x[0], fails)
    told = "ValueError: one\n  two\nthree\n" + 299 * "4" + "…"
    assert lines(found)[1:] == [("raised", told, ""), ("expected", "[1., 2., 4.]", "float32, shape (3,)")]


def test_a_failing_backward_pass_is_shown_by_its_first_lines() -> None:
    """The same for an exception that comes with the gradient."""

    class Fails(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            return x.sum()

        @staticmethod
        def backward(ctx: Any, gradient: torch.Tensor) -> Any:
            raise RuntimeError("1\n2\n3\n4\n5")

    found = message(lambda x: x.sum(), Fails.apply, gradient=True)
    assert found.rows[1].text == "RuntimeError: 1\n2\n3\n4"


SORTS: list[tuple[Answer, str]] = [
    (
        lambda x: x.to_sparse(),
        "This is a torch.sparse_coo tensor on cpu. A plain tensor should come back: `.to_dense()`",
    ),
    (lambda x: x.to("meta"), "This is a torch.strided tensor on meta. A plain tensor should come back, and on `meta`"),
    (lambda x: torch.quantize_per_tensor(x, 1.0, 0, torch.quint8), "A plain tensor should come back, with all its"),
]


@pytest.mark.parametrize(("wrong", "sentence"), SORTS)
def test_a_tensor_of_another_sort_is_called_so(wrong: Answer, sentence: str) -> None:
    """Nobody reads that a tensor should be a tensor."""
    assert sentence in message(lambda x: x, wrong).sentence


def test_numbers_get_as_many_digits_as_they_need() -> None:
    """Two values that look alike when rounded are shown with more digits, and no others are."""
    close = message(lambda x: x[0, 0] / 3, lambda x: x[0, 0] / 3 + 1e-5)
    assert [row.text for row in close.rows[1:]] == ["0.333343", "0.333333"]
    far = message(lambda x: x[0, 0] / 3, lambda x: x[0, 1] / 3)
    assert [row.text for row in far.rows[1:]] == ["0.6667", "0.3333"]


def test_the_place_is_told_where_arguments_lie_apart() -> None:
    """Where one argument stays on the CPU of a run on another device, each says where it is."""
    choose(("sim",))

    def apart(draw: Draw) -> Any:
        yield torch.ones(2), draw.on_cpu(torch.ones(2))

    found = message(lambda a, b: a, lambda a, b: 2 * a, apart, "sim")
    assert [row.note for row in found.rows[:2]] == ["float32, shape (2,), on sim", "float32, shape (2,), on cpu"]


def test_a_known_mistake_has_the_word() -> None:
    """The sentence of a known mistake stands in place of what the values alone would tell."""
    zeros, ones = (Observation(returned=look(make(2), torch.device("cpu"))) for make in (torch.zeros, torch.ones))
    mismatch = Mismatch("values", "", "values", zeros.returned, ones.returned, 2, 2, (0,), 1.0)
    found = explain("f", [], mismatch, zeros, ones, "cpu", turn=Turn(0))
    known = explain("f", [], mismatch, zeros, ones, "cpu", turn=Turn(0), known="You know why.")
    assert "all zeros" in found.sentence
    assert (known.sentence, known.rows) == ("You know why.", found.rows)


def test_what_is_still_to_do_is_to_be_finished_first(tmp_path: Path) -> None:
    """An answer that calls another exercise which is only a stub is told so, and not that it raises."""
    text = RIGHT[FIRST].replace("return 2 * x", "return total(x, x)")
    path = tmp_path / f"{FIRST}.py"
    path.write_text(text.replace("return a.sum() + b.sum()", "raise NotImplementedError"))
    course = load_course(TARGET)
    result = Judge(course).check(LearnerFile(course, FIRST, path), "double")
    assert result.outcomes[0].message.sentence == "Finish `total` first: this calls it, and it is still to do."


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("f", Turn(0), "cpu", 0, ""), 'grader.again("f", 0)'),
        (("f", Turn(2), "sim", 0, ""), 'grader.again("f", 2, "sim")'),
        (("f", Turn(0, gradient=True), "cpu", 0, ""), 'grader.again("f", 0, gradient=True)'),
        (("f", Turn(2), "cpu", 7, "a b.py"), "grader.again(\"f\", 2, seed=7, path='a b.py')"),
    ],
)
def test_the_line_to_paste_says_what_is_not_usual(arguments: tuple[str, Turn, str, int, str], line: str) -> None:
    """Gradients, a device that is not the CPU, a seed, a file that is not the course's: only these are named."""
    assert paste(*arguments) == f"import grader; {line}"


def test_the_very_object_that_is_due_is_the_argument() -> None:
    """Where the argument itself should come back, it is named, and not the place where it is missing."""
    trial = trial_of(lambda x: x.mul_(2), matrix, also=["same object", "mutation"])
    found = outcome(trial, lambda x: x.mul_(2).clone(), "cpu")
    assert found.message.rows[-1].text == "`x` itself, the very object"

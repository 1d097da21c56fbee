"""A word about how an answer is written is said of one that is written so, not of one that only behaves the same."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from places import TARGET
from runs import FIRST, RIGHT
from trials import Answer, matrix, outcome, trial_of

from grader.authoring import Draw
from grader.course.learner_file import LearnerFile
from grader.course.manifest import load_course
from grader.judging.feedback.written import Written
from grader.judging.judge import Judge


def sentence(reference: Answer, answer: Answer, **options: Any) -> str:
    """What a learner with this answer reads."""
    return outcome(trial_of(reference, matrix, **options), answer, "cpu").message.sentence


def doubled(x: torch.Tensor) -> torch.Tensor:
    return x * 2


def without_return(x: torch.Tensor) -> None:
    x * 2


def returns_nothing(x: torch.Tensor) -> None:
    return list(x).append(x)


def returns_a_name(x: torch.Tensor) -> Any:
    nothing = None
    return nothing if x.ndim else x


def returns_bare(x: torch.Tensor) -> None:
    x.abs()
    return


def returns_a_pair(x: torch.Tensor) -> Any:
    return tuple([x, None])  # noqa: C409


def prints(x: torch.Tensor) -> None:
    print(x * 2)


def writes(x: torch.Tensor) -> None:
    sys.stdout.write(f"{x}")


def returns_a_method(x: torch.Tensor) -> Any:
    return x.double


def returns_a_lambda(x: torch.Tensor) -> Any:
    return lambda: x * 2


def largest(x: torch.Tensor) -> torch.Tensor:
    return x.max(dim=0).values


def returns_the_pair(x: torch.Tensor) -> Any:
    return x.max(dim=0)


def returns_two(x: torch.Tensor) -> Any:
    return x[0], x[1]


def slope(x: torch.Tensor) -> torch.Tensor:
    return x * 2


def by_autograd(x: torch.Tensor) -> Any:
    w = x.clone().requires_grad_()
    return torch.autograd.grad((w * w).sum(), w)


def in_a_tuple(x: torch.Tensor) -> Any:
    return (x * 2,)


def test_why_nothing_comes_back() -> None:
    """No `return`, a `return` of what gives nothing, or neither: three sentences."""
    assert sentence(doubled, without_return) == "This is None: a function that ends without `return` gives None back."
    assert "that is what `list(x).append(x)` gives back" in sentence(doubled, returns_nothing)
    assert sentence(doubled, returns_a_name) == "This is None and should be a tensor."
    assert sentence(doubled, returns_bare) == "This is None: nothing stands after `return`."


def test_what_holds_a_none_gives_back_more() -> None:
    """A call whose result has a None in it did not give None back."""
    told = outcome(trial_of(lambda x: (x, x), matrix), returns_a_pair, "cpu").message.sentence
    assert told == "This is None and should be a tensor."


def test_a_print_is_one() -> None:
    """Who returns nothing and prints is told what `print` does; who writes elsewhere is not."""
    assert sentence(doubled, prints).endswith("`print` only shows a value.")
    assert "print" not in sentence(doubled, writes)


def test_a_name_without_parentheses_is_one() -> None:
    """A `lambda` that comes back has no name."""
    assert sentence(doubled, returns_a_method).endswith("its name was given without `()`.")
    assert sentence(doubled, returns_a_lambda) == "This is a function and not what it returns."


def test_a_pair_of_values_and_indices_is_one() -> None:
    """`.values` is said to who calls what gives such a pair."""
    assert "take `.values`" in sentence(largest, returns_the_pair)
    assert "`.values`" not in sentence(largest, returns_two)


def test_gradients_in_a_tuple_are_explained_to_who_asked_for_them() -> None:
    """A tuple with the right tensor in it has many sources."""
    assert "`torch.autograd.grad` gives one for each input." in sentence(slope, by_autograd)
    told = sentence(slope, in_a_tuple)
    assert "take that, with `[0]`" in told
    assert "autograd" not in told


def rows(x: torch.Tensor) -> list[torch.Tensor]:
    return list(x)


def first_in_loop(x: torch.Tensor) -> Any:
    for row in x:
        return [row]
    return []


def only_first(x: torch.Tensor) -> list[torch.Tensor]:
    return [x[0]]


def test_a_return_in_a_loop_is_one() -> None:
    """A list of one item without a loop is only too short."""
    assert "A `return` inside a loop ends it in its first round." in sentence(rows, first_in_loop)
    assert "`return`" not in sentence(rows, only_first)


def fill(x: torch.Tensor) -> None:
    x.zero_()


def rebinds(x: torch.Tensor) -> None:
    x = x * 0


def does_nothing(x: torch.Tensor) -> None:
    x * 0


def test_a_new_name_for_a_tensor_is_one() -> None:
    """Where nothing is rebound, nothing is said of it."""
    assert "`x = x + …` gives the name to a new tensor" in sentence(fill, rebinds, also=["mutation"])
    told = sentence(fill, does_nothing, also=["mutation"])
    assert "gives the name" not in told
    assert "`x` itself should have changed" in told


def columns(x: torch.Tensor) -> torch.Tensor:
    return x.cumsum(dim=0)


def other_dim(x: torch.Tensor) -> torch.Tensor:
    return x.cumsum(dim=1)


def by_hand(x: torch.Tensor) -> torch.Tensor:
    return torch.stack([torch.stack([row[: i + 1].sum() for i in range(len(row))]) for row in x])


def test_a_dimension_that_is_named_is_one() -> None:
    """`dim` is explained to those who use it."""
    assert "`dim` names the dimension" in sentence(columns, other_dim)
    told = sentence(columns, by_hand)
    assert told.startswith("This is right along the other dimension")
    assert "`dim`" not in told


@pytest.mark.parametrize(
    "body", ["raise NotImplementedError\n    return 2 * x", "2 * x\n    raise NotImplementedError()"]
)
def test_the_stubs_line_that_was_left_is_told(body: str, tmp_path: Path) -> None:
    """Above an answer, or below one that has no `return`."""
    path = tmp_path / f"{FIRST}.py"
    path.write_text(RIGHT[FIRST].replace("return 2 * x", body))
    course = load_course(TARGET)
    result = Judge(course).check(LearnerFile(course, FIRST, path), "double")
    assert "The stub's line `raise NotImplementedError` still stands" in result.outcomes[0].message.sentence


def raises_for_itself(x: torch.Tensor) -> torch.Tensor:
    return helper_that_raises(x)


def helper_that_raises(x: torch.Tensor) -> torch.Tensor:
    error = NotImplementedError
    raise error


def test_another_such_exception_is_not_the_stubs_line() -> None:
    """One that a helper raises."""
    assert "still stands" not in sentence(doubled, raises_for_itself)


def test_functions_within_are_others() -> None:
    """What an inner function returns, or raises, is not what the answer does."""
    (node,) = ast.parse("def f(x):\n    def g():\n        return 1\n    for i in x:\n        g()").body
    assert isinstance(node, ast.FunctionDef)
    written = Written(node)
    assert (written.has_no_return, written.returns_in_first_round, written.raise_left) == (True, False, 0)
    assert not Written().has_no_return


def test_the_function_that_made_float32_is_named_where_it_stands() -> None:
    """A dtype is told with what made it, and not where that was told one, or something else made it."""

    def wide(x: torch.Tensor) -> torch.Tensor:
        return x.double()

    def into_zeros(x: torch.Tensor) -> torch.Tensor:
        made = torch.zeros(x.shape, device=x.device)
        made[:] = x
        return made

    def into_like(x: torch.Tensor) -> torch.Tensor:
        return torch.zeros(x.shape, dtype=torch.float64, device=x.device).to(x) + x

    assert "`torch.zeros` makes that unless `dtype=` says otherwise." in sentence(wide, into_zeros)
    assert sentence(wide, into_like) == "The numbers are right; only the dtype is not: float32 where float64 should be."


def test_who_writes_in_place_is_not_told_how_to() -> None:
    """Of two answers that leave the second tensor alone, one shows that its author knows how to change the first."""

    def two(draw: Draw) -> Any:
        yield [draw.integers(2, low=1), draw.integers(3, low=1)]

    def both(xs: list[torch.Tensor]) -> None:
        for x in xs:
            x.zero_()

    def first(xs: list[torch.Tensor]) -> None:
        xs[0].zero_()

    def first_otherwise(xs: list[torch.Tensor]) -> None:
        torch.mul(xs[0], 0, out=xs[0])

    def told(answer: Answer) -> str:
        return outcome(trial_of(both, two, also=["mutation"]), answer, "cpu").message.sentence

    assert "Your function writes in place, but not to this one" in told(first)
    assert "methods that end in `_` change a tensor in place" in told(first_otherwise)

"""Whether a wrong answer is told by the sentence of a known mistake: where it behaves the same on every case."""

from __future__ import annotations

from typing import Any

import torch
from trials import COURSE, GIVEN, Answer, outcome

from grader.authoring import Chapter, Draw
from grader.judging.judge import Judge
from grader.judging.live import LiveTrial


def mistaken(answer: Answer, *mistakes: Answer, device: str = "cpu") -> tuple[str, str]:
    """The mistake that an answer is taken for, and the sentence; it should return x, for a small x and a large one."""
    chapter = Chapter("chapter.py")

    @chapter.exercise(hints=[])
    def exercise(draw: Draw) -> Any:
        yield torch.tensor([2.0, 3.0])
        yield torch.tensor([5.0, 7.0])

    for mistake in mistakes:
        chapter.mistake(exercise)(mistake)
    found = outcome(LiveTrial(exercise, lambda x: x, 0, GIVEN.__getitem__), answer, device)
    assert found.verdict == "failed"
    return found.mistake, found.message.sentence


def one_more(x: torch.Tensor) -> torch.Tensor:
    """You added one."""
    return x + 1


def two_for_large(x: torch.Tensor) -> torch.Tensor:
    """You added two where x is large."""
    return x + (2 if x.max() > 3 else 1)


def one_more_in_place(x: torch.Tensor) -> torch.Tensor:
    """You wrote into x."""
    return x.add_(1)


def no_such_dimension(x: torch.Tensor) -> torch.Tensor:
    """You asked for a dimension that x does not have."""
    return x.sum(1)


def test_the_same_behaviour_is_told_by_its_sentence(device: str) -> None:
    """However it is written, an answer that does what a known mistake does gets that mistake's sentence."""
    assert mistaken(lambda x: 1 - (-x), one_more, two_for_large, device=device) == ("one_more", "You added one.")


def test_the_case_that_failed_is_not_enough(device: str) -> None:
    """A mistake that is the same on the first case and another on the second is not the learner's."""
    assert mistaken(one_more, two_for_large, device=device) != ("two_for_large", "You added two where x is large.")
    assert mistaken(two_for_large, one_more, two_for_large, device=device)[0] == "two_for_large"


def test_nothing_is_said_where_two_would_fit() -> None:
    """Two mistakes that cannot be told apart are none, unless they have the same sentence."""
    assert mistaken(one_more, one_more, one_more_in_place)[0] == ""

    def again(x: torch.Tensor) -> torch.Tensor:
        """You added one."""
        return 1 + x

    assert mistaken(one_more, one_more, again) == ("one_more", "You added one.")


def test_a_second_mistake_does_not_switch_a_sentence_off(device: str) -> None:
    """Who does as a mistake does where that is wrong, mostly, is told so; it is not counted as that one."""
    chapter = Chapter("chapter.py")

    @chapter.exercise(hints=[])
    def exercise(draw: Draw) -> Any:
        for size in (2, 3, 4, 5):
            yield torch.arange(1.0, size + 1)

    chapter.mistake(exercise)(one_more)

    def told(answer: Answer) -> tuple[str, bool]:
        """The mistake that is told, and whether its sentence is."""
        trial = LiveTrial(exercise, lambda x: x, 0, GIVEN.__getitem__)
        found = outcome(trial, answer, device)
        return found.mistake, found.message.sentence == "You added one."

    assert told(lambda x: x + 1) == ("one_more", True)
    assert told(lambda x: x + 1 if len(x) < 5 else x * 2) == ("", True)
    assert told(lambda x: x + 1 if len(x) < 5 else x) == ("", True)
    assert told(lambda x: x + 1 if len(x) < 3 else x * 2) == ("", False)


def test_what_a_sentence_says_of_the_code_must_be_there(device: str) -> None:
    """Of two mistakes that behave the same, the one whose code is the learner's speaks, else the general one."""
    chapter = Chapter("chapter.py")

    @chapter.exercise(hints=[])
    def exercise(draw: Draw) -> Any:
        yield torch.tensor([2.0, 3.0])

    @chapter.mistake(exercise, written=r"torch\.add\(")
    def by_add(x: torch.Tensor) -> torch.Tensor:
        """`torch.add` has added one."""
        return torch.add(x, 1)

    def told(answer: Answer) -> tuple[str, str]:
        """The mistake that is told, and its sentence."""
        trial = LiveTrial(exercise, lambda x: x, 0, GIVEN.__getitem__)
        found = outcome(trial, answer, device)
        return found.mistake, found.message.sentence

    def names_it_in_a_comment(x: torch.Tensor) -> torch.Tensor:
        """Not by torch.add(x, 1)."""
        return x + 1  # and not by torch.add(x, 1)

    assert told(by_add) == ("by_add", "`torch.add` has added one.")
    assert told(names_it_in_a_comment)[0] == told(lambda x: x + 1)[0] == ""
    chapter.mistake(exercise)(one_more)
    assert told(by_add)[0] == "by_add"
    assert told(names_it_in_a_comment)[0] == "one_more"


def test_what_says_more_goes_before_in_most_calls_too() -> None:
    """Of two mistakes that the answer does as mostly, the one whose code is the learner's speaks."""
    chapter = Chapter("chapter.py")

    @chapter.exercise(hints=[])
    def exercise(draw: Draw) -> Any:
        for size in (2, 3, 4, 5):
            yield torch.arange(1.0, size + 1)

    @chapter.mistake(exercise, written=r"torch\.add\(")
    def by_add(x: torch.Tensor) -> torch.Tensor:
        """`torch.add` has added one."""
        return torch.add(x, 1)

    chapter.mistake(exercise)(one_more)

    def by_add_and_more(x: torch.Tensor) -> torch.Tensor:
        return torch.add(x, 1) if len(x) < 5 else x * 2

    def by_plus_and_more(x: torch.Tensor) -> torch.Tensor:
        return x + 1 if len(x) < 5 else x * 2

    def told(answer: Answer) -> tuple[str, str]:
        """The mistake that is told, and its sentence."""
        found = outcome(LiveTrial(exercise, lambda x: x, 0, GIVEN.__getitem__), answer, "cpu")
        return found.mistake, found.message.sentence

    assert told(by_add_and_more) == ("", "`torch.add` has added one.")
    assert told(by_plus_and_more) == ("", "You added one.")


def test_an_exception_is_known_by_what_it_says() -> None:
    """An error of the same type that says something else is no known mistake that raises one too."""

    def of_another_dimension(x: torch.Tensor) -> torch.Tensor:
        return x.mean(2)

    def of_another_kind(x: torch.Tensor) -> torch.Tensor:
        raise IndexError("list index out of range")

    assert mistaken(of_another_dimension, no_such_dimension)[0] == "no_such_dimension"
    assert mistaken(of_another_kind, no_such_dimension)[0] == ""
    assert mistaken(one_more, no_such_dimension)[0] == ""


def test_the_names_in_an_exception_count() -> None:
    """That a list has no `add` is not that a tuple has no `item`, though one sentence explains both."""

    def number_of_a_tuple(x: torch.Tensor) -> Any:
        """A tuple has no `item`."""
        return (x,).item()  # type: ignore[attr-defined]

    def added_to_a_list(x: torch.Tensor) -> Any:
        return [x].add(x)  # type: ignore[attr-defined]

    assert mistaken(number_of_a_tuple, number_of_a_tuple)[0] == "number_of_a_tuple"
    assert mistaken(added_to_a_list, number_of_a_tuple)[0] == ""


def test_a_gradient_is_cleared_by_none_and_by_zeros_alike() -> None:
    """Who clears in the other way than the known mistake does the same: neither way is asked for."""
    chapter = Chapter("chapter.py")

    @chapter.exercise(hints=[], also=["mutation", "grad"])
    def exercise(draw: Draw) -> Any:
        yield draw.parameter(torch.tensor([2.0]))

    def right(w: torch.Tensor) -> float:
        (w * w).sum().backward()
        w.grad.zero_()  # type: ignore[union-attr]
        return 1.0

    @chapter.mistake(exercise)
    def by_none(w: torch.Tensor) -> float:
        """You return two."""
        return 2.0

    def by_zeros(w: torch.Tensor) -> float:
        return 2 * right(w)

    trial = LiveTrial(exercise, right, 0, GIVEN.__getitem__)
    assert outcome(trial, by_none, "cpu").mistake == outcome(trial, by_zeros, "cpu").mistake == "by_none"
    assert outcome(trial, lambda w: 2 * (w * w).sum().backward() or 2.0, "cpu").mistake == ""


def test_a_scale_of_another_shape_still_compares(device: str) -> None:
    """A known mistake may return another shape than the reference, whose shape the scale has."""
    chapter = Chapter("chapter.py")

    @chapter.exercise(hints=[], scale=lambda x: x.abs().sum(0))
    def exercise(draw: Draw) -> Any:
        yield draw.integers(2, 3)

    @chapter.mistake(exercise)
    def by_rows(x: torch.Tensor) -> torch.Tensor:
        """The other dimension."""
        return x.sum(1)

    trial = LiveTrial(exercise, lambda x: x.sum(0), 0, GIVEN.__getitem__)
    assert outcome(trial, lambda x: x.sum(1), device).mistake == "by_rows"
    assert outcome(trial, lambda x: x.sum(1) + 1, device).mistake == ""


def test_elsewhere_a_mistake_is_the_one_of_the_cpu_or_none() -> None:
    """What an answer does on the CPU has ruled all other mistakes out, even where it does the same as one of them."""
    chapter = Chapter("chapter.py")

    @chapter.exercise(hints=[])
    def exercise(draw: Draw) -> Any:
        yield draw.integers(2, 3)

    @chapter.mistake(exercise)
    def one_more(x: torch.Tensor) -> torch.Tensor:
        """One too many."""
        return x + 1

    @chapter.mistake(exercise)
    def twice(x: torch.Tensor) -> torch.Tensor:
        """Twice as much."""
        return x * 2

    @chapter.mistake(exercise, on="accelerator")
    def nothing(x: torch.Tensor) -> torch.Tensor:
        """Only zeros there."""
        return x if x.is_cpu else x * 0

    trial = LiveTrial(exercise, lambda x: x, 0, GIVEN.__getitem__)
    judge = Judge(COURSE, ("cpu", "sim"))

    def told(on_cpu: Answer, on_sim: Answer) -> tuple[str, str]:
        """The mistakes that are told of an answer which does this on the CPU and that elsewhere."""

        def answer(x: torch.Tensor) -> Any:
            return (on_cpu if x.is_cpu else on_sim)(x)

        first = judge.outcome(trial, answer, "cpu")
        return first.mistake, judge.outcome(trial, answer, "sim", on_cpu=first).mistake

    assert told(one_more, one_more) == ("one_more", "one_more")
    assert told(one_more, twice) == ("one_more", "")
    assert told(lambda x: x + 2, twice) == ("", "")
    assert told(lambda x: x, nothing) == ("", "nothing")
    assert told(lambda x: x, twice) == ("", "")

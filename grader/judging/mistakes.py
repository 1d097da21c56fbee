"""Whether a wrong answer behaves like a known mistake: the same on every case, not only on the one that failed.

Nothing here runs before a check has failed, and a mistake runs only as long as it has not behaved differently.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable

from grader.core.observation import Observation, Raised, Turn
from grader.core.report import Outcome
from grader.core.rules import Mismatch, Rules
from grader.core.values import Array
from grader.judging.compare.observations import compare
from grader.judging.feedback.exceptions import meaning
from grader.judging.feedback.written import NOT_SEEN, Written
from grader.judging.reference import Differences, KnownMistake, Meanwhile, Trial


def known_mistake(
    trial: Trial,
    device: str,
    failed: Turn,
    see: Callable[[Turn, Meanwhile], Observation],
    on_cpu: Outcome | None,
    written: Written = NOT_SEEN,
) -> KnownMistake | None:
    """The mistake that cannot be told apart from the answer, else, without its name, one that nearly cannot.

    None where there is neither, or several. `see` observes the learner in a call, and is told what to do meanwhile;
    `failed` is the one that is known to fail, `on_cpu` the outcome on the CPU where there is one, `written` how the
    answer is written.
    """

    def observe_others(turn: Turn) -> None:
        trial.expected(turn, device)
        for mistake in left:
            trial.mistaken(mistake.name, turn, device)

    def like(turn: Turn, some: list[KnownMistake]) -> list[KnownMistake]:
        """Those of some mistakes that behave the same in one call."""
        got = see(turn, functools.partial(observe_others, turn))
        # either may show more than the other: what is compared is only what the second one shows
        rules = dataclasses.replace(trial.rules(turn, device), mentions=())
        if got.raised is None and len(some) > 1:  # this alone rules most of them out
            mine = differences(got, trial.expected(turn, device), rules)
            some = [m for m in some if differences_of(m, trial, turn, device, rules) == mine]
        return [m for m in some if same_behaviour(got, trial.mistaken(m.name, turn, device), rules)]

    left = [m for m in trial.mistakes if may_be(m, device, on_cpu) and (not m.written or written.holds(m.written))]
    left = at_first = like(failed, left)
    others = [turn for turn in trial.turns(device) if turn != failed]
    for turn in others:
        left = like(turn, left) if left else []
    if left or not at_first:
        return the_one(left, error_text(see(failed, functools.partial(observe_others, failed))), trial, failed, device)

    def nearly(mistake: KnownMistake) -> bool:
        """Whether the answer does as the mistake does in most of the calls in which that is wrong at all."""
        rules = {turn: dataclasses.replace(trial.rules(turn, device), mentions=()) for turn in others}
        wrong = [turn for turn in others if differences_of(mistake, trial, turn, device, rules[turn])]
        return 0 < len(wrong) <= 2 * sum(bool(like(turn, [mistake])) for turn in wrong)

    left = at_first if see(failed, str).raised is None else []
    found = more_telling([mistake for mistake in left if nearly(mistake)])
    return dataclasses.replace(found[0], name="") if len({mistake.sentence for mistake in found}) == 1 else None


def the_one(left: list[KnownMistake], text: str, trial: Trial, failed: Turn, device: str) -> KnownMistake | None:
    """The one of several mistakes that behave the same, with the `text` of the exception if there is one."""
    left = more_telling(left)
    if len({mistake.sentence for mistake in left}) > 1:
        # exceptions of one type are the same behaviour; where that leaves several, their texts may tell
        texts = [mistake for mistake in left if error_text(trial.mistaken(mistake.name, failed, device)) == text]
        left = texts if len({mistake.sentence for mistake in texts}) == 1 else []
    return left[0] if left else None


def more_telling(left: list[KnownMistake]) -> list[KnownMistake]:
    """Those of some mistakes whose sentences say how the answer is written; all of them where none does."""
    return [mistake for mistake in left if mistake.written] or left


def may_be(mistake: KnownMistake, device: str, on_cpu: Outcome | None) -> bool:
    """Whether a mistake can be what fails on this device: elsewhere than on the CPU, it has to be what it is there."""
    if device == "cpu":
        return mistake.on == "every device"
    if on_cpu is None:
        return True
    return mistake.on == "accelerator" if on_cpu.passed else mistake.name == on_cpu.mistake


def same_behaviour(got: Observation, mistake: Observation, rules: Rules) -> bool:
    """Whether two observations are the same behaviour: exceptions by what they say, all else as any answer is held."""
    if got == mistake:  # to the last bit, which is soon seen
        return True
    if (got.raised is None) != (mistake.raised is None):
        return False
    if got.raised is not None and mistake.raised is not None:
        return got.raised.type == mistake.raised.type and gist(got.raised) == gist(mistake.raised)
    found = [*compare(got, mistake, rules), *compare(mistake, got, rules)]
    return all(map(both_cleared, found))


def both_cleared(mismatch: Mismatch) -> bool:
    """Whether it is only that a `.grad` is None in one observation and zeros in the other: it is cleared either way."""
    zeros = isinstance(mismatch.got, Array) and not bool((mismatch.got.data != 0).any())
    return mismatch.where.endswith(".grad") and mismatch.expected is None and zeros


def differences(got: Observation, expected: Observation, rules: Rules) -> Differences:
    """In what an observation differs from the expected one, and where."""
    return tuple((m.aspect, m.where, m.problem) for m in compare(got, expected, rules))


def differences_of(mistake: KnownMistake, trial: Trial, turn: Turn, device: str, rules: Rules) -> Differences:
    """In what a mistake differs from what is expected, worked out once."""
    key = (mistake.name, turn, device)
    if key not in trial.differences:
        seen, expected = trial.mistaken(mistake.name, turn, device), trial.expected(turn, device)
        trial.differences[key] = differences(seen, expected, rules)
    return trial.differences[key]


def gist(raised: Raised) -> str:
    """What an exception says, in so far as it is the same each time: many errors of one type have nothing in common.

    The text of a type that people raise themselves is theirs to word, so it says nothing unless PyTorch wrote it.
    """
    if known := meaning(raised.text):  # with its names: a `tuple` without `item` is no `dict` without `append`
        return known
    if raised.type in ("ValueError", "AssertionError", "Exception"):
        return ""
    return re.sub(r"0x[0-9a-f]+|[\d.,]+|'[^']*'", "", raised.text).strip()


def error_text(observation: Observation) -> str:
    """The text of an exception, nothing where there was none."""
    return observation.raised.text if observation.raised is not None else ""

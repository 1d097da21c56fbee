"""Answers as beginners write them first, in two rounds, and what two readers think of what they are told.

Each reader saw the exercise's text, the answer and the message, and nothing of how it was found. `fits`: it says what
is wrong, or what to change. `vague`: true, but it does not say what to change. `bare`: there is no sentence.
`misleads`: it says what is not so of this answer, or sends its author the wrong way.

`python tests/test_beginners.py` writes the messages as they are now into the file of judgements; where a sentence is
another one, it has to be judged again and says `?`.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from answers import Answer, Learner, answers
from places import TESTS

ROUNDS = [answer for name in ("round1", "round2") for answer in answers(TESTS / "beginners" / f"{name}.txt")]
FILE = TESTS / "beginners" / "judgements.txt"
WORST = ("fits", "vague", "bare", "misleads")
"""From the best judgement to the worst."""
PASSES = "(passes)"


@dataclass(frozen=True)
class Judged:
    """What an answer is told, and what each reader thinks of that."""

    answer: str
    sentence: str
    readers: tuple[str, ...]

    @property
    def worse(self) -> str:
        """Where the readers differ, the worse counts."""
        return max(self.readers, key=WORST.index)

    def __str__(self) -> str:
        return f"{self.answer}\n  {self.sentence}\n  {' '.join(self.readers)}\n"


def read() -> dict[str, Judged]:
    """The file of judgements: a line with the answer, one with the sentence, one with a word of each reader."""
    found = re.findall(r"^(\S+)\n  (.*)\n  (.*)\n", FILE.read_text(encoding="utf-8"), re.MULTILINE)
    return {answer: Judged(answer, sentence, tuple(readers.split())) for answer, sentence, readers in found}


def sentence_of(learner: Learner, answer: Answer) -> str:
    """What an answer is told."""
    outcome = learner.told(answer)
    return PASSES if outcome is None else outcome.message.sentence or "(none)"


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Learner:
    """One for all answers."""
    return Learner(tmp_path_factory.mktemp("learner"))


@pytest.mark.parametrize("answer", ROUNDS, ids=str)
def test_what_is_said_was_judged(learner: Learner, answer: Answer) -> None:
    """Each answer is told what the readers have read, and misleads nobody."""
    judged = read()[str(answer)]
    assert sentence_of(learner, answer) == judged.sentence
    assert len(judged.readers) == 2
    assert set(judged.readers) <= set(WORST)
    assert judged.worse != "misleads"
    assert (judged.worse == "bare") == (judged.sentence == "(none)")


@pytest.mark.parametrize("answer", list(answers(TESTS / "beginners" / "rows.txt")), ids=str)
def test_what_was_told_wrongly_or_not_at_all(learner: Learner, answer: Answer) -> None:
    """Answers that once read something untrue, or nothing, are told what the heading says."""
    assert answer.note in sentence_of(learner, answer)


def test_all_are_rejected_but_one() -> None:
    """A closed formula is right by its values, and told that it avoids the lesson."""
    passing = [judged.answer for judged in read().values() if judged.sentence == PASSES]
    assert passing == ["round2-slope_of_parabola"]


def test_most_have_a_sentence() -> None:
    """At least nine of ten are told something, and there are no judgements of anything else."""
    judged = read()
    assert list(judged) == [str(answer) for answer in ROUNDS]
    assert sum(one.worse == "bare" for one in judged.values()) <= len(ROUNDS) // 10


def write() -> None:
    """Write the file anew: what is judged and still said is kept."""
    old = read() if FILE.is_file() else {}
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(Path(folder))
        new = []
        for answer in ROUNDS:
            sentence = sentence_of(learner, answer)
            kept = old.get(str(answer))
            readers = kept.readers if kept and kept.sentence == sentence else ("?", "?")
            new.append(Judged(str(answer), sentence, readers))
    FILE.write_text("\n".join(map(str, new)), encoding="utf-8")


if __name__ == "__main__":
    write()

"""What an author yields, as the case that is made of it."""

from __future__ import annotations

from drawn import CPU, plain_objects
from hypothesis import given

from grader.judging.declare import freeze
from grader.runtime.snapshot import Maker


@given(plain_objects)
def test_a_case_holds_what_an_author_yields(thing: object) -> None:
    """Freezing an argument and making it gives the same values, a `torch.Size` as the tuple that it is."""
    frozen = freeze(thing)
    assert freeze(Maker(CPU).make(frozen)) == frozen

"""A heading stands above what is printed, once, and only where something is."""

from __future__ import annotations

import io
import sys

import pytest

from grader.runtime.headed import headed


def test_it_stands_once_above_the_first_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Also where the first print writes nothing yet; the stream is the same object, and itself again afterwards."""
    stream = sys.stdout
    with headed("[cpu]"):
        print("", end="")
        print("one")
        assert sys.stdout is stream
        print("two")
    with headed("[sim]"):
        sys.stdout.writelines(["three\n"])
    with headed("[none]"):
        pass
    print("four")
    assert capsys.readouterr().out == "[cpu]\none\ntwo\n[sim]\nthree\nfour\n"
    assert "write" not in vars(stream)


class Narrow:
    """A stream that cannot be changed."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        self.kept = io.StringIO()

    def write(self, text: str) -> int:
        return self.kept.write(text)


def test_a_stream_that_cannot_be_changed_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed arrives all the same."""
    narrow = Narrow()
    monkeypatch.setattr(sys, "stdout", narrow)
    with headed("[cpu]"):
        print("one")
    assert narrow.kept.getvalue() == "one\n"

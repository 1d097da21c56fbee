"""Texts of learners, made fit to be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import HOSTILE, MIXED, REPORTS, outcome, report, result

from grader.core.report_json import report_to_json
from grader.reporters.limits import TEXT_CHARACTERS
from grader.reporters.sanitize import cut, plain, sanitized


@given(st.text(st.characters(exclude_categories=())))
def test_a_plain_text_can_be_encoded_and_holds_no_control(text: str) -> None:
    """Of all characters, lone surrogates among them, those that act on a terminal are gone."""
    found = plain(text)
    found.encode()
    assert all(letter in "\n\t" or letter.isprintable() or ord(letter) > 0x9F for letter in found)
    assert plain(found) == found


def test_line_ends_become_one_kind() -> None:
    """Windows' and old Macintosh's line ends are line ends, and an escape is no escape any more."""
    assert plain("a\r\nb\rc\n\td\x1b[31me\u202ef\x00") == "a\nb\nc\n\td\ufffd[31me\ufffdf\ufffd"


@pytest.mark.parametrize("name", REPORTS)
def test_a_sanitized_report_stays_as_it_is(name: str) -> None:
    """What is fit to be shown comes back equal, and score and verdicts never change."""
    found = sanitized(REPORTS[name])
    assert sanitized(found) == found
    assert (found.score, found.possible) == (REPORTS[name].score, REPORTS[name].possible)
    assert [r.verdict for r in found.results] == [r.verdict for r in REPORTS[name].results]
    assert sanitized(MIXED) == MIXED


def test_every_text_of_a_report_is_reached() -> None:
    """Names, files, messages, output and notes: no lone surrogate and no escape is left in any of them."""
    found = report_to_json(sanitized(REPORTS["hostile"]))
    assert HOSTILE.count("\x1b") == 2
    for bad in ("\\u001b", "\\ud800", "\\u0000", "\\u202e"):
        assert bad in report_to_json(REPORTS["hostile"])
        assert bad not in found


def test_an_endless_text_ends_and_says_so() -> None:
    """What a learner prints without end is cut once, for all views, and the views say how much is missing."""
    text = sanitized(report(result("a", outcome("failed", "x" * 50_000)))).results[0].outcomes[0].output
    assert text == "x" * TEXT_CHARACTERS + "\n[46,000 more characters were cut]"


def test_a_cut_never_tears_a_character() -> None:
    """Bytes are counted, characters are kept whole."""
    assert cut("größe", 7) == "größe"
    assert cut("größe", 3) == "gr\n[3 more characters were cut]"

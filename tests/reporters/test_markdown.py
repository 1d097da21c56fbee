"""A report as Markdown: what it says, that learners cannot write in it, and that it fits."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers import outside
from reports import MIXED, REPORTS, outcome, report, result, whole

from grader.core.report import Message, Outcome
from grader.reporters.base import Scene
from grader.reporters.markdown import code, failures, fence, markdown
from grader.reporters.terminal_report import TerminalReporter


def test_it_says_what_there_is_to_know() -> None:
    """Score, a row per chapter, the failures with their messages and output, notes and the seed."""
    text = markdown(MIXED)
    assert "## `A course`: 37 of 100" in text
    assert "score: 37 of 100 (3 of 8 points, on cpu and sim)" in text
    assert "| `ex01_sums` | 1 of 2 | 1 | 0 | 3 of 4 |" in text
    assert "| `ex02_products` | 0 of 2 | 1 | 1 | 0 of 4 |" in text
    assert "| together | 1 of 4 | 2 | 1 | 3 of 8 |" in text
    assert "**`b`** failed\n\n```text\nexercises/ex01_sums.py:31" in text
    assert "It printed:\n\n```text\none\ntwo\n```" in text
    assert "It printed on sim:\n\n```text\non sim\n```" in text
    assert "What this run could not do:\n\n```text\nThe network is not closed.\n```" in text
    assert text.endswith("Seed 7, version `1.0` of the course.\n")


REMARKED = report(
    result("a", Outcome("", "cpu", "passed", Message(sentence="Right. Try `b`.")), outcome("passed", device="sim")),
    result("b", Outcome("", "cpu", "passed", Message(sentence="Right. Try it.")), outcome("failed", "x", device="sim")),
    result("c", outcome("passed"), outcome("passed", device="sim")),
)


def test_a_remark_on_what_passes_stands_once() -> None:
    """What is said of an exercise that passes is told, but not where it fails on another device."""
    text = markdown(REMARKED)
    assert "### Right, and worth another try\n\n```text\na: Right. Try `b`.\n```" in text
    assert text.count("Right. Try") == 1
    assert "Right, and worth" not in markdown(MIXED)
    lines = list(TerminalReporter().report([REMARKED], Scene(datetime.now())))
    assert [line for line in lines if "Right." in str(line)] == [(("a: Right. Try `b`.", "plain"),)]


def test_a_submission_that_cannot_be_read_says_why() -> None:
    """The reason stands once, above the table, and not 78 times."""
    text = markdown(REPORTS["not loaded"])
    assert text.count("ada.zip is no archive.") == 1
    assert "### What to look at first" not in text
    assert "| together | 0 of 78 | 78 | 0 |" in text


def test_to_do_is_no_failure() -> None:
    """A fresh copy shows its table and nothing else."""
    assert failures(REPORTS["all to do"]) == []
    assert "```" not in markdown(REPORTS["all to do"])


def test_what_is_not_shown_is_counted() -> None:
    """Ten failures are shown, and the rest is said to be there."""
    text = markdown(report(*whole("failed", "x")))
    assert text.count("\n**`") == 10
    assert "68 more not shown here" in text


def test_a_chapter_that_cannot_be_loaded_is_told_once() -> None:
    """Equal messages of one file stand together under all their names."""
    (found,) = failures(report(*(result(f"e{n}", outcome("not loaded")) for n in range(7))))
    assert found.names == "e0, e1, e2, e3, e4 and 2 more"


@pytest.mark.parametrize("name", REPORTS)
def test_it_fits_and_can_be_written(name: str) -> None:
    """Below GitHub's 1 MiB with every row of the table, whatever the messages are."""
    text = markdown(REPORTS[name])
    assert len(text.encode("utf-8")) < 1 << 20
    chapters = {result.chapter for result in REPORTS[name].results}
    assert all(f"| `{chapter}` |" in text for chapter in chapters)


@pytest.mark.parametrize("name", ["hostile", "hostile problem"])
def test_learners_write_no_markdown(name: str) -> None:
    """What they wrote is there, and all of it in blocks and spans that it cannot leave."""
    text = markdown(REPORTS[name])
    assert "LEARNER" in text
    assert "LEARNER" not in outside(text)
    assert "<" not in outside(text)


@given(st.text(alphabet="`~ \n\ta|<\\"))
def test_no_text_leaves_its_block_or_span(text: str) -> None:
    """Whatever backticks it has; a bar in a span does not end the cell of a table either."""
    assert outside(f"{fence(text)}\nafter") == "after"
    span = code(text)
    assert "\n" not in span
    assert outside(f"{span} after") in (" after", "(no name) after")
    assert not re.search(r"(?<!\\)\|", span)


def test_a_block_as_bad_as_can_be_is_bounded() -> None:
    """A text of backticks alone needs fences as long as itself; ten such failures still fit."""
    results = (result(f"e{n}", outcome("failed", f"{n}{'`' * 100_000}")) for n in range(78))
    text = markdown(report(*results, notes=("`" * 100_000,) * 10))
    assert len(text.encode()) < 1 << 20
    assert "`" not in outside(text)

"""A class as CSV that a spreadsheet reads and does not run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import MIXED, REPORTS, report, whole

from grader.core.report import Report
from grader.reporters.gradebook import gradebook_header, gradebook_row
from grader.reporters.sanitize import plain

CATALOGUE = {"ex01_sums": ["a", "b"], "ex02_products": ["c", "d", "e"], "ex03_more": ["f"]}


def read(text: str) -> list[list[str]]:
    """The cells as any reader of CSV sees them."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_points_stand_under_their_names() -> None:
    """Per chapter and per exercise; what was skipped everywhere or not run is empty, what failed is 0."""
    (names,), (cells,) = read(gradebook_header(CATALOGUE)), read(gradebook_row(MIXED, CATALOGUE))
    assert dict(zip(names, cells, strict=True)) == {
        "name": "ada", "score": "37", "points": "3", "possible": "8", "ex01_sums": "3", "ex02_products": "0",
        "ex03_more": "", "ex01_sums.a": "3", "ex01_sums.b": "0", "ex02_products.c": "0", "ex02_products.d": "0",
        "ex02_products.e": "", "ex03_more.f": "", "problem": "",
    }  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_one_record(name: str) -> None:
    """As wide as the header, in UTF-8, every field quoted, and its chapters add up to its points."""
    catalogue: dict[str, list[str]] = {}
    for result in REPORTS[name].results:
        catalogue.setdefault(result.chapter, []).append(result.exercise)
    text = gradebook_row(REPORTS[name], catalogue)
    text.encode("utf-8")
    (names,), (cells,) = read(gradebook_header(catalogue)), read(text)
    assert len(cells) == len(names)
    assert sum(int(points or 0) for points in cells[4 : 4 + len(catalogue)]) == REPORTS[name].earned
    assert (text[0], text[-3:]) == ('"', '"\r\n')


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n\t"')))
def test_a_name_is_one_cell_that_is_no_formula(name: str) -> None:
    """Names with quotes, commas and line ends come back whole; nothing begins as a formula does."""
    (cells,) = read(gradebook_row(Report("c", "1", 0, (), (), submission=name, problem=name), {}))
    assert cells[0] == cells[-1]
    assert plain(name) in (cells[0], cells[0][1:])
    assert cells[0].lstrip()[:1] not in tuple("=+-@")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\n=1", "\tx", "\r=1", "\u3000@x", "\uff1d1"])
def test_formulas_are_guarded(text: str) -> None:
    """All that spreadsheets take for the beginning of a formula, also after white space."""
    (cells,) = read(gradebook_row(report(submission=text), {}))
    assert cells[0].startswith("'")


def test_ordinary_names_are_left_alone() -> None:
    """A name that is no formula has no apostrophe, wherever else such a character stands in it."""
    for name in ("ada", "a=b", "Åsa, “x”", "o'neil", "", "a\n-b"):
        assert read(gradebook_row(report(submission=name), {}))[0][0] == name


def test_rows_stream() -> None:
    """A row knows nothing of the others: put together they are a table."""
    assert (
        len(
            read(
                gradebook_header(CATALOGUE)
                + "".join(gradebook_row(report(*whole("passed")), CATALOGUE) for _ in range(5))
            )
        )
        == 6
    )

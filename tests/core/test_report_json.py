"""Reports and results as JSON: the form has a schema, and what comes back is equal."""

from __future__ import annotations

import json

import pytest
from reports import REPORTS, validate

from grader.core.errors import ReportError
from grader.core.report import Message, Outcome, Result, Row
from grader.core.report_json import report_from_json, report_to_json, result_from_json, result_to_json


@pytest.mark.parametrize("name", REPORTS)
def test_our_own_json_has_its_form(name: str) -> None:
    """The report as JSON, of every kind of run, follows its schema and comes back equal."""
    text = report_to_json(REPORTS[name])
    validate("report", json.loads(text))
    assert report_from_json(text) == REPORTS[name]


def test_a_result_equals_itself_through_json() -> None:
    """Every part of a result comes back, and a result of another version of the form is refused."""
    message = Message("f(x)", (Row("x", "[1.]", "float32"),), "A sentence.", ("line", "line"), "f(1)")
    outcome = Outcome("c.f", "sim", "failed", message, ("dtype", "values"), "name", 3, 0.25)
    full = Result("c", "f", "c.py", 3, 2, (outcome, Outcome("c.f", "cpu", "passed")))
    assert result_from_json(result_to_json(full)) == full
    with pytest.raises(ReportError, match="version 2"):
        result_from_json(result_to_json(full).replace('"version": 1', '"version": 2'))

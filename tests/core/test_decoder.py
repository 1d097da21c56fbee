"""The decoder of records: what `dataclasses.asdict` writes comes back, and anything else is refused in words."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from reports import REPORTS

from grader.core.decoder import from_plain, record
from grader.core.errors import DecodeError
from grader.core.report import Outcome, Report, Row
from grader.grading import Options, Task


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_survives_its_plain_form(name: str) -> None:
    """Through JSON and back, with all records in it."""
    assert from_plain(Report, json.loads(json.dumps(dataclasses.asdict(REPORTS[name])))) == REPORTS[name]


def test_other_records_survive_it_too() -> None:
    """What travels to a judging process."""
    options = Options("course", "print", devices=("cpu", "sim"), check=2.0)
    assert from_plain(Options, json.loads(json.dumps(dataclasses.asdict(options)))) == options
    told = {"submission": {"name": "ann", "path": "/ann"}, "seed": 7}
    assert dataclasses.asdict(from_plain(Task, told)) == {**told, "known": "", "alone": False}


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        (Row, {"label": 1, "text": "x"}, "Row.label cannot be int"),
        (Row, {"label": "x", "text": "x", "more": 1}, "Row has no field 'more'"),
        (Row, {"label": "x"}, "Row is not whole"),
        (Row, ["x"], "the fields of Row, not list"),
        (Outcome, {"exercise": "x", "device": "cpu", "verdict": "fine"}, "Outcome.verdict cannot be str"),
        (Outcome, {"exercise": "x", "device": "cpu", "verdict": "passed", "case": True}, "Outcome.case cannot be bool"),
        (Outcome, {"exercise": "x", "device": "cpu", "verdict": "passed", "message": None}, "the fields of Message"),
        (Report, {"devices": "cpu"}, "Report.devices cannot be str"),
        (tuple[int, ...], "12", "not str"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(kind: Any, data: object, told: str) -> None:
    """A field of another type, one too many, one too few, a list for a record."""
    with pytest.raises(DecodeError, match=told):
        from_plain(kind, data)


def test_a_record_checks_what_it_is_made_of() -> None:
    """Also where its values are decoded already."""
    assert record(Row, {"label": "x", "text": "y"}) == Row("x", "y")
    with pytest.raises(DecodeError, match=r"Row\.text cannot be NoneType"):
        record(Row, {"label": "x", "text": None})

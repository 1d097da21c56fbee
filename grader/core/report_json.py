"""Results and reports as versioned JSON and back: how they travel between processes, and what views are made from.

The form of a report is described by `report.schema.json` beside this module.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any, TypeVar

from grader.core.decoder import from_plain
from grader.core.errors import DecodeError, ReportError
from grader.core.report import Report, Result

VERSION = 1


def result_to_json(result: Result) -> str:
    """One result as JSON text, in the form of `VERSION`."""
    return json.dumps({"version": VERSION, "result": dataclasses.asdict(result)})


def result_from_json(text: str) -> Result:
    """The result that `result_to_json` wrote.

    Raises `ReportError` for another version, or where the text is no result.
    """
    return from_json(Result, text)


def report_to_json(report: Report, key: str = "") -> str:
    """One report as JSON text, in the form of `VERSION`, with what follows from it: points and score.

    `key` says what it is the report of; see `Grader.key`.
    """
    data = dataclasses.asdict(report)
    sums = {"score": report.score, "earned": report.earned, "possible": report.possible}
    return json.dumps({"version": VERSION, "key": key, **sums, "report": data}, indent=1) + "\n"


def report_from_json(text: str) -> Report:
    """The report that `report_to_json` wrote.

    Raises `ReportError` for another version, or where the text is no report.
    """
    return from_json(Report, text)


R = TypeVar("R", Report, Result)


def from_json(kind: type[R], text: str) -> R:
    """The part of a versioned JSON text that is of this kind."""
    what = kind.__name__.lower()
    try:
        data: Any = json.loads(text)
        version = data.get("version")
    except (ValueError, AttributeError):
        raise ReportError(f"This is no {what}: it is not JSON as the grader writes it.") from None
    if version != VERSION or what not in data:
        raise ReportError(f"This {what} has version {version!r}, and only version {VERSION} can be read.")
    try:
        return from_plain(kind, data[what])
    except DecodeError as error:
        raise ReportError(f"This is no {what}: {error}.") from None

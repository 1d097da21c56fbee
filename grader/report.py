"""Results and reports as versioned JSON and back: how they travel between processes, and what views are made from."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from grader.error_family import ReportError
from grader.report_records import Message, Outcome, Report, Result, Row

VERSION = 1


def result_to_json(result: Result) -> str:
    """One result as JSON text, in the form of `VERSION`."""
    return json.dumps({"version": VERSION, "result": dataclasses.asdict(result)})


def result_from_json(text: str) -> Result:
    """The result that `result_to_json` wrote.

    Raises `ReportError` for another version.
    """
    return to_result(read(text, "result"))


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
    try:
        return to_report(read(text, "report"))
    except (KeyError, TypeError, AttributeError) as error:
        raise ReportError(f"This is no report: {error}.") from None


def read(text: str, what: str) -> dict[str, Any]:
    """The part of a versioned JSON text that is asked for."""
    try:
        data = json.loads(text)
        version = data.get("version")
    except (ValueError, AttributeError):
        raise ReportError(f"This is no {what}: it is not JSON as the grader writes it.") from None
    if version != VERSION or what not in data:
        raise ReportError(f"This {what} has version {version!r}, and only version {VERSION} can be read.")
    found: dict[str, Any] = data[what]
    return found


def to_report(data: dict[str, Any]) -> Report:
    """A report from its JSON form."""
    tuples = {name: tuple(data[name]) for name in ("devices", "notes")}
    return Report(**{**data, **tuples, "results": tuple(map(to_result, data["results"]))})


def to_result(data: dict[str, Any]) -> Result:
    """A result from its JSON form."""
    outcomes = tuple(map(to_outcome, data["outcomes"]))
    return Result(**{**data, "outcomes": outcomes})


def to_outcome(data: dict[str, Any]) -> Outcome:
    """An outcome from its JSON form."""
    message = data["message"]
    rows = tuple(Row(**row) for row in message["rows"])
    set_again = Message(**{**message, "rows": rows, "traceback": tuple(message["traceback"])})
    return Outcome(**{**data, "message": set_again, "aspects": tuple(data["aspects"])})

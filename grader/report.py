"""Results as versioned JSON and back: how they travel between processes, and what views are made from."""

from __future__ import annotations

import dataclasses
import json

from grader.records import Message, Outcome, Result, Row

VERSION = 1


class ReportError(Exception):
    """A text that is no result of a known version: one sentence."""


def result_to_json(result: Result) -> str:
    """One result as JSON text, in the form of `VERSION`."""
    return json.dumps({"version": VERSION, "result": dataclasses.asdict(result)})


def result_from_json(text: str) -> Result:
    """The result that `result_to_json` wrote.

    Raises `ReportError` for another version.
    """
    data = json.loads(text)
    if data.get("version") != VERSION:
        raise ReportError(f"This result has version {data.get('version')!r}, and only version {VERSION} can be read.")
    result = data["result"]
    outcomes = []
    for outcome in result.pop("outcomes"):
        message = outcome.pop("message")
        rows = tuple(Row(**row) for row in message.pop("rows"))
        traceback = tuple(message.pop("traceback"))
        aspects = tuple(outcome.pop("aspects"))
        outcomes.append(Outcome(message=Message(rows=rows, traceback=traceback, **message), aspects=aspects, **outcome))
    return Result(outcomes=tuple(outcomes), **result)

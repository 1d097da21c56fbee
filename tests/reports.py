"""Reports for the tests of views: every kind of run, and texts as hostile as a learner can make them."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import jsonschema
from places import TESTS

from grader.core.report import Message, Outcome, Report, Result, Row, Verdict

SCHEMAS = TESTS / "schemas"
REPORT = resources.files("grader.core") / "report.schema.json"
"""The one that is shipped."""
HOSTILE = (
    "LEARNER\n::error::LEARNER\n  ::notice title=Autograding complete::Points 100/100 LEARNER\n##[error]LEARNER\r\n"
    "::stop-commands::LEARNER\n```\n# LEARNER\n```` ` LEARNER\n~~~\n</details><script>LEARNER</script>\n| LEARNER |\n"
    "\x00\x07\x1b[31mLEARNER\x1b[0m\r::warning::LEARNER\u2028LEARNER\u202e\ud800LEARNER 100% @LEARNER [LEARNER](x)"
)
LONG = 'Ein sehr langer Satz, der "Zeichen" \\ und ::error:: enthält ````` 張量. ' * 100


def outcome(verdict: Verdict, text: str = "", device: str = "cpu", mistake: str = "") -> Outcome:
    """An outcome whose message says this text wherever a message holds text."""
    if verdict in ("passed", "skipped", "to do"):
        return Outcome("", device, verdict)
    rows = (Row("x", text, text), Row("returned", text))
    message = Message(text, rows, text, tuple(text.split("\n")), text) if text else Message(sentence=f"It {verdict}.")
    return Outcome("", device, verdict, message, mistake=mistake, seconds=0.25, output=text)


def result(name: str, *outcomes: Outcome, chapter: str = "ex01_sums", points: int = 1, file: str = "") -> Result:
    """An exercise with these outcomes."""
    return Result(chapter, name, file or f"exercises/{chapter}.py", 31, points, outcomes)


def report(*results: Result, **rest: Any) -> Report:
    """A report of these results."""
    return Report(**{"course": "A course", "version": "1.0", "seed": 7, "devices": ("cpu", "sim"), "submission": "ada",
                     "results": results, **rest})  # fmt: skip


def whole(verdict: Verdict, text: str = "", count: int = 78, points: int = 0) -> tuple[Result, ...]:
    """A course of 78 exercises in 10 chapters that all have this outcome; their points differ unless told."""
    return tuple(
        result(f"exercise_{n:02}", outcome(verdict, f"{text}{n}" if text else ""), chapter=f"ex{n % 10:02}_chapter",
               points=points or 1 + n % 3)
        for n in range(count)
    )  # fmt: skip


MIXED = report(
    result("a", outcome("passed"), outcome("passed", device="sim"), points=3),
    result("b", outcome("failed", "one\ntwo", mistake="transposes")),
    result("c", outcome("passed"), outcome("failed", "on sim", device="sim"), points=2, chapter="ex02_products"),
    result("d", outcome("to do"), points=2, chapter="ex02_products"),
    result("e", outcome("skipped"), points=5, chapter="ex02_products"),
    notes=("The network is not closed.",),
)
REPORTS = {
    "all right": report(*whole("passed")),
    "all to do": report(*whole("to do")),
    "mixed": MIXED,
    "a crash": report(*whole("passed", count=5), result("x", outcome("crashed"), points=2)),
    "a timeout": report(*whole("passed", count=5), result("x", outcome("timed out"), points=2)),
    "not loaded": report(*whole("not loaded"), problem="ada.zip is no archive."),
    "nothing to grade": report(result("a", outcome("skipped"))),
    "no results": report(problem="It is gone."),
    "longest messages": report(*whole("failed", LONG), notes=(LONG,)),
    "longest errors": report(*whole("crashed", LONG, points=3)),
    "not ASCII": report(result("größe", outcome("failed", "Länge 張量 🎓")), submission="Åsa, 李 “x”\nß"),
    "hostile": report(
        result("a", outcome("failed", HOSTILE), file=f"{HOSTILE}.py"),
        result("b", outcome("crashed", HOSTILE, mistake="m"), points=2),
        submission=HOSTILE,
        notes=(HOSTILE,),
    ),
    "hostile problem": report(*whole("not loaded"), submission=HOSTILE, problem=HOSTILE),
    "many points": report(*whole("passed", points=97)[:40], *whole("failed", points=41)[40:]),
}


def validate(schema: str, data: object) -> None:
    """Raise where data does not have the form of one of our schemas."""
    file = REPORT if schema == "report" else SCHEMAS / f"{schema}.json"
    found = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    jsonschema.Draft202012Validator(found).validate(data)

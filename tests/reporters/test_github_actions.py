"""GitHub's two readers of a log: the runner, which obeys commands, and the autograding reporter, which adds points."""

from __future__ import annotations

import base64
import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from readers import obeyed, totals
from reports import HOSTILE, MIXED, REPORTS, outcome, report, result, validate, whole

from grader.core.report import Report
from grader.reporters.github_actions import annotate, disarmed, encoded, explanation, reporter, step_output
from grader.reporters.limits import PAYLOAD_BYTES


def decoded(of: Report) -> dict[str, object]:
    """The payload as the reporter reads it from the step's output."""
    name, _, value = step_output(of).partition("=")
    assert (name, "\n" in value) == ("result", False)
    # the environment variable that carries it
    assert len(f"GRADE_RESULTS={value}") < 131_072
    found: dict[str, object] = json.loads(base64.b64decode(value, validate=True).decode("utf-8"))
    return found


@pytest.mark.parametrize("name", REPORTS)
def test_the_payload_has_the_reporters_form_and_size(name: str) -> None:
    """Whatever happened, and however long the messages are, the reporter can read the payload."""
    payload = decoded(REPORTS[name])
    validate("reporter", payload)
    assert len(encoded(payload)) <= PAYLOAD_BYTES


@pytest.mark.parametrize("name", REPORTS)
def test_the_two_totals_agree(name: str) -> None:
    """The table shows the points that are sent; where it cannot, a sentence says why."""
    printed, sent, most = totals(decoded(REPORTS[name]))
    assert (sent, most) == (REPORTS[name].earned, REPORTS[name].possible)
    assert math.isclose(printed, sent, abs_tol=1e-9) != bool(explanation(REPORTS[name]))


def test_points_that_no_table_can_show_are_explained() -> None:
    """Too many shares: the points stay right, each exercise is one test, and the log tells both sums."""
    found = REPORTS["many points"]
    assert len(reporter(found)["tests"]) == 78
    assert f"{found.earned} of {found.possible}" in explanation(found)
    # many exercises of one worth are no reason for it, whatever passes
    assert explanation(report(*whole("passed", count=200, points=9), *whole("failed", "x", count=200, points=9))) == ""


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["passed", "failed", "to do", "skipped"])), max_size=50))
def test_totals_agree_for_any_points(of: list[tuple[int, str]]) -> None:
    """Whatever exercises are worth, in whatever mixture of verdicts."""
    results = (result(f"e{n}", outcome(verdict, "x"), points=points) for n, (points, verdict) in enumerate(of))  # type: ignore[arg-type]
    found = report(*results)
    printed, sent, most = totals(reporter(found))
    assert (sent, most) == (found.earned, found.possible)
    assert math.isclose(printed, sent, abs_tol=1e-9)


def test_an_exercise_is_as_many_tests_as_it_has_points() -> None:
    """Shares are named, the message stands in the first, and what was skipped everywhere is not there."""
    payload = reporter(MIXED)
    assert [test["name"] for test in payload["tests"]] == [
        *(f"ex01_sums.a ({n} of 3)" for n in (1, 2, 3)), "ex01_sums.b",
        *(f"ex02_products.{name} ({n} of 2)" for name in "cd" for n in (1, 2)),
    ]  # fmt: skip
    assert [bool(test["message"]) for test in payload["tests"]].count(True) == 3
    assert (payload["status"], payload["max_score"]) == ("fail", 8)
    # where all are worth the same, each is one test
    assert len(reporter(report(*whole("failed", points=10)))["tests"]) == 78


def test_messages_are_cut_and_tests_are_not() -> None:
    """At the longest messages all tests are there, each with a beginning of its message and what is missing."""
    payload = reporter(REPORTS["longest errors"])
    tests = payload["tests"]
    assert len(tests) == 78
    assert all(test["message"].startswith("exercises/") and test["message"].endswith("were cut]") for test in tests)
    assert len(encoded(payload)) > PAYLOAD_BYTES // 2


def test_nothing_to_grade_sends_nothing() -> None:
    """A maximum of 0, which the reporter does not send; the list of tests is not empty all the same."""
    assert totals(reporter(REPORTS["nothing to grade"])) == (0, 0, 0)


def test_a_problem_is_told_once() -> None:
    """Where a submission could not be read, the first test says why."""
    first, *others = reporter(REPORTS["not loaded"])["tests"]
    assert (first["message"], first["status"]) == ("ada.zip is no archive.", "error")
    assert {test["message"] for test in others} == {""}


# ---------------------------------------------------------------- the runner


@pytest.mark.parametrize("name", ["hostile", "hostile problem"])
def test_what_the_reporter_prints_starts_no_command(name: str) -> None:
    """The reporter prints names, files and messages as they are: above all, nobody announces points of their own."""
    for test in decoded(REPORTS[name])["tests"]:  # type: ignore[attr-defined]
        assert obeyed("\n".join([test["name"], test["message"], test["filename"]])) == []
    assert obeyed(HOSTILE) != []


@given(st.text(alphabet=":# []\r\n\terror\u2003"))
@example("::error::x")
def test_a_disarmed_text_starts_no_command(text: str) -> None:
    """No text whatever, once it is disarmed."""
    assert obeyed(disarmed(text)) == []


def test_annotations_stand_at_the_students_lines() -> None:
    """Each failure at its file and line, with its message; notes are warnings."""
    marks = obeyed("\n".join(annotate(MIXED, "homework")))
    assert [(name, given.get("file"), given.get("line")) for name, given, _ in marks] == [
        ("error", "homework/exercises/ex01_sums.py", "31"),
        ("error", "homework/exercises/ex02_products.py", "31"),
        ("warning", None, None),
    ]
    assert marks[0][1]["title"] == "b: failed"
    assert "\nMore help: grader hint b" in marks[0][2]
    assert marks[2][2] == "The network is not closed."
    assert obeyed("\n".join(annotate(REPORTS["all right"]))) == obeyed("\n".join(annotate(REPORTS["all to do"]))) == []


@pytest.mark.parametrize("name", REPORTS)
def test_annotations_are_few_and_only_ours(name: str) -> None:
    """At most ten of a kind; learner text stays in its place in them."""
    lines = annotate(REPORTS[name])
    marks = obeyed("\n".join(lines))
    assert len(marks) == len(lines)
    names = [name for name, _, _ in marks]
    assert set(names) <= {"error", "warning"}
    assert all(names.count(kind) <= 10 for kind in names)
    assert all(set(given) <= {"file", "line", "title"} for _, given, _ in marks)
    "\n".join(lines).encode()


def test_escapes_come_back_as_they_were() -> None:
    """A percent sign, a comma, a colon and line ends survive the way through a command."""
    odd = report(result("a", outcome("failed", "100%0A, a: b\n::c"), file="a,b:c%2C.py"))
    (_, given, message), *_ = obeyed("\n".join(annotate(odd)))
    assert given["file"] == "a,b:c%2C.py"
    assert "100%0A, a: b\n::c" in message

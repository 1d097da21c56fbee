"""Classroom 50's result file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from reports import MIXED, REPORTS, validate

from grader.reporters.classroom50 import classroom50_result

NOW = datetime(2026, 6, 1, 14, 32, 1, tzinfo=UTC)
ENVIRONMENT = {
    "CLASSROOM": "spring", "ASSIGNMENT": "week-1", "USERNAME": "ada", "OWNER": "someone", "ASSIGNMENT_TYPE": "team",
    "SUBMISSION_TAG": "submit/1", "COMMIT_URL": "https://example.org/c", "RELEASE_URL": "https://example.org/r",
    "REVIEW_URL": "",
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
def test_the_file_has_its_form_and_size(name: str) -> None:
    """Every kind of run; points of the tests add up to those of the whole."""
    found = classroom50_result(REPORTS[name], ENVIRONMENT, NOW)
    validate("classroom50", found)
    assert len(json.dumps(found, ensure_ascii=False).encode("utf-8")) < 10 << 20
    assert sum(test["score"] for test in found["tests"]) == found["score"] == REPORTS[name].earned
    assert sum(test["max-score"] for test in found["tests"]) == found["max-score"] == REPORTS[name].possible


def test_who_was_graded_comes_from_the_environment() -> None:
    """Each field from its variable, the review from the commit where there is no other."""
    found = classroom50_result(MIXED, ENVIRONMENT, NOW)
    assert {key: found[key] for key in ("classroom", "assignment", "owner", "assignment_type", "submission")} == {
        "classroom": "spring", "assignment": "week-1", "owner": "ada", "assignment_type": "team",
        "submission": "submit/1",
    }  # fmt: skip
    assert found["review"] == found["commit"] == "https://example.org/c"
    assert classroom50_result(MIXED, {"OWNER": "ada"}, NOW)["owner"] == "ada"
    assert classroom50_result(MIXED, {}, NOW)["assignment_type"] == "individual"


def test_time_is_in_utc() -> None:
    """Whatever zone the clock is in."""
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert classroom50_result(MIXED, {}, elsewhere)["datetime"] == "2026-06-01T14:32:01Z"


def test_exercises_are_tests() -> None:
    """All or nothing, and without those that no device could hold."""
    assert classroom50_result(MIXED, {}, NOW)["tests"] == [
        {"test-name": "ex01_sums.a", "passed": True, "score": 3, "max-score": 3},
        {"test-name": "ex01_sums.b", "passed": False, "score": 0, "max-score": 1},
        {"test-name": "ex02_products.c", "passed": False, "score": 0, "max-score": 2},
        {"test-name": "ex02_products.d", "passed": False, "score": 0, "max-score": 2},
    ]

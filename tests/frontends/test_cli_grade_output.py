"""What is written where, for GitHub's runner and for Classroom 50."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from readers import obeyed
from reports import HOSTILE, MIXED, REPORTS, validate

from grader.core.report import Report
from grader.frontends.cli.grade_output import Writer, commands_stopped, in_repository
from grader.reporters.base import Scene, find_reporter, installed
from grader.reporters.github_actions import step_output
from grader.reporters.markdown import markdown

NOW = datetime(2026, 6, 1, tzinfo=UTC)


FORMATS = [name for name in installed() if find_reporter(name).about == "submission"]


def delivered(form: str, folder: Path, of: Report = MIXED, **environment: str) -> str:
    """What is left for the log after a delivery from this folder, which is the submission too."""
    scene = Scene(now=NOW, folder=folder, environment=environment, inside={of.submission: in_repository(folder)})
    writer = Writer()
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        writer.write(find_reporter(form).report([of], scene))
    return "\n".join(filter(None, (shown.getvalue().strip(), *(command.text for command in writer.commands))))


def test_the_summary_is_added_to_and_the_log_has_the_marks(tmp_path: Path) -> None:
    """What stands in the runner's file stays there; without a runner only the marks are left."""
    summary = tmp_path / "summary"
    summary.write_text("before\n", encoding="utf-8")
    log = delivered("github", tmp_path, GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text(encoding="utf-8") == f"before\n{markdown(MIXED)}"
    assert log.splitlines()[0].startswith("::error file=exercises/ex01_sums.py,line=31,")
    assert delivered("github", tmp_path) == log


def test_marks_know_the_repository(tmp_path: Path) -> None:
    """A submission in a folder of a repository is marked at its path there."""
    (tmp_path / ".git").mkdir()
    homework = tmp_path / "week 1" / "homework"
    homework.mkdir(parents=True)
    assert delivered("github", homework).startswith("::error file=week 1/homework/exercises/ex01_sums.py,")
    assert delivered("github", tmp_path).startswith("::error file=exercises/ex01_sums.py,")


def test_points_go_into_the_output(tmp_path: Path) -> None:
    """As the step's output where there is a runner, with a sentence where the table needs one; otherwise as JSON."""
    output = tmp_path / "output"
    assert delivered("github-classroom", tmp_path, GITHUB_OUTPUT=str(output)) == ""
    assert output.read_text(encoding="utf-8") == f"{step_output(MIXED)}\n"
    assert "of 5438" in delivered("github-classroom", tmp_path, REPORTS["many points"], GITHUB_OUTPUT=str(output))
    validate("reporter", json.loads(delivered("github-classroom", tmp_path)))


def test_classroom_50_finds_its_two_files(tmp_path: Path) -> None:
    """In the working directory, in place of those of an earlier run."""
    (tmp_path / "result.json").write_text("old", encoding="utf-8")
    assert delivered("classroom50", tmp_path, OWNER="ada") == ""
    found = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    validate("classroom50", found)
    assert (found["owner"], found["datetime"]) == ("ada", "2026-06-01T00:00:00Z")
    assert (tmp_path / "release-body.md").read_text(encoding="utf-8") == markdown(MIXED)
    assert sorted(os.listdir(tmp_path)) == ["release-body.md", "result.json"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["hostile", "longest messages", "no results"])
def test_any_report_can_be_delivered(form: str, name: str, tmp_path: Path) -> None:
    """No text keeps a file from being written, and lone surrogates end nowhere."""
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    delivered(form, tmp_path, REPORTS[name], **files).encode("utf-8")
    assert any(file.stat().st_size for file in tmp_path.iterdir())


def shout() -> None:
    """Print what a learner would, and end in an error."""
    with commands_stopped({"GITHUB_ACTIONS": "true"}):
        print(HOSTILE.replace("\ud800", ""), end="")
        raise OSError("no space")


def test_learner_text_in_the_log_is_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    """Between two tokens, new each time, nothing is obeyed; after them our own commands are again, error or not."""
    for _ in range(2):
        with pytest.raises(OSError, match="no space"):
            shout()
        print("::notice::ours")
    found = obeyed(capsys.readouterr().out)
    assert [name for name, _, _ in found] == ["stop-commands", "notice"] * 2
    assert found[0][2] != found[2][2]


def test_elsewhere_a_log_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """No token on a terminal."""
    with commands_stopped({}):
        print("text")
    assert capsys.readouterr().out == "text\n"


@pytest.mark.parametrize(("setting", "coloured"), [("", True), ("1", False)])
def test_no_colour_where_none_is_wanted(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], setting: str, coloured: bool
) -> None:
    """A line's roles become colours on a terminal, unless `NO_COLOR` is set; the words stay."""
    monkeypatch.setenv("NO_COLOR", setting)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    Writer().write([(("returned", "bad"),)])
    assert capfd.readouterr().out == ("\x1b[31mreturned\x1b[0m\n" if coloured else "returned\n")

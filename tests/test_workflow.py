"""The workflow file: what it says, and what happens when its steps run one after another.

A driver plays the runner: files for outputs and summaries, expressions, an emptied environment. A checkout is a copy of
a folder here, and installing with pip is looked at but not done: no network is certain, and the grader is installed.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from places import ROOT, TINY
from readers import obeyed, totals
from reports import validate

from grader.core.report_json import report_from_json

WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "grade.yml").read_text(encoding="utf-8"))
JOB = WORKFLOW["jobs"]["run-autograding-tests"]
STEPS: list[dict[str, Any]] = JOB["steps"]

ANSWERS = {
    "ex01_sums": """
import torch


def double(x):
    return 2 * x


def total(a, b):
    print("::notice title=Autograding complete::Points 100/100")
    print("##[error]from the learner")
    return torch.sum(a) + torch.sum(b) + 1000
""",
    "ex02_places": """
def count_up(x):
    raise NotImplementedError


def label(name):
    import os
    raise ValueError(f"::error::{[name for name in os.environ if 'GITHUB' in name]}")
""",
}


# ---------------------------------------------------------------- what it says


def test_it_is_the_job_that_classrooms_know() -> None:
    """The name of generated workflows, not for the bot, and at a push only where a course is named."""
    assert list(WORKFLOW["jobs"]) == ["run-autograding-tests"]
    assert "github.actor != 'github-classroom[bot]'" in JOB["if"]
    # YAML 1.1 reads the key `on` as true
    assert set(WORKFLOW[True]) == {"push", "workflow_dispatch", "workflow_call"}
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert all(re.fullmatch("[a-z0-9]+", step["id"]) for step in STEPS if "id" in step)


def test_actions_are_pinned_as_in_ci() -> None:
    """One version of an action in the whole project, GitHub's own by the hash of a commit and its version beside it."""
    known: dict[str, set[str]] = {}
    for file in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        for name, version in re.findall(r"uses: ([\w./-]+)@(.+)", file.read_text(encoding="utf-8")):
            known.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in known.items() if len(versions) > 1} == {}
    for name, (version,) in known.items():
        assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+" if name.startswith("actions/") else r"v\d+", version)


def test_secrets_reach_checkouts_only() -> None:
    """No step that runs a command sees a secret or an expression, and no checkout leaves its token on the disk."""
    for step in STEPS:
        text = json.dumps(step)
        if "checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
        else:
            assert "secrets." not in text
            assert "github.token" not in text
        assert "${{" not in step.get("run", "")
        assert "run" not in step or "env" not in step
    assert not {"env", "defaults"} & ({*WORKFLOW} | {*JOB})


def test_what_is_installed_is_in_the_repository() -> None:
    """The pinned CPU build: every file that is named, for pip and for its cache, is there."""
    (install,) = (step["run"] for step in STEPS if "pip install" in step.get("run", ""))
    (setup,) = (step["with"] for step in STEPS if "setup-python@" in step.get("uses", ""))
    assert setup["cache"] == "pip"
    files = re.findall(r"course/(\S+)", f"{install} {setup['cache-dependency-path']}")
    assert {"requirements-cpu.txt", "constraints.txt"} <= set(files)
    assert all((ROOT / file).is_file() for file in files)


def test_no_action_runs_on_a_node_that_is_gone() -> None:
    """The first major versions that run on Node 24, or later ones."""
    text = "".join(file.read_text(encoding="utf-8") for file in (ROOT / ".github" / "workflows").glob("*.yml"))
    majors = {name: int(major) for name, major in re.findall(r"uses: actions/([\w-]+)@\w+ # v(\d+)", text)}
    first = {"checkout": 5, "setup-python": 6, "upload-artifact": 6}
    assert {name: major for name, major in majors.items() if major < first[name]} == {}
    assert set(majors) == set(first)


# ---------------------------------------------------------------- what happens


def test_the_autograder_finds_the_grader_without_a_path(tmp_path: Path) -> None:
    """What docs/github.md gives for Classroom 50 runs where no folder of programs is on the PATH."""
    page = (ROOT / "docs" / "github.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^    import os, .*\n(?:\n|    .*\n)+", page, flags=re.M)
    for name, text in {
        "autograder.py": textwrap.dedent(block),
        "without/pip.py": "",  # no network is certain, and the grader is installed
        "work/ex01_sums.py": ANSWERS["ex01_sums"],
        "work/ex02_places.py": ANSWERS["ex02_places"],
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_", "GITHUB", "CLASSROOM50"))}
    more = {
        "PATH": str(tmp_path),
        "PYTHONPATH": os.pathsep.join((str(tmp_path / "without"), str(ROOT))),
        "CLASSROOM50_BUNDLE_DIR": str(TINY),
    }
    command = [sys.executable, str(tmp_path / "autograder.py")]
    done = subprocess.run(
        command, cwd=tmp_path / "work", env=kept | more, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "work" / "result.json").is_file()


@dataclass
class Runner:
    """Plays GitHub's runner in a folder of its own."""

    workspace: Path
    repositories: dict[str, Path]
    contexts: dict[str, str]
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    artifact: list[Path] = field(default_factory=list)

    def value(self, text: str) -> str:
        """A text with its expressions evaluated: names, `||` and `&&` are all that this workflow uses."""

        def evaluate(found: re.Match[str]) -> str:
            for part in found.group(1).split("||"):
                value = "yes"
                for name in part.split("&&"):
                    value = value and self.contexts.get(name.strip(), "")
                if value:
                    return value
            return ""

        return re.sub(r"\$\{\{(.*?)\}\}", evaluate, text)

    def step(self, number: int, step: dict[str, Any]) -> None:
        """Run one step."""
        given = {name: self.value(str(value)) for name, value in step.get("with", {}).items()}
        action = step.get("uses", "").partition("@")[0]
        if action == "actions/checkout":
            shutil.copytree(self.repositories[given["repository"]], self.workspace / given["path"])
            self.outputs[f"token of {given['path']}"] = given["token"]
        elif action == "actions/upload-artifact":
            self.artifact = sorted(file for file in (self.workspace / given["path"]).rglob("*") if file.is_file())
        elif action == "classroom-resources/autograding-grading-reporter":
            environment = {name: self.value(value) for name, value in step["env"].items()}
            for runner in given["runners"].split(","):
                self.outputs["reported"] = environment[f"{runner.upper()}_RESULTS"]
        elif "run" in step and "pip install" not in step["run"]:
            self.command(number, step["run"], step.get("id", ""))
        else:
            assert action in ("", "actions/setup-python"), action

    def command(self, number: int, command: str, name: str) -> None:
        """Run a step's commands as GitHub does: bash, the runner's files, and none of our environment."""
        files = {key: self.workspace.parent / f"{key}_{number}" for key in ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY")}
        for file in files.values():
            file.touch()
        kept = {key: os.environ[key] for key in ("HOME", "LANG", "TMPDIR") if key in os.environ}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", command],
            cwd=self.workspace,
            env={
                **kept,
                **{f"GITHUB_{key}": str(file) for key, file in files.items()},
                "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
                "GITHUB_ACTIONS": "true",
                "CI": "true",
                "GITHUB_WORKSPACE": str(self.workspace),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        self.log += done.stdout
        assert done.returncode == 0, done.stdout
        for line in files["OUTPUT"].read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            self.contexts[f"steps.{name}.outputs.{key}"] = value
        self.summary += files["STEP_SUMMARY"].read_text(encoding="utf-8")
        assert files["ENV"].read_text() == files["PATH"].read_text() == ""


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """The whole workflow, run over a student's repository that is partly right, partly wrong and partly hostile."""
    folder = tmp_path_factory.mktemp("actions")
    student = folder / "repositories" / "homework-ada"
    (student / "exercises").mkdir(parents=True)
    (student / ".git").mkdir()
    for chapter, text in ANSWERS.items():
        (student / "exercises" / f"{chapter}.py").write_text(text, encoding="utf-8")
    contexts = {
        "github.repository": "school/homework-ada",
        "github.token": "token-of-the-job",
        "vars.COURSE_REPOSITORY": "school/course",
        "secrets.COURSE_TOKEN": "token-of-the-course",
    }
    repositories = {"school/homework-ada": student, "school/course": TINY}
    (folder / "workspace").mkdir()
    found = Runner(folder / "workspace", repositories, contexts)
    for number, step in enumerate(STEPS):
        found.step(number, step)
    return found


def test_tokens_open_what_they_are_for(runner: Runner) -> None:
    """The course's token opens the course, and no step but its checkout has it."""
    assert runner.outputs["token of submission"] == "token-of-the-job"
    assert runner.outputs["token of course"] == "token-of-the-course"
    assert "token-of-the" not in runner.log + runner.summary


def test_another_repository_is_opened_with_the_secret() -> None:
    """Started from the course's repository, the course is that repository, and the secret opens the student's."""
    hand = Runner(Path(), {}, {"inputs.repository": "school/homework-ada", "github.repository": "school/course",
                               "github.token": "token-of-the-job", "secrets.COURSE_TOKEN": "token"})  # fmt: skip
    given = [{key: hand.value(str(value)) for key, value in step["with"].items()} for step in STEPS[:2]]
    assert [(each["repository"], each["token"]) for each in given] == [
        ("school/homework-ada", "token"), ("school/course", "token-of-the-job")
    ]  # fmt: skip


def test_the_reporter_gets_the_right_points(runner: Runner) -> None:
    """What the reporter decodes: one exercise right, two wrong, one to do, and totals that agree."""
    payload = json.loads(base64.b64decode(runner.outputs["reported"]))
    validate("reporter", payload)
    assert {test["name"].split(" (")[0]: test["status"] for test in payload["tests"]} == {
        "ex01_sums.double": "pass", "ex01_sums.total": "fail", "ex02_places.count_up": "fail",
        "ex02_places.label": "fail",
    }  # fmt: skip
    printed, sent, most = totals(payload)
    (report,) = (report_from_json(file.read_text(encoding="utf-8")) for file in runner.artifact if is_report(file))
    assert printed == pytest.approx(sent)
    assert (sent, most) == (report.earned, report.possible)
    assert 0 < sent < most  # type: ignore[operator]


def is_report(file: Path) -> bool:
    """Whether a file of the artifact is a report."""
    return file.suffix == ".json" and '"report"' in file.read_text(encoding="utf-8")


def test_the_summary_and_the_marks_are_there(runner: Runner) -> None:
    """The job summary has its table, and each failure is marked in the student's file."""
    assert "| `ex01_sums` | 1 of 2 | 1 | 0 |" in runner.summary
    marks = [(given["file"], given["title"]) for name, given, _ in obeyed(runner.log) if name == "error"]
    assert marks == [
        ("exercises/ex01_sums.py", "total: failed"), ("exercises/ex02_places.py", "label: failed")
    ]  # fmt: skip


def test_the_learner_commands_nothing(runner: Runner) -> None:
    """What learners print and raise is shown and not obeyed; and their code saw none of the runner's environment."""
    names = {name for name, _, _ in obeyed(runner.log)}
    assert names <= {"stop-commands", "error", "warning"}
    assert "score:" in runner.log
    assert "::error::[]" in runner.log
    assert "::error::[]" in runner.summary

"""What the README, the pages beside it, docs/ and the workflows tell users to type.

A command is a line of an indented block or of a fence for a shell, a workflow's `run:`, the `More help:` of a screen,
or code within a sentence that begins with a program's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from places import ROOT

PAGES = [*(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")), *sorted(ROOT.glob("docs/*.md"))]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

PROGRAMS = (
    *("bash", "cd", "coverage", "curl", "find", "gh", "git", "grader", "mypy", "pip", "py", "pytest", "python"),
    *("python3", "ruff", "source", "tox"),
)
"""Code within a sentence is a command where its first word is one of these, with or without a folder before it."""

NO_COMMANDS = {
    "exercises/ ": "the folders of the project",
    "core/ ": "the rooms of the engine",
    "chapter.equivalent(": "a line of Python, for a course's checks",
    "chapter.way(": "lines of Python, for a course's checks",
    "jobs:": "a part of a workflow",
    "import os, ": "a Python file, for Classroom 50",
}
"""How the indented blocks begin that hold something else, and what that is."""


def of_block(lines: list[str]) -> Iterator[str]:
    """The commands of a block: its lines, without prompts and comments."""
    for line in lines:
        if command := re.sub(r"(^|\s+)#.*", "", line.strip().removeprefix("$ ")):
            yield command


def of_page(text: str) -> Iterator[str]:
    """The commands of a Markdown page."""
    for info, fence in re.findall(r"^```(.*)\n((?:.*\n)*?)```$", text, flags=re.M):
        if info in ("sh", "bash", "shell", "console"):
            prompts = [line for line in fence.splitlines() if line.startswith("$ ")]
            yield from of_block(prompts or fence.splitlines())
        elif not info:
            yield from re.findall(r"^(?:\$|More help:) (.+)$", fence, flags=re.M)
    text = re.sub(r"^```(?:.*\n)*?```$", "", text, flags=re.M)
    for block in re.findall(r"(?:^    .+\n(?:\n(?=    ))*)+", text, flags=re.M):
        if not block.strip().startswith(tuple(NO_COMMANDS)):
            yield from of_block(block.splitlines())
    text = re.sub(r"^    .*$", "", text, flags=re.M)
    for code in re.findall(r"`([^`]+)`", text):
        program = re.split(r"[/\\]", code.split()[0])[-1]
        if program in PROGRAMS:
            yield " ".join(code.split())


def of_workflow(text: str) -> Iterator[str]:
    """The commands of a workflow: what its steps run, each as a whole."""
    for job in yaml.safe_load(text)["jobs"].values():
        yield from (step["run"].strip() for step in job["steps"] if "run" in step)


def everything() -> list[str]:
    """Every command that is named anywhere, once."""
    pages = (command for page in PAGES for command in of_page(page.read_text(encoding="utf-8")))
    workflows = (command for file in WORKFLOWS for command in of_workflow(file.read_text(encoding="utf-8")))
    return list(dict.fromkeys([*pages, *workflows]))

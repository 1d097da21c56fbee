"""Answers as files of text, `## exercise` and then the body of its function, and what a learner with one reads."""

from __future__ import annotations

import ast
import contextlib
import io
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from places import ROOT

from grader.core.report import Outcome
from grader.course.learner_file import LearnerFile
from grader.course.manifest import load_course
from grader.judging.judge import Judge
from grader.runtime.devices import choose

DEVICES = ("cpu", "sim")


@dataclass(frozen=True)
class Answer:
    """One answer: the file it comes from, its exercise, what else stands in its heading, and the body."""

    source: str
    exercise: str
    note: str
    body: str

    def __str__(self) -> str:
        return f"{self.source}-{self.exercise}" + (f"-{self.note}" if self.note else "")


def answers(path: Path) -> Iterator[Answer]:
    """The answers of a file; a heading is `## exercise` or `## exercise: note`."""
    for part in path.read_text(encoding="utf-8").split("## ")[1:]:
        heading, _, body = part.partition("\n")
        exercise, _, note = heading.partition(":")
        yield Answer(path.stem, exercise.strip(), note.strip(), body.rstrip("\n"))


class Learner:
    """Somebody whose chapters are the solutions but for one answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.course = load_course(ROOT)
        choose(DEVICES)
        self.judge = Judge(self.course, DEVICES)

    def told(self, answer: Answer) -> Outcome | None:
        """The first outcome that is not right; None where the answer passes."""
        chapter, name = self.course.find(answer.exercise)
        path = self.folder / f"{chapter}.py"
        solution = (self.course.solutions_folder / path.name).read_text(encoding="utf-8")
        path.write_text(with_body(solution, name, answer.body), encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            result = self.judge.check(LearnerFile(self.course, chapter, path, shown=f"exercises/{path.name}"), name)
        return next((outcome for outcome in result.outcomes if not outcome.is_done), None)


def with_body(chapter: str, name: str, body: str) -> str:
    """A chapter's text with another body of one of its functions."""
    node = next(n for n in ast.parse(chapter).body if isinstance(n, ast.FunctionDef) and n.name == name)
    lines = chapter.splitlines()
    new = textwrap.indent(body, "    ").splitlines()
    return "\n".join([*lines[: node.body[0].lineno - 1], *new, *lines[node.end_lineno :]]) + "\n"

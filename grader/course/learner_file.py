"""A learner's chapter as a file: what it holds, and what can be said of it without running a line (to do, missing)."""

from __future__ import annotations

import ast
from functools import cached_property
from pathlib import Path

from grader.core.errors import SourceError
from grader.core.report import Message, Outcome
from grader.course.manifest import Course
from grader.course.source import Source, parse, read_source, read_text


class LearnerFile:
    """One chapter as a learner has written it, held against the exercises that the course has in it.

    `shown` is how the file is called where it is not read from where it lies.
    """

    def __init__(self, course: Course, chapter: str, path: Path, shown: str = "") -> None:
        self.course = course
        self.chapter = chapter
        self.path = path
        self.shown = shown

    @cached_property
    def source(self) -> Source | SourceError:
        """What the file holds, or why it cannot be read."""
        try:
            return read_source(self.path)
        except SourceError as error:
            return error

    def line(self, name: str) -> int:
        """The line of an exercise in the file, 1 where it is not there."""
        if isinstance(self.source, SourceError):
            return 1
        if name in self.source.functions:
            return self.source.functions[name].line
        return self.source.others.get(name, (1, ""))[0]

    def tree(self) -> ast.Module | None:
        """The syntax tree of the file, where it has one; read anew, for it is seldom asked for."""
        if isinstance(self.source, SourceError):
            return None
        try:
            return parse(read_text(self.path), self.path)
        except SourceError:  # it has changed meanwhile
            return None

    def definitions(self) -> dict[str, ast.FunctionDef]:
        """The syntax trees of the file's functions."""
        tree = self.tree()
        return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)} if tree is not None else {}

    def definition(self, name: str) -> ast.FunctionDef | None:
        """The syntax tree of an exercise's function, where the file has one."""
        return self.definitions().get(name)

    def helpers(self, name: str) -> list[str]:
        """The other exercises of the chapter that an exercise uses, also by way of others, in their order."""
        definitions = self.definitions()
        used: set[str] = set()
        left = [name]
        while left:
            tree = definitions.get(left.pop())
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} if tree is not None else set()
            left += sorted((names & definitions.keys()) - used)
            used |= names & definitions.keys()
        return [other for other in self.exercises if other in used and other != name]

    def to_do(self, name: str) -> bool:
        """Whether an exercise is still its stub."""
        if isinstance(self.source, SourceError):
            return False
        function = self.source.functions.get(name)
        return function is not None and function.to_do

    def before_running(self, name: str) -> Outcome | None:
        """The outcome of an exercise that needs no run: to do or not loaded; None where it has to be run."""
        exercise = f"{self.chapter}.{name}"
        if isinstance(self.source, SourceError):
            message = Message(sentence=str(self.source))
            return Outcome(exercise, "cpu", "not loaded", message)
        if self.to_do(name):
            return Outcome(exercise, "cpu", "to do")
        problem = self.wrong_definition(name)
        return Outcome(exercise, "cpu", "not loaded", Message(sentence=problem)) if problem else None

    def wrong_definition(self, name: str) -> str:
        """What is wrong with the definition itself, as far as the text shows it."""
        assert isinstance(self.source, Source)
        if self.source.others.get(name, (0, ""))[1] == "class":
            return f"{name} is a class here. The exercise asks for a function: `def {self.signature(name)}:`."
        function = self.source.functions.get(name)
        wanted = self.wanted(name)
        if function is None:
            return ""
        fits = function.required <= len(wanted) and (function.most is None or len(wanted) <= function.most)
        if fits and not function.keywords:
            return ""
        count = f"{len(wanted)} argument{'s' if len(wanted) != 1 else ''}"
        keywords = ["*", *function.keywords] if function.keywords else []
        mine = f"{name}({', '.join([*function.parameters, *keywords])})"
        return f"{name} is called with {count}, but yours takes others: {mine} should be {self.signature(name)}."

    @property
    def solution(self) -> Source:
        """The chapter as its author wrote it."""
        return self.course.written(self.chapter)

    def wanted(self, name: str) -> tuple[str, ...]:
        """The names of the exercise's parameters."""
        return self.solution.functions[name].parameters

    def signature(self, name: str) -> str:
        """`shift_rows(x)`."""
        return f"{name}({', '.join(self.wanted(name))})"

    @property
    def exercises(self) -> tuple[str, ...]:
        """The names of the chapter's exercises."""
        return tuple(self.course.catalogue[self.chapter])

"""What an author may write, without a look at what it does: markers, declarations, other answers.

This and `prove` are the one list of rules for courses; what an answer does is proved there.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import torch

from grader.core.rules import Also, Tolerance
from grader.core.text import did_you_mean
from grader.course import source
from grader.course.manifest import Course
from grader.course.stubs import handed_out, why_handed_out
from grader.judging.declare import Exercise, Mistake
from grader.judging.feedback.written import Written
from grader.judging.reference import On, Under


@dataclass(frozen=True)
class Complaint:
    """Something about the course that does not hold."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def shown_file(course: Course, path: Path) -> str:
    """A path as seen from the course's folder."""
    return path.relative_to(course.root).as_posix() if path.is_relative_to(course.root) else str(path)


def line_of(function: Callable[..., Any], otherwise: int) -> int:
    """Where a function begins, decorators included; a line that is known otherwise where it does not say."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code.co_firstlineno if code else otherwise


def own_name(function: Callable[..., Any]) -> str:
    """What a function calls itself."""
    return str(getattr(function, "__name__", None) or type(function).__name__)


# ---------------------------------------------------------------- the solution's file

LIKE_A_MARKER = re.compile(r"#+\s*(begin|end)\s*(the\s*)?solutions?\b", re.IGNORECASE)


def about_markers(course: Course, chapter: str) -> Iterator[Complaint]:
    """Each exercise has its answer between two markers, and markers stand nowhere else.

    Raises `SourceError` where a file cannot be read, `CourseError` where a chapter's declarations cannot.
    """
    path = course.solution(chapter)
    text = source.read_text(path)
    here = shown_file(course, path)
    body = source.parse(text, path).body
    inside: dict[str, list[range]] = {}
    begin = 0
    for number, line in enumerate(text.splitlines(), start=1):
        mark = line.strip()
        if mark == source.BEGIN:
            begin = number
        elif mark == source.END:
            owner = next((node for node in body[::-1] if node.lineno < begin), None) if line[0].isspace() else None
            inside.setdefault(owner.name if isinstance(owner, ast.FunctionDef) else "", []).append(
                range(begin + 1, number)
            )
        elif LIKE_A_MARKER.match(mark):
            due = source.BEGIN if "begin" in mark.lower() else source.END
            yield Complaint(here, number, f"this looks like a marker and is none, so it is handed out: write `{due}`.")
    for lines in inside.get("", []):
        words = "these markers stand in no function at the top of the file, so what they enclose is no exercise."
        yield Complaint(here, lines.start - 1, words)
    marked = course.catalogue[chapter]
    seen: set[str] = set()
    for function in (node for node in body if isinstance(node, ast.FunctionDef)):
        if function.name in seen and function.name in marked:
            words = f"there is a second function {function.name} in this chapter; Python forgets the first one."
            yield Complaint(here, function.lineno, words)
        seen.add(function.name)
        if function.name in marked or function.name in inside:
            yield from about_answer(function, inside.get(function.name, []), here)
    yield from without_markers(course, chapter, set(inside))
    if not marked:
        yield Complaint(here, 1, f"the chapter has no exercise: no function holds `{source.BEGIN}`.")


def about_answer(function: ast.FunctionDef, marked: list[range], here: str) -> Iterator[Complaint]:
    """There is an answer between the markers, and parameters are positional and without defaults."""
    nodes = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function]
    idle = [
        n for n in nodes if isinstance(n, ast.Pass) or (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
    ]
    answers = [node for node in nodes if node not in idle]
    for lines in marked:
        if not any(node.lineno in lines for node in answers):
            words = f"the markers of {function.name} enclose no answer: what stands outside of them is handed out."
            yield Complaint(here, lines.start - 1, words)
    taken = function.args
    odd = [
        *(f"*{a.arg}" for a in (taken.vararg, taken.kwarg) if a),
        *(a.arg for a in taken.kwonlyargs),
        *(a.arg for a in [*taken.posonlyargs, *taken.args][::-1][: len(taken.defaults)][::-1]),
    ]
    if odd:
        words = (
            f"{function.name} takes {', '.join(odd)}: parameters of an exercise are positional, each by its own name,"
            " and without a default."
        )
        yield Complaint(here, function.lineno, words)


def without_markers(course: Course, chapter: str, known: Collection[str] = ()) -> Iterator[Complaint]:
    """Functions with cases, but for those that are known, whose answers the stub would hand out."""
    path = course.solution(chapter)
    functions = source.read_source(path).functions
    for name, line in handed_out(course, chapter).items():
        if name not in known:
            yield Complaint(shown_file(course, path), line, why_handed_out(name))
    for name, entry in source.entries(course.checks(chapter)).items():
        if name not in functions:
            hint = did_you_mean(name, functions)
            words = f"{name} has cases here, and {path.name} has no function of that name.{hint}"
            yield Complaint(shown_file(course, course.checks(chapter)), entry.line, words)


# ---------------------------------------------------------------- the file of checks

ROLES = ("exercise", "mistake", "right")


def about_written(course: Course, chapter: str) -> Iterator[Complaint]:
    """Names are given once, decorators have their brackets, and cases are yielded."""
    path = course.checks(chapter)
    here = shown_file(course, path)
    seen: dict[str, tuple[int, bool]] = {}
    for node in source.parse(source.read_text(path), path).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        roles = [role for decorator in node.decorator_list if (role := role_of(decorator))]
        line, declared = seen.get(node.name, (0, False))
        if line and (roles or declared):
            words = f"{node.name} stands twice in this file, first in line {line}: give each a name of its own."
            yield Complaint(here, node.lineno, words)
        seen[node.name] = (node.lineno, declared or bool(roles))
        for decorator in node.decorator_list:
            if role_of(decorator) and not isinstance(decorator, ast.Call):
                written = ast.unparse(decorator)
                what = f"`@{written}` lacks its brackets and declares nothing: write `@{written}(NAME)`"
                yield Complaint(here, decorator.lineno, f"{what}, with the exercise's NAME.")
        if "exercise" in roles and isinstance(node, ast.FunctionDef):
            yield from about_yields(node, here)
        elif roles and not isinstance(node, ast.FunctionDef):
            yield Complaint(here, node.lineno, f"{node.name} must be a function, made by a plain `def`.")


def role_of(decorator: ast.expr) -> str:
    """Which part of a chapter a decorator declares, if any."""
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return function.attr if isinstance(function, ast.Attribute) and function.attr in ROLES else ""


def about_yields(function: ast.FunctionDef, here: str) -> Iterator[Complaint]:
    """What a generator of cases drops in silence: returned values; and a `yield` without a case."""
    own = list(own_nodes(function))
    yields = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own)
    for node in own:
        if isinstance(node, ast.Return) and node.value is not None and yields:
            words = f"what {function.name} returns is no case: `yield` it."
            yield Complaint(here, node.lineno, words)
        elif isinstance(node, ast.Yield) and node.value is None:
            yield Complaint(here, node.lineno, f"this `yield` of {function.name} has no case. No arguments are `()`.")


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function itself, not in one within it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield child
            yield from own_nodes(child)


# ---------------------------------------------------------------- what is declared


def about_declaration(exercise: Exercise) -> Iterator[str]:
    """What stands in the brackets of one `@chapter.exercise(...)`."""
    written = exercise.declared
    for keyword, known in (("also", get_args(Also)), ("mentions", ())):
        yield from about_words(keyword, written.get(keyword, ()), known)
    for keyword in ("gradient", "tolerance"):
        value = written.get(keyword)
        fits = isinstance(value, Tolerance) or (isinstance(value, bool) if keyword == "gradient" else value is None)
        if not fits:
            due = "True, False or a Tolerance" if keyword == "gradient" else "a Tolerance"
            yield f"{keyword} must be {due}, not {value!r}."
    if written.get("scale") is not None and not callable(written["scale"]):
        yield f"scale must be a function of the arguments, not {written['scale']!r}."
    yield from about_choice("under", written.get("under"), get_args(Under))
    for keyword in ("raises", "ignore", "read"):
        if not isinstance(written.get(keyword), str):
            yield f"{keyword} must be a string, not {written.get(keyword)!r}."
    try:
        re.compile(exercise.rules.ignore)
    except (re.error, TypeError):
        yield f"ignore must be a regular expression, and {exercise.rules.ignore!r} is none."
    for word in exercise.rules.mentions:
        try:
            str(word).format(device="cpu")
        except (KeyError, IndexError, ValueError):
            yield f"mentions: in {word!r} only `{{device}}` may stand between braces."


def about_words(keyword: str, value: object, known: tuple[str, ...]) -> Iterator[str]:
    """A list of words, of a known set where there is one."""
    if isinstance(value, str):
        yield f'{keyword} must be a list: {keyword}=["{value}"].'
    elif not isinstance(value, list | tuple | set | frozenset):
        yield f"{keyword} must be a list, not {value!r}."
    else:
        for word in value:
            if not isinstance(word, str):
                yield f"{keyword} must hold strings, and {word!r} is none."
            elif known and word not in known:
                all_of_them = f" It knows {', '.join(known)}."
                yield f"{keyword} knows no {word!r}.{did_you_mean(word, known) or all_of_them}"


def about_choice(keyword: str, value: object, known: tuple[str, ...]) -> Iterator[str]:
    """One word of a known set."""
    if value not in known:
        choices = " or ".join(f'"{word}"' for word in known if word)
        yield f"{keyword} knows no {value!r}.{did_you_mean(str(value), known) or f' It can be {choices}.'}"


def about_number(exercise: Exercise) -> Iterator[str]:
    """There are other right answers, and a wrong one."""
    count = len(exercise.rights)
    if count < 2:
        has = ("no other right answer", "one other right answer only")[count]
        yield f"{exercise.name} has {has}. Write at least two, unlike the solution."
    if not exercise.mistakes:
        yield f"{exercise.name} has no known mistake. Write at least one wrong answer, with its sentence."


def about_others(exercise: Exercise, parameters: tuple[str, ...], names: Collection[str]) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) of mistakes and right answers that cannot be called like the solution, or hide a name.

    `names` are those of the functions in the file.
    """
    mistakes = [(mistake.function, "the mistake") for mistake in exercise.mistakes]
    rights = [(right, "the right answer") for right in exercise.rights]
    for function, what in (*mistakes, *rights):
        name, line = own_name(function), line_of(function, 1)
        if name not in names:
            yield line, f"{what} {name} of {exercise.name} is not called as in its `def`: {WRAPS}"
        taken = tuple(positional(function))
        try:
            inspect.signature(function).bind(*parameters)
            fits = set(taken) != set(parameters) or taken == parameters
        except (TypeError, ValueError):
            fits = False
        if not fits:
            signature = f"{name}({', '.join(parameters)})"
            yield line, f"{what} {name} of {exercise.name} takes other parameters: it should be {signature}."
    for mistake in exercise.mistakes:
        for text in about_choice("on", mistake.on, get_args(On)):
            yield line_of(mistake.function, 1), f"the mistake {own_name(mistake.function)}: {text}"
        if mistake.written and (text := about_pattern(mistake)):
            yield line_of(mistake.function, 1), f"the mistake {own_name(mistake.function)}: {text}"


def about_pattern(mistake: Mistake) -> str:
    """What is wrong with the pattern of what a mistake's sentence says of the code."""
    try:
        found = Written.of(mistake.function).holds(mistake.written)
    except (TypeError, re.error) as error:
        return f"written is no regular expression: {error}."
    return "" if found else f"written={mistake.written!r} is not found in its own code."


KNOWN_NAMES = (torch, torch.Tensor, torch.autograd, torch.func, torch.nn, torch.nn.functional, torch.nn.utils, builtins)
"""Where the names come from that a way can be told by."""


def about_way(exercise: Exercise, parameters: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) of the way that is declared, without a look at the solution."""
    name = exercise.name
    for declared in exercise.ways[1:]:
        yield declared.line, f"the way of {name} is declared a second time; an exercise has one."
    known = {*(word for owner in KNOWN_NAMES for word in dir(owner)), *parameters}
    for declared in exercise.ways[:1]:
        way, line = declared.way, declared.line
        if not way.sentence:
            yield line, f"the way of {name} has no sentence: say what the chapter is about and what to try."
        if not way.uses and not way.instead:
            yield line, f"the way of {name} is told by nothing: name what an answer uses, or uses instead of it."
        for keyword in ("uses", "instead"):
            wrong = list(about_words(keyword, declared.declared[keyword], ()))
            yield from ((line, f"the way of {name}: {text}") for text in wrong)
            for word in () if wrong else getattr(way, keyword):
                if word.removesuffix("=") not in known and not (word.endswith("=") and word[:-1].isidentifier()):
                    hint = did_you_mean(word, known)
                    yield line, f"the way of {name}: {keyword} has {word!r}, which PyTorch does not know.{hint}"


WRAPS = "a decorator has hidden that name. `functools.wraps` in it keeps the name and the parameters."


def positional(function: Callable[..., Any]) -> Iterator[str]:
    """The names of a function's positional parameters."""
    try:
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
                yield parameter.name
    except (TypeError, ValueError):
        return

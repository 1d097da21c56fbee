"""What a learner reads, against `docs/feedback.md`: the bank, sixty wrong answers outside it, the screens shown there.

`python tests/test_feedback.py` writes the counts and the screens as they are now into the document.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import warnings
from pathlib import Path

import pytest
import torch
from places import ROOT
from trials import live
from wrong_answers import WRONG, Function

from grader.core.report import Outcome
from grader.course.manifest import Course, load_course
from grader.course.source import stub_text
from grader.judging.judge import Judge
from grader.runtime.devices import choose

PAGE = ROOT / "docs" / "feedback.md"
MISCONCEPTIONS = ROOT / "docs" / "misconceptions.md"
DEVICES = ("cpu", "sim")
KINDS = ("a known mistake's", "from the values alone", "only the shape or the length, in words", "none")
SCREEN = re.compile(r"```python\n(?P<code>def (?P<name>\w+)\((?:.|\n)*?)\n```\n\n```\n(?P<screen>(?:.|\n)*?)\n```")


# ---------------------------------------------------------------- the sixty


@pytest.fixture(scope="module")
def judge(course: Course) -> Judge:
    """The course's judge, on the CPU and the simulated accelerator."""
    choose(DEVICES)
    return Judge(course, DEVICES)


def chapter_of(course: Course, exercise: str) -> str:
    """The chapter of an exercise."""
    return next(chapter for chapter, names in course.catalogue.items() if exercise in names)


def first_failure(judge: Judge, exercise: str, function: Function) -> Outcome | None:
    """What a learner with this answer sees: the first outcome that is not right."""
    trial = judge.trial(chapter_of(judge.course, exercise), exercise)
    on_cpu = None
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
        for device in DEVICES if trial.knows_devices else ("cpu",):
            outcome = judge.outcome(trial, function, device, on_cpu=on_cpu)
            if outcome.verdict == "failed":
                return outcome
            on_cpu = outcome
    return None


def kind_of(outcome: Outcome) -> str:
    """Where a message's sentence comes from."""
    if outcome.mistake:
        return KINDS[0]
    if re.fullmatch(r"(The shape is|There is|There are) [^.]*\.", outcome.message.sentence):
        return KINDS[2]
    return KINDS[1] if outcome.message.sentence else KINDS[3]


def counted(judge: Judge) -> tuple[dict[str, int], list[str]]:
    """How many of the sixty get which kind of sentence, and those that get none."""
    kinds = {f"{name}: {function.__name__}": first_failure(judge, name, function) for name, function in WRONG}
    found = {label: kind_of(outcome) for label, outcome in kinds.items() if outcome is not None}
    return {kind: list(found.values()).count(kind) for kind in KINDS}, [k for k, v in found.items() if v == KINDS[3]]


def table(counts: dict[str, int], silent: list[str]) -> str:
    """The counts as the document has them."""
    lines = ["| sentence | of sixty |", "|---|---|", *(f"| {kind} | {count} |" for kind, count in counts.items())]
    names = (label.split(": ") for label in silent)
    return "\n".join([*lines, "", "These get none:", "", *(f"- `{name}`, as `{wrong}`" for name, wrong in names)])


def test_another_error_of_the_same_type_is_another_mistake(judge: Judge) -> None:
    """A TypeError on every case is no known mistake that raises one too, unless it says the same."""

    def without_parentheses(w, b, X):
        with torch.no_grad:
            return X @ w + b

    def with_too_many(w, b, X):
        return X @ w() + b

    known, other = (first_failure(judge, "predict_without_graph", f) for f in (without_parentheses, with_too_many))
    assert known is not None
    assert known.mistake == "block_without_parentheses"
    assert other is not None
    assert other.mistake == ""
    assert "no functions" in other.message.sentence


def test_the_function_that_is_asked_for_is_known(judge: Judge) -> None:
    """Who hands `broadcast_shape` on to PyTorch's own function is told what that one raises."""
    outcome = first_failure(judge, "broadcast_shape", lambda a, b: torch.broadcast_shapes(a, b))
    assert outcome is not None
    assert outcome.mistake == "another_exception"


def bank(judge: Judge) -> str:
    """The size of the bank as the document has it."""
    exercises = [entry for name in judge.course.chapters for entry in live(judge).chapter(name).exercises.values()]
    mistakes = [mistake for entry in exercises for mistake in entry.mistakes]
    rights = sum(len(entry.rights) for entry in exercises)
    accelerator = sum(mistake.on == "accelerator" for mistake in mistakes)
    return f"|---|---|---|---|\n| {len(exercises)} | {rights} | {len(mistakes)} | {accelerator} |"


@pytest.mark.parametrize(("exercise", "function"), WRONG, ids=[f"{n}-{f.__name__}" for n, f in WRONG])
def test_every_one_of_the_sixty_fails(judge: Judge, exercise: str, function: Function) -> None:
    """No wrong answer passes, and what is said about it fits on a screen and is a sentence."""
    outcome = first_failure(judge, exercise, function)
    assert outcome is not None, "passed"
    assert outcome.message.rows
    assert len(outcome.message.sentence) <= 240
    assert not outcome.message.sentence or outcome.message.sentence.endswith(".")


def test_there_are_six_for_each_chapter(course: Course) -> None:
    """The sixty are spread evenly over the chapters, and no two are of one name."""
    chapters = [chapter_of(course, name) for name, _ in WRONG]
    assert {chapter: chapters.count(chapter) for chapter in course.chapters} == dict.fromkeys(course.chapters, 6)
    assert len({function.__name__ for _, function in WRONG}) == 60


def test_every_sentence_of_the_bank_is_short_and_ends(judge: Judge) -> None:
    """A mistake's sentence fits into three lines of 80 columns and ends as a sentence does."""
    for chapter in judge.course.chapters:
        for name, entry in live(judge).chapter(chapter).exercises.items():
            for mistake in entry.mistakes:
                assert len(textwrap.wrap(mistake.sentence, 80)) <= 3, f"{name}.{mistake.name}"
                assert mistake.sentence.endswith("."), f"{name}.{mistake.name}"


def test_the_misconceptions_went_where_the_document_says(judge: Judge) -> None:
    """Each mistake that `docs/misconceptions.md` names is in the bank, and its rows are numbered without a gap."""
    exercises = {n: e for name in judge.course.chapters for n, e in live(judge).chapter(name).exercises.items()}
    text = MISCONCEPTIONS.read_text(encoding="utf-8")
    named = [pair for pair in re.findall(r"`(\w+)\.(\w+)`", text) if pair[0] in exercises]
    assert len(named) > 100
    for name, mistake in named:
        assert mistake in [known.name for known in exercises[name].mistakes], f"{name}.{mistake}"
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]
    assert numbers == list(range(1, 89))


def code_of(function: Function) -> str:
    """A function's code without its docstring, the names of its own variables aside."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(node, ast.FunctionDef)
    body = ast.Module(node.body[1:] if ast.get_docstring(node) else node.body, [])
    names = [n for n in ast.walk(body) if isinstance(n, ast.Name)]
    own = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    numbers = {name: f"v{number}" for number, name in enumerate(dict.fromkeys(n.id for n in names if n.id in own))}
    for name in names:
        name.id = numbers.get(name.id, name.id)
    return ast.dump(body)


def test_the_sixty_are_not_in_the_bank(judge: Judge) -> None:
    """None of them has the code of a known mistake of its exercise."""
    for name, function in WRONG:
        mistakes = live(judge).trial(chapter_of(judge.course, name), name).exercise.mistakes
        assert code_of(function) not in map(code_of, (m.function for m in mistakes)), f"{name}: {function.__name__}"


def test_the_document_has_the_counts(judge: Judge) -> None:
    """The document says how many get a sentence from where, and lists those that get none; fifty at least get one."""
    counts, silent = counted(judge)
    assert table(counts, silent) in PAGE.read_text(encoding="utf-8")
    assert bank(judge) in PAGE.read_text(encoding="utf-8")
    assert counts[KINDS[0]] + counts[KINDS[1]] >= 50


# ---------------------------------------------------------------- the screens


def shown() -> list[tuple[str, str, str]]:
    """The exercises of the document with their code and their screen."""
    found = SCREEN.finditer(PAGE.read_text(encoding="utf-8"))
    return [(match["name"], match["code"], match["screen"]) for match in found]


def printed(course: Course, folder: Path) -> dict[str, str]:
    """The message that each answer of the document gets, from pytest in a copy of the course."""
    shutil.copytree(ROOT / "solutions", folder / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "course.toml", folder)
    (folder / "exercises").mkdir()
    shutil.copy(ROOT / "exercises" / "given.py", folder / "exercises")
    for chapter in course.chapters:
        solution = ROOT / "solutions" / f"{chapter}.py"
        (folder / "exercises" / f"{chapter}.py").write_text(
            stub_text(solution.read_text(encoding="utf-8"), solution), encoding="utf-8"
        )
    wanted = []
    for name, code, _ in shown():
        path = folder / "exercises" / f"{chapter_of(course, name)}.py"
        before, after = path.read_text(encoding="utf-8").split(f"def {name}(")
        body = code.split(":\n", 1)[1].strip()
        path.write_text(f"{before}def {name}({after.replace('raise NotImplementedError', body, 1)}", encoding="utf-8")
        wanted.append(f"exercises/{path.name}::{name}")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *wanted, "--device=cpu", "--device=sim", "-p", "no:hypothesispytest"],
        cwd=folder,
        env={**kept, "COLUMNS": "80", "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    parts = re.split(r"^_+ (\w+) _+\n", done.stdout.split("\n====")[1] + "\n", flags=re.MULTILINE)
    return {name: screen.rstrip("\n") for name, screen in zip(parts[1::2], parts[2::2], strict=True)}


def test_the_screens_are_real(course: Course, tmp_path: Path) -> None:
    """Each screen in the document is, letter for letter, what its code prints in 80 columns."""
    assert len(shown()) == 10
    assert printed(course, tmp_path) == {name: screen for name, _, screen in shown()}


def test_the_code_in_the_document_has_the_right_parameters(course: Course) -> None:
    """What the document shows as written by a learner could stand in the stub as it is."""
    for name, code, _ in shown():
        path = course.exercises_folder / f"{chapter_of(course, name)}.py"
        stubs = {
            node.name: node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
        }
        (written,) = ast.parse(code).body
        assert isinstance(written, ast.FunctionDef)
        assert [a.arg for a in written.args.args] == [a.arg for a in stubs[name].args.args]


if __name__ == "__main__":
    the_course = load_course(ROOT)
    choose(DEVICES)
    text = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        screens = printed(the_course, Path(scratch))
    for match in list(SCREEN.finditer(text)):
        before, after = match[0].removesuffix(f"{match['screen']}\n```"), screens[match["name"]]
        text = text.replace(match[0], f"{before}{after}\n```")
    start, end = text.index("| sentence | of sixty |"), text.index("\n\n## Ten")
    text = text[:start] + table(*counted(Judge(the_course, DEVICES))) + text[end:]
    text = re.sub(r"\|---\|---\|---\|---\|\n\|.*\|", bank(Judge(the_course, DEVICES)), text)
    PAGE.write_text(text, encoding="utf-8")

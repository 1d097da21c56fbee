"""The order of the engine's modules, what may be imported where, and that the engine names no content."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course import Course
from grader.source import read_text, stub_text

ROOT = Path(__file__).resolve().parent.parent
GRADER = ROOT / "grader"

# A module imports only from layers above its own, or from those beside it that stand further left.
LAYERS = [
    ["__init__"],
    ["records", "files"],
    ["submission", "folders", "tarballs", "archives", "places", "beside", "staging"],
    ["seccomp", "landlock", "isolation"],
    ["source", "values", "simkernel", "retold"],
    ["sim", "course", "wire", "keep", "syntax", "changes", "mutate"],
    ["loading", "terms"],
    ["answers", "devices", "build", "report"],
    ["compare_figures", "figures", "authoring", "closeness"],
    ["compare", "observe", "show", "errors"],
    ["diagnose", "explain", "render", "terminal"],
    ["sanitize", "markdown", "github", "classroom50", "delivery", "gradebook", "summary"],
    ["channel", "late", "worker", "forkmemory", "forkserver", "workers"],
    ["trial", "mistakes"],
    ["run"],
    ["exchanges", "process", "remote", "grade", "judging", "jobs", "batch"],
    ["replay", "hints", "reset", "standing", "mutantpool", "mutants", "verify"],
    ["asked", "lastresort", "items", "deadline", "session"],
    ["plugin"],
    ["usage", "ending", "gradecli"],
    ["cli"],
    ["__main__"],
]
ORDER = [name for layer in LAYERS for name in layer]

# (importing, imported)
EXCEPTIONS = {
    ("__init__", "replay"),  # `grader.again` is the one name that a learner uses; it imports when it is called
    ("lastresort", "items"),  # for its type only
    ("items", "deadline"),  # for its type only
}
PYTEST = {"items", "deadline", "session", "plugin", "lastresort", "asked"}


def imports(path: Path) -> set[str]:
    """The modules of the grader that a file imports anywhere in it, also inside functions and by name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(read_text(path))):
        match node:
            case ast.ImportFrom(module="grader", names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module)) if module.startswith("grader."):
                found.add(module.split(".")[1])
            case ast.ImportFrom(level=level) if level:
                found.add("a relative import")
            case ast.Import(names=names):
                found |= {alias.name.split(".")[1] for alias in names if alias.name.startswith("grader.")}
            case ast.Call(
                func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"), args=[ast.Constant(str(name))]
            ):
                found |= {name.split(".")[1]} if name.startswith("grader.") else set()
    return found


MODULES = sorted(path.stem for path in GRADER.glob("*.py"))


def test_every_module_has_its_place() -> None:
    """Each module of the engine stands in the table of layers once, and nothing else does."""
    assert sorted(ORDER) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module: str) -> None:
    """A module imports only modules before it, inside functions too."""
    later = {
        name
        for name in imports(GRADER / f"{module}.py")
        if name not in ORDER or module not in ORDER or ORDER.index(name) >= ORDER.index(module)
    }
    assert {name for name in later if (module, name) not in EXCEPTIONS} == set()


def test_exceptions_are_needed() -> None:
    """An exception that no module needs any more is taken off the list."""
    assert {pair for pair in EXCEPTIONS if pair[1] not in imports(GRADER / f"{pair[0]}.py")} == set()


def test_imports_are_found() -> None:
    """The test sees the imports that it is there for."""
    assert {"records", "compare", "answers"} <= imports(GRADER / "run.py")
    assert "simkernel" in imports(GRADER / "sim.py")
    assert "replay" in imports(GRADER / "__init__.py")


@pytest.mark.parametrize("module", [module for module in MODULES if module not in PYTEST])
def test_only_the_plugin_knows_pytest(module: str) -> None:
    """Nothing but the plugin imports pytest: grading, notebooks and the command line do without it."""
    assert "pytest" not in imported_packages(GRADER / f"{module}.py")


@pytest.mark.parametrize("module", MODULES)
def test_no_module_imports_content(module: str) -> None:
    """Neither exercises nor solutions are imported by name."""
    assert not imported_packages(GRADER / f"{module}.py") & {"exercises", "solutions", "given"}


def imported_packages(path: Path) -> set[str]:
    """The first part of every absolute import in a file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(read_text(path))):
        match node:
            case ast.ImportFrom(module=str(name)):
                found.add(name.split(".")[0])
            case ast.Import(names=names):
                found |= {alias.name.split(".")[0] for alias in names}
    return found


def test_no_module_names_content(course: Course) -> None:
    """No chapter or exercise is named in the engine: neither in code nor in a comment, docstring or message.

    Exercise names of one plain word (`predict`, `fit`) are English and NumPy's vocabulary too, so only those with an
    underscore count.
    """
    solutions = sorted(path.stem for path in course.solutions_folder.glob("ex*.py"))
    exercises = {name for names in course.catalogue.values() for name in names if "_" in name.strip("_")}
    words = {*course.chapters, *solutions, *exercises}
    assert len(words) > 20
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})(?!\w)")
    named = [
        f"{path.name}:{number}: {found.group()}"
        for path in sorted(GRADER.glob("*.py"))
        for number, line in enumerate(read_text(path).splitlines(), start=1)
        for found in pattern.finditer(line)
    ]
    assert named == []


LIGHT = ["grader", "grader.plugin", "grader.record_values", "grader.source", "grader.course", "grader.answers",
         "grader.devices", "grader.report", "grader.render", "grader.terminal", "grader.cli"]  # fmt: skip


@pytest.mark.parametrize("module", LIGHT)
def test_importing_is_light(module: str) -> None:
    """What is imported before anything has to be run loads none of the large libraries."""
    script = f"import sys, {module}; print([n for n in ('torch', 'numpy', 'matplotlib', 'rich') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_telling_what_is_wrong_is_light(tmp_path: Path) -> None:
    """Nothing that PyTorch loads late is loaded to check an answer and to say what is wrong with it."""
    script = """if True:
        import sys
        from pathlib import Path
        from grader.answers import LearnerFile
        from grader.course import load_course
        from grader.late import loaded_late
        from grader.judge import Judge

        course, path = load_course(Path(sys.argv[1])), Path(sys.argv[2])
        path.write_text("def double(x): return x * x\\ndef total(a, b): return a.sum() - b.sum()\\n")
        judge, answers = Judge(course), Answers(course, "ex01_numbers", path)
        before = loaded()
        results = [judge.check(answers, name) for name in course.catalogue["ex01_numbers"]]
        print([result.outcomes[0].aspects for result in results], [n for n in loaded() if n not in before])
    """
    target = ROOT / "tests" / "courses" / "target"
    command = [sys.executable, "-c", script, str(target), str(tmp_path / "ex01_numbers.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[('values', 'gradient'), ('values',)] []", "")


def test_no_stub_has_drifted(course: Course) -> None:
    """Every file in `exercises/` is what its solution makes of it; `grader build` makes it so."""
    drifted = []
    for chapter in course.chapters:
        path, solution = course.exercises_folder / f"{chapter}.py", course.solution(chapter)
        if not path.is_file() or read_text(path) != stub_text(read_text(solution), solution):
            drifted.append(path.name)
    assert drifted == []


def test_exercises_hold_no_answers(course: Course) -> None:
    """No file that is handed out holds a marker of a solution."""
    assert [path.name for path in course.exercises_folder.glob("*.py") if "SOLUTION" in read_text(path)] == []

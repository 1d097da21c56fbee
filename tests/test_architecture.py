"""The order of the engine's rooms, what may be imported where, that tests mirror them, and that it names no content."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from places import ROOT, TARGET, TESTS

from grader.course.manifest import Course
from grader.course.source import read_text, stub_text

GRADER = ROOT / "grader"

ROOMS = ["core", "course", "runtime", "reporters", "judging", "sandbox", "grading", "verify", "frontends"]
"""A room imports only from those before it."""
ONLY = {"sandbox": {"core", "runtime"}}
"""What else than the order holds: the room that runs what is not trusted knows nothing of courses and judges."""
ROOM_LINES, MODULE_LINES = 2500, 450
"""A room that passes this gets a sub-room, which is counted by itself."""

MODULES = {
    ".".join(("grader", *path.relative_to(GRADER).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(GRADER.rglob("*.py"))
}
TOP = {"grader", "grader.__main__", "grader.authoring"}
"""What stands in no room: the package, and what an author imports."""
every_module = pytest.mark.parametrize("module", MODULES)


def imports(module: str, *, late: bool = True) -> set[str]:
    """The modules of the grader that a module imports anywhere in it, or at its own import only."""
    found: set[str] = set()
    tree = ast.parse(read_text(MODULES[module]))
    for node in ast.walk(tree) if late else tree.body:
        match node:
            case ast.ImportFrom(module="grader" as package) | ast.ImportFrom(module=str(package)) if within(package):
                names = {f"{package}.{alias.name}" for alias in node.names}
                found |= {name if name in MODULES else package for name in names}
            case ast.ImportFrom(level=level) if level:
                found.add("a relative import")
            case ast.Import(names=names):
                found |= {alias.name for alias in names if within(alias.name)}
            case ast.Call(
                func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"), args=[ast.Constant(str(name))]
            ) if within(name):
                found.add(name)
    return found - {module}


def within(name: str) -> bool:
    """Whether a dotted name is the grader's."""
    return name.partition(".")[0] == "grader"


def room(module: str) -> str:
    """The room of a module, nothing for what stands in none."""
    return "" if module in TOP else module.split(".")[1]


def test_every_module_stands_in_a_room() -> None:
    """There are these rooms and no others; each says in one sentence what it is for."""
    assert {room(module) for module in MODULES} == {"", *ROOMS}
    for name in ROOMS:
        assert (ast.get_docstring(ast.parse(read_text(GRADER / name / "__init__.py"))) or "").strip()


@every_module
def test_imports_point_one_way(module: str) -> None:
    """A module imports from its own room and from those before it, inside functions too."""
    mine = room(module)
    if module not in TOP:
        allowed = {mine, *ONLY.get(mine, set(ROOMS[: ROOMS.index(mine)]))}
        assert {name for name in imports(module) if name != "grader" and room(name) not in allowed} == set()


def test_there_is_no_circle() -> None:
    """No module needs itself to be imported, by whatever way, not even for a type."""
    order = list(TopologicalSorter({m: imports(m) - {"grader"} for m in MODULES if m != "grader"}).static_order())
    assert set(order) >= set(MODULES) - {"grader"}


def test_imports_are_found() -> None:
    """The test sees the imports that it is there for."""
    assert {"grader.core.report", "grader.judging.compare.observations"} <= imports("grader.judging.judge")
    assert "grader.runtime.sim.sim_kernel" in imports("grader.runtime.sim.sim_device")
    assert "grader.frontends.again" in imports("grader")


def test_rooms_and_modules_are_of_a_size() -> None:
    """A room can be known, and a module read at once."""
    lines = {module: len(read_text(path).splitlines()) for module, path in MODULES.items()}
    folders = {module: module.rpartition(".")[0] for module in lines}
    rooms = {f: sum(lines[m] for m in lines if folders[m] == f) for f in set(folders.values())}
    assert {name: count for name, count in rooms.items() if count > ROOM_LINES} == {}
    assert {module: count for module, count in lines.items() if count > MODULE_LINES} == {}


# ---------------------------------------------------------------- one word for one thing

SHARED = {
    "__all__": "what a module offers",
    "__getattr__": "a public name that is looked up where it is asked for, because that takes a while",
    "main": "what a process or a command begins with",
}
"""Names that several modules define at their top, and the one meaning that they have."""


def defined(module: str) -> set[str]:
    """The names that a module defines at its top."""
    found: set[str] = set()
    for node in ast.parse(read_text(MODULES[module])).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return found


def test_a_name_means_one_thing() -> None:
    """What two modules define by the same name stands in the list with its one meaning."""
    places: dict[str, list[str]] = {}
    for module in MODULES:
        for name in defined(module):
            places.setdefault(name, []).append(module)
    assert {name: found for name, found in places.items() if len(found) > 1 and name not in SHARED} == {}
    assert {name for name in SHARED if len(places.get(name, ())) < 2} == set()


# ---------------------------------------------------------------- the page about it

NAMED = re.compile(r"`((?:grader|tests|docs|exercises|solutions)/[^`\s]*)`")
"""A path of this project as code within a text."""


def test_the_page_leads_to_what_is_there() -> None:
    """Each path that docs/architecture.md names exists, each room is on it, and ten changes or more have a place."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(NAMED.findall(page))
    assert {path for path in named if not (ROOT / path).exists()} == set()
    assert {f"grader/{name}/" for name in ROOMS} <= named
    _, _, table = page.partition("## Where would I change")
    changes = re.findall(r"^\| \*\*.*$", table, flags=re.MULTILINE)
    assert len(changes) >= 10
    assert [row for row in changes if len(NAMED.findall(row)) < 2] == []


# ---------------------------------------------------------------- other people's packages


def imported_packages(module: str) -> set[str]:
    """The first part of every absolute import in a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(read_text(MODULES[module]))):
        match node:
            case ast.ImportFrom(module=str(name)):
                found.add(name.split(".")[0])
            case ast.Import(names=names):
                found |= {alias.name.split(".")[0] for alias in names}
    return found


@every_module
def test_only_the_plugin_knows_pytest(module: str) -> None:
    """Nothing but the plugin imports pytest: grading, notebooks and the command line do without it."""
    if not module.startswith("grader.frontends.pytest_plugin"):
        assert "pytest" not in imported_packages(module)


@every_module
def test_no_module_imports_content(module: str) -> None:
    """Neither exercises nor solutions are imported by name."""
    assert not imported_packages(module) & {"exercises", "solutions", "given"}


LIGHT = [m for m in MODULES if room(m) in ("core", "course", "reporters")] + [
    "grader.frontends.cli.main",
    "grader.frontends.pytest_plugin.plugin",
    "grader.runtime.devices",
]


def test_importing_is_light() -> None:
    """What is imported before anything has to be run loads none of the large libraries."""
    script = "\n".join(
        [
            "import importlib, sys",
            f"for name in {LIGHT!r}:",
            "    importlib.import_module(name)",
            "    heavy = [n for n in ('torch', 'numpy', 'matplotlib', 'rich') if n in sys.modules]",
            "    assert not heavy, (name, heavy)",
        ]
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_telling_what_is_wrong_is_light(tmp_path: Path) -> None:
    """Nothing that PyTorch loads late is loaded to check an answer and to say what is wrong with it."""
    script = """if True:
        import sys
        from pathlib import Path
        from grader.course.learner_file import LearnerFile
        from grader.course.manifest import load_course
        from grader.judging.judge import Judge
        from grader.sandbox.preload import loaded_late

        course, path = load_course(Path(sys.argv[1])), Path(sys.argv[2])
        path.write_text("def double(x): return x * x\\ndef total(a, b): return a.sum() - b.sum()\\n")
        judge, answers = Judge(course), LearnerFile(course, "ex01_numbers", path)
        before = loaded_late()
        results = [judge.check(answers, name) for name in course.catalogue["ex01_numbers"]]
        print([result.outcomes[0].aspects for result in results], [n for n in loaded_late() if n not in before])
    """
    command = [sys.executable, "-c", script, str(TARGET), str(tmp_path / "ex01_numbers.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[('values',), ('values',)] []", "")


# ---------------------------------------------------------------- the tests

TEST_FILES = sorted(TESTS.rglob("test_*.py"))
ROOM_TESTS = [path for path in TEST_FILES if path.parent != TESTS]


def test_tests_stand_in_the_rooms() -> None:
    """Each room has its folder of tests, and each folder of tests is a room or a package within one."""
    folders = {path.parent.relative_to(TESTS) for path in ROOM_TESTS}
    assert {folder.parts[0] for folder in folders} == set(ROOMS)
    assert [str(folder) for folder in folders if not (GRADER / folder / "__init__.py").is_file()] == []


def test_no_two_test_files_have_one_name() -> None:
    """Pytest imports a test by the name of its file alone, so each has a name of its own, and no helper has it."""
    names = [path.name for path in [*TEST_FILES, *(set(TESTS.glob("*.py")) - set(TEST_FILES))]]
    assert [name for name in names if names.count(name) > 1] == []


def private_imports(text: str, mine: str) -> list[str]:
    """What a piece of code imports of the grader's other rooms than its own that is private to them."""
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ImportFrom(module=str(package), names=names) if within(package):
                found += [f"{package}.{alias.name}" for alias in names]
            case ast.Import(names=names):
                found += [alias.name for alias in names if within(alias.name)]
    others = [name.split(".")[1:] for name in found]
    return [".".join(parts) for parts in others if parts and parts[0] != mine and any(p.startswith("_") for p in parts)]


@pytest.mark.parametrize("path", ROOM_TESTS, ids=lambda path: str(path.relative_to(TESTS)))
def test_tests_of_a_room_import_public_names_of_others(path: Path) -> None:
    """Tests of one room import other rooms' public names only, so that a room can be changed behind them."""
    assert private_imports(read_text(path), path.relative_to(TESTS).parts[0]) == []


def test_private_imports_are_seen() -> None:
    """The test above sees a private name, a private module, and both ways to import them, also in a function."""
    text = """
from grader.sandbox.confine import Limits, _limit
from grader.runtime import _private, observe
from grader.core._more import things

def late():
    import grader.runtime._private
    from grader.runtime._private import state
"""
    of_runtime = ["runtime._private", "runtime._private", "runtime._private.state"]
    assert sorted(private_imports(text, "core")) == sorted(["sandbox.confine._limit", *of_runtime])
    assert private_imports(text, "sandbox") == ["runtime._private", "core._more.things", *of_runtime[1:]]


# ---------------------------------------------------------------- content


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
        f"{module}:{number}: {found.group()}"
        for module, path in MODULES.items()
        for number, line in enumerate(read_text(path).splitlines(), start=1)
        for found in pattern.finditer(line)
    ]
    assert named == []


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

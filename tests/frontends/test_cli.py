"""The command `grader`: hints, where one stands, stubs put back and derived, and what each error ends with.

Most tests call it in this process; what depends on the process (imports, a full disk, `python -m`) runs in another.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from places import LAYERS, ROOT

from grader.core.files import replace_text
from grader.course.manifest import load_course
from grader.course.source import stub_text
from grader.frontends.cli import main

FILE = "ex01_layers.py"

MINE = '''"""My chapter."""

from torch import nn  # mine


def helper():
    return "caf\u00e9"


def count_parameters(module):
    page = "one\x0ctwo"  # a form feed is no end of a line
    return helper(), page


def apply_linear(weight, bias, x):
    return 2 * x


def freeze(module):
    return 3
'''


@dataclass(frozen=True)
class Ended:
    """What a command wrote and how it ended."""

    code: int
    out: str
    error: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Grader = Callable[..., Ended]


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    """A copy of the second course with nothing begun."""
    return Path(shutil.copytree(LAYERS, tmp_path / "layers", ignore=shutil.ignore_patterns("__pycache__", ".*")))


@pytest.fixture
def file(layers: Path) -> Path:
    """The chapter that a learner edits."""
    return layers / "exercises" / FILE


@pytest.fixture
def grader(layers: Path, monkeypatch: pytest.MonkeyPatch) -> Grader:
    """`grader ARGUMENTS` in the course's folder."""
    monkeypatch.chdir(layers)

    def call(*arguments: str) -> Ended:
        result = CliRunner().invoke(main.main, arguments, prog_name="grader")
        return Ended(result.exit_code, result.stdout, result.stderr)

    return call


def process(*arguments: str, folder: Path, **more: object) -> Ended:
    """A Python process of its own in this folder."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_"))}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**environment, "COLUMNS": "80"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        **more,  # type: ignore[call-overload]
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def names(folder: Path) -> list[str]:
    """All that a folder holds, hidden files too, apart from what Python keeps there."""
    return sorted(path.name for path in folder.iterdir() if path.name != "__pycache__")


# ---------------------------------------------------------------- without PyTorch

WITHOUT = "raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n"
BROKEN = "raise ImportError('libtorch.so: cannot open shared object file', name='torch')\n"


@pytest.mark.parametrize("text", [WITHOUT, BROKEN], ids=["missing", "broken"])
@pytest.mark.parametrize("command", ["verify", "verify --mutants", "grade solutions", "grade solutions --jobs 1"])
def test_without_pytorch_a_command_says_how_to_install_it(
    layers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, text: str
) -> None:
    """Where PyTorch is missing or broken, that is no mistake of the grader's: exit 2, and what to type."""
    (tmp_path / "without" / "torch").mkdir(parents=True)
    (tmp_path / "without" / "torch" / "__init__.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path / "without"), str(ROOT))))
    ended = process("-m", "grader", *command.split(), folder=layers)
    assert ended.code == 2
    told = " ".join(ended.error.split())
    assert "PyTorch cannot be imported here" in told
    assert "-m pip install torch" in told
    assert "Traceback" not in ended.error
    assert "mistake" not in told


@pytest.mark.parametrize("command", ["list", "hint freeze", "build --check", "reset freeze", "--version"])
def test_other_commands_do_without_pytorch(
    layers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """What runs nothing needs no PyTorch."""
    (tmp_path / "without" / "torch").mkdir(parents=True)
    (tmp_path / "without" / "torch" / "__init__.py").write_text(WITHOUT, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path / "without"), str(ROOT))))
    ended = process("-m", "grader", *command.split(), folder=layers)
    assert (ended.code, ended.error) == (0, "")


# ---------------------------------------------------------------- hint


def test_each_call_shows_one_hint_more(grader: Grader) -> None:
    """The first call shows the first hint and how many are left, the next ones one more, until all are shown."""
    first = grader("hint", "freeze")
    assert first == Ended(0, "ex01_layers.freeze\n  1. A parameter is a tensor.\n1 more: grader hint freeze\n", "")
    both = "ex01_layers.freeze\n  1. A parameter is a tensor.\n  2. See `requires_grad_`.\n"
    assert grader("hint", "freeze") == Ended(0, both, "")
    assert grader("hint", "freeze") == Ended(0, both, "")
    assert "  2." not in grader("hint", "apply_linear").out


def test_all_shows_every_hint_and_reset_begins_again(grader: Grader) -> None:
    """`--all` shows all hints at once; `--reset` goes back to the first one, for this exercise alone."""
    grader("hint", "apply_linear")
    grader("hint", "apply_linear")
    assert "  2. See `requires_grad_`." in grader("hint", "--all", "freeze").lines
    assert "1 more: grader hint freeze" in grader("hint", "freeze", "--reset").lines
    assert "  2. See `load_state_dict`." in grader("hint", "apply_linear").lines


@pytest.mark.parametrize(
    "name",
    ["freeze", "fre", "ex01_layers.freeze", "ex01_layers::freeze", "ex01.fr", f"exercises/{FILE}::freeze"],
)
def test_an_exercise_has_many_names(grader: Grader, name: str) -> None:
    """A short name, a beginning that fits one only, and pytest's own way to write it all mean the exercise."""
    assert grader("hint", name).lines[0] == "ex01_layers.freeze"


@pytest.mark.parametrize("name", ["ex01_layers", "ex01", FILE, f"exercises/{FILE}"])
def test_a_chapter_stands_for_its_first_exercise_to_do(grader: Grader, file: Path, name: str) -> None:
    """With a chapter's name the hint is for the first exercise in it that is to do, the very first where none is."""
    assert grader("hint", name).lines[0] == "ex01_layers.count_parameters"
    text = file.read_text(encoding="utf-8").replace("raise NotImplementedError", "return 1", 1)
    file.write_text(text, encoding="utf-8")
    assert grader("hint", name).lines[0] == "ex01_layers.apply_linear"
    file.write_text(MINE, encoding="utf-8")
    assert grader("hint", name).lines[0] == "ex01_layers.count_parameters"


@pytest.mark.parametrize("command", ["hint", "reset"])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("freze", "There is no exercise freze. Did you mean freeze?"),
        ("ex1_layers", "There is no chapter or exercise ex1_layers. Did you mean ex01_layers?"),
        ("ex1", "There is no chapter or exercise ex1. Did you mean ex01?"),
        ("zzz", "There is no chapter or exercise zzz."),
        ("ex01_layers.zzz", "There is no exercise ex01_layers.zzz."),
    ],
)
def test_an_unknown_name_is_told(grader: Grader, command: str, name: str, told: str) -> None:
    """A name that the course does not have ends with 2 and, where one is close, with "did you mean"."""
    assert grader(command, name) == Ended(2, "", f"Error: {told}\n")


def test_a_beginning_of_two_names_is_told(grader: Grader, layers: Path) -> None:
    """A beginning that fits several exercises, or several chapters, is answered with all of them."""
    for folder in (layers / "solutions", layers / "solutions" / "checks"):
        text = (folder / FILE).read_text(encoding="utf-8").replace("freeze", "count_layers")
        (folder / FILE).write_text(text, encoding="utf-8")
        shutil.copy(folder / FILE, folder / "ex02_more.py")
    (layers / "course.toml").write_text('title = "L"\nversion = "1"\nchapters = ["ex01_layers", "ex02_more"]\n')
    told = "Error: ex01.count_ could be ex01_layers.count_parameters or ex01_layers.count_layers.\n"
    assert grader("hint", "ex01.count_") == Ended(2, "", told)
    assert grader("hint", "ex0") == Ended(2, "", "Error: ex0 could be ex01_layers or ex02_more.\n")


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '{"ex01_layers.freeze": "many"}', '{"ex01_layers.freeze": -4}', "[" * 100_000, "\x00\xff"]
)
def test_a_broken_record_of_hints_starts_anew(grader: Grader, layers: Path, text: str) -> None:
    """Where `.grader/hints.json` is damaged the first hint is shown, and the record is good again."""
    (layers / ".grader").mkdir()
    (layers / ".grader" / "hints.json").write_text(text, encoding="latin-1")
    assert "1 more: grader hint freeze" in grader("hint", "freeze").lines
    assert json.loads((layers / ".grader" / "hints.json").read_text()) == {"ex01_layers.freeze": 1}


def test_hints_are_shown_where_nothing_can_be_written(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that cannot be written each call shows the first hint, and `--all` shows all."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    for _ in range(2):
        assert grader("hint", "freeze").lines[-1] == "1 more: grader hint freeze"
    assert "  2. See `requires_grad_`." in grader("hint", "freeze", "--all").lines


def test_a_file_in_the_place_of_the_folder_is_left_alone(grader: Grader, layers: Path) -> None:
    """Where `.grader` is a file already, hints are shown all the same."""
    (layers / ".grader").write_text("mine")
    assert grader("hint", "freeze").code == 0
    assert (layers / ".grader").read_text() == "mine"


def test_the_record_of_hints_is_no_part_of_the_learners_work(grader: Grader, layers: Path) -> None:
    """The folder `.grader` tells git to leave it out, and nothing else is written."""
    before = names(layers)
    grader("hint", "freeze")
    assert names(layers) == sorted([*before, ".grader"])
    assert (layers / ".grader" / ".gitignore").read_text() == "*\n"


# ---------------------------------------------------------------- list


def test_list_shows_where_one_stands(grader: Grader, file: Path) -> None:
    """`grader list` gives each chapter and exercise with its points and state, and what comes next."""
    text = file.read_text(encoding="utf-8").replace("raise NotImplementedError", "return 1", 1)
    file.write_text(text, encoding="utf-8")
    ended = grader("list")
    assert ended.code == 0
    words = [line.split() for line in ended.lines]
    assert words[0] == ["ex01_layers", "1", "of", "3", "begun"]
    assert words[1] == ["count_parameters", "1", "point", "begun"]
    assert words[2] == ["apply_linear", "2", "points", "to", "do"]
    assert ended.lines[-1].startswith(f"next: exercises/{FILE}:")
    assert ended.lines[-1].endswith(" apply_linear")
    assert max(map(len, ended.lines)) <= 80


@pytest.mark.parametrize(
    ("text", "told", "then"),
    [
        (MINE, "3 of 3 begun", "Everything is begun. `pytest` tells what passes."),
        ("def freeze(:\n", "cannot be read as Python", f"next: exercises/{FILE}"),
        ("def freeze(m):\n    return 1\n", "1 of 3 begun", f"next: exercises/{FILE}"),
        ("\x00", "cannot be read as Python", f"next: exercises/{FILE}"),
    ],
)
def test_list_of_other_files(grader: Grader, file: Path, text: str, told: str, then: str) -> None:
    """A chapter that is begun, one that is no Python, and one that lacks functions are each told as that."""
    file.write_text(text, encoding="utf-8")
    ended = grader("list")
    assert ended.code == 0
    assert ended.lines[0].endswith(told)
    assert ended.lines[-1] == then


def states(ended: Ended) -> dict[str, str]:
    """Exercise → the state that the list gives it."""
    rows = [line for line in ended.lines if line.startswith("    ")]
    return {row.split()[0]: " ".join(row.split()[3:]) for row in rows}


PASSING = {
    "count_parameters": "return sum(p.numel() for p in module.parameters())",
    "apply_linear": "return 3",
}


def test_list_shows_what_passed_and_what_has_changed(grader: Grader, file: Path, layers: Path) -> None:
    """After a run: what passed, what did not; after an edit, only what it concerns is another one since then."""
    text = file.read_text(encoding="utf-8")
    for body in PASSING.values():
        text = text.replace("raise NotImplementedError", body, 1)
    text = text.replace("(model", "(module")
    file.write_text(text, encoding="utf-8")
    process("-m", "pytest", "-q", "--device", "cpu", "--device", "sim", folder=layers)
    assert states(grader("list")) == {
        "count_parameters": "passed on cpu and sim",
        "apply_linear": "failed on cpu and sim",
        "freeze": "to do",
    }
    assert grader("list").lines[0].split()[1:] == ["1", "of", "3", "passed,", "1", "begun"]
    assert grader("list").lines[-1].endswith(" apply_linear")
    assert grader("hint").lines[0] == "ex01_layers.apply_linear"
    assert grader("hint", "ex01").lines[0] == "ex01_layers.apply_linear"
    file.write_text(text.replace("return 3", "return 4  # four"), encoding="utf-8")
    assert states(grader("list"))["apply_linear"] == "changed since the last run"
    assert states(grader("list"))["count_parameters"] == "passed on cpu and sim"
    file.write_text("# a comment\n" + text, encoding="utf-8")
    assert states(grader("list"))["apply_linear"] == "failed on cpu and sim"
    file.write_text(text + "\n\nHELPER = 1\n", encoding="utf-8")
    assert set(states(grader("list")).values()) == {"changed since the last run", "to do"}
    assert grader("hint").lines[0] == "ex01_layers.count_parameters"


@pytest.mark.parametrize("text", ["", "[1]", '{"ex01_layers.freeze": {"verdict": "wonderful"}}', "\x00\xff"])
def test_a_broken_record_of_the_last_run_is_none(grader: Grader, layers: Path, text: str) -> None:
    """Where `.grader/last_run.json` is damaged, begun is all that is said."""
    (layers / ".grader").mkdir()
    (layers / ".grader" / "last_run.json").write_text(text, encoding="latin-1")
    assert set(states(grader("list")).values()) == {"to do"}


def test_a_hint_without_a_name_is_for_the_next(grader: Grader, file: Path) -> None:
    """Before any run that is the first exercise that is to do; where no file can be read, the very first."""
    assert grader("hint").lines[0] == "ex01_layers.count_parameters"
    file.write_text(file.read_text(encoding="utf-8").replace("raise NotImplementedError", "return 1", 1))
    assert grader("hint").lines[0] == "ex01_layers.apply_linear"
    file.write_text("def freeze(:\n", encoding="utf-8")
    assert grader("hint").lines[0] == "ex01_layers.count_parameters"


def test_list_of_a_missing_chapter(grader: Grader, file: Path) -> None:
    """A chapter whose file is not there does not stop the list, and is not called broken."""
    file.unlink()
    ended = grader("list")
    assert ended.code == 0
    assert ended.lines[0].endswith("is missing")


def test_exercises_that_were_never_built(grader: Grader, layers: Path) -> None:
    """Where an author has not built them yet, that is what is said."""
    shutil.rmtree(layers / "exercises")
    told = "Error: This course has no exercises/ yet: `grader build` makes them from its solutions.\n"
    assert grader("list") == Ended(2, "", told)
    assert not (layers / "exercises").exists()


# ---------------------------------------------------------------- reset


def test_reset_puts_one_stub_back_and_keeps_the_text(grader: Grader, file: Path, layers: Path) -> None:
    """One function becomes its stub again, all else stays as it is, and the learner's text is saved beside it."""
    file.write_text(MINE, encoding="utf-8")
    ended = grader("reset", "count_parameters")
    kept = "exercises/ex01_layers.count_parameters.1.txt"
    assert ended == Ended(0, f"count_parameters is its stub again.\nWhat you had is in {kept}\n", "")
    text = file.read_text(encoding="utf-8")
    before, after = MINE.split("def count_parameters")[0], MINE.split("helper(), page\n")[1]
    assert text.startswith(before + "def count_parameters(module: nn.Module) -> int:")
    assert text.endswith("    raise NotImplementedError\n" + after)
    saved = (layers / kept).read_text(encoding="utf-8")
    assert before + saved + after == MINE


def test_what_is_kept_is_numbered(grader: Grader, file: Path) -> None:
    """A second reset keeps its text beside that of the first one."""
    for number, answer in enumerate(("first", "second"), start=1):
        file.write_text(MINE.replace("return 3", f"return '{answer}'"), encoding="utf-8")
        grader("reset", "freeze")
        kept = file.with_name(f"ex01_layers.freeze.{number}.txt")
        assert kept.read_text(encoding="utf-8") == f"def freeze(module):\n    return '{answer}'\n"
    assert file.with_name("ex01_layers.freeze.1.txt").read_text(encoding="utf-8").endswith("'first'\n")


def test_reset_of_a_stub_changes_nothing(grader: Grader, file: Path) -> None:
    """Where the stub stands already nothing is written and nothing is kept."""
    before = file.read_bytes()
    assert grader("reset", "freeze").code == 0
    assert grader("reset", "ex01_layers").code == 0
    assert file.read_bytes() == before
    assert names(file.parent) == [FILE, "given.py"]


def test_reset_of_a_function_that_is_gone(grader: Grader, file: Path) -> None:
    """A function that is not in the file is put at its end."""
    mine = MINE.split("def freeze")[0]
    file.write_text(mine, encoding="utf-8")
    assert grader("reset", "freeze") == Ended(0, "freeze is its stub again.\n", "")
    text = file.read_text(encoding="utf-8")
    assert text.startswith(mine.rstrip() + "\n\n\ndef freeze(module: nn.Module)")
    assert text.endswith("    raise NotImplementedError\n")


def test_reset_puts_a_function_before_the_end_of_its_chapter(grader: Grader, file: Path) -> None:
    """Where the last function is missing in a stub's file, that file becomes what it was."""
    whole = file.read_text(encoding="utf-8")
    functions, end = whole.split("if __name__ ==")
    file.write_text(f"{functions.split('def freeze')[0]}if __name__ =={end}", encoding="utf-8")
    assert grader("reset", "freeze").code == 0
    assert file.read_text(encoding="utf-8") == whole


def test_reset_takes_the_definition_that_counts(grader: Grader, file: Path) -> None:
    """Of two functions of one name, also with the same text, the last one is replaced, with its decorators."""
    again = "@print\ndef freeze(module):\n    return 3\n"
    file.write_text(f"{again}\n\n{again}", encoding="utf-8")
    grader("reset", "freeze")
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"{again}\n\ndef freeze(module: nn.Module)")
    assert text.count("@print") == 1


def test_reset_in_a_file_that_is_no_python(grader: Grader, file: Path) -> None:
    """A syntax error is shown with its line, ends with 1, and the whole chapter can be put back, its text kept."""
    file.write_text("def freeze(:\n", encoding="utf-8")
    ended = grader("reset", "freeze")
    assert (ended.code, ended.out) == (1, "")
    assert ended.error.startswith(f"Error: {FILE}:1: Python cannot read this file: ")
    assert ended.error.endswith("Mend that first, or put the whole chapter back: grader reset ex01_layers\n")
    assert file.read_text(encoding="utf-8") == "def freeze(:\n"
    ended = grader("reset", "ex01_layers")
    assert ended.out == "ex01_layers is its stub again.\nWhat you had is in exercises/ex01_layers.1.txt\n"
    assert file.with_name("ex01_layers.1.txt").read_text(encoding="utf-8") == "def freeze(:\n"
    assert grader("build", "--check").code == 0


def test_reset_of_a_chapter_keeps_every_byte(grader: Grader, file: Path) -> None:
    """A whole chapter is kept as it was, also where it is no text at all."""
    file.write_bytes(b"\xff\x00\r\n")
    grader("reset", "ex01")
    assert file.with_name("ex01_layers.1.txt").read_bytes() == b"\xff\x00\r\n"
    assert grader("build", "--check").code == 0


def test_reset_of_a_chapter_that_is_gone(grader: Grader, file: Path) -> None:
    """A chapter whose file, or whose folder, is not there is made anew."""
    file.unlink()
    assert grader("reset", "ex01").code == 0
    shutil.rmtree(file.parent)
    assert grader("reset", "ex01").code == 0
    assert file.is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets no limit on a file's size")
@pytest.mark.parametrize("name", ["count_parameters", "ex01_layers"])
@pytest.mark.parametrize("limit", [0, 20, 200])
def test_a_full_disk_loses_nothing(file: Path, layers: Path, name: str, limit: int) -> None:
    """Where only so many bytes can be written, the learner's file stays, or its text is kept: never half of either."""
    import resource

    mine = MINE + "# the end\n"
    file.write_text(mine, encoding="utf-8")
    ended = process(
        "-B",
        "-m",
        "grader",
        "reset",
        name,
        folder=layers,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert ended.code == 2
    assert "so nothing was changed." in ended.error
    assert "Traceback" not in ended.error
    assert file.read_text(encoding="utf-8") == mine
    for kept in file.parent.glob("*.txt"):
        assert kept.read_text(encoding="utf-8") in mine
    assert not list(file.parent.glob(".*"))


def test_a_file_that_cannot_be_replaced_stays(grader: Grader, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the new file cannot take the old one's place, the old one stays and nothing is left beside it."""
    file.write_text(MINE, encoding="utf-8")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    ended = grader("reset", "freeze")
    assert ended.code == 2
    assert ended.error == f"Error: {FILE} cannot be written (Permission denied), so nothing was changed.\n"
    assert file.read_text(encoding="utf-8") == MINE
    assert not list(file.parent.glob(".*"))


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """A file is replaced where it is, so a link to it goes on pointing there."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("links cannot be made here")
    replace_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


# ---------------------------------------------------------------- build


def test_build_writes_what_has_drifted(grader: Grader, file: Path, layers: Path) -> None:
    """`--check` names a file that has drifted and ends with 2; `build` writes it, and then has nothing to do."""
    assert grader("build", "--check") == Ended(0, "", "")
    solution = layers / "solutions" / FILE
    solution.write_text(solution.read_text(encoding="utf-8") + "\nFIVE = 5\n", encoding="utf-8")
    before = file.read_bytes()
    told = f"{FILE} is not what its solution makes of it: run `grader build`.\n"
    assert grader("build", "--check") == Ended(2, "", told)
    assert file.read_bytes() == before
    assert grader("build") == Ended(0, f"wrote {file}\n", "")
    assert file.read_text(encoding="utf-8") == stub_text(solution.read_text(encoding="utf-8"), solution)
    assert grader("build").out == "Nothing to do: every stub is what its solution makes of it.\n"
    file.unlink()
    assert grader("build", "--check").code == 2
    assert grader("build").code == 0


@pytest.mark.parametrize("mine", [MINE.encode(), b"def freeze(:\n", b"\xff\xfe\x00"])
def test_build_does_not_write_over_work(grader: Grader, file: Path, mine: bytes) -> None:
    """A file in which something is begun, or that cannot be read, stays until `--force` is said."""
    file.write_bytes(mine)
    assert grader("build", "--check").code == 2
    ended = grader("build")
    assert ended.code == 2
    assert ended.error.startswith(f"Error: {FILE} holds work (")
    assert ended.error.endswith(" `grader build --force` writes over it.\n")
    assert file.read_bytes() == mine
    assert grader("build", "--force").code == 0
    assert grader("build", "--check").code == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    ### END SOLUTION\n", "", f"{FILE}:35: a second ### BEGIN SOLUTION before the ### END SOLUTION of line"),
        ("    ### BEGIN SOLUTION\n", "", "### END SOLUTION without a ### BEGIN SOLUTION above it."),
        ("return sum(", "return sum((", "Python cannot read this file"),
    ],
)
def test_build_tells_what_is_wrong_with_a_solution(grader: Grader, layers: Path, old: str, new: str, told: str) -> None:
    """Markers that do not pair are told with file and line, and nothing is written."""
    solution = layers / "solutions" / FILE
    solution.write_text(solution.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    before = (layers / "exercises" / FILE).read_bytes()
    ended = grader("build")
    assert ended.code == 2
    assert told in ended.error
    assert (layers / "exercises" / FILE).read_bytes() == before


def test_build_where_nothing_can_be_written(grader: Grader, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be written is told in a sentence, and the old one stays."""

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file.write_text("", encoding="utf-8")
    monkeypatch.setattr(os, "replace", refuse)
    ended = grader("build", "--force")
    assert (ended.code, ended.error) == (2, f"Error: {file} cannot be written: No space left on device.\n")
    assert file.read_text(encoding="utf-8") == ""


# ---------------------------------------------------------------- the command as a whole


@pytest.mark.parametrize("command", [(), ("reset",), ("hint", "freeze", "more"), ("dance",), ("--colour", "list")])
def test_a_wrong_command_line_ends_with_2(grader: Grader, command: tuple[str, ...]) -> None:
    """A command line that cannot be meant ends with 2 and shows how it is used."""
    ended = grader(*command)
    assert ended.code == 2
    assert "Usage: grader" in ended.out + ended.error


@pytest.mark.parametrize("command", ["list", "build", "hint freeze", "reset freeze"])
@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("title = ", "is not valid TOML"),
        ('title = "L"\nversion = "1"\n', "the key chapters is missing"),
        ('titel = "L"\nversion = "1"\nchapters = ["ex01_layers"]\n', "Did you mean title?"),
        ('title = "L"\nversion = "1"\nchapters = ["ex02_gone"]\n', "is missing: there is no file"),
    ],
)
def test_a_broken_course_ends_with_2(grader: Grader, layers: Path, command: str, toml: str, told: str) -> None:
    """What is wrong with a course is one sentence for its author."""
    (layers / "course.toml").write_text(toml, encoding="utf-8")
    name = command.replace("freeze", "ex02_gone")
    ended = grader(*(name if "gone" in toml else command).split())
    assert (ended.code, ended.out) == (2, "")
    assert ended.error.startswith("Error: ")
    assert told in ended.error
    assert "Traceback" not in ended.error


def test_a_course_is_named_or_near(layers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--course DIR` names one from anywhere; without it the nearest above this folder counts."""

    def title_of(*arguments: str) -> str:
        result = CliRunner().invoke(main.main, [*arguments, "list"])
        return result.stdout.split()[0] if result.exit_code == 0 else result.stderr

    monkeypatch.chdir(layers / "solutions" / "checks")
    assert title_of() == "ex01_layers"
    monkeypatch.chdir(tmp_path)
    assert title_of("--course", "layers") == "ex01_layers"
    assert title_of("--course", "solutions").endswith("is no course: it has no course.toml.\n")


def test_the_next_hint_is_asked_for_with_the_same_course(
    layers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command that a hint ends with works as it stands, so it names the course where that was named."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main.main, ["--course", "layers", "hint", "freeze"])
    assert result.stdout.splitlines()[-1] == "1 more: grader --course layers hint freeze"


def test_our_own_mistakes_end_with_3(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw shows its traceback and says that it is not the learner's."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("who could know")

    monkeypatch.setattr("grader.frontends.cli.list.progress", broken)
    ended = grader("list")
    assert ended.code == 3
    assert "ZeroDivisionError: who could know" in ended.error
    assert ended.error.endswith("Error: This is a mistake in the grader, not yours.\n")


@pytest.mark.parametrize("command", ["", "hint", "list", "reset", "build"])
def test_help_fits_80_columns(grader: Grader, command: str) -> None:
    """`--help` and `-h` explain each command in lines of at most 80 columns, none cut short."""
    ended = grader(*command.split(), "--help")
    assert ended.code == 0
    assert ended.out.startswith("Usage: grader")
    assert max(map(len, ended.lines)) <= 80
    assert "..." not in ended.out.replace("[ARGS]...", "")
    assert grader(*command.split(), "-h") == ended


def test_it_runs_as_a_module_too(layers: Path) -> None:
    """`python -m grader` is the same command."""
    ended = process("-m", "grader", "--help", folder=layers)
    assert ended.code == 0
    assert ended.out.startswith("Usage: python -m grader")


def test_nothing_heavy_is_loaded(layers: Path) -> None:
    """No command needs PyTorch, NumPy, matplotlib or pytest, so each answers at once."""
    program = """
import sys
from grader.frontends.cli.main import main
for command in ("--help", "list", "hint freeze", "hint ex01 --all", "reset freeze", "reset ex01", "build"):
    main(command.split(), standalone_mode=False)
print("LOADED", *(name for name in ("torch", "numpy", "matplotlib", "pytest", "rich") if name in sys.modules))
"""
    ended = process("-c", program, folder=layers)
    assert ended.code == 0, ended.error
    assert ended.lines[-1] == "LOADED"


def test_the_course_is_what_its_solutions_make_of_it() -> None:
    """The committed stubs of the second course have not drifted."""
    from grader.course.stubs import drifted

    assert drifted(load_course(LAYERS)) == []

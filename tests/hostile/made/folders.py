"""Attacks by folders: links, pipes, modules that shadow others, more and larger files than anybody needs."""

from __future__ import annotations

import os
from pathlib import Path

from hostile.made.world import FIRST, RIGHT, SECOND, World, attack, write


@attack
def memorised(at: Path, world: World) -> None:
    """Answers learned by heart for the seed that `pytest` uses: this run has another.

    Honest: none
    """
    from grader.core.values import Array
    from grader.course.manifest import load_course
    from grader.judging.judge import Judge

    judge = Judge(load_course(world.path("COURSE")), seed=0)
    known = {}
    for name in ("double", "total"):
        for case in judge.trial(FIRST, name).cases:
            given = [argument.data for argument in case.arguments if isinstance(argument, Array)]
            answer = 2 * given[0] if name == "double" else given[0].sum() + given[1].sum()
            known[str([x.tolist() for x in given])] = answer.tolist()
    text = f"import torch\n\nKNOWN = {known}\n\n\n"
    text += "def double(x):\n    return total(x) + 2 * x - 2 * x.detach()\n\n\n"  # the gradient is known to anybody
    text += "def total(*given):\n    return torch.tensor(KNOWN.get(str([x.tolist() for x in given]), 0.5))\n"
    write(at, world, **{**RIGHT, FIRST: text})


@attack
def link_to_the_solution(at: Path, world: World) -> None:
    """The chapter is a link to the solution.

    Honest: none
    Verdict: all: not loaded
    """
    write(at, world, **{SECOND: RIGHT[SECOND]})
    (at / f"{FIRST}.py").symlink_to(world.path("COURSE") / "solutions" / f"{FIRST}.py")


@attack
def link_to_the_solutions(at: Path, world: World) -> None:
    """The folder of the chapters is a link to the solutions.

    Chapter: both
    Honest: none
    Verdict: all: not loaded
    """
    (at / "exercises").symlink_to(world.path("COURSE") / "solutions")
    write(at, world, notes="")


@attack
def link_to_the_canary(at: Path, world: World) -> None:
    """The chapter is a link to the canary, by way of another link and of `..`.

    Honest: none
    Verdict: all: not loaded
    """
    write(at, world, **{SECOND: RIGHT[SECOND]})
    (at / "way").symlink_to(os.path.relpath(world.path("CANARY").parent, at))
    (at / f"{FIRST}.py").symlink_to(Path("way") / world.path("CANARY").name)


@attack
def link_beside(at: Path, world: World) -> None:
    """A module beside the chapter is a link to the solution, and the chapter imports it.

    Honest: none
    Verdict: all: not loaded
    """
    write(at, world, **{**RIGHT, FIRST: "from helper import double, total\n"})
    (at / "helper.py").symlink_to(world.path("COURSE") / "solutions" / f"{FIRST}.py")
    (at / "package").symlink_to(world.path("COURSE") / "solutions")


@attack
def link_to_a_device(at: Path, world: World) -> None:
    """The chapter is a link to a device that never ends.

    Honest: none
    Verdict: all: not loaded
    """
    write(at, world, **{SECOND: RIGHT[SECOND]})
    (at / f"{FIRST}.py").symlink_to("/dev/zero")


@attack
def link_to_itself(at: Path, world: World) -> None:
    """The chapter is a link to itself, and a folder holds itself.

    Honest: none
    Verdict: all: not loaded
    """
    write(at, world, **{SECOND: RIGHT[SECOND]})
    (at / f"{FIRST}.py").symlink_to(f"{FIRST}.py")
    (at / "again").symlink_to(".")


@attack
def pipe(at: Path, world: World) -> None:
    """The chapter is a pipe that nobody writes to: whoever opens it waits.

    Honest: none
    Verdict: all: not loaded
    """
    write(at, world, **{SECOND: RIGHT[SECOND]})
    os.mkfifo(at / f"{FIRST}.py")
    os.mkfifo(at / "data.csv")


@attack
def folder_for_a_chapter(at: Path, world: World) -> None:
    """The chapter is a folder, and a package of that name.

    Honest: none
    Verdict: all: not loaded
    """
    write(at, world, **{SECOND: RIGHT[SECOND]})
    (at / f"{FIRST}.py").mkdir()
    write(at / f"{FIRST}.py", world, __init__=RIGHT[FIRST])


@attack
def shadows(at: Path, world: World) -> None:
    """Modules and settings that would run in place of others, or by themselves; the chapters are right.

    Chapter: both
    Honest: all
    """
    loud = "import os\nos.write(1, b'@BREACH@')\nos.write(2, b'@BREACH@')\nopen('@CANARY@', 'w').close()\nos._exit(0)\n"
    names = "torch grader json random socket struct safetensors numpy conftest sitecustomize usercustomize given"
    write(at, world, **RIGHT, **dict.fromkeys(names.split(), loud))
    for package in ("grader", "matplotlib", "pytest", "checks", "encodings"):
        (at / package).mkdir()
        write(at / package, world, __init__=loud, worker=loud, values=loud, observe=loud)
    (at / "pytest.ini").write_text("[pytest]\naddopts = --version\n")
    (at / "forged.pth").write_text(world.fill("import os; os.write(1, b'@BREACH@')\n"))
    (at / "course.toml").write_text('title = "Forged"\nversion = "0"\nchapters = ["given"]\n')
    (at / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--version'\n")


@attack
def shadows_by_import(at: Path, world: World) -> None:
    """The chapter brings modules of the grader's and PyTorch's names itself, under names that it may have.

    Honest: none
    Verdict: all: failed or crashed or not loaded
    """
    text = "import sys\nimport helper\n"
    text += "for name in ('grader.core.wire', 'torch', 'json', 'grader.sandbox.worker', 'grader.runtime.observe'):\n"
    text += "    sys.modules[name] = helper\n\n\ndef double(x):\n    return x\n\n\ndef total(a, b):\n    return a\n"
    helper = "def __getattr__(name):\n    return lambda *args, **kwargs: b'passed'\n"
    write(at, world, **{**RIGHT, FIRST: text}, helper=helper)


@attack
def many_files(at: Path, world: World) -> None:
    """Three thousand files beside the chapters, which are right.

    Chapter: both
    Honest: all
    """
    write(at, world, **RIGHT)
    (at / "data").mkdir()
    for number in range(3000):
        (at / "data" / f"{number}.py").touch()


@attack
def file_of_a_terabyte(at: Path, world: World) -> None:
    """A file of a terabyte that takes no room on the disk, beside right chapters.

    Chapter: both
    Honest: all
    """
    write(at, world, **RIGHT)
    with open(at / "data.csv", "wb") as file:
        file.truncate(1 << 40)


@attack
def folders_in_folders(at: Path, world: World) -> None:
    """Folders five hundred deep, beside right chapters.

    Chapter: both
    Honest: all
    """
    write(at, world, **RIGHT)
    (at / "/".join("d" * 500)).mkdir(parents=True)


@attack
def name_that_commands(at: Path, world: World) -> Path:
    """The name of the submission is a command for a log, a spreadsheet and a shell; the chapters are right.

    Chapter: both
    Honest: all
    """
    named = at.with_name("=1+1,\"'\n::error::forged\n$(touch forged);é %0A .. --help")
    at.rename(named)
    write(named, world, **RIGHT)
    return named

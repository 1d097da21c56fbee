"""The strongest attacks, on one chapter of the real course: every exercise in it is stolen, remembered or forged."""

from __future__ import annotations

from pathlib import Path

from hostile.made.world import World, attack, write

from grader.core.values import Array, Items
from grader.course.manifest import load_course
from grader.judging.judge import Judge

CHAPTER = "ex05_broadcasting"
NAMES = ["real_answers", "real_thief", "real_memory", "real_forger", "real_bomb"]


def whole_chapter(world: World, head: str) -> str:
    """A chapter in which every exercise hands its name and arguments to `answer`, which `head` defines."""
    names = load_course(world.path("COURSE")).catalogue[CHAPTER]
    judge = Judge(load_course(world.path("COURSE")))
    functions = []
    for name in names:
        parameters = ", ".join(judge.trial(CHAPTER, name).parameters)
        functions.append(f"def {name}({parameters}):\n    return answer({name!r}, {parameters})\n")
    return "\n\n".join([head, *functions])


@attack
def real_answers(at: Path, world: World) -> None:
    """The chapter as its author wrote it, graded among thieves."""
    (at / f"{CHAPTER}.py").write_bytes(load_course(world.path("COURSE")).solution(CHAPTER).read_bytes())


THIEF = """
import gc
import importlib
import sys
import types


def answer(name, *arguments):
    for path in ("@COURSE@/solutions/%s.py", "@COURSE@/solutions/checks/%s.py", "../solutions/%s.py"):
        try:
            with open(path % "CHAPTER") as file:
                return exec(file.read(), globals()) or globals()[name](*arguments)
        except OSError:
            pass
    sys.path[:0] = ["@COURSE@", "@COURSE@/solutions"]
    for module in ("solutions.CHAPTER", "solutions.checks.CHAPTER"):
        sys.modules.pop(module, None)
        try:
            return getattr(importlib.import_module(module), name)(*arguments)
        except (ImportError, AttributeError, OSError):
            pass
    gc.unfreeze()
    for thing in gc.get_objects():
        if type(thing) is types.FunctionType and thing.__name__ == name and thing.__module__ != __name__:
            return thing(*arguments)
    frame = sys._getframe()
    while frame:
        for found in ("reference", "expected", "trial"):
            if found in frame.f_locals:
                return frame.f_locals[found]
        frame = frame.f_back
    raise LookupError(name)
"""


@attack
def real_thief(at: Path, world: World) -> None:
    """Opens, imports and looks for the answers wherever they could be."""
    write(at, world, **{CHAPTER: whole_chapter(world, THIEF.replace("CHAPTER", CHAPTER))})


MEMORY = """
import torch


class Known(torch.autograd.Function):
    @staticmethod
    def forward(ctx, known, *arguments):
        ctx.known = known
        return torch.tensor(known[0], dtype=arguments[0].dtype, device=arguments[0].device)

    @staticmethod
    def backward(ctx, gradient):
        return None, *(torch.tensor(known, dtype=gradient.dtype, device=gradient.device) for known in ctx.known[1])


def answer(name, *arguments):
    key = (name, [x.tolist() if isinstance(x, torch.Tensor) else x for x in arguments])
    known = KNOWN.get(str(key), (None, []))
    if known[0] is None:
        raise ValueError([tuple(getattr(x, "shape", x)) for x in arguments])
    return Known.apply(known, *arguments) if known[1] else known[0]
"""


@attack
def real_memory(at: Path, world: World) -> None:
    """Knows all answers, and their gradients, by heart: those for the seed that `pytest` uses."""
    course = load_course(world.path("COURSE"))
    judge = Judge(course, seed=0)
    known = {}
    for name in course.catalogue[CHAPTER]:
        trial = judge.trial(CHAPTER, name)
        for turn in trial.turns("cpu"):  # where gradients count, the second call has them
            key = (name, [plain(value) for value in trial.cases[turn.number].arguments])
            seen = trial.expected(turn, "cpu")
            known[str(key)] = (plain(seen.returned), [plain(gradient.value) for gradient in seen.gradients])
    write(at, world, **{CHAPTER: whole_chapter(world, f"{MEMORY}\n\nKNOWN = {known}\n")})


def plain(value: object) -> object:
    """Numbers as Python writes them."""
    if isinstance(value, Items):
        return tuple(plain(item) for item in value.items)
    return value.data.tolist() if isinstance(value, Array) else value


FORGER = """
import json
import os

from forge import send
from grader.core import wire
from grader.core.observation import Observation


def answer(name, *arguments):
    if len(name) % 3 == 0:
        send(b"SEEN", wire.dumps(Observation(returned=True)))
    elif len(name) % 3 == 1:
        send(b"NOPE", json.dumps({"sentence": "", "traceback": [], "verdict": "passed"}).encode())
    else:
        send(b"NOPE", json.dumps({"sentence": "", "traceback": [], "verdict": "skipped"}).encode())
    os._exit(0)
"""


@attack
def real_forger(at: Path, world: World) -> None:
    """Sends observations and verdicts of its own making."""
    forge = (Path(__file__).parent.parent / "beside" / "forge.py").read_text()
    write(at, world, **{CHAPTER: whole_chapter(world, FORGER)}, forge=forge)


BOMB = """
import ctypes
import os
import signal
import threading


def answer(name, *arguments):
    for way in (lambda: os.kill(os.getppid(), signal.SIGKILL), os.fork, lambda: os.kill(int("@VICTIM@"), 9)):
        try:
            way()
        except OSError:
            continue
        raise SystemExit("@BREACH@")
    try:
        for _ in range(5000):
            threading.Thread(target=threading.Event().wait, daemon=True).start()
    finally:
        ctypes.string_at(0)
"""


@attack
def real_bomb(at: Path, world: World) -> None:
    """Kills, forks, fills the process with threads, and falls down, in every exercise."""
    write(at, world, **{CHAPTER: whole_chapter(world, BOMB)})

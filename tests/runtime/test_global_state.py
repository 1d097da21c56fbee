"""What a chapter changes for the whole process is put back, after its import and after each call."""

from __future__ import annotations

import os
import random
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.random import mtrand

from grader.core.observation import Case
from grader.core.rules import Rules
from grader.runtime.deadline import TimedOut
from grader.runtime.devices import choose
from grader.runtime.global_state import kept, kept_once
from grader.runtime.importing import NotLoaded, load_chapter
from grader.runtime.observe import observe

MATPLOTLIB = "import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot as plt; "


def matplotlib_setting() -> object:
    import matplotlib

    return matplotlib.rcParams["lines.linewidth"]


def open_figures() -> object:
    import matplotlib.pyplot as plt

    return plt.get_fignums()


KINDS: dict[str, tuple[str, Callable[[], object]]] = {
    "default dtype": ("import torch; torch.set_default_dtype(torch.float64)", torch.get_default_dtype),
    "default device": ("import torch; torch.set_default_device('meta')", lambda: torch.empty(1).device),
    "default device sim": ("import torch; torch.set_default_device('sim')", lambda: torch.empty(1).device),
    "grad mode": ("import torch; torch.set_grad_enabled(False)", torch.is_grad_enabled),
    "no_grad entered": ("import torch; torch.no_grad().__enter__()", torch.is_grad_enabled),
    "threads": ("import torch; torch.set_num_threads(torch.get_num_threads() + 1)", torch.get_num_threads),
    "random state of torch": ("import torch; torch.rand(3)", lambda: torch.get_rng_state().tolist()),
    "random state of numpy": ("import numpy; numpy.random.rand(3)", lambda: repr(np.random.get_state(legacy=False))),
    "random state of Python": ("import random; random.random()", random.getstate),
    "working folder": ("import os; os.chdir('..')", os.getcwd),
    "working folder deleted": (
        "import os, tempfile; os.chdir(tempfile.mkdtemp()); os.rmdir(os.getcwd())",
        lambda: os.path.realpath("/proc/self/cwd") if sys.platform == "linux" else os.getcwd(),
    ),
    "environment, set": ("import os; os.environ['LEARNER_WAS_HERE'] = '1'", lambda: dict(os.environ)),
    "environment, removed": ("import os; del os.environ['PATH']", lambda: os.environ.get("PATH")),
    "environment, putenv": ("import os; os.environ.clear()", lambda: dict(os.environ)),
    "matplotlib settings": (MATPLOTLIB + "plt.rcParams['lines.linewidth'] = 17", matplotlib_setting),
    "matplotlib style": (
        MATPLOTLIB + "plt.style.use('dark_background')",
        lambda: dict(sys.modules["matplotlib"].rcParams),
    ),
    "open figures": (MATPLOTLIB + "plt.figure(); plt.figure()", open_figures),
    "sys.path": ("import sys; sys.path.insert(0, '/somewhere'); sys.path.pop()", lambda: list(sys.path)),
    "sys.path replaced": ("import sys; sys.path = ['/somewhere']", lambda: list(sys.path)),
    "stdout": ("import io, sys; sys.stdout = io.StringIO()", lambda: sys.stdout),
    "stderr": ("import sys; sys.stderr = None", lambda: sys.stderr),
    "recursion limit": ("import sys; sys.setrecursionlimit(3000)", sys.getrecursionlimit),
    "warning filters": ("import warnings; warnings.simplefilter('error')", lambda: list(warnings.filters)),
    "warning display": ("import warnings; warnings.showwarning = print", lambda: warnings.showwarning),
    "deterministic algorithms": (
        "import torch; torch.use_deterministic_algorithms(True)",
        torch.are_deterministic_algorithms_enabled,
    ),
    "deterministic warnings": (
        "import torch; torch.use_deterministic_algorithms(True, warn_only=True)",
        torch.is_deterministic_algorithms_warn_only_enabled,
    ),
    "anomaly mode": ("import torch; torch.autograd.set_detect_anomaly(True)", torch.is_anomaly_enabled),
    "print options of torch": (
        "import torch; torch.set_printoptions(precision=1)",
        lambda: repr(torch.tensor([1 / 3])),
    ),
    "print options of numpy": ("import numpy; numpy.set_printoptions(precision=1)", lambda: repr(np.array([1 / 3]))),
    "numpy errors": ("import numpy; numpy.seterr(all='raise')", np.geterr),
    "matmul precision": (
        "import torch; torch.set_float32_matmul_precision('medium')",
        torch.get_float32_matmul_precision,
    ),
}

CASE = Case((1,))


@pytest.fixture(autouse=True)
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test starts in a folder of its own, and nothing that it breaks reaches the next."""
    import matplotlib as mpl

    mpl.use("Agg")
    choose(("sim",))
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with kept():
        yield


def run_text(text: str, told: list[object], see: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> str:
    """The text with a line behind it that writes down what it changed."""
    teller = types.ModuleType("teller")
    teller.tell = lambda: told.append(see())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "teller", teller)
    return f"import teller; {text}; teller.tell()"


@pytest.mark.parametrize("kind", KINDS)
def test_import_is_put_back(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a chapter changes when it is imported is put back."""
    text, see = KINDS[kind]
    told: list[object] = []
    path = tmp_path / "chapter.py"
    path.write_text(run_text(text, told, see, monkeypatch) + "\ndef exercise(x): return x\n")
    before = see()
    assert load_chapter("chapter", path).exercise(3) == 3
    after = see()
    assert told != [before], "nothing was changed, so this tells nothing"
    assert after == before


@pytest.mark.parametrize("kind", KINDS)
def test_call_is_put_back(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a function changes when it is called is put back."""
    text, see = KINDS[kind]
    told: list[object] = []
    source = compile(run_text(text, told, see, monkeypatch), "chapter.py", "exec")

    def exercise(x: int) -> None:
        exec(source, {})

    before = see()
    seen = observe(exercise, CASE, ("x",), device=torch.device("cpu"), rules=Rules())
    after = see()
    assert seen.raised is None
    assert told != [before], "nothing was changed, so this tells nothing"
    assert after == before


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, RecursionError])
def test_state_is_put_back_however_a_call_ends(error: type[BaseException]) -> None:
    """A call that raises is put back like one that returns."""

    def exercise(x: int) -> None:
        torch.set_default_dtype(torch.float64)
        raise error

    seen = observe(exercise, CASE, ("x",), device=torch.device("cpu"), rules=Rules())
    assert seen.raised is not None
    assert seen.raised.type == error.__name__
    assert torch.get_default_dtype() == torch.float32


def test_state_is_put_back_when_time_is_up() -> None:
    """A call that is stopped by its time limit is put back, and the stop goes on to the caller."""

    def exercise(x: int) -> None:
        torch.set_grad_enabled(False)
        raise TimedOut

    with pytest.raises(TimedOut):
        observe(exercise, CASE, ("x",), device=torch.device("cpu"), rules=Rules())
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("ending", ["raise ValueError", "exit()", "raise KeyboardInterrupt"])
def test_state_is_put_back_however_an_import_ends(ending: str, tmp_path: Path) -> None:
    """An import that fails is put back like one that does not."""
    path = tmp_path / "chapter.py"
    path.write_text(f"import sys, torch\ntorch.set_default_dtype(torch.float64)\nsys.path.append('x')\n{ending}\n")
    before = list(sys.path)
    with pytest.raises(NotLoaded):
        load_chapter("chapter", path)
    assert torch.get_default_dtype() == torch.float32
    assert sys.path == before


def test_the_next_call_runs_where_the_working_folder_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that deletes the working folder itself does not keep the next check from running."""
    doomed = tmp_path / "doomed"
    doomed.mkdir()
    monkeypatch.chdir(doomed)

    def delete(x: object) -> None:
        if doomed.exists():
            doomed.rmdir()

    for _ in range(2):
        seen = observe(delete, CASE, ("x",), device=torch.device("cpu"), rules=Rules())
        assert seen.raised is None
    with kept():
        torch.set_default_dtype(torch.float64)
    assert torch.get_default_dtype() == torch.float32


def test_one_part_that_cannot_be_put_back_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one restore fails, those after it still run."""
    doomed = tmp_path / "doomed"
    doomed.mkdir()
    monkeypatch.chdir(doomed)
    with kept():
        os.chdir(tmp_path)
        doomed.rmdir()
        torch.set_default_dtype(torch.float64)
        os.environ["LEARNER_WAS_HERE"] = "1"
    assert torch.get_default_dtype() == torch.float32
    assert "LEARNER_WAS_HERE" not in os.environ


def test_default_device_leaves_no_mode_behind() -> None:
    """After a chapter that set a default device, tensors are made as if none had ever been set."""
    before = torch._C._len_torch_function_stack()
    with kept():
        torch.set_default_device("meta")
    assert torch._C._len_torch_function_stack() == before


def test_a_patched_function_is_put_back() -> None:
    """What a case patches for the time of a call is itself again afterwards, also where the call raises."""
    original: Any = torch.cuda.is_available
    answers: list[bool] = []

    def exercise(x: int) -> None:
        answers.append(torch.cuda.is_available())
        raise ValueError

    for answer in (True, False):
        case = Case((1,), patches=(("torch.cuda.is_available", answer),))
        observe(exercise, case, ("x",), device=torch.device("cpu"), rules=Rules())
    assert answers == [True, False]
    assert torch.cuda.is_available is original


NUMPY_STATES: dict[str, Callable[[], object]] = {
    "no number waits": lambda: np.random.seed(1),
    "a normal number waits": lambda: (np.random.seed(1), np.random.standard_normal()),
    "another generator": lambda: mtrand.set_bit_generator(np.random.PCG64(1)),
}


@pytest.mark.parametrize("state", NUMPY_STATES)
@pytest.mark.parametrize("change", [*NUMPY_STATES, "numbers drawn"])
def test_numpys_random_numbers_go_on_where_they_were(state: str, change: str) -> None:
    """NumPy's random numbers are the same inside as before and after, whatever state they were in."""
    own = mtrand.get_bit_generator()
    try:
        NUMPY_STATES[state]()
        before = repr(np.random.get_state(legacy=False))
        with kept():
            assert repr(np.random.get_state(legacy=False)) == before
            NUMPY_STATES.get(change, lambda: np.random.standard_normal(3))()
        assert repr(np.random.get_state(legacy=False)) == before
    finally:
        mtrand.set_bit_generator(own)


def test_random_numbers_are_kept_once_around_many_calls() -> None:
    """Whoever makes many calls has random numbers written down once, and put back at the end."""

    def state() -> tuple[object, ...]:
        return random.getstate(), torch.get_rng_state().tolist(), repr(np.random.get_state(legacy=False))

    before = state()
    with kept_once():
        with kept():
            drawn = random.random(), torch.rand(1), np.random.rand()
        assert all(mine != old for mine, old in zip(state(), before, strict=True)), drawn
    assert state() == before


def test_all_else_is_put_back_each_time(tmp_path: Path) -> None:
    """What is written down once for many calls is put back after each of them."""
    import matplotlib as mpl

    width = mpl.rcParams["lines.linewidth"]
    with kept_once(), kept_once():
        for number in (1, 2):
            with kept():
                os.chdir(tmp_path)
                sys.path.append(f"folder {number}")
                torch.set_default_dtype(torch.float64)
                mpl.rcParams["lines.linewidth"] = 7 + number
            assert Path.cwd() != tmp_path
            assert not any(path.startswith("folder ") for path in sys.path)
            assert torch.get_default_dtype() == torch.float32
            assert mpl.rcParams["lines.linewidth"] == width


def test_torch_compile_compiles_nothing() -> None:
    """While a check runs, `torch.compile` gives back what it gets, and afterwards all is as it was."""
    before = dict(os.environ)
    with kept_once(), kept():
        assert torch.compile(len) is len
    assert dict(os.environ) == before


def test_a_device_that_cannot_be_had_is_taken_back() -> None:
    """A default device that no tensor can be made on is put back like any other."""
    with kept():
        torch.set_default_device("cuda:99")
    assert torch.empty(1).device.type == "cpu"

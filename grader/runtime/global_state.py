"""One context manager that puts back what a chapter changes for the whole process.

Each kind of global state is a pair of functions, save and restore. State of a library that is not loaded yet needs no
saving; where a chapter loads it, its defaults are put back.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from grader.runtime._private import print_options, raw_environment

Restore = Callable[[], object]


def keep_folder() -> Restore:
    """The working folder."""
    try:
        folder = os.getcwd()
    except OSError:  # an earlier call deleted it: there is nothing to go back to
        return lambda: None
    return lambda: os.chdir(folder)


def keep_environment() -> Restore:
    """The environment variables."""
    raw = raw_environment()
    before = dict(raw)

    def restore() -> None:
        if raw != before:
            os.environ.clear()
            raw.update(before)
            for name in list(os.environ):
                os.environ[name] = os.environ[name]  # tells the C library too

    return restore


def keep_interpreter() -> Restore:
    """`sys.path`, standard streams, recursion limit and warning filters."""
    path, streams, limit = list(sys.path), (sys.stdin, sys.stdout, sys.stderr), sys.getrecursionlimit()
    filters, showwarning = list(warnings.filters), warnings.showwarning

    def restore() -> None:
        sys.path[:] = path
        sys.stdin, sys.stdout, sys.stderr = streams
        sys.setrecursionlimit(limit)
        if list(warnings.filters) != filters:
            warnings.resetwarnings()  # which also tells the modules that have warned already
            warnings.filters[:] = filters  # type: ignore[index]
        warnings.showwarning = showwarning

    return restore


def keep_numpy() -> Restore:
    """NumPy's floating-point error handling and print options."""
    import numpy as np

    errors, printing = np.geterr(), np.get_printoptions()

    def restore() -> None:
        if np.geterr() != errors:
            np.seterr(**errors)
        if np.get_printoptions() != printing:
            np.set_printoptions(**printing)

    return restore


def keep_torch() -> Restore:
    """PyTorch's defaults, modes, threads and print options."""
    import torch

    def default_device() -> torch.device | None:  # what `torch.get_default_device()` looks up in a tenth of the time
        try:
            return torch.empty(0).device
        except Exception:  # it cannot be had on this machine: whoever sets it is not told
            return None

    dtype, device = torch.get_default_dtype(), default_device()
    grad, anomaly = torch.is_grad_enabled(), torch.is_anomaly_enabled()
    threads, options = torch.get_num_threads(), print_options()
    printing = options and dict(options)
    deterministic = torch.get_deterministic_debug_mode()
    precision = torch.get_float32_matmul_precision()

    def restore() -> None:
        if torch.get_default_dtype() != dtype:
            torch.set_default_dtype(dtype)
        if default_device() != device:
            # None leaves no device mode behind, where naming the CPU would
            torch.set_default_device(None if device is None or device.type == "cpu" else device)
        if torch.is_grad_enabled() != grad:
            torch.set_grad_enabled(grad)
        if torch.is_anomaly_enabled() != anomaly:
            torch.autograd.set_detect_anomaly(anomaly)
        if torch.get_deterministic_debug_mode() != deterministic:
            torch.set_deterministic_debug_mode(deterministic)
        if torch.get_float32_matmul_precision() != precision:
            torch.set_float32_matmul_precision(precision)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        if options is not None and printing and options != printing:
            options.update(printing)

    return restore


def keep_matplotlib() -> Restore:
    """matplotlib's settings and open figures; where it was loaded meanwhile, its defaults."""

    def now() -> dict[str, Any]:  # item by item, rcParams would choose a backend where none is chosen yet
        return dict(dict.items(sys.modules["matplotlib"].rcParams))

    settings = now() if "matplotlib" in sys.modules else None

    def restore() -> None:
        nonlocal settings
        if "matplotlib" not in sys.modules:
            return
        if settings is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                sys.modules["matplotlib"].rcdefaults()
            settings = now()
        dict.update(sys.modules["matplotlib"].rcParams, settings)
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")

    return restore


KEEPERS = (keep_folder, keep_environment, keep_interpreter, keep_numpy, keep_torch, keep_matplotlib)


# ---------------------------------------------------------------- random numbers


def keep_python_random() -> Restore:
    """Python's own."""
    state = random.getstate()
    return lambda: random.setstate(state)


def keep_numpy_random() -> Restore:
    """NumPy's global random numbers, and what makes them: a chapter may put another generator in its place."""
    import numpy as np

    rng: Any = np.random  # its types leave two of its functions out
    bits, state = rng.get_bit_generator(), rng.get_state(legacy=False)
    return lambda: (rng.set_bit_generator(bits), rng.set_state(state))


def keep_torch_random() -> Restore:
    """PyTorch's, on the CPU."""
    import torch

    state = torch.get_rng_state()
    return lambda: torch.set_rng_state(state)


RANDOM = (keep_python_random, keep_numpy_random, keep_torch_random)

NO_COMPILER = "TORCHDYNAMO_DISABLE"
"""PyTorch's own switch, read where a function is to be compiled."""

_kept: list[Restore] | None = None
"""How to put back everything but random numbers, where that is known already."""


@contextlib.contextmanager
def kept_once() -> Iterator[None]:
    """Write everything down once for all that is kept inside, because that costs as much as a small call.

    What is kept inside is put back each time; random numbers at the end, because whoever draws some sets them first.
    """
    global _kept
    if _kept is not None:
        yield
        return
    with uncompiled():
        _kept = saved(KEEPERS)
        try:
            with restored((*_kept, *saved(RANDOM))):
                yield
        finally:
            _kept = None


@contextlib.contextmanager
def uncompiled() -> Iterator[None]:
    """While it lasts, `torch.compile` gives a function back as it is.

    To compile one takes a C++ compiler, other processes, and longer than an exercise may; what it computes is the same.
    """
    before = os.environ.get(NO_COMPILER)
    os.environ[NO_COMPILER] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(NO_COMPILER, None)
        else:
            os.environ[NO_COMPILER] = before


# ---------------------------------------------------------------- all of it


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Run something of a learner's; whatever it changed globally is put back afterwards, however it ended."""
    with restored(saved((*KEEPERS, *RANDOM)) if _kept is None else _kept):
        yield


def saved(keepers: Iterable[Callable[[], Restore]]) -> list[Restore]:
    """How to put back what is now."""
    return [keeper() for keeper in keepers]


@contextlib.contextmanager
def restored(restores: Iterable[Restore]) -> Iterator[None]:
    """Put things back at the end."""
    try:
        yield
    finally:
        for restore in restores:
            try:
                restore()
            except Exception:  # one part that cannot be put back (a deleted folder) must not keep the others from it
                continue

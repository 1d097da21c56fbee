"""Call a function once on one case and write down everything that can be seen of it.

The same code observes the learner's function and the reference; it judges nothing.
"""

from __future__ import annotations

import contextlib
import functools
import io
import random
import sys
import tempfile
import traceback
import warnings
import zlib
from bdb import BdbQuit
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import torch

from grader.core.observation import Alias, Case, Figures, Gradient, Observation, Raised, retold
from grader.core.rules import Rules
from grader.core.text import without_addresses, without_folders
from grader.core.values import Array, Function
from grader.runtime._private import as_plain_tensors, backward
from grader.runtime.deadline import TimedOut
from grader.runtime.devices import synchronize
from grader.runtime.global_state import kept
from grader.runtime.limits import MAX_CALLS, MAX_WARNING, MAX_WARNINGS
from grader.runtime.raised import describe_error, plain_name, text_of, unless_hostile
from grader.runtime.snapshot import (
    Maker,
    drained,
    is_array,
    is_differentiable,
    is_modest,
    is_tensor,
    look,
    look_at_ndarray,
    look_at_tensor,
    walk,
)

Labelled = list[tuple[str, Any]]


def observe(
    function: Function,
    case: Case,
    labels: Sequence[str],
    *,
    device: torch.device,
    rules: Rules,
    under: str = "",
    given: Callable[[str], Callable[..., Any]] | None = None,
    file: Path | None = None,
    echo: bool = True,
    draw: bool = True,
    before: bool = True,
) -> Observation:
    """Everything that can be seen of `function(*case.arguments)` on this device.

    `labels` are the names of the parameters, `file` the file whose frames belong in a traceback, `echo` whether what it
    prints and warns of reaches the screen, `draw` whether plots become pixels, `before` whether the arguments are also
    looked at before the call. Lets `TimedOut` and a debugger's quit pass; whatever else is raised is part of the
    observation.
    """
    calls: list[str] = []
    with contextlib.ExitStack() as stack:
        folder = None
        if case.needs_folder:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-")))
        maker = Maker(
            device,
            leaves=rules.gradient,
            given=given,
            note=(lambda label: calls.append(label) if len(calls) < MAX_CALLS else None)
            if "calls" in rules.also
            else None,
            folder=folder,
        )
        arguments = maker.arguments(case.arguments, labels)
        labelled = list(zip(labels, arguments, strict=True))
        looked = tuple((label, look(value, device)) for label, value in labelled) if before else ()
        views = hold_views(labelled) if "memory" in rules.also else []
        originals = [pair for label, value in labelled for pair in walk(value, label)]

        returned: Any = None
        raised: Raised | None = None
        printed = io.StringIO()
        warned: list[tuple[str, str]] = []
        figures: Figures | None = None
        with contextlib.ExitStack() as call:
            call.enter_context(kept())  # what comes after the call does not depend on what it has set
            if file is not None:
                sys.path.insert(0, str(file.parent))
            set_random_state(case.seed, device)
            call.enter_context(patched(case, maker))
            if echo:
                call.enter_context(noting_warnings(warned))
            if not echo:
                call.enter_context(silenced(printed))
            elif "text" in rules.also:
                call.enter_context(contextlib.redirect_stdout(Tee(sys.stdout, printed)))
            if under == "inference_mode":
                call.enter_context(torch.inference_mode())
            if "figure" in rules.also:
                from grader.runtime.figures import watch

                watcher = call.enter_context(watch(folder, draw=draw))
            try:
                returned = drained(function(*arguments))
                synchronize(device)
            except (TimedOut, BdbQuit):
                raise
            except BaseException as error:
                raised = describe_error(error, file)
            if "figure" in rules.also:
                figures = watcher.figures()

        gradients: tuple[Gradient, ...] = ()
        if rules.gradient and raised is None:
            with kept(), torch.enable_grad():
                gradients = unless_hostile(lambda: see_gradients(returned, originals, case.seed), nothing)
        seen = Observation(
            returned=look(returned, device),
            raised=raised,
            before=looked,
            after=tuple((label, look(value, device)) for label, value in labelled),
            gradients=gradients,
            same_objects=unless_hostile(lambda: see_same_objects(returned, labelled, originals), nothing),
            aliases=unless_hostile(lambda: see_aliases(returned, originals), nothing)
            if "aliasing" in rules.also
            else (),
            moved=unless_hostile(lambda: see_moved(views, device), nothing),
            printed=without_addresses(printed.getvalue()) if "text" in rules.also else "",
            calls=tuple(calls),
            figures=figures,
            warned=tuple(warned),
        )
        return seen if folder is None else retold(seen, lambda text: without_folders(text, [folder]))


def nothing(error: BaseException) -> tuple[()]:
    """What is seen where an object's own code keeps anybody from looking: where anything is due, that differs."""
    return ()


def set_random_state(seed: int, device: torch.device) -> None:
    """The same random numbers for whoever is called next: PyTorch's (on the CPU and this device), NumPy's and Python's.

    Not by `torch.manual_seed`: for every kind of accelerator that is not in use it takes down a traceback.
    """
    on_cpu = torch.default_generator
    on_cpu.manual_seed(seed)
    if device.type != "cpu":
        torch.get_device_module(device).manual_seed(seed)  # the one name that all of them have
    np.random.seed(seed % 2**32)
    random.seed(seed)


class Tee(io.TextIOBase):
    """Text written here goes to a stream and is kept as well."""

    # ruff: noqa: D102 - the methods are those of every text stream

    def __init__(self, stream: TextIO, kept: io.StringIO) -> None:
        self.stream = stream
        self.kept = kept

    def write(self, text: str) -> int:
        self.kept.write(text)
        return self.stream.write(text)

    def flush(self) -> None:
        self.stream.flush()


@contextlib.contextmanager
def silenced(printed: io.StringIO) -> Iterator[None]:
    """Nothing that a call prints or warns of reaches the screen, and no debugger stops in it: its prompt would not."""
    hook, pdb = sys.breakpointhook, sys.modules.get("pdb")
    set_trace = getattr(pdb, "set_trace", None)
    with warnings.catch_warnings(action="ignore"), contextlib.redirect_stdout(printed):
        try:
            sys.breakpointhook = ignore
            if pdb is not None:
                pdb.set_trace = ignore  # type: ignore[attr-defined]
            yield
        finally:
            sys.breakpointhook = hook
            if pdb is not None:
                pdb.set_trace = set_trace  # type: ignore[attr-defined]


def ignore(*args: object, **kwargs: object) -> None:
    """A function that takes anything and does nothing."""


@contextlib.contextmanager
def noting_warnings(noted: list[tuple[str, str]]) -> Iterator[None]:
    """Write down what is warned of: category and text, each once, and show it as it would have been shown.

    PyTorch's own are not shown: where one says why an answer is wrong, the message says so.
    """
    show = warnings.showwarning

    def note(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        entry = (category.__name__, without_addresses(str(message))[:MAX_WARNING])
        if entry not in noted and len(noted) < MAX_WARNINGS:
            noted.append(entry)
            if not is_pytorchs(str(message)):
                show(message, category, *where, **more)

    with warnings.catch_warnings():
        warnings.showwarning = note
        yield


def is_pytorchs(message: str) -> bool:
    """Whether a warning that is being given is PyTorch's own: its C++ says so itself, and its Python stands in torch.

    In which file it is counted says nothing: both name the line that called PyTorch.
    """
    callers = (frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_stack(sys._getframe(2)))
    warner = next((name for name in callers if name not in ("warnings", "_py_warnings")), "")
    return "Triggered internally at" in message or warner.partition(".")[0] == "torch"


@contextlib.contextmanager
def patched(case: Case, maker: Maker) -> Iterator[None]:
    """The functions that a case patches answer with its values, and are put back."""
    saved: list[tuple[Any, str, Any]] = []
    try:
        for path, value in case.patches:
            owner_path, _, name = path.rpartition(".")
            owner: Any = torch
            for part in owner_path.split(".")[1:]:
                owner = getattr(owner, part)
            saved.append((owner, name, getattr(owner, name)))
            answer = maker.make(value)
            setattr(owner, name, lambda *args, _answer=answer, **kwargs: _answer)
        yield
    finally:
        for owner, name, original in reversed(saved):
            setattr(owner, name, original)


# ---------------------------------------------------------------- gradients


def see_gradients(returned: Any, originals: Labelled, seed: int) -> tuple[Gradient, ...]:
    """The gradient that reaches each leaf among the arguments from all differentiable outputs at once.

    The outputs are contracted with fixed random cotangents.
    """
    leaves = [(where, leaf) for where, leaf in originals if is_tensor(leaf) and leaf.requires_grad and leaf.is_leaf]
    if not leaves:
        return ()
    with as_plain_tensors():
        outputs = [
            (where, y) for where, y in walk(returned) if is_differentiable(y) and y.requires_grad and is_modest(y)
        ]
    if not outputs:
        return tuple(Gradient(where, cut=True) for where, _ in leaves)
    try:
        with as_plain_tensors():
            gradients = backward(
                [y for _, y in outputs],
                [cotangent(y, f"{seed}{where}") for where, y in outputs],
                [leaf for _, leaf in leaves],
            )
    except (TimedOut, BdbQuit):
        raise
    except BaseException as error:
        text = f"{plain_name(type(error))}: {text_of(error)}"
        return tuple(Gradient(where, error=text) for where, _ in leaves)
    return tuple(
        Gradient(where, None if gradient is None else seen_array(gradient, leaf.device))
        for (where, leaf), gradient in zip(leaves, gradients, strict=True)
    )


def cotangent(output: torch.Tensor, key: str) -> torch.Tensor:
    """Random weights for one output; the key is its place in the result, so that the order of a dict has no say."""
    shape = (*output.shape, 2) if output.dtype.is_complex else output.shape
    w = weights(tuple(shape), key)
    if output.dtype.is_complex:
        w = torch.view_as_complex(w)
    return w.to(device=output.device, dtype=output.dtype, copy=True)


@functools.lru_cache(maxsize=64)  # the same call is seen up to four times: two sides, two devices
def weights(shape: tuple[int, ...], key: str) -> torch.Tensor:
    """Random numbers bounded away from 0, so that no part of a gradient can hide."""
    generator = torch.Generator().manual_seed(zlib.crc32(key.encode()))
    numbers = 1.5 - torch.rand(shape, generator=generator, dtype=torch.float32, device="cpu") * 3
    numbers += numbers.sign() * 0.5
    return numbers


def seen_array(tensor: torch.Tensor, own: torch.device) -> Array | None:
    """A gradient as data; its place is `here` where it lives beside the argument that it belongs to."""
    seen = look_at_tensor(tensor, own)
    return seen if isinstance(seen, Array) else None


# ---------------------------------------------------------------- objects and memory


def see_same_objects(returned: Any, labelled: Labelled, originals: Labelled) -> tuple[tuple[str, str], ...]:
    """Where an argument, or something that it held, is found again as the same object: in the result, and in place."""
    known = {id(thing): where for where, thing in originals if has_identity(thing)}
    found = [(f"result{where}", known[id(thing)]) for where, thing in walk(returned) if id(thing) in known]
    now = [pair for label, value in labelled for pair in walk(value, label)]
    were = dict(originals)
    found += [(where, where) for where, thing in now if has_identity(thing) and were.get(where) is thing]
    return tuple(found)


def has_identity(thing: Any) -> bool:
    """Whether it matters which object this is: tensors, arrays, lists and dicts."""
    return is_tensor(thing) or is_array(thing) or issubclass(type(thing), (list, dict))


def hold_views(labelled: Labelled) -> list[tuple[str, Any, Any]]:
    """A view of each tensor among the arguments, as somebody else may hold one, beside the tensor itself."""
    with as_plain_tensors():
        return [
            (where, thing, thing.detach())
            for label, value in labelled
            for where, thing in walk(value, label)
            if is_tensor(thing)
        ]


def see_moved(views: Sequence[tuple[str, Any, Any]], device: torch.device) -> tuple[str, ...]:
    """Where a tensor shows other numbers now than the view of it: it was given other memory."""
    looked = ((where, look_at_tensor(thing, device), look_at_tensor(view, device)) for where, thing, view in views)
    return tuple(
        where
        for where, now, held in looked
        if not (isinstance(now, Array) and isinstance(held, Array) and now.same_numbers(held))
    )


def see_aliases(returned: Any, originals: Labelled) -> tuple[Alias, ...]:
    """Write to every array of the result and look at the arguments, then the other way round.

    This destroys both, so it comes last.
    """
    results = [(f"result{where}", y) for where, y in walk(returned) if (is_tensor(y) or is_array(y)) and is_modest(y)]
    arguments = [(where, x) for where, x in originals if (is_tensor(x) or is_array(x)) and is_modest(x)]
    return tuple(
        Alias(result, argument, shows(y, x, 113), shows(x, y, 114))
        for result, y in results
        for argument, x in arguments
    )


def shows(written: Any, watched: Any, number: int) -> bool:
    """Whether overwriting one array changes the other."""
    old = snapshot(watched)
    try:
        overwrite(written, number)
    except (RuntimeError, ValueError):
        return False  # read-only memory: nothing was written, so nothing shows
    return not snapshot(watched).same_numbers(old)


def snapshot(thing: Any) -> Array:
    """The numbers of an array, to see later whether they have changed."""
    seen = look_at_ndarray(thing) if is_array(thing) else look_at_tensor(thing, torch.device("cpu"))
    return seen if isinstance(seen, Array) else Array(torch.empty(0), (1,))


def overwrite(thing: Any, number: int) -> None:
    """Fill an array with one number (bools are flipped)."""
    if is_array(thing):
        thing[...] = ~thing if thing.dtype == bool else number
        return
    mode = torch.inference_mode() if thing.is_inference() else torch.no_grad()
    with as_plain_tensors(), mode:
        plain = thing.detach()
        if plain.dtype == torch.bool:
            plain.logical_not_()
        else:
            plain.fill_(number)

"""What PyTorch, pytest and Python promise to nobody: each use stands here, with what is done where a version lacks it.

The simulated accelerator needs more such parts; `sim_device` looks for each of them before it changes anything.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, MutableMapping, Sequence
from contextlib import AbstractContextManager
from functools import reduce
from typing import Any

ENGINE_CALL = "autograd.Variable._execution_engine.run_backward"
PARTS = {
    "_C.DisableTorchFunctionSubclass": "tensors of a class of their own are looked at by their own operations",
    "_tensor_str.PRINT_OPTS": "print options that a chapter sets are not put back",
    ENGINE_CALL: "gradients are looked at by a slower way",
}
"""What is used of PyTorch → what its absence means for a run."""


def has_part(path: str) -> bool:
    """Whether this PyTorch has something by this name."""
    import torch

    try:
        reduce(getattr, path.split("."), torch)
    except AttributeError:
        return False
    return True


def lacking() -> tuple[str, ...]:
    """A sentence for each part that this PyTorch does not have."""
    import torch

    return tuple(
        f"PyTorch {torch.__version__} has no torch.{path}: {what}."
        for path, what in PARTS.items()
        if not has_part(path)
    )


# ---------------------------------------------------------------- Python


def raw_environment() -> MutableMapping[Any, Any]:
    """The environment as the operating system holds it; the public views decode every name at every look."""
    raw: MutableMapping[Any, Any] = getattr(os.environ, "_data", os.environ)
    return raw


# ---------------------------------------------------------------- PyTorch


def as_plain_tensors() -> AbstractContextManager[object]:
    """While it lasts, an operation on a tensor of a class of its own is PyTorch's, not that class's."""
    import torch

    found: Callable[[], AbstractContextManager[object]] = getattr(
        torch._C, "DisableTorchFunctionSubclass", contextlib.nullcontext
    )
    return found()


def print_options() -> dict[str, Any] | None:
    """How tensors are printed, to be read and to be changed; None where that cannot be had."""
    import torch

    found = getattr(torch._tensor_str, "PRINT_OPTS", None)
    return None if found is None else vars(found)


def backward(outputs: Sequence[Any], cotangents: Sequence[Any], inputs: Sequence[Any]) -> Sequence[Any]:
    """The gradients of outputs, weighted with cotangents, for inputs; None for one that none reaches.

    This is what `torch.autograd.grad` comes to, which would first import 500 modules to look at the cotangents.
    """
    import torch

    if not has_part(ENGINE_CALL):
        return torch.autograd.grad(outputs, inputs, cotangents, allow_unused=True)
    engine: Any = torch.autograd.Variable._execution_engine
    found: Sequence[Any] = engine.run_backward(
        tuple(outputs),
        tuple(cotangents),
        keep_graph=False,
        create_graph=False,
        inputs=tuple(inputs),
        allow_unreachable=True,
        accumulate_grad=False,
    )
    return found


# ---------------------------------------------------------------- pytest


def has_option(parser: Any, name: str, error: type[Exception]) -> bool:
    """Whether a plugin or a conftest has given pytest this option already; False where that cannot be asked."""
    probe = f"{name}=0"
    ask = getattr(parser, "parse_known_and_unknown_args", None)
    if ask is None:
        return False
    try:
        return bool(ask([probe])[1] != [probe])
    except error:
        return True


def without_failures(reporter: Any) -> None:
    """Let pytest's short summary leave out failures."""
    if isinstance(getattr(reporter, "reportchars", None), str):
        reporter.reportchars = reporter.reportchars.replace("f", "")


def skipped(exception: Any, reason: str) -> BaseException:
    """pytest's exception for what is skipped, told at the place of the item and not at ours."""
    try:
        found: BaseException = exception(reason, _use_item_location=True)
    except TypeError:
        found = exception(reason)
    return found


def uncaptured(capture: Any) -> AbstractContextManager[object]:
    """While it lasts, the standard streams are the true ones; `capture` is pytest's plugin, where it has one."""
    free = getattr(capture, "global_and_fixture_disabled", contextlib.nullcontext)
    found: AbstractContextManager[object] = free()
    return found

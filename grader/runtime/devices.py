"""Which devices a run uses: the CPU and one accelerator, a real one where there is one, else the simulated one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grader.core.errors import DeviceError
from grader.core.text import did_you_mean
from grader.runtime._private import lacking

if TYPE_CHECKING:
    import torch


DEVICES = ("cpu", "sim", "cuda", "mps", "xpu")
REAL = ("cuda", "mps", "xpu")


def check_names(names: Sequence[str]) -> None:
    """Raise `DeviceError` for a name that is no device; does not need torch."""
    for name in names:
        if name == "gpu":
            raise DeviceError("There is no device 'gpu': PyTorch calls one by its kind. Choose cuda, mps, xpu or sim.")
        if name not in DEVICES:
            hint = did_you_mean(name, DEVICES)
            raise DeviceError(f"There is no device {name!r}.{hint} Choose from {', '.join(DEVICES)}.")


def choose(names: Sequence[str] = ()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The devices of a run, and notes on what could not be had.

    Without names: the CPU and the best accelerator, `sim` where there is none. Registers `sim` if it is among them.
    Raises `DeviceError` for one that was asked for and is not there.
    """
    check_names(names)
    if names:
        for name in names:
            if not is_there(name):
                raise DeviceError(f"This machine has no device {name!r} that PyTorch can use.")
            if name in REAL and (reason := trouble(name)):
                raise DeviceError(f"PyTorch finds {name!r} here and cannot use it: {reason}")
            if name == "sim" and (reason := register_sim()):
                raise DeviceError(f"The simulated device cannot be had: {reason}")
        return tuple(dict.fromkeys(names)), lacking()
    notes: list[str] = []
    for name in filter(is_there, REAL):
        if not (reason := trouble(name)):
            return ("cpu", name), (*notes, *lacking())
        notes.append(f"PyTorch finds {name} here and cannot use it: {reason}")
    if reason := register_sim():
        return ("cpu",), (*notes, f"Only the CPU is checked: {reason}.", *lacking())
    return ("cpu", "sim"), (*notes, *lacking())


def is_there(name: str) -> bool:
    """Whether PyTorch can use this device here."""
    import torch

    match name:
        case "cuda":
            return torch.cuda.is_available()
        case "mps":
            return torch.backends.mps.is_available()
        case "xpu":
            return torch.xpu.is_available()
        case _:
            return name in ("cpu", "sim")


def trouble(name: str) -> str:
    """Why one small operation fails on a device, which may be too old, taken, or ruined; "" where it does not."""
    import torch

    try:
        sum_of = (torch.ones(2, device=torch_device(name)) + 1).sum().item()
    except Exception as error:
        return (str(error).splitlines() or [type(error).__name__])[0]
    return "" if sum_of == 4 else f"1 + 1 is {sum_of / 2} there"


def synchronize(device: torch.device) -> None:
    """Wait until an accelerator has done all that it was told: what went wrong there is raised only then."""
    import torch

    if device.type != "cpu":
        torch.get_device_module(device).synchronize()


def register_sim() -> str:
    """Make `sim` a device of this process; the reason where that cannot be."""
    from grader.core.errors import SimUnavailable
    from grader.runtime.sim.sim_device import register

    try:
        register()
    except SimUnavailable as error:
        return str(error)
    return ""


def torch_device(device: str) -> torch.device:
    """The `torch.device` of a name."""
    import torch

    return torch.device(device)


def can_hold(name: str, dtype: torch.dtype) -> bool:
    """Whether a device has a dtype: Apple's GPUs have no float64 and no complex numbers."""
    return name != "mps" or not (dtype.is_complex or (dtype.is_floating_point and dtype.itemsize == 8))

"""The simulated accelerator `sim`: a second device for PyTorch on a machine that has none.

`register()` makes `torch.ones(2, device="sim")` a tensor of real values with real autograd on a device that
is not the CPU: it refuses what a GPU refuses (mixing devices, `.numpy()` without `.cpu()`) and allows what a
GPU allows. How such a device is built is told in `sim_kernel.py`; this module decides whether this PyTorch can
hold one.

Importing this module changes nothing and does not load PyTorch.
"""

from __future__ import annotations

from importlib import import_module

from grader.core.errors import SimUnavailable
from grader.runtime._private import has_part

__all__ = ["NAME", "SimUnavailable", "register"]

NAME = "sim"
FIRST_PYTORCH = "2.10"
"""The first PyTorch that lets Python make a device of its own."""

# Parts of PyTorch that it promises to nobody. They are looked for before anything is changed.
_NEEDED = (
    "_C._accelerator_getMemoryInfo",
    "_C._accelerator_isAllocatorInitialized",
    "_C._accelerator_synchronizeDevice",
    "_C._dispatch_get_registrations_for_dispatch_key",
    "_C._from_dlpack",
    "_C._to_dlpack",
    "_C.DispatchKeySet",
    "_C.StorageBase",
    "_ops.OpOverload.redispatch",
    "library.Library.fallback",
    "nn.Module._apply",
    "utils.backend_registration._setup_privateuseone_for_python_backend",
    "utils.swap_tensors",
)


_registered = False
# Why an attempt failed. It is not made again: a second one would meet what the first left behind.
_failure: SimUnavailable | None = None


def register(*, test: bool = True) -> None:
    """Make `sim` a device of this process; calling it again does nothing.

    It takes a small step on the device as a test, unless told not to: after a backward, no fork of the process can.
    Call it before the process's first backward, and in the thread that will run backward: it calls
    `torch.autograd.set_multithreading_enabled(False)`, which keeps the calling thread's backward on it.
    It is for the whole process and cannot be undone: `torch.accelerator` reports `sim` from now on.
    """
    global _failure, _registered
    if _registered:
        return
    if _failure is None:
        try:
            _require_parts()
            import_module("grader.runtime.sim.sim_kernel").install_device(NAME)
            if test:
                _self_test()
        except SimUnavailable as error:
            _failure = error
        except Exception as error:
            text = next(iter(str(error).splitlines()), "")
            _failure = SimUnavailable(f"this PyTorch does not take the device ({type(error).__name__}: {text})")
    if _failure is not None:
        raise _failure
    _registered = True


def _require_parts() -> None:
    import torch

    for name in _NEEDED:
        if not has_part(name):
            version = torch.__version__.partition("+")[0]
            if torch.torch_version.TorchVersion(version) < FIRST_PYTORCH:
                raise SimUnavailable(f"`sim` needs PyTorch {FIRST_PYTORCH}, and this is {version}")
            raise SimUnavailable(f"PyTorch {version} has no torch.{name}")


def _self_test() -> None:
    """Take one small step on the device, and compare it with what the CPU finds."""
    import torch

    def step(device: str) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.arange(6.0, device=device).reshape(1, 3, 2)
        w = torch.ones(2, device=device, requires_grad=True)
        with torch.enable_grad():
            y = (x[:, 1:] @ w + 1).square().sum()
            torch.autograd.backward(y)
        assert w.grad is not None
        return y.detach(), w.grad

    for found, expected in zip(step(NAME), step("cpu"), strict=True):
        if found.device != torch.device(NAME, 0) or not torch.equal(found.cpu(), expected):
            raise SimUnavailable(f"PyTorch {torch.__version__} computes something else on the device")

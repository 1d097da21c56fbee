"""Chapter 7: Devices.

Every tensor lives somewhere: in the computer's main memory (`cpu`) or in the
memory of an accelerator, such as an NVIDIA GPU (`cuda`) or the GPU of an
Apple computer (`mps`). `x.device` says where:

    >>> x = torch.tensor([1.0, 2.0])
    >>> x.device, x.device.type
    (device(type='cpu'), 'cpu')

An operation runs where its inputs live, and its result stays there. So all
inputs must be in the same place; otherwise PyTorch raises a RuntimeError:
"Expected all tensors to be on the same device". It never moves data behind
your back. You say where, in one of two ways:

    torch.zeros(3, device="cuda")      # make a tensor there
    x.to("cuda")                       # copy one there (x itself stays)

The second line returns a new tensor. Written without an assignment it does
nothing useful: `x = x.to(device)` is what you want. If x is there already,
`x.to(device)` is x itself and costs nothing. A device can be given as a
string ("cpu", "cuda", "cuda:0") or as `torch.device("cuda")`; PyTorch takes
both. To compare two tensors' places, compare `a.device` with `b.device`, or
the two `.device.type` strings.

Good code never names a device in its middle. It picks one once, at the top,
and below that every new tensor goes where the others are:

    steps = torch.arange(5, device=x.device)

That way the same function serves a laptop and a GPU. This is why your
functions are checked twice: on the CPU, and on this machine's accelerator or,
if it has none, on a simulated one called `sim`, which is as strict as a GPU.

The way back is `x.cpu()`, short for `x.to("cpu")`. `x.numpy()` turns a tensor
into an array, but NumPy knows main memory only, so the array is made from the
CPU's copy. It knows nothing of gradients either: if `x.requires_grad` is True,
PyTorch is recording what happens to x, to work out derivatives later (chapter
8), and will not turn x into an array before `x.detach()`, which gives the same
numbers without the record.

One thing surprises everybody: a GPU works in the background. A call such as
`a @ b` returns when the work is queued, not when it is done. Only reading a
number, or `torch.cuda.synchronize()`, waits for it. A stopwatch without that
wait measures how fast work is queued.

With this you can write code that runs anywhere, and find out how fast it is;
next: derivatives, which PyTorch computes for you.
"""

import numpy as np
import torch
from torch import Tensor


def pick_device() -> torch.device:
    """Choose the best device of this machine, as a `torch.device`.

    That is CUDA if it is available, else MPS if that is, else the CPU. Ask
    `torch.cuda.is_available()` and `torch.backends.mps.is_available()` each
    time the function is called. They say whether this machine can use such
    a device now; the checks replace their answers to try every combination.

    >>> pick_device().type in ("cuda", "mps", "cpu")
    True
    """
    raise NotImplementedError


def ones_on(shape: tuple, device) -> Tensor:
    """Return a float32 tensor of ones on a device, best made right there.

    The shape may have any length; () asks for a single number, a tensor of
    no dimensions. `device` is a string or a `torch.device`.

    >>> ones_on((2, 3), "cpu")
    tensor([[1., 1., 1.],
            [1., 1., 1.]])
    >>> ones_on((), "cpu")
    tensor(1.)
    """
    raise NotImplementedError


def to_device(batch: dict[str, Tensor], device) -> dict[str, Tensor]:
    """Return a new dict with the same keys and every tensor on `device`.

    A batch of data often travels as a dict: {"images": ..., "labels": ...}.
    Its tensors may have any dtype, which stays, and may live anywhere; those
    which are on `device` already can be handed on as they are. The dict may
    be empty. `batch` itself must not change. Gradients must flow from the
    moved tensors back to the ones in `batch`.

    >>> to_device({"x": torch.tensor([1.0]), "y": torch.tensor([7])}, "cpu")
    {'x': tensor([1.]), 'y': tensor([7])}
    """
    raise NotImplementedError


def add_anywhere(a: Tensor, b: Tensor) -> Tensor:
    """Add two tensors that may live on different devices.

    a and b have the same shape and dtype. The result lives where a does.
    Gradients must flow back to both, each on its own device; a copy made by
    PyTorch's own means takes care of that.

    >>> add_anywhere(torch.tensor([1.0, 2.0]), torch.tensor([10.0, 20.0]))
    tensor([11., 22.])
    """
    raise NotImplementedError


def weighted_mean(x: Tensor) -> Tensor:
    """Average a vector with the weights 1, 2, ..., n: later ones count more.

    x has shape (n,); the result is (1·x[0] + 2·x[1] + ... + n·x[n-1]) divided
    by (1 + 2 + ... + n), a tensor of no dimensions, of x's dtype, on x's
    device. The function makes the weights itself, so it has to make them
    where x is. Gradients must flow back to x.

    >>> weighted_mean(torch.tensor([1.0, 4.0]))  # (1·1 + 2·4) / 3
    tensor(3.)
    """
    raise NotImplementedError


def to_numpy(x: Tensor) -> np.ndarray:
    """Turn any tensor into a NumPy array of the same shape, dtype and values.

    x may live on any device and may require a gradient. x itself must not
    change: neither its values nor its `requires_grad` nor its `.grad`.

    >>> to_numpy(torch.tensor([1.0, 2.0], requires_grad=True))
    array([1., 2.], dtype=float32)
    """
    raise NotImplementedError


def checked_matmul(a: Tensor, b: Tensor) -> Tensor:
    """Return the matrix product a @ b, or say clearly why there is none.

    a has shape (n, k), b has shape (k, m). If they are on different devices,
    raise a ValueError whose text holds both device types (`a.device.type` and
    `b.device.type`), such as "a is on cpu, b is on cuda". Nothing is moved:
    where data lives is for the caller to decide. Gradients must flow back to
    a and b.

    >>> row = torch.tensor([[1.0, 2.0]])
    >>> checked_matmul(row, torch.tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    raise NotImplementedError


def time_operation(operation, synchronize, clock, repeats: int) -> float:
    """Measure how long an operation takes on a device, on average.

    The three functions take no arguments: `operation()` starts the work,
    `synchronize()` waits until the device has done all of it, and `clock()`
    returns the time in seconds as a float (outside the checks, these could be
    `torch.cuda.synchronize` and `time.perf_counter`). Call them in this order:

    1. operation, once, as a warm-up: the first call pays for the preparations
    2. synchronize, so that the warm-up is over, then clock: the start
    3. operation, `repeats` times (at least 1)
    4. synchronize, so that all of it is done, then clock: the end

    Return the time between the two readings divided by `repeats`.

    >>> readings = iter([10.0, 16.0])
    >>> time_operation(lambda: None, lambda: None, lambda: next(readings), 3)
    2.0
    """
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))

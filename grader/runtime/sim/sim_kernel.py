"""How to build a device for PyTorch without hardware: the kernel of the simulated accelerator.

The trick is a label. Every tensor carries the device that its memory is on, and PyTorch picks the code to run
by that label. A tensor on `sim` is an ordinary `torch.Tensor` over ordinary host memory whose label says
`sim:0`. DLPack, the format in which array libraries hand memory to each other, writes the label down as one
number, and PyTorch believes it on the way back: export a tensor, change the number, import it, and the same
memory is on the other device (`_relabel`). PyTorch keeps one device open for hardware it does not know,
PrivateUse1; here it is renamed. Its "hardware" is one Python function, `_run`, called for each operation with
such a tensor among its arguments: it refuses what a GPU refuses, labels the arguments `cpu`, runs the CPU's
kernel, and labels the results `sim`. All else (autograd, views, printing, copying, indexing, most errors and
their words) is PyTorch's own, and cannot tell it from a GPU.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, NamedTuple

import torch
from torch import Tensor

__all__ = ["install_device"]

_Op = torch._ops.OpOverload
_CPU = torch.device("cpu")
_KEY = "PrivateUse1"
_name = "privateuseone"  # until `install_device` gives the device its name


# --- one memory, two labels ---

# DLPack's numbers for host memory and for "a device of an extension", which PyTorch takes for PrivateUse1.
_HOST = 1
_EXTENSION = 12
_LABEL_OFFSET = ctypes.sizeof(ctypes.c_void_p)  # in DLPack's struct it comes right after the data pointer

_capsule_address = ctypes.pythonapi.PyCapsule_GetPointer
_capsule_address.restype = ctypes.c_void_p
_capsule_address.argtypes = [ctypes.py_object, ctypes.c_char_p]


def _relabel(tensor: Tensor, label: int) -> Tensor:
    """The same memory, as a tensor on the other device."""
    try:
        capsule = torch._C._to_dlpack(tensor)
    except (BufferError, RuntimeError) as error:  # quantised, sparse, …
        raise NotImplementedError(
            f"{_name}: {tensor.layout} tensors of {tensor.dtype} are not supported on the simulated accelerator"
        ) from error
    address = _capsule_address(capsule, b"dltensor")
    ctypes.c_int32.from_address(address + _LABEL_OFFSET).value = label
    relabelled: Tensor = torch._C._from_dlpack(capsule)
    return relabelled


def _to_host(tensor: Tensor) -> Tensor:
    if tensor.device.type != _name:
        raise _mixed(tensor)
    host = _relabel(tensor, _HOST)
    # DLPack does not know PyTorch's lazy conjugation and negation of complex numbers.
    if tensor.is_conj():
        host = torch._conj(host)
    if tensor.is_neg():
        host = torch._neg_view(host)
    return host


def _to_sim(result: Any) -> Any:
    if isinstance(result, Tensor):
        return _relabel(result, _EXTENSION)
    if isinstance(result, list | tuple):
        return type(result)([_to_sim(item) for item in result])
    return result


def _mixed(stranger: Tensor) -> RuntimeError:
    return RuntimeError(
        "Expected all tensors to be on the same device, "
        f"but found at least two devices, {_name}:0 and {stranger.device}!"
    )


# --- one operation ---


class _Facts(NamedTuple):
    """What `_run` needs to know of one operation, read from its schema once."""

    mutated: frozenset[int | str]  # the arguments that it changes, by position or by name
    returned: tuple[int | str, ...]  # those of them that it hands back
    from_cpu: int  # the position of the argument that may be on the CPU whatever its shape, or -1
    scalars: bool  # whether tensors of no dimensions may come from the CPU
    tensors: tuple[int, ...]  # the positions at which the schema wants a tensor
    random: bool


# What a GPU takes from the CPU: what is to be moved, indices and lengths …
_FROM_CPU = {
    "aten::_to_copy": 0,
    "aten::index": 1,
    "aten::_unsafe_index": 1,
    "aten::index_put": 1,
    "aten::index_put_": 1,
    "aten::_unsafe_index_put": 1,
    "aten::_index_put_impl_": 1,
    "aten::_pack_padded_sequence": 1,
}
# … and single values: in elementwise operations, most of which PyTorch tags as such, and to fill with.
_UNTAGGED = frozenset(
    f"aten::{name}"
    for name in [
        "fill",
        "fill_",
        "masked_fill",
        "masked_fill_",
        "index_fill",
        "index_fill_",
        "index_put",
        "index_put_",
        "_index_put_impl_",
        "floor_divide",
        "floor_divide_",
        "rsub",
        "complex",
        "polar",
        "mse_loss",
        "smooth_l1_loss",
        "huber_loss",
    ]
)


@functools.cache
def _facts(op: _Op) -> _Facts:
    schema = op._schema
    mutated = {
        argument.name if argument.kwarg_only else position: argument.alias_info.before_set
        for position, argument in enumerate(schema.arguments)
        if argument.alias_info is not None and argument.alias_info.is_write
    }
    returned = tuple(
        place
        for result in schema.returns
        if result.alias_info is not None and result.alias_info.is_write
        for place, aliases in mutated.items()
        if aliases == result.alias_info.before_set
    )
    return _Facts(
        mutated=frozenset(mutated),
        returned=returned,
        from_cpu=_FROM_CPU.get(schema.name, -1),
        scalars=torch.Tag.pointwise in op.tags or schema.name in _UNTAGGED,
        tensors=tuple(
            position
            for position, argument in enumerate(schema.arguments)
            if isinstance(argument.type, torch.TensorType) and not argument.kwarg_only
        ),
        random=torch.Tag.nondeterministic_seeded in op.tags,
    )


def _run(op: _Op, *args: Any, **kwargs: Any) -> Any:
    """Run one operation: the device's only kernel."""
    facts = _facts(op)
    host_args = [_argument(value, place, facts) for place, value in enumerate(args)]
    host_kwargs = {place: _argument(value, place, facts) for place, value in kwargs.items()}
    stays = True
    if (device := kwargs.get("device")) is not None:
        stays = device.type == _name
        if stays:
            if device.index:
                raise RuntimeError(f"{_name}: invalid device ordinal {device.index}; there is only {_name}:0")
            host_kwargs["device"] = _CPU
    # The `2` of `x % 2` comes as a number where this overload wants a tensor: let PyTorch choose once more.
    call = op if all(isinstance(args[place], Tensor) for place in facts.tensors) else op.overloadpacket
    try:
        if facts.random:
            with _own_random_numbers():
                result = call(*host_args, **host_kwargs)
        else:
            result = call(*host_args, **host_kwargs)
    except NotImplementedError as error:
        if "Could not run" not in str(error):
            raise
        # The CPU has no kernel for it, and PyTorch's text would be a page about every device that has.
        raise NotImplementedError(f"{_name}: `{op}` is not supported on the simulated accelerator") from None
    if facts.returned:
        return _changed(facts, (args, kwargs), (host_args, host_kwargs))
    return _to_sim(result) if stays else result


def _argument(value: Any, place: int | str, facts: _Facts) -> Any:
    """An argument as the CPU's kernel takes it; refused where a GPU would refuse it."""
    if isinstance(value, Tensor):
        if not value.is_cpu:
            if isinstance(place, str) and place in facts.mutated and value.numel() == 0:
                # An empty `out=` is there to be resized, which memory that came by DLPack cannot be.
                return torch.empty(value.shape, dtype=value.dtype, device=_CPU)
            return _to_host(value)
        if place == facts.from_cpu or (facts.scalars and value.dim() == 0 and place not in facts.mutated):
            return value
        if facts.from_cpu == 1 and place == 0:  # indices on the device, into the CPU's memory
            raise RuntimeError("indices should be either on cpu or on the same device as the indexed tensor (cpu)")
        raise _mixed(value)
    if isinstance(value, list):
        return [_argument(item, place, facts) for item in value]
    if isinstance(value, torch.Generator):
        raise RuntimeError(f"Expected a '{_name}' device type for generator but found '{value.device.type}'")
    return value


def _changed(facts: _Facts, given: Any, host: Any) -> Any:
    """The arguments that an operation changed: it hands back these very tensors."""
    changed = []
    for place in facts.returned:
        by = 1 if isinstance(place, str) else 0
        tensor, done = given[by][place], host[by][place]
        if tensor.shape != done.shape:
            tensor.data = _to_sim(done.clone())  # a copy, for `done` may show the memory that `tensor` lets go
        changed.append(tensor)
    return changed[0] if len(changed) == 1 else tuple(changed)


# --- operations of which the CPU's kernel does not tell the device apart, or that take two devices ---

# These only change which part of a memory a tensor shows, and in what shape. PyTorch's code for the CPU looks
# at no label in them, so it is called as it is, and a view shares its storage as a view should.
_VIEWS = [
    "as_strided",
    "view",
    "_reshape_alias",
    "unfold",
    "view_as_real",
    "view_as_complex",
    "set_.source_Tensor",
    "set_.source_Storage",
    "set_.source_Storage_storage_offset",
]
_CPU_KEYS = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)


def _run_as_cpu(op: _Op, *args: Any, **kwargs: Any) -> Any:
    return op.redispatch(_CPU_KEYS, *args, **kwargs)


def _resize_(tensor: Tensor, size: list[int], **kwargs: Any) -> Tensor:
    try:
        resized: Tensor = _run_as_cpu(torch.ops.aten.resize_.default, tensor, size, **kwargs)
    except RuntimeError:
        raise NotImplementedError(
            f"{_name}: `resize_` to more elements is not supported on the simulated accelerator; make a new tensor"
        ) from None
    return resized


def _copy_from(source: Tensor, target: Tensor, non_blocking: bool = False) -> Tensor:
    host_source = source if source.is_cpu else _to_host(source)
    host_target = target if target.is_cpu else _to_host(target)
    host_target.copy_(host_source)
    return target


def _convolution_backward(gradient: Tensor, x: Tensor, weight: Tensor, *rest: Any) -> Any:
    bias_size = [gradient.size(1)]
    return _run(torch.ops.aten.convolution_backward.default, gradient, x, weight, bias_size, *rest)


def _pin_memory(tensor: Tensor, device: torch.device | None = None) -> Tensor:
    # Pinned memory is copied from faster, and has no other effect: here any memory will do.
    return tensor.clone()


# --- random numbers: a stream of its own, as on a GPU ---

_stream = torch.Generator("cpu")


@contextmanager
def _own_random_numbers() -> Iterator[None]:
    cpu_state = torch.get_rng_state()
    torch.set_rng_state(_stream.get_state())
    try:
        yield
    finally:
        _stream.set_state(torch.get_rng_state())
        torch.set_rng_state(cpu_state)


class _DeviceModule:
    """What PyTorch and device-agnostic code look for in `torch.sim`, as they would in `torch.cuda`."""

    def is_available(self) -> bool:
        return True

    def is_initialized(self) -> bool:
        return True

    def device_count(self) -> int:
        return 1

    def current_device(self) -> int:
        return 0

    def set_device(self, device: object) -> None:
        pass

    def device(self, device: object) -> AbstractContextManager[None]:
        return nullcontext()

    def synchronize(self, device: object = None) -> None:
        pass

    def _is_in_bad_fork(self) -> bool:
        return False

    def manual_seed(self, seed: int) -> None:
        # Other numbers than the CPU's from the same seed, as on a GPU: code that expects the same must show.
        _stream.manual_seed(seed ^ 0x5EED)

    manual_seed_all = manual_seed

    def get_rng_state(self, device: object = None) -> Tensor:
        return _stream.get_state()

    def set_rng_state(self, new_state: Tensor, device: object = None) -> None:
        _stream.set_state(new_state)


# --- what PyTorch asks of a device in C++ and of this one in Python ---


def _new_storage(cls: type, *args: Any, device: Any = None, **kwargs: Any) -> Any:
    """Make room on the device, for which PyTorch would ask an allocator that is not there, and crash."""
    if device is None or torch.device(device).type != _name:
        base: Any = torch._C.StorageBase
        return base.__new__(cls, *args, device=device, **kwargs)
    return torch.empty(*args, **kwargs, dtype=torch.uint8, device=_name).untyped_storage()


_apply: Any = torch.nn.Module._apply
_swap_tensors: Any = torch.utils.swap_tensors


def _apply_in_place(module: torch.nn.Module, fn: Any, recurse: bool = True) -> torch.nn.Module:
    """Move a module's parameters, and keep them the same objects: an optimiser may know them already."""
    before = dict(module._parameters)
    _apply(module, fn, recurse)
    for name, parameter in before.items():
        moved = module._parameters[name]
        if moved is parameter or parameter is None or moved is None:
            continue
        if _name in (parameter.device.type, moved.device.type):
            _swap_tensors(parameter, moved)
            module._parameters[name] = parameter
    return module


def _no_memory_info(device_index: int) -> tuple[int, int]:
    raise NotImplementedError(f"{_name}: `get_memory_info` is not supported on the simulated accelerator")


_Library: Any = torch.library.Library
_libraries: list[Any] = []  # kernels go when their Library goes


def install_device(name: str) -> None:
    """Give this process the device under this name, for good."""
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend as set_up

    global _name
    set_up(name, backend_module=_DeviceModule())
    _name = name

    fallback = _Library("_", "IMPL")
    fallback.fallback(_run, _KEY)
    aten = _Library("aten", "IMPL")
    # PyTorch would make these from an empty result that it fills, in two calls; one is twice as fast.
    composite = torch._C._dispatch_get_registrations_for_dispatch_key("CompositeExplicitAutogradNonFunctional")
    for schema in (*composite, "_to_copy", "clone", "zeros", "ones", "full"):
        op = _operation(schema)
        if torch.Tag.inplace_view not in op.tags:
            aten.impl(schema.removeprefix("aten::"), functools.partial(_run, op), _KEY)
    for view in _VIEWS:
        aten.impl(view, functools.partial(_run_as_cpu, _operation(view)), _KEY)
    aten.impl("resize_", _resize_, _KEY)
    aten.impl("_copy_from", _copy_from, _KEY)
    aten.impl("convolution_overrideable", functools.partial(_run, torch.ops.aten.convolution.default), _KEY)
    aten.impl("convolution_backward_overrideable", _convolution_backward, _KEY)
    aten.impl("_pin_memory", _pin_memory, "CPU")
    _libraries.extend((fallback, aten))

    torch.UntypedStorage.__new__ = staticmethod(_new_storage)  # type: ignore[method-assign]
    torch.nn.Module._apply = _apply_in_place  # type: ignore[method-assign]
    torch._C._accelerator_synchronizeDevice = lambda device_index: None
    torch._C._accelerator_isAllocatorInitialized = lambda: False
    torch._C._accelerator_getMemoryInfo = _no_memory_info
    torch.autograd.set_multithreading_enabled(False)


def _operation(schema: str) -> _Op:
    packet, _, overload = schema.removeprefix("aten::").partition(".")
    op: _Op = getattr(getattr(torch.ops.aten, packet), overload or "default")
    return op

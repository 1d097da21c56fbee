"""The simulated accelerator against the idioms with which people use a device.

Each idiom is a function of a device. What a GPU allows must give on the accelerator what it gives on the CPU;
what a GPU refuses must be refused there in PyTorch's words. The tables run on `sim`, and on CUDA too where
there is one: that they hold there is what makes them a specification. Only `NOT_SIMULATED` is about `sim`
alone.
"""

import copy
import io
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import pytest
import torch
import torch.nn.functional as F
from places import ROOT
from torch import Tensor, nn

from grader.runtime.sim.sim_device import NAME, register

Idiom = Callable[[str], Any]

ACCELERATORS = [NAME, *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.fixture(params=ACCELERATORS)
def accelerator(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == NAME:
        register()
    with torch.random.fork_rng(device_type=request.param), torch.autograd.set_multithreading_enabled(False):
        yield request.param
    torch.set_default_device(None)


def x(device: str) -> Tensor:
    return torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], device=device)


def leaf(device: str) -> Tensor:
    return x(device).requires_grad_()


def closure_of(loss: Any) -> Callable[[], Any]:
    return lambda: loss


def step(build: Callable[[list[nn.Parameter]], torch.optim.Optimizer]) -> Idiom:
    def idiom(device: str) -> Tensor:
        parameter = nn.Parameter(x(device))
        optimizer = build([parameter])
        for _ in range(3):
            optimizer.zero_grad()
            loss = (parameter**2).sum()
            loss.backward()
            optimizer.step(closure_of(loss))
        return parameter.detach()

    return idiom


# What stays on the device, with the CPU's values.
STAYS: dict[str, Idiom] = {
    "tensor": lambda d: torch.tensor([1, 2], device=d),
    "as_tensor": lambda d: torch.as_tensor([1.0, 2.0], device=d),
    "from_numpy": lambda d: torch.from_numpy(numpy.arange(3)).to(d),
    "zeros": lambda d: torch.zeros(2, 3, device=d),
    "zeros_empty": lambda d: torch.zeros(0, 3, device=d),
    "ones": lambda d: torch.ones(2, dtype=torch.int64, device=d),
    "full": lambda d: torch.full((2,), 7.0, device=d),
    "eye": lambda d: torch.eye(3, device=d),
    "arange": lambda d: torch.arange(1, 9, 2, device=d),
    "linspace": lambda d: torch.linspace(0, 1, 5, device=d),
    "empty_filled": lambda d: torch.empty(3, device=d).fill_(2),
    "zeros_like": lambda d: torch.zeros_like(x(d)),
    "ones_like": lambda d: torch.ones_like(x(d)),
    "full_like": lambda d: torch.full_like(x(d), 3),
    "new_zeros": lambda d: x(d).new_zeros(2),
    "new_tensor": lambda d: x(d).new_tensor([1.0, 2.0]),
    "cartesian": lambda d: torch.meshgrid(torch.arange(2, device=d), torch.arange(3, device=d), indexing="ij"),
    "to_device": lambda d: x("cpu").to(d),
    "to_torch_device": lambda d: x("cpu").to(torch.device(d)),
    "to_device_and_dtype": lambda d: x("cpu").to(d, torch.float64),
    "to_non_blocking": lambda d: x("cpu").to(d, non_blocking=True),
    "to_same_device": lambda d: (lambda t: [t, torch.tensor(t.to(d) is t, device=d)])(x(d)),
    "to_other_tensor": lambda d: x("cpu").to(x(d)),
    "to_dtype": lambda d: x(d).to(torch.int32),
    "type_as": lambda d: x("cpu").type_as(x(d)),
    "double": lambda d: x(d).double(),
    "half": lambda d: x(d).half() * 2,
    "bool": lambda d: x(d).bool(),
    "clone": lambda d: x(d).clone(),
    "copy_from_cpu": lambda d: torch.zeros(2, 3, device=d).copy_(x("cpu")),
    "tensor_of_tensor": lambda d: torch.tensor(x(d)),
    "deepcopy": lambda d: copy.deepcopy(x(d)),
    "deepcopy_view": lambda d: copy.deepcopy(x(d).mT[1:]),
    "copy": lambda d: copy.copy(x(d)),
    "pickle": lambda d: pickle.loads(pickle.dumps(x(d))),
    "view": lambda d: x(d).view(3, 2),
    "reshape": lambda d: x(d).mT.reshape(-1),
    "flatten": lambda d: x(d).flatten(),
    "transpose": lambda d: x(d).mT,
    "permute": lambda d: x(d)[None].permute(2, 0, 1),
    "squeeze": lambda d: x(d).unsqueeze(1).squeeze(),
    "expand": lambda d: x(d)[:, :1].expand(2, 4),
    "broadcast_to": lambda d: torch.broadcast_to(x(d)[0], (2, 3)),
    "unbind": lambda d: x(d).unbind(),
    "chunk": lambda d: x(d).chunk(2, dim=1),
    "split": lambda d: x(d).split([1, 2], dim=1),
    "diagonal": lambda d: x(d).diagonal(),
    "unfold": lambda d: x(d).unfold(1, 2, 1),
    "view_dtype": lambda d: x(d).view(torch.int32),
    "real_and_imaginary": lambda d: [torch.complex(x(d), -x(d)).imag, torch.complex(x(d), x(d)).conj().real],
    "conjugate_product": lambda d: torch.complex(x(d), x(d)).conj() @ torch.complex(x(d), x(d)).mT,
    "iterate": lambda d: list(x(d)),
    "unpack": lambda d: (lambda a, b: a - b)(*x(d)),
    "stack": lambda d: torch.stack([x(d), x(d)]),
    "cat": lambda d: torch.cat([x(d), x(d)], dim=1),
    "cat_with_empty": lambda d: torch.cat([torch.empty(0, 3, device=d), x(d)]),
    "add": lambda d: x(d) + x(d),
    "add_number": lambda d: 1 + x(d),
    "add_cpu_scalar": lambda d: x(d) + torch.tensor(2.0),
    "cpu_scalar_first": lambda d: torch.tensor(2.0) ** x(d),
    "operators_with_numbers": lambda d: [
        *(
            x(d) % 3,
            7 % x(d),
            x(d) // 2,
            7 // x(d),
            2 - x(d),
            x(d) / 2,
            2 / x(d),
            x(d) ** 2,
            2 ** x(d),
            -x(d),
        ),
        *(x(d).int() & 3, x(d).int() ^ 1, x(d).int() << 1, x(d).int() % 2, x(d).int().sum() % 2.5),
        *(torch.fmod(x(d), 2), torch.maximum(x(d), x(d).mean()), x(d).add(x(d), alpha=3), abs(x(d) - 3)),
    ],
    "compare": lambda d: x(d) > 2,
    "compare_cpu_scalar": lambda d: x(d) == torch.tensor(2.0),
    "logic": lambda d: ~(x(d) > 2) & (x(d) < 6),
    "matmul": lambda d: x(d) @ x(d).mT,
    "matmul_vector": lambda d: x(d) @ x(d)[0],
    "bmm": lambda d: x(d)[None] @ x(d).mT[None],
    "einsum": lambda d: torch.einsum("ij,kj->ik", x(d), x(d)),
    "sum": lambda d: x(d).sum(),
    "mean_keepdim": lambda d: x(d).mean(dim=0, keepdim=True),
    "std": lambda d: x(d).std(dim=1),
    "max_with_indices": lambda d: tuple(x(d).max(dim=1)),
    "argmax": lambda d: x(d).argmax(dim=1),
    "sort": lambda d: tuple(x(d).sort(descending=True)),
    "topk": lambda d: tuple(x(d).topk(2)),
    "unique": lambda d: torch.unique(x(d) % 3),
    "nonzero": lambda d: (x(d) > 2).nonzero(),
    "cumsum": lambda d: x(d).cumsum(1),
    "clamp": lambda d: x(d).clamp(2, 4),
    "where": lambda d: torch.where(x(d) > 2, x(d), 0.0),
    "where_cpu_scalar": lambda d: torch.where(x(d) > 2, x(d), torch.tensor(0.0)),
    "masked_fill": lambda d: x(d).masked_fill(x(d) > 2, 0.0),
    "masked_fill_cpu_scalar": lambda d: x(d).masked_fill(x(d) > 2, torch.tensor(0.0)),
    "bincount": lambda d: torch.bincount(x(d).long().flatten()),
    "solve": lambda d: torch.linalg.solve(x(d) @ x(d).mT, x(d)),
    "lstsq": lambda d: torch.linalg.lstsq(x(d).mT, x(d).mT[:, :1]).solution,
    "softmax": lambda d: x(d).softmax(dim=1),
    "out_given": lambda d: torch.add(x(d), 1, out=torch.zeros(2, 3, device=d)),
    "out_resized": lambda d: torch.add(x(d), 1, out=torch.empty(0, device=d)),
    "index_row": lambda d: x(d)[1],
    "index_column": lambda d: x(d)[:, 1],
    "index_step": lambda d: x(d)[:, ::2],
    "index_list": lambda d: x(d)[[1, 0]],
    "index_tensor": lambda d: x(d)[torch.tensor([1, 0], device=d)],
    "index_cpu_tensor": lambda d: x(d)[torch.tensor([1, 0])],
    "index_two_cpu_tensors": lambda d: x(d)[torch.arange(2), torch.tensor([2, 0])],
    "index_mask": lambda d: x(d)[x(d) > 2],
    "index_cpu_mask": lambda d: x(d)[torch.tensor([True, False])],
    "gather": lambda d: x(d).gather(1, torch.tensor([[0], [2]], device=d)),
    "scatter": lambda d: torch.zeros(2, 3, device=d).scatter(1, torch.tensor([[0], [2]], device=d), 1.0),
    "index_add": lambda d: x(d).index_add(0, torch.tensor([0, 0], device=d), x(d)),
    "index_select": lambda d: x(d).index_select(1, torch.tensor([2], device=d)),
    "one_hot": lambda d: F.one_hot(torch.tensor([0, 2], device=d), 3),
    "embedding": lambda d: F.embedding(torch.tensor([0, 1], device=d), x(d)),
    "cross_entropy": lambda d: F.cross_entropy(x(d), torch.tensor([0, 2], device=d)),
    "mse_loss_cpu_scalar": lambda d: F.mse_loss(x(d).sum(), torch.tensor(3.0)),
    "conv": lambda d: F.conv1d(x(d)[None], torch.ones(1, 2, 2, device=d)),
    "conv_gradient": lambda d: torch.func.grad(lambda w: F.conv1d(x(d)[None], w).sum())(torch.ones(1, 2, 2, device=d)),
    "func_grad": lambda d: torch.func.grad(lambda t: (t**2).sum())(x(d)),
    "func_vmap": lambda d: torch.func.vmap(torch.dot)(x(d), x(d)),
    "func_jacrev": lambda d: torch.func.jacrev(lambda t: t**2)(x(d)[0]),
    "func_jacfwd": lambda d: torch.func.jacfwd(lambda t: t**2)(x(d)[0]),
    "func_vjp": lambda d: torch.func.vjp(torch.sin, x(d))[1](x(d)),
    "jacobian": lambda d: torch.autograd.functional.jacobian(lambda t: t**2, x(d)[0]),
    "jacobian_vectorized": lambda d: torch.autograd.functional.jacobian(lambda t: t**2, x(d)[0], vectorize=True),
    "hessian": lambda d: torch.autograd.functional.hessian(lambda t: (t**3).sum(), x(d)[0]),
    "sgd": step(lambda ps: torch.optim.SGD(ps, lr=0.1, momentum=0.9)),
    "adam": step(lambda ps: torch.optim.Adam(ps, lr=0.1)),
    "adam_fused": step(lambda ps: torch.optim.Adam(ps, lr=0.1, fused=True)),
    "adamw": step(lambda ps: torch.optim.AdamW(ps, lr=0.1)),
    "rmsprop": step(lambda ps: torch.optim.RMSprop(ps, lr=0.1)),
    "adagrad": step(lambda ps: torch.optim.Adagrad(ps, lr=0.1)),
}

# What comes back: the same plain values, or CPU tensors, as on the CPU.
COMES_BACK: dict[str, Idiom] = {
    "cpu": lambda d: x(d).cpu(),
    "to_cpu": lambda d: x(d).to("cpu"),
    "to_cpu_non_blocking": lambda d: x(d).to("cpu", non_blocking=True),
    "as_tensor_cpu": lambda d: torch.as_tensor(x(d), device="cpu"),
    "copy_to_cpu": lambda d: torch.zeros(2, 3).copy_(x(d)),
    "cpu_is_a_copy": lambda d: (lambda t: [t.to("cpu", copy=True).add_(1), t.sum().cpu()])(x(d)),
    "new_zeros_cpu": lambda d: x(d).new_zeros(2, device="cpu"),
    "detach_cpu_numpy": lambda d: leaf(d).detach().cpu().numpy().tolist(),
    "numpy_force": lambda d: leaf(d).numpy(force=True).tolist(),
    "tolist": lambda d: x(d).tolist(),
    "item": lambda d: x(d).sum().item(),
    "scalars": lambda d: [bool(x(d)[0, 0]), int(x(d)[0, 1]), float(x(d)[0, 2]), complex(x(d)[1, 0])],
    "len": lambda d: len(x(d)),
    "in": lambda d: [2.0 in x(d), 9.0 in x(d)],
    "truth": lambda d: bool((x(d) == x(d)).all()),
    "equal": lambda d: torch.equal(x(d), x(d).clone()),
    "allclose": lambda d: torch.allclose(x(d), x(d) + 1e-9),
    "hash": lambda d: len({x(d), x(d)}),
    "shape_and_stride": lambda d: [
        tuple(x(d).shape),
        x(d).mT.stride(),
        x(d)[:, 1:].storage_offset(),
        x(d).ndim,
    ],
    "stride_of_single_rows": lambda d: torch.ones(1, 3, 1, device=d).stride(),
    "is_contiguous": lambda d: [x(d).is_contiguous(), x(d).mT.is_contiguous()],
    "shares_storage": lambda d: (
        lambda t: [
            v.untyped_storage().data_ptr() == t.untyped_storage().data_ptr()
            for v in (t[0], t.mT, t.view(-1), t.detach(), t.data, t.clone(), t.reshape(3, 2), t + 0)
        ]
    )(x(d)),
    "base_of_view": lambda d: (lambda t: [t.mT._base is t, t.clone()._base is None])(x(d)),
    "version": lambda d: (lambda t: [t.add_(1)._version, t[0].mul_(2)._version])(x(d)),
    "is_tensor": lambda d: [type(x(d)) is Tensor, isinstance(x(d), Tensor), torch.is_tensor(x(d))],
    "format": lambda d: f"{x(d).sum():.3f} {x(d)[0, 0]}",
    "nbytes": lambda d: [x(d).nbytes, x(d).untyped_storage().nbytes(), x(d).element_size()],
    "storage_bytes": lambda d: x(d).untyped_storage().cpu().tolist(),
    "new_storage": lambda d: torch.UntypedStorage(8, device=d).fill_(3).tolist(),  # type: ignore[attr-defined]  # the stubs lack it
    "is_leaf": lambda d: [leaf(d).is_leaf, leaf("cpu").to(d).is_leaf == (d == "cpu")],
    "gradcheck": lambda d: torch.autograd.gradcheck(torch.sin, (leaf(d).double(),)),
    "promotion": lambda d: str((x(d).int() + torch.tensor(1.0, dtype=torch.float64)).dtype),
    "save_map_location": lambda d: torch.load(saved(x(d)), map_location="cpu"),
    "state_dict_cpu": lambda d: {k: v.shape for k, v in nn.Linear(3, 2).to(d).state_dict().items()},
}


def saved(value: object) -> io.BytesIO:
    file = io.BytesIO()
    torch.save(value, file)
    file.seek(0)
    return file


def stays(idiom: Idiom) -> Idiom:
    STAYS[idiom.__name__] = idiom
    return idiom


def comes_back(idiom: Idiom) -> Idiom:
    COMES_BACK[idiom.__name__] = idiom
    return idiom


@stays
def save_and_load(d: str) -> Any:
    t = x(d)
    loaded = torch.load(saved({"whole": t, "row": t[0]}))
    loaded["row"].zero_()  # a view in a file is a view of the same memory when it is back
    return loaded["whole"]


@stays
def in_place(d: str) -> Tensor:
    t = x(d)
    t += 1
    t.mul_(2).sub_(x(d))
    t[0] = 5
    t[:, 1] *= 2
    t[t > 9] = 0
    t.view(-1)[0] = -1
    return t


@stays
def write_through_views(d: str) -> Tensor:
    t = x(d)
    for view in (t[0], t.mT, t.view(3, 2), t.detach(), t.data, t.expand(1, 2, 3)[0], t.unbind()[1]):
        view.add_(1)
    return t


@stays
def in_place_shapes(d: str) -> list[Tensor]:
    return [x(d).t_(), x(d).unsqueeze_(0), x(d)[None].squeeze_(), x(d).transpose_(0, 1), x(d).swapaxes_(0, 1)]


def set_to(target: Tensor, source: Tensor) -> Any:
    return target.set_(source)  # type: ignore[call-overload]  # the stubs know storages only


@stays
def set_and_shrink(d: str) -> list[Tensor]:
    return [set_to(torch.empty(0, device=d), x(d)), x(d).resize_(2, 2)]


@stays
def assign_cpu_values(d: str) -> Tensor:
    t = x(d)
    t[0] = torch.tensor([7.0, 8.0, 9.0])  # a copy, not an operation: legal from any device
    t[1] = torch.tensor(3.0)
    t[torch.arange(2), torch.tensor([0, 2])] = 1.0
    t[torch.tensor([0]), torch.tensor([1])] = torch.tensor(4.0)
    return t


@stays
def assign_data(d: str) -> Tensor:
    t = leaf(d)
    t.data = torch.zeros(4, device=d)
    t.data.add_(1)
    return t.detach()


@stays
def backward(d: str) -> list[Tensor | None]:
    w = torch.ones(3, device=d, requires_grad=True)
    ((x(d) @ w) ** 2).mean().backward()
    first = w.grad.clone() if w.grad is not None else None
    w.sum().backward()
    return [first, w.grad]


@stays
def backward_with_gradient(d: str) -> Tensor | None:
    w = torch.ones(3, device=d, requires_grad=True)
    (x(d) @ w).backward(gradient=torch.tensor([1.0, 2.0], device=d))
    return w.grad


@stays
def backward_with_cpu_scalar(d: str) -> Tensor | None:
    w = leaf(d)
    w.sum().backward(torch.tensor(2.0))
    return w.grad


@stays
def gradient_of_moved_leaf(d: str) -> Any:
    w = leaf("cpu")
    (w.to(d) ** 2).sum().backward()
    assert w.grad is not None
    assert w.grad.device.type == "cpu"
    return w.grad.to(d)


@stays
def autograd_grad(d: str) -> Any:
    w = leaf(d)
    (first,) = torch.autograd.grad((w**3).sum(), w, create_graph=True)
    return torch.autograd.grad(first.sum(), w)


@stays
def batched_grad(d: str) -> Any:
    w = leaf(d)
    return torch.autograd.grad(w.sum(0), w, torch.eye(3, device=d), is_grads_batched=True)


@stays
def update_without_grad(d: str) -> Tensor:
    w = leaf(d)
    for _ in range(3):
        (w**2).sum().backward()
        with torch.no_grad():
            assert w.grad is not None
            w -= 0.1 * w.grad
            w.grad.zero_()
    return w.detach()


@stays
def hooks(d: str) -> Any:
    w = leaf(d)
    seen: list[Tensor] = []

    def note_and_triple(gradient: Tensor) -> Tensor:
        seen.append(gradient)
        return gradient * 3

    y = w * 2
    y.retain_grad()
    y.register_hook(note_and_triple)
    y.sum().backward()
    return [w.grad, *seen]


@stays
def custom_function(d: str) -> Any:
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, t: Tensor) -> Tensor:
            ctx.save_for_backward(t)
            return t * t

        @staticmethod
        def backward(ctx: Any, gradient: Tensor) -> Any:
            (t,) = ctx.saved_tensors
            return 2 * t * gradient

    w = leaf(d)
    Square.apply(w).sum().backward()
    return w.grad


@stays
def inference_mode(d: str) -> Tensor:
    with torch.inference_mode():
        t = x(d) @ x(d).mT
        t += 1
    return t.clone()


@stays
def default_device_and_context(d: str) -> list[Tensor]:
    with torch.device(d):
        inside = torch.arange(3) + torch.ones(3)
    torch.set_default_device(d)
    default = torch.zeros(2)
    torch.set_default_device(None)
    return [inside, default]


@stays
def linear_regression(d: str) -> list[Tensor]:
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)  # made before the move: the parameters stay the same
    model.to(d)
    for _ in range(5):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x(d)), torch.tensor([[1.0], [2.0]], device=d))
        loss.backward()
        optimizer.step()
    return [loss.detach(), *(p.detach() for p in model.parameters())]


@stays
def module_state(d: str) -> list[Tensor]:
    torch.manual_seed(0)
    source, target = (
        nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)),
        nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)),
    )
    target.to(d).load_state_dict(source.state_dict())  # values from the CPU; the device stays
    return [p.detach() for p in target.parameters()] + list(target.buffers())


@stays
def parameter_list(d: str) -> list[Tensor]:
    ps = nn.ParameterList([nn.Parameter(x("cpu")), nn.Parameter(torch.ones(1))]).to(d)
    return [p.detach() for p in copy.deepcopy(ps)]


@comes_back
def module_there_and_back(d: str) -> Any:
    torch.manual_seed(0)
    model = nn.Linear(3, 1)
    weight = model.weight
    loss = model.to(d)(x(d)).sum()
    loss.backward()  # `loss` lives on, as at a notebook's end
    same = model.cpu().weight is weight
    return [same, weight.detach(), weight.grad]


@comes_back
def data_loader_pinned(d: str) -> list[Tensor]:
    data = torch.utils.data.TensorDataset(x("cpu"))
    return [batch for (batch,) in torch.utils.data.DataLoader(data, batch_size=1, pin_memory=d != "cpu")]


@comes_back
def random_numbers(d: str) -> list[bool]:
    def draw(device: str, seed: int) -> Tensor:
        torch.manual_seed(seed)
        return torch.randn(4, device=device)

    torch.manual_seed(3)
    torch.rand(5, device=d)
    between = torch.randn(4)  # what is drawn on a device leaves the CPU's stream alone
    return [
        torch.equal(draw(d, 0), draw(d, 0)),
        not torch.equal(draw(d, 0), draw(d, 1)),
        d == "cpu" or torch.equal(between, draw("cpu", 3)),
        d == "cpu" or not torch.equal(draw(d, 0).cpu(), draw("cpu", 0)),
        torch.rand_like(x(d)).shape == x(d).shape,
        sorted(torch.randperm(4, device=d).tolist()) == [0, 1, 2, 3],
        not torch.equal(torch.rand(4, device=d), torch.rand(4, device=d)),
    ]


@comes_back
def forked_random_state(d: str) -> bool:
    kind = "cuda" if d == "cpu" else d  # left out, PyTorch before 2.13 takes it for CUDA
    with torch.random.fork_rng(device_type=kind):
        first = torch.rand(3, device=d)
    return torch.equal(first, torch.rand(3, device=d))


@comes_back
def dropout(d: str) -> list[float]:
    return sorted(set(F.dropout(torch.ones(1000, device=d)).tolist()))


# What a GPU refuses: the exception, and words that both say.
MIXED = "Expected all tensors to be on the same device"
NUMPY = r"can't convert {device}:0 device type tensor to numpy\. Use Tensor\.cpu\(\) to copy the tensor to host"
REFUSED: dict[str, tuple[Idiom, type[Exception] | tuple[type[Exception], ...], str]] = {
    "mix_add": (
        lambda d: x(d) + x("cpu"),
        RuntimeError,
        MIXED + r", but found at least two devices, {device}:0 and cpu!",
    ),
    "mix_reversed": (lambda d: x("cpu") + x(d), RuntimeError, MIXED + r", but found .* {device}:0 and cpu!"),
    "mix_compare": (lambda d: x("cpu") == x(d), RuntimeError, MIXED),
    "mix_matmul": (lambda d: x(d) @ x("cpu").mT, RuntimeError, MIXED),
    "mix_cat": (lambda d: torch.cat([x(d), x("cpu")]), RuntimeError, MIXED),
    "mix_stack": (lambda d: torch.stack([x(d), x("cpu")]), RuntimeError, MIXED),
    "mix_stack_scalars": (lambda d: torch.stack([x(d).sum(), torch.tensor(1.0)]), RuntimeError, MIXED),
    "mix_in_place": (lambda d: x(d).add_(x("cpu")), RuntimeError, MIXED),
    "mix_in_place_cpu": (lambda d: x("cpu").add_(x(d)), RuntimeError, MIXED),
    "cpu_scalar_in_place": (lambda d: torch.tensor(1.0).add_(x(d).sum()), RuntimeError, MIXED),
    "mix_scalar_with_cpu_vector": (lambda d: x("cpu") + x(d).sum(), RuntimeError, MIXED),
    "mix_out": (lambda d: torch.add(x(d), 1, out=torch.empty(2, 3)), RuntimeError, MIXED),
    "mix_where": (lambda d: torch.where(x("cpu") > 2, x(d), x(d)), RuntimeError, MIXED),
    "mix_equal": (lambda d: torch.equal(x(d), x("cpu")), RuntimeError, MIXED),
    "mix_masked_fill": (lambda d: x(d).masked_fill(x("cpu") > 2, 0.0), RuntimeError, MIXED),
    "mix_linear": (lambda d: nn.Linear(3, 1)(x(d)), RuntimeError, MIXED),
    "mix_mse_loss": (lambda d: F.mse_loss(x(d), x("cpu")), RuntimeError, MIXED),
    "mix_cross_entropy": (lambda d: F.cross_entropy(x(d), torch.tensor([0, 1])), RuntimeError, MIXED),
    "gather_cpu_index": (lambda d: x(d).gather(1, torch.tensor([[0], [1]])), RuntimeError, MIXED),
    "gather_cpu_scalar_index": (lambda d: x(d)[0].gather(0, torch.tensor(1)), RuntimeError, MIXED),
    "index_select_cpu_index": (lambda d: x(d).index_select(0, torch.tensor([0])), RuntimeError, MIXED),
    "index_add_cpu_index": (lambda d: x(d).index_add(0, torch.tensor([0, 1]), x(d)), RuntimeError, MIXED),
    "scatter_cpu_index": (lambda d: x(d).scatter(1, torch.tensor([[0], [1]]), 1.0), RuntimeError, MIXED),
    "embedding_cpu_index": (lambda d: F.embedding(torch.tensor([0]), x(d)), RuntimeError, MIXED),
    "index_put_cpu_values": (
        lambda d: x(d).index_put((torch.arange(2), torch.arange(2)), torch.ones(2)),
        RuntimeError,
        MIXED,
    ),
    "cpu_indexed_there": (
        lambda d: x("cpu")[torch.tensor([0], device=d)],
        (RuntimeError, IndexError),
        "indices should be either on cpu or on the same device as the indexed tensor",
    ),
    "cpu_masked_there": (
        lambda d: x("cpu")[x(d) > 2],
        (RuntimeError, IndexError),
        "indices should be either on cpu",
    ),
    "numpy": (lambda d: x(d).numpy(), TypeError, NUMPY),
    "numpy_of_leaf": (lambda d: leaf(d).numpy(), TypeError, NUMPY),
    "numpy_detached": (lambda d: leaf(d).detach().numpy(), TypeError, NUMPY),
    "numpy_asarray": (lambda d: numpy.asarray(x(d)), TypeError, NUMPY),
    "numpy_function": (lambda d: numpy.sin(x(d)), TypeError, NUMPY),
    "gradient_from_cpu": (
        lambda d: (leaf(d) * 1).backward(x("cpu")),
        RuntimeError,
        "expected device {device}:0 but got cpu",
    ),
    "autograd_grad_from_cpu": (
        lambda d: (lambda w: torch.autograd.grad(w * 1, w, x("cpu")))(leaf(d)),
        RuntimeError,
        "expected device {device}:0 but got cpu",
    ),
    "assign_cpu_grad": (lambda d: setattr(leaf(d), "grad", x("cpu")), RuntimeError, "device type 'cpu'"),
    "backward_on_vector": (lambda d: (leaf(d) * 1).backward(), RuntimeError, "only for scalar outputs"),
    "backward_twice": (
        lambda d: (lambda y: (y.backward(), y.backward()))((leaf(d) ** 2).sum()),
        RuntimeError,
        "backward through the graph a second time",
    ),
    "leaf_in_place": (lambda d: leaf(d).add_(1), RuntimeError, "leaf Variable that requires grad"),
    "saved_then_changed": (
        lambda d: (lambda y: (y.add_(1), y.sum().backward()))(leaf(d).exp()),
        RuntimeError,
        "modified by an inplace operation",
    ),
    "bool_of_many": (lambda d: bool(x(d)), RuntimeError, "Boolean value of Tensor with more than one value"),
    "item_of_many": (lambda d: x(d).item(), RuntimeError, "cannot be converted to Scalar"),
    "shapes": (lambda d: x(d) + torch.ones(2, device=d), RuntimeError, "must match the size of tensor"),
    "matmul_shapes": (lambda d: x(d) @ x(d), RuntimeError, "shapes cannot be multiplied"),
    "index_out_of_range": (lambda d: x(d)[5], IndexError, "out of bounds"),
    "dtype": (lambda d: torch.mean(x(d).long()), RuntimeError, "could not infer output dtype"),
    "cpu_generator": (
        lambda d: torch.randn(2, device=d, generator=torch.Generator()),
        RuntimeError,
        "Expected a '{device}' device type for generator but found 'cpu'",
    ),
    "second_device": (lambda d: torch.ones(2, device=f"{d}:99"), RuntimeError, "invalid device ordinal"),
    "pin_device_memory": (lambda d: x(d).pin_memory(), RuntimeError, "only dense CPU tensors can be pinned"),
    "set_from_cpu": (lambda d: set_to(x(d), x("cpu")), RuntimeError, "storage of a tensor on device"),
    "close_to_cpu": (
        lambda d: torch.testing.assert_close(x(d), x("cpu")),
        AssertionError,
        "attribute 'device' do not match",
    ),
    "not_close": (
        lambda d: torch.testing.assert_close(x(d), x(d) + 1),
        AssertionError,
        "Tensor-likes are not close",
    ),
}

# What a GPU allows and `sim` does not: refused, and never by a crash.
NOT_SIMULATED: dict[str, tuple[Idiom, type[Exception] | tuple[type[Exception], ...], str]] = {
    "grow": (
        lambda d: x(d).resize_(20),
        NotImplementedError,
        "sim: `resize_` to more elements is not supported",
    ),
    "grow_storage": (
        lambda d: x(d).untyped_storage().resize_(99),
        NotImplementedError,
        "resizePrivateUse1Bytes",
    ),
    "generator": (lambda d: torch.Generator(d), NotImplementedError, "getNewGenerator"),
    "sparse": (
        lambda d: x(d).to_sparse(),
        NotImplementedError,
        "sim: torch.sparse_coo tensors .* not supported",
    ),
    "quantized": (
        lambda d: torch.quantize_per_tensor(x(d), 0.1, 0, torch.quint8),
        NotImplementedError,
        "sim: .*quint8 are not supported",
    ),
    "lstm": (lambda d: nn.LSTM(3, 2).to(d)(x(d)), NotImplementedError, "sim: .*lstm.* is not supported"),
    "gru": (lambda d: nn.GRU(3, 2).to(d)(x(d)), NotImplementedError, "sim: .*gru.* is not supported"),
    "data_across_devices": (
        lambda d: setattr(x(d), "data", x("cpu")),
        RuntimeError,
        "incompatible tensor type",
    ),
    "dlpack": (lambda d: torch.utils.dlpack.from_dlpack(x(d)), ValueError, "Unknown device type sim"),
    "autocast": (lambda d: torch.autocast(d).__enter__(), AssertionError, "`sim`"),
    "memory_info": (
        lambda d: torch.accelerator.get_memory_info(),
        NotImplementedError,
        "sim: `get_memory_info`",
    ),
}


def on_cpu(value: Any) -> Any:
    """The same structure with every tensor on the CPU."""
    if isinstance(value, Tensor):
        return value.detach().cpu()
    if isinstance(value, dict):
        return {key: on_cpu(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [on_cpu(item) for item in value]
    return value


def tensors(value: Any) -> list[Tensor]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in tensors(item)]
    return [value] if isinstance(value, Tensor) else []


def assert_same(actual: Any, expected: Any) -> None:
    torch.testing.assert_close(tensors(actual), tensors(expected), equal_nan=True)
    assert repr(actual) == repr(expected) or tensors(actual)


@pytest.mark.filterwarnings("ignore:To copy construct", "ignore:TypedStorage", "ignore:.*is_grads_batched")
@pytest.mark.parametrize("name", STAYS)
def test_stays(accelerator: str, name: str) -> None:
    result = STAYS[name](accelerator)
    assert {tensor.device.type for tensor in tensors(result)} == {accelerator}
    assert_same(on_cpu(result), on_cpu(STAYS[name]("cpu")))


@pytest.mark.filterwarnings("ignore:TypedStorage")
@pytest.mark.parametrize("name", COMES_BACK)
def test_comes_back(accelerator: str, name: str) -> None:
    result = COMES_BACK[name](accelerator)
    assert {tensor.device.type for tensor in tensors(result)} <= {"cpu"}
    assert_same(result, COMES_BACK[name]("cpu"))


@pytest.mark.parametrize("name", REFUSED)
def test_refused(accelerator: str, name: str) -> None:
    idiom, error, text = REFUSED[name]
    with pytest.raises(error, match=text.replace("{device}", accelerator)):
        idiom(accelerator)


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
@pytest.mark.parametrize("name", NOT_SIMULATED)
def test_not_simulated(name: str) -> None:
    register()
    idiom, error, text = NOT_SIMULATED[name]
    with pytest.raises(error, match=text):
        idiom(NAME)


def test_says_where_it_is(accelerator: str) -> None:
    here = x(accelerator)
    assert repr(here[0]) == f"tensor([1., 2., 3.], device='{accelerator}:0')"
    assert str(here.requires_grad_()[0].sum()).startswith(f"tensor(6., device='{accelerator}:0', grad_fn=<")
    assert (str(here.device), here.device.type, here.get_device()) == (f"{accelerator}:0", accelerator, 0)
    assert here.device == torch.device(accelerator, 0) != torch.device("cpu")
    assert (here.is_cuda, here.is_cpu) == (accelerator == "cuda", False)
    assert here.type() == f"torch.{accelerator}.FloatTensor"
    assert {"cpu": 1, here.device: 2}[torch.device(accelerator, 0)] == 2
    assert nn.Parameter(here[0].detach()).to(accelerator).device == here.device
    assert getattr(x("cpu"), accelerator)().device == here.device


def test_generic_accelerator_code(accelerator: str) -> None:
    current = torch.accelerator.current_accelerator()
    assert current is not None
    if accelerator != current.type:
        pytest.skip("another accelerator comes first")
    assert torch.accelerator.is_available()
    assert torch.accelerator.device_count() >= 1
    assert torch.accelerator.current_device_index() == 0
    torch.accelerator.set_device_index(0)
    torch.accelerator.synchronize()
    torch.accelerator.empty_cache()
    assert torch.accelerator.memory_allocated() >= 0
    module = torch.get_device_module(accelerator)
    state = module.get_rng_state()
    first = torch.rand(3, device=accelerator)
    module.set_rng_state(state)
    assert torch.equal(first, torch.rand(3, device=accelerator))


def test_memory_outlives_what_it_came_from() -> None:
    register()
    kept = [torch.arange(1000.0, device=NAME) for _ in range(20)]
    views = [tensor.view(10, 100).mT[3:] for tensor in kept]
    expected = [view.tolist() for view in views]
    for tensor in kept:
        tensor.data = torch.zeros(3, device=NAME)
    del kept, tensor
    _ = [torch.full((1000,), -1.0) for _ in range(40)]  # would take the place of memory that was let go
    assert [view.tolist() for view in views] == expected


def fresh(code: str) -> str:
    """What a new process prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_registers_nothing() -> None:
    assert fresh("import sys, grader.runtime.sim.sim_device; print('torch' in sys.modules)") == "False"
    code = "import torch, grader.runtime.sim.sim_device; print(torch._C._get_privateuse1_backend_name())"
    assert fresh(code) == "privateuseone"


def test_registering_twice_is_registering_once() -> None:
    register()
    register()
    assert x(NAME).sum().item() == 21


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (
            "del torch.utils.backend_registration._setup_privateuseone_for_python_backend",
            "has no torch.utils.backend_registration._setup_privateuseone_for_python_backend",
        ),
        ("del torch._C._to_dlpack", "has no torch._C._to_dlpack"),
        (
            "torch.__version__ = '2.9.1+cu128'; del torch._C._accelerator_getMemoryInfo",
            "`sim` needs PyTorch 2.10, and this is 2.9.1",
        ),
        ("torch.utils.rename_privateuse1_backend('other')", "this PyTorch does not take the device"),
        ("import grader.runtime.sim.sim_kernel as k; k._EXTENSION = k._HOST", "this PyTorch does not take the device"),
        (
            "import grader.runtime.sim.sim_kernel as k; f = k._run\n"
            "k._run = lambda op, *a, **k: a[0] if 'add' in str(op) else f(op, *a, **k)",
            "computes something else on the device",
        ),
    ],
)
def test_unavailable_says_why(damage: str, reason: str) -> None:
    code = f"""
import torch, torch.utils.backend_registration
from grader.core.errors import SimUnavailable
from grader.runtime.sim.sim_device import register
{damage}
for attempt in range(2):
    try:
        register()
    except SimUnavailable as error:
        print(error)
"""
    first, second = fresh(code).splitlines()
    assert reason in first
    assert first == second


def test_cpu_code_stays_as_it_was() -> None:
    code = """
import sys, torch
from grader.runtime.sim.sim_device import register
before = set(sys.modules)
if {registered}:
    register()
    (torch.ones(2, 2, device="sim", requires_grad=True) @ torch.ones(2, device="sim")).sum().backward()
    assert not {{"torch.distributed.tensor", "torch._dynamo"}} & (set(sys.modules) - before)
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Dropout(), torch.nn.Linear(4, 1))
weight = model[0].weight
model.double()
model(torch.ones(2, 3, dtype=torch.float64)).sum().backward()
storage = torch.UntypedStorage([1, 2, 3])
print(weight is model.to("meta")[0].weight, weight.grad.tolist(), torch.rand(2).tolist(), storage.tolist())
import torch.distributed.tensor
print(torch.distributed.tensor.DTensor.__name__)
"""
    assert fresh(code.format(registered=True)) == fresh(code.format(registered=False))

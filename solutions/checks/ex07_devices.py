"""Chapter 7, Devices: cases, hints, known mistakes and other right answers."""

import itertools

import numpy as np
import torch

from grader.authoring import Chapter, Draw, Tolerance

chapter = Chapter(__file__)


# ---------------------------------------------------------------- pick_device


@chapter.exercise(
    points=1,
    hints=[
        "There are three possible answers. In which order should they be tried?",
        "`torch.cuda.is_available()` and `torch.backends.mps.is_available()` each answer True or False.",
        "Two `if`s with a `return` each, and a last `return` for the machine that has neither.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.cuda.is_available.html",
)
def pick_device(draw: Draw):
    machines = [
        # cuda, mps, mps in the build
        (False, False, False),
        (True, False, False),
        (False, True, True),
        (False, False, True),  # built for Macs, but on a Mac that has no such GPU
        (True, True, True),
    ]
    for cuda, mps, built in machines:
        yield draw.call(
            patches={
                "torch.cuda.is_available": cuda,
                "torch.backends.mps.is_available": mps,
                "torch.backends.mps.is_built": built,
            }
        )


@chapter.mistake(pick_device)
def knows_only_cuda():
    """Without CUDA you always choose the CPU, so the GPU of an Apple computer stays unused. Ask for MPS
    before you fall back to the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@chapter.mistake(pick_device)
def prefers_mps():
    """Where both are available, you choose MPS. The exercise asks for CUDA first: MPS counts only where there is
    no CUDA."""
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@chapter.mistake(pick_device)
def asks_whether_mps_is_built():
    """You choose MPS where PyTorch was merely *built* with it. Whether this machine can use it is another
    question: `is_available()`."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_built() else "cpu")


@chapter.mistake(pick_device)
def returns_a_string():
    """You return the device's name, a string. The exercise asks for a device object: `torch.device(name)`."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


@chapter.mistake(pick_device, written=r"cuda\.is_available(?!\()")
def forgets_to_call():
    """You choose CUDA on every machine. A function's name without `()` is the function itself, which always
    counts as true; only the call `is_available()` asks the question."""
    return torch.device("cuda" if torch.cuda.is_available else "cpu")


@chapter.mistake(pick_device)
def always_cuda():
    """You choose CUDA on every machine. Whether this one has it is what `torch.cuda.is_available()` answers: ask
    it inside the function, each time."""
    return torch.device("cuda")


@chapter.mistake(pick_device)
def without_cuda_always_mps():
    """Without CUDA you choose MPS on every machine. `torch.backends.mps.is_available()`, called with its
    parentheses, answers whether this one has it; where it does not, the CPU is left."""
    return torch.device("cuda" if torch.cuda.is_available() else "mps")


@chapter.mistake(pick_device)
def never_asks():
    """You return the CPU on every machine. What this one has is asked inside the function, each time: call
    `torch.cuda.is_available()` and `torch.backends.mps.is_available()`, with their parentheses."""
    return torch.device("cpu")


@chapter.mistake(pick_device)
def never_cuda():
    """You choose CUDA on no machine, also where it is available. The question that finds it is
    `torch.cuda.is_available()`; that PyTorch was built with CUDA, or has another accelerator, says nothing of
    it."""
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


@chapter.mistake(pick_device)
def calls_it_gpu():
    """PyTorch knows no device called "gpu". The types are named after the technology: "cuda" for NVIDIA,
    "mps" for Apple, "cpu"."""
    if torch.cuda.is_available() or torch.backends.mps.is_available():
        return torch.device("gpu")
    return torch.device("cpu")


@chapter.mistake(pick_device)
def nothing_for_the_cpu():
    """Without CUDA and MPS, nothing is returned. The CPU is what every machine has: the last `return` is for
    that."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps") if torch.backends.mps.is_available() else None


@chapter.right(pick_device)
def by_table():
    available = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    return torch.device(next(name for name, there in available.items() if there))


@chapter.right(pick_device)
def in_one_expression():
    return torch.device("cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu")


@chapter.right(pick_device)
def with_an_index():
    if torch.cuda.is_available():
        return torch.device("cuda", 0)
    return torch.device("mps:0") if torch.backends.mps.is_available() else torch.device("cpu")


@chapter.right(pick_device)
def from_worst_to_best():
    name = "cpu"
    if torch.backends.mps.is_available():
        name = "mps"
    if torch.cuda.is_available():
        name = "cuda"
    return torch.device(name)


@chapter.right(pick_device)
def by_imported_modules():
    from torch import cuda
    from torch.backends import mps

    for module, name in ((cuda, "cuda"), (mps, "mps")):
        if module.is_available():
            return torch.device(name)
    return torch.empty(0, device="cpu").device


# ---------------------------------------------------------------- ones_on


@chapter.exercise(
    points=1,
    hints=[
        "Functions that make a tensor take the place where it should be made as an argument.",
        "`torch.ones` takes the whole shape as a tuple, and a keyword argument `device`.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.ones.html",
)
def ones_on(draw: Draw):
    yield (2, 3), draw.device()
    yield (3,), draw.device(as_text=True)
    yield (1, 1), draw.device()
    yield (), draw.device()
    yield (2, 1, 3, 2), draw.device(as_text=True)
    yield (30, 40), draw.device()


chapter.way(
    ones_on,
    uses=["device="],
    instead=["to", "cuda"],
    sentence=(
        "Your function makes the tensor on the CPU and then copies it: with `device=device`, `torch.ones` makes it"
        " where it is needed."
    ),
)


@chapter.mistake(ones_on, on="accelerator")
def left_on_the_cpu(shape, device):
    """Your tensor is on the CPU. Hand `device` to the function that makes it; or keep what `.to(device)`
    returns, which is a new tensor: the old one stays where it was."""
    made = torch.ones(shape)
    made.to(device)
    return made


@chapter.mistake(ones_on)
def of_integers(shape, device):
    """Your ones are integers, int64. For float32, name no other dtype; and where a function such as `torch.full`
    or `torch.tensor` takes the dtype from the value, write 1.0."""
    return torch.full(shape, 1, device=device)


@chapter.mistake(ones_on, written=r"\b(np|numpy)\.")
def through_numpy(shape, device):
    """Your dtype is not PyTorch's float32 but NumPy's default, float64, and it stays when an array becomes a
    tensor. Make the tensor in PyTorch, or convert it."""
    return torch.from_numpy(np.ones(shape)).to(device)


@chapter.mistake(ones_on)
def of_doubles(shape, device):
    """Your ones are float64, and should be float32, which `torch.ones` makes by itself. Python's `float` as a
    dtype means float64 too."""
    return torch.ones(shape, device=device, dtype=torch.float64)


@chapter.mistake(ones_on)
def unpacks_the_shape(shape, device):
    """With the shape taken apart by `*`, nothing is left of it where the shape is (). The tuple itself is a fine
    argument, whatever its length."""
    return torch.ones(*shape, device=device)


@chapter.mistake(ones_on)
def of_zeros(shape, device):
    """Your tensor holds zeros. The exercise asks for ones."""
    return torch.zeros(shape, device=device)


@chapter.mistake(ones_on)
def device_by_position(shape, device):
    """Without a name, `torch.ones` takes the shape alone. What comes after that, such as the device, has to be
    named: `device=device`."""
    return torch.ones(shape, device)


@chapter.mistake(ones_on)
def device_after_the_sizes(shape, device):
    """The device stands where `torch.ones` looks for one more size. It has to be named: `device=device`; and the
    shape may stay the tuple that it is."""
    return torch.ones(*shape, device)


@chapter.mistake(ones_on)
def two_sizes(shape, device):
    """You take two sizes out of the shape, and it may have any number of them, or none. The tuple itself is a
    fine argument."""
    return torch.ones(shape[0], shape[1], device=device)


@chapter.mistake(ones_on)
def shape_as_values(shape, device):
    """The numbers of the shape have become the values of your tensor. `torch.ones` takes them as what they are,
    the sizes."""
    return torch.tensor(shape, device=device)


@chapter.mistake(ones_on)
def shape_as_float_values(shape, device):
    """The numbers of the shape have become the values of your tensor. `torch.ones` takes them as what they are,
    the sizes."""
    return torch.tensor(shape, device=device, dtype=torch.float32)


@chapter.mistake(ones_on)
def assigns_the_device(shape, device):
    """The `device` of a tensor can only be read. A tensor is made on a device, by `device=device`, or copied to
    one, by what `.to(device)` returns."""
    made = torch.ones(shape)
    made.device = device
    return made


@chapter.right(ones_on)
def filled(shape, device):
    return torch.full(shape, 1.0, device=device)


@chapter.right(ones_on)
def made_then_moved(shape, device):
    return torch.ones(shape).to(device)


@chapter.right(ones_on)
def raised_from_zeros(shape, device):
    return torch.zeros(shape, device=torch.device(device)) + 1


@chapter.right(ones_on)
def filled_in_place(shape, device):
    return torch.empty(shape, dtype=torch.float32, device=device).fill_(1)


@chapter.right(ones_on)
def one_number_expanded(shape, device):
    return torch.tensor(1.0, device=device).expand(shape)


@chapter.right(ones_on)
def under_a_default_device(shape, device):
    with torch.device(device):
        return torch.ones(shape)


@chapter.right(ones_on)
def like_another_tensor(shape, device):
    return torch.empty(0, device=device).new_ones(shape)


# ---------------------------------------------------------------- to_device


@chapter.exercise(
    points=2,
    gradient=True,
    also=["unchanged"],
    hints=[
        "Does `value.to(device)` change `value`, or does it return something?",
        "You need a new dict. Which names does it have, and which tensor belongs to each?",
        "A dict comprehension over `batch.items()` builds it in one line.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html",
)
def to_device(draw: Draw):
    labels = draw.integers(2, low=0, high=9, dtype=torch.int64)
    images = draw.integers(2, 3)
    yield {"images": draw.on_cpu(images), "labels": draw.on_cpu(labels)}, draw.device()
    yield {"x": draw.on_cpu(draw.integers(1))}, draw.device(as_text=True)
    yield {}, draw.device()
    yield {"there already": draw.integers(2, 2), "not yet": draw.on_cpu(draw.integers(2, 2))}, draw.device()
    yield (
        {
            "features": draw.on_cpu(draw.normal(6, 4).mT),
            "mask": draw.on_cpu(draw.normal(6) > 0),
            "weight": draw.on_cpu(draw.normal()),
        },
        draw.device(as_text=True),
    )
    yield {"table": draw.on_cpu(draw.normal(20, 30)), "index": draw.on_cpu(torch.arange(20))}, draw.device()
    yield {"x": draw.on_cpu(draw.normal(3, 2, dtype=torch.float64))}, draw.device()


@chapter.mistake(to_device, on="accelerator")
def forgets_the_assignment(batch, device):
    """The tensors in your dict are where they were. `value.to(device)` returns a tensor on the device and
    leaves `value` alone: put what it returns into the new dict."""
    for value in batch.values():
        value.to(device)
    return dict(batch)


@chapter.mistake(to_device, on="accelerator")
def moves_only_floats(batch, device):
    """You move the floating-point tensors only. Labels, indices and masks are int64 or bool, and are needed
    on the device as well."""
    return {name: value.to(device) if value.is_floating_point() else value for name, value in batch.items()}


@chapter.mistake(to_device)
def edits_the_batch(batch, device):
    """What comes back is `batch` itself and no new dict, so a change to one is a change to the other. Build a
    new dict and leave the old one as it was."""
    for name in batch:
        batch[name] = batch[name].to(device)
    return batch


@chapter.mistake(to_device, on="accelerator")
def always_to_the_cpu(batch, device):
    """Your tensors all end up on the CPU, whatever `device` says. `.to(...)` with that is the way to where they
    should be."""
    return {name: value.cpu() for name, value in batch.items()}


@chapter.mistake(to_device)
def detaches(batch, device):
    """No gradient gets back to the tensors in `batch`: `.detach()`, `.data`, `torch.no_grad()` and
    `torch.tensor(...)` cut the record of where numbers came from. `.to(device)` alone keeps it."""
    return {name: value.detach().to(device) for name, value in batch.items()}


@chapter.mistake(to_device)
def everything_to_float(batch, device):
    """You turn every tensor into float32. Moving keeps the dtype: labels must stay int64 to be usable as
    indices."""
    return {name: value.to(device, torch.float32) for name, value in batch.items()}


@chapter.mistake(to_device)
def returns_after_the_first(batch, device):
    """Your dict holds the first entry only: a `return`, or a `break`, stands inside the loop and ends it in its
    first round. Indent it less."""
    moved = {}
    for name, value in batch.items():
        moved[name] = value.to(device)
        return moved
    return moved


@chapter.mistake(to_device)
def a_list_of_values(batch, device):
    """You return the tensors without their names. The result is a dict with the keys of `batch`."""
    return [value.to(device) for value in batch.values()]


@chapter.mistake(to_device)
def returns_in_the_loop_alone(batch, device):
    """Your dict holds the first entry only, and without entries nothing comes back: the `return` stands inside
    the loop and ends it in its first round. It belongs behind the loop, with a dict made before it."""
    for name, value in batch.items():
        return {name: value.to(device)}
    return None


@chapter.mistake(to_device)
def a_new_dict_in_each_round(batch, device):
    """Your dict holds the last entry only: each round of the loop makes a new dict. Make it once, before the
    loop, and give it an entry in each round."""
    moved = {}
    for name, value in batch.items():
        moved = {name: value.to(device)}
    return moved


@chapter.mistake(to_device)
def moves_the_dict(batch, device):
    """A dict cannot be moved: only tensors have a `.to`. Go through the entries and move each value by itself."""
    return batch.to(device)


@chapter.mistake(to_device, written=r"\.items\(\)")
def key_for_value(batch, device):
    """You call `.to` on the key, which is a string. `batch.items()` gives the key first and then the value, and
    the value is the tensor."""
    return {name: value.to(device) for value, name in batch.items()}


@chapter.mistake(to_device)
def keys_alone(batch, device):
    """You call `.to` on the key, which is a string: a loop over a dict gives its keys. The tensor is
    `batch[key]`."""
    return {name: name.to(device) for name in batch}


@chapter.right(to_device)
def by_loop(batch, device):
    moved = {}
    for name in batch:
        moved[name] = batch[name].to(device)
    return moved


@chapter.right(to_device)
def by_zip(batch, device):
    return dict(zip(batch, [value.to(device=device) for value in batch.values()], strict=True))


@chapter.right(to_device)
def copies_what_is_there_already(batch, device):
    return {name: value.to(device, copy=True) for name, value in batch.items()}


@chapter.right(to_device)
def copies_the_dict_first(batch, device):
    moved = batch.copy()
    moved.update((name, value.clone().to(torch.device(device))) for name, value in batch.items())
    return moved


@chapter.right(to_device)
def copies_into_empty_ones(batch, device):
    return {name: torch.empty_like(value, device=device).copy_(value) for name, value in batch.items()}


@chapter.right(to_device)
def moves_only_what_must(batch, device):
    target = torch.empty(0, device=device).device
    return {name: value if value.device == target else value.to(target) for name, value in batch.items()}


# ---------------------------------------------------------------- add_anywhere


@chapter.exercise(
    points=1,
    gradient=True,
    hints=[
        "An addition needs both inputs in one place. Which of the two may move, so that the result is right?",
        "A tensor knows where it lives: `a.device`. And `.to(...)` returns a copy that lives elsewhere.",
    ],
    read="https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch-device",
)
def add_anywhere(draw: Draw):
    yield draw.integers(3), draw.integers(3)
    yield draw.integers(3), draw.on_cpu(draw.integers(3))
    yield draw.on_cpu(draw.integers(2, 2)), draw.integers(2, 2)
    yield draw.on_cpu(draw.integers(1)), draw.on_cpu(draw.integers(1))
    yield draw.on_cpu(draw.integers()), draw.integers()
    yield draw.normal(6, 4).mT, draw.on_cpu(draw.normal(4, 6))
    yield draw.on_cpu(draw.normal(20, 30)), draw.normal(40, 30)[::2]
    yield draw.on_cpu(draw.normal(2, 3, dtype=torch.float64)), draw.normal(2, 3, dtype=torch.float64)


@chapter.mistake(add_anywhere, on="accelerator")
def adds_across_devices(a, b):
    """PyTorch does not add tensors from different devices. Bring b to where a is first, and add the tensor
    that `.to(...)` returns: b itself does not move."""
    b.to(a.device)
    return a + b


@chapter.mistake(add_anywhere, on="accelerator")
def result_where_b_is(a, b):
    """Your result lives where b does. It should live where a does, so b is the one to move."""
    return a.to(b.device) + b


@chapter.mistake(add_anywhere, on="accelerator")
def adds_on_the_cpu(a, b):
    """Your result is always on the CPU. It should live where a does, also if that is the accelerator."""
    return a.cpu() + b.cpu()


@chapter.mistake(add_anywhere, on="accelerator")
def handles_one_direction(a, b):
    """With a on the CPU and b elsewhere, nothing is moved, and PyTorch does not add across devices. Without any
    `if`, bring b to where a is."""
    if b.is_cpu:
        b = b.to(a.device)
    return a + b


@chapter.mistake(add_anywhere, on="accelerator")
def prefers_the_accelerator(a, b):
    """Your result is on the accelerator as soon as one input lives there. The exercise asks for the result where
    a lives, be it the CPU."""
    device = b.device if a.is_cpu else a.device
    return a.to(device) + b.to(device)


@chapter.mistake(add_anywhere)
def detaches_b(a, b):
    """No gradient reaches b: `.detach()`, `.data`, `torch.no_grad()` or a detour over Python numbers or NumPy cut
    it off. `.to(...)` moves a tensor and lets gradients come back."""
    return a + b.detach().to(a.device)


@chapter.mistake(add_anywhere)
def adds_in_place(a, b):
    """`+=` and methods that end in `_` change a tensor that is not yours, and PyTorch forbids it where that
    requires a gradient. `+` makes a new tensor."""
    a += b.to(a.device)
    return a


@chapter.mistake(add_anywhere)
def a_fresh_tensor(a, b):
    """No gradient reaches a or b: `torch.tensor(...)`, `.detach()`, `.data` and `torch.no_grad()` leave numbers
    without a past. Return the sum itself."""
    return torch.tensor((a + b.to(a.device)).tolist(), dtype=a.dtype, device=a.device)


@chapter.mistake(add_anywhere)
def detaches_a(a, b):
    """No gradient reaches a: `.detach()`, `.data`, `torch.no_grad()` or a detour over Python numbers or NumPy cut
    it off. Only b has to move, and `.to(...)` lets gradients come back."""
    return a.detach() + b.to(a.device)


@chapter.mistake(add_anywhere)
def assigns_the_device_of_b(a, b):
    """The `device` of a tensor can only be read. `.to(...)` returns a copy that lives elsewhere: add that one."""
    b.device = a.device
    return a + b


@chapter.mistake(add_anywhere)
def calls_the_device(a, b):
    """`a.device` is a device already, not a function: write it without parentheses."""
    return a + b.to(a.device())


@chapter.mistake(add_anywhere, on="accelerator")
def only_on_one_device(a, b):
    """Where the devices differ, nothing is returned. Bring b to where a is in that case, and return the sum in
    both."""
    return a + b if a.device == b.device else None


@chapter.right(add_anywhere)
def by_function(a, b):
    return torch.add(a, b.to(a))


@chapter.right(add_anywhere)
def by_way_of_the_cpu(a, b):
    return (a.cpu() + b.cpu()).to(a.device)


@chapter.right(add_anywhere)
def by_stack(a, b):
    return torch.stack([a, b.to(a.device)]).sum(dim=0)


@chapter.right(add_anywhere)
def in_place_on_a_clone(a, b):
    result = a.clone()
    result += b.to(result.device)
    return result


@chapter.right(add_anywhere)
def only_if_it_must_move(a, b):
    if a.device.type != b.device.type:
        b = torch.zeros_like(a, requires_grad=False).copy_(b)
    return a - (-b)


@chapter.right(add_anywhere)
def added_where_b_is(a, b):
    return (a.to(b.device) + b).to(a.device)


@chapter.right(add_anywhere)
def by_autograd_function(a, b):
    class Add(torch.autograd.Function):
        @staticmethod
        def forward(ctx, a, b):
            ctx.device = b.device
            return a + b.to(a.device)

        @staticmethod
        def backward(ctx, grad):
            return grad, grad.to(ctx.device)

    return Add.apply(a, b)


# ---------------------------------------------------------------- weighted_mean


@chapter.exercise(
    points=2,
    gradient=True,
    hints=[
        "The weights are a tensor too. On which device do they have to be?",
        "`torch.arange` counts: where does it start if you don't say, and is its end included?",
        "`torch.arange(..., device=x.device)` makes them where x is. Multiply, sum, divide by the sum of the weights.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.arange.html",
)
def weighted_mean(draw: Draw):
    yield torch.tensor([1.0, 4.0])
    yield draw.integers(4, low=1)
    yield draw.integers(1, low=1)
    yield draw.uniform(14, low=0.5, high=2.0)[::2]
    yield draw.uniform(300, low=0.5, high=2.0)
    yield draw.uniform(9, low=0.5, high=2.0, dtype=torch.float64)


@chapter.mistake(weighted_mean, on="accelerator")
def weights_on_the_cpu(x):
    """A tensor that you make here, the weights or a total, is on the CPU, whatever device x is on. It has to go
    where the inputs are: `device=x.device`."""
    weights = torch.arange(1, len(x) + 1)
    return (weights * x).sum() / weights.sum()


@chapter.mistake(weighted_mean, on="accelerator")
def brings_x_to_the_cpu(x):
    """Your result is on the CPU, whatever device x is on. Bring the weights to x: the function should work, and
    answer, where its input lives."""
    weights = torch.arange(1, len(x) + 1)
    return (weights * x.cpu()).sum() / weights.sum()


@chapter.mistake(weighted_mean)
def starts_at_zero(x):
    """Your weights are 0 ... n-1: counting starts at 0, with `torch.arange(n)` as with `range` and `enumerate`.
    The exercise asks for 1 ... n."""
    weights = torch.arange(len(x), device=x.device)
    return (weights * x).sum() / weights.sum()


@chapter.mistake(weighted_mean)
def divides_by_the_count(x):
    """You divide by n. A weighted mean is divided by the sum of its weights; only then do equal entries give
    that same entry back."""
    weights = torch.arange(1, len(x) + 1, device=x.device)
    return (weights * x).mean()


@chapter.mistake(weighted_mean)
def plain_mean(x):
    """This is the plain mean, where all entries count the same. The entry x[i] should count i + 1 times."""
    return x.mean()


@chapter.mistake(weighted_mean)
def weights_backwards(x):
    """Your weights run from n down to 1. The first entry should count once, the last one n times."""
    weights = torch.arange(len(x), 0, -1, device=x.device)
    return (weights * x).sum() / weights.sum()


@chapter.mistake(weighted_mean)
def forgets_to_add_up(x):
    """You return one number for each entry. Their sum is the weighted mean: a tensor without dimensions."""
    weights = torch.arange(1, len(x) + 1, device=x.device)
    return weights * x / weights.sum()


@chapter.mistake(weighted_mean)
def keeps_a_dimension(x):
    """Your result has shape (1,). A single number is a tensor without dimensions, of shape (): what `.sum()` over
    everything gives, and what `x[0]` is."""
    weights = torch.arange(1, len(x) + 1, device=x.device)
    return (weights * x).sum(dim=0, keepdim=True) / weights.sum()


@chapter.mistake(weighted_mean)
def through_python_numbers(x):
    """No gradient reaches x: `.item()`, `float(...)`, `.tolist()`, `.detach()` and `torch.no_grad()` leave plain
    numbers, which have no past. Stay with tensors until the end."""
    total = sum(i * value for i, value in enumerate(x.tolist(), start=1))
    return torch.tensor(total / sum(range(1, len(x) + 1)), dtype=x.dtype, device=x.device)


@chapter.mistake(weighted_mean)
def stops_too_early(x):
    """Your weights are one too few: the end of `torch.arange`, as of `range`, is not included."""
    weights = torch.arange(1, len(x), device=x.device)
    return (weights * x).sum() / weights.sum()


@chapter.mistake(weighted_mean)
def divides_by_half_of_it(x):
    """You divide by n and then multiply by (n + 1) / 2: `/` and `*` go from left to right. Put the whole divisor
    into parentheses."""
    n = len(x)
    return (torch.arange(1, n + 1, device=x.device) * x).sum() / n * (n + 1) / 2


@chapter.mistake(weighted_mean)
def divides_by_the_sum_of_x(x):
    """You divide by the sum of x. What a weighted mean is divided by is the sum of its weights."""
    weights = torch.arange(1, len(x) + 1, device=x.device)
    return (weights * x).sum() / x.sum()


@chapter.mistake(weighted_mean)
def the_weighted_sum(x):
    """You return the weighted sum. For the mean, divide it by the sum of the weights."""
    return (torch.arange(1, len(x) + 1, device=x.device) * x).sum()


@chapter.mistake(weighted_mean)
def as_a_python_number(x):
    """You return a plain Python number, and no gradient can come back through that. Compute with tensors up to
    the end, without `.item()`, `.tolist()` or `float(...)`."""
    total = sum(i * value for i, value in enumerate(x.tolist(), start=1))
    return total / sum(range(1, len(x) + 1))


@chapter.right(weighted_mean)
def by_dot_product(x):
    n = len(x)
    return torch.dot(x, torch.arange(1, n + 1, dtype=x.dtype, device=x.device)) / (n * (n + 1) / 2)


@chapter.right(weighted_mean)
def weights_moved_to_x(x):
    weights = torch.arange(1.0, len(x) + 1).to(x)
    return (weights / weights.sum()) @ x


@chapter.right(weighted_mean)
def weights_counted_up(x):
    weights = torch.ones_like(x).cumsum(dim=0)
    return torch.einsum("i,i->", weights, x) / weights.sum()


@chapter.right(weighted_mean)
def weights_from_a_list(x):
    weights = x.new_tensor(range(1, len(x) + 1))
    return torch.sum(x.mul(weights)).div(weights.sum())


@chapter.right(weighted_mean)
def weights_by_linspace(x):
    weights = torch.linspace(1, len(x), len(x), dtype=x.dtype, device=x.device)
    return torch.nn.functional.linear(x, weights) / weights.sum()


@chapter.right(weighted_mean)
def by_loop_over_entries(x):
    total = torch.zeros((), dtype=x.dtype, device=x.device)
    for i in range(len(x)):
        total = total + (i + 1) * x[i]
    return total / (len(x) * (len(x) + 1) // 2)


@chapter.right(weighted_mean)
def as_a_sum_of_tails(x):
    tails = x.flip(0).cumsum(dim=0)  # (n,), the last i entries added up: x[i] is in i + 1 of them
    return tails.sum() * 2 / (len(x) * (len(x) + 1))


@chapter.right(weighted_mean)
def on_the_cpu_and_back(x):
    weights = torch.arange(1, len(x) + 1)
    return ((weights * x.cpu()).sum() / weights.sum()).to(x.device)


chapter.equivalent(
    weighted_mean,
    "weights = … → weights = torch.arange(1, len(x) + 1, device=x.device)",
    "… dtype=x.dtype, … → … dtype=torch.float32, …",
    reason="Small whole numbers are exact in every dtype, and the product gets the wider one, that of x.",
)
chapter.equivalent(
    weighted_mean,
    "…(weights * x)… → …(weights @ x)…",
    reason="The dot product is the sum already; the sum of one number is that number.",
)


# ---------------------------------------------------------------- to_numpy


@chapter.exercise(
    points=1,
    also=["unchanged"],
    hints=[
        "Two things keep a tensor from becoming an array: where it lives, and that PyTorch records what happens to it.",
        "One method gives the same numbers without the record, another one a copy in main memory. Call both.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.Tensor.numpy.html",
)
def to_numpy(draw: Draw):
    yield draw.integers(3)
    yield draw.parameter(draw.integers(2, 2), grad=draw.integers(2, 2))
    yield draw.integers(1, dtype=torch.int64)
    yield draw.integers()
    yield draw.normal(6, 4).mT
    yield draw.normal(8) > 0
    yield draw.on_cpu(draw.parameter(draw.normal(3, 4)))
    yield draw.parameter(draw.normal(20, 30))
    yield draw.parameter(draw.normal(2, 3, dtype=torch.float64))


@chapter.mistake(to_numpy, on="accelerator")
def forgets_the_cpu(x):
    """NumPy can read main memory only. Before a tensor from an accelerator becomes an array, it needs a copy
    on the CPU."""
    return x.detach().numpy()


@chapter.mistake(to_numpy, on="accelerator")
def to_the_cpu_in_one_branch(x):
    """A tensor on an accelerator needs a copy on the CPU whether it requires a gradient or not: these are two
    separate obstacles."""
    if x.requires_grad:
        x = x.detach().cpu()
    return x.numpy()


@chapter.mistake(to_numpy, on="accelerator")
def to_the_cpu_in_the_other_branch(x):
    """A tensor on an accelerator needs a copy on the CPU whether it requires a gradient or not: these are two
    separate obstacles."""
    return x.detach().numpy() if x.requires_grad else x.cpu().numpy()


@chapter.mistake(to_numpy)
def forgets_to_detach(x):
    """PyTorch records what happens to a tensor that requires a gradient, and NumPy could not keep that
    record. Ask for the numbers without it first: `.detach()`."""
    return x.cpu().numpy()


@chapter.mistake(to_numpy)
def through_a_list(x):
    """The dtype got lost on the way: a Python list holds Python numbers, and NumPy makes float64 of those.
    Convert the tensor itself."""
    return np.array(x.tolist())


@chapter.mistake(to_numpy)
def switches_gradients_off(x):
    """You switched x's `requires_grad` off, and whoever handed it in can no longer train with it. `.detach()`
    gives you a tensor of your own and leaves x alone."""
    x.requires_grad_(False)
    return x.cpu().numpy()


@chapter.mistake(to_numpy)
def still_a_tensor(x):
    """You return a tensor. On the CPU, and without its record, it is one call away from an array:
    `.numpy()`."""
    return x.detach().cpu()


@chapter.mistake(to_numpy)
def a_list(x):
    """You return a Python list. On the CPU, and without its record, the tensor is one call away from an array:
    `.numpy()`."""
    return x.tolist()


@chapter.mistake(to_numpy)
def everything_as_float(x):
    """You convert to float32. The array should have the tensor's own dtype: float64, int64 and bool stay what
    they are."""
    return x.detach().cpu().float().numpy()


@chapter.mistake(to_numpy)
def everything_as_double(x):
    """You convert to float64. The array should have the tensor's own dtype: float32, int64 and bool stay what
    they are."""
    return np.array(x.detach().cpu(), dtype=float)


@chapter.mistake(to_numpy)
def flattened(x):
    """Your array is flat. It should have the tensor's shape."""
    return x.detach().cpu().numpy().ravel()


@chapter.mistake(to_numpy)
def moves_to_numpy(x):
    """`.to(...)` moves a tensor to a device or changes its dtype, and NumPy is neither. The call that makes an
    array is `.numpy()`."""
    return x.to("numpy")


@chapter.right(to_numpy)
def by_force(x):
    return x.numpy(force=True)


@chapter.right(to_numpy)
def moved_then_detached(x):
    return x.to("cpu").detach().numpy()


@chapter.right(to_numpy)
def by_asarray(x):
    with torch.no_grad():
        return np.asarray(x.clone().cpu())


@chapter.right(to_numpy)
def by_data(x):
    return np.array(x.data.cpu())


@chapter.right(to_numpy)
def number_by_number(x):
    dtype = str(x.dtype).removeprefix("torch.")
    return np.array(x.tolist(), dtype=dtype)


@chapter.right(to_numpy)
def copied_into_an_array(x):
    array = np.empty(tuple(x.shape), dtype=str(x.dtype).removeprefix("torch."))
    torch.from_numpy(array).copy_(x.detach())
    return array


chapter.equivalent(to_numpy, "no_grad", reason="An array has no graph in any case.")


# ---------------------------------------------------------------- checked_matmul


@chapter.exercise(
    points=2,
    gradient=Tolerance(scale="largest"),
    tolerance=Tolerance(scale="largest"),
    mentions=("cpu", "{device}"),
    hints=[
        "Which attribute of a and b do you have to compare before you multiply?",
        "`raise ValueError(text)` ends the function with an error. What does the reader of that text need to know?",
        "An f-string puts `a.device.type` and `b.device.type` into the text.",
    ],
    read="https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch-device",
)
def checked_matmul(draw: Draw):
    yield draw.integers(2, 3), draw.integers(3, 2)
    yield draw.integers(1, 2), draw.on_cpu(draw.integers(2, 1))
    yield draw.on_cpu(draw.integers(2, 2)), draw.integers(2, 2)
    yield draw.on_cpu(draw.integers(2, 2)), draw.on_cpu(draw.integers(2, 2))
    yield draw.integers(3, 3), draw.integers(3, 3)
    yield draw.integers(1, 1), draw.integers(1, 1)
    yield draw.normal(4, 6).mT, draw.normal(8, 5)[::2]
    yield draw.normal(20, 30), draw.normal(30, 10)
    yield draw.normal(3, 4, dtype=torch.float64), draw.on_cpu(draw.normal(4, 2, dtype=torch.float64))
    yield draw.normal(3, 4, dtype=torch.float64), draw.normal(4, 2, dtype=torch.float64)


@chapter.mistake(checked_matmul, on="accelerator")
def does_not_check(a, b):
    """The devices differ and nothing stops the product, so PyTorch's own RuntimeError comes up. Compare
    `a.device` with `b.device` first; only `raise` ends a function with an error of your own."""
    return a @ b


@chapter.mistake(checked_matmul, on="accelerator")
def moves_silently(a, b):
    """Where the devices differ you move a tensor and go on. The exercise asks for a ValueError: a hidden copy
    makes a program slow, and nobody sees why."""
    return a @ b.to(a.device)


@chapter.mistake(checked_matmul, on="accelerator")
def moves_both_silently(a, b):
    """Where the devices differ you move a tensor and go on. The exercise asks for a ValueError: a hidden copy
    makes a program slow, and nobody sees why."""
    return a.cpu() @ b.cpu() if a.device != b.device else a @ b


@chapter.mistake(checked_matmul, on="accelerator")
def moves_a_silently(a, b):
    """Where the devices differ you move a tensor and go on. The exercise asks for a ValueError: a hidden copy
    makes a program slow, and nobody sees why."""
    return a.to(b.device) @ b


@chapter.mistake(checked_matmul, on="accelerator")
def asserts(a, b):
    """`assert` raises an AssertionError. For a caller's mistake, raise the ValueError that the exercise asks
    for: asserts are for your own, and Python can switch them off."""
    assert a.device == b.device, f"{a.device.type} and {b.device.type}"
    return a @ b


@chapter.mistake(checked_matmul, on="accelerator")
def says_nothing_about_devices(a, b):
    """Your ValueError does not name both devices. Its text should hold `a.device.type` and `b.device.type`: an
    f-string, with an f before its quotes, puts them in."""
    if a.device != b.device:
        raise ValueError("a and b are on different devices")
    return a @ b


@chapter.mistake(checked_matmul, on="accelerator")
def returns_the_error(a, b):
    """You *return* the ValueError, and the caller would go on with it as if it were a product. `raise` stops
    the function and hands the error on."""
    if a.device != b.device:
        return ValueError(f"a is on {a.device.type}, b is on {b.device.type}")
    return a @ b


@chapter.mistake(checked_matmul, on="accelerator")
def returns_the_text(a, b):
    """You return a text, and the caller would go on with it as if it were a product. `raise ValueError(text)`
    stops the function and hands the error on."""
    if a.device != b.device:
        return f"a is on {a.device.type}, b is on {b.device.type}"
    return a @ b


@chapter.mistake(checked_matmul, on="accelerator")
def returns_nothing(a, b):
    """Where the devices differ you return None, and the caller would go on with it. Printing does not stop
    anything; `raise ValueError(text)` does."""
    return a @ b if a.device == b.device else None


@chapter.mistake(checked_matmul, on="accelerator")
def raises_a_text(a, b):
    """Only exceptions can be raised, and a text is none. Put it into one: `ValueError(text)`."""
    if a.device != b.device:
        raise f"a is on {a.device.type}, b is on {b.device.type}"
    return a @ b


@chapter.mistake(checked_matmul, written=r"\bdevice(\.type)? is (not )?\w")
def compares_identity(a, b):
    """`is` asks whether two names mean the same Python object, and `.device` makes a new object each time. Ask
    whether the devices are equal, by `==` or `!=`."""
    if a.device is not b.device:
        raise ValueError(f"a is on {a.device.type}, b is on {b.device.type}")
    return a @ b


@chapter.mistake(checked_matmul, written=r"if \w+\.device(\.type)? == \w+\.device(\.type)?:\s+raise")
def the_wrong_way_round(a, b):
    """Your condition is the wrong way round: you raise the error where the devices are the same."""
    if a.device == b.device:
        raise ValueError(f"a and b are both on {a.device.type}")
    return a @ b.to(a.device)


@chapter.mistake(checked_matmul)
def always_raises(a, b):
    """You raise the ValueError although both are on the same device. Ask whether `a.device` and `b.device`
    differ, with `!=`, and raise it only then."""
    raise ValueError(f"a is on {a.device.type}, b is on {b.device.type}")


@chapter.mistake(checked_matmul)
def multiplies_elementwise(a, b):
    """`*` multiplies entry by entry. The matrix product is `@`."""
    if a.device != b.device:
        raise ValueError(f"a is on {a.device.type}, b is on {b.device.type}")
    return a * b


@chapter.mistake(checked_matmul)
def swaps_the_factors(a, b):
    """You multiply b @ a. The order matters for matrices, also where both products exist: the exercise asks
    for a @ b."""
    if a.device != b.device:
        raise ValueError(f"a is on {a.device.type}, b is on {b.device.type}")
    return b @ a


@chapter.right(checked_matmul)
def by_types(a, b):
    types = [a.device.type, b.device.type]
    if types[0] != types[1]:
        raise ValueError(" and ".join(types))
    return torch.mm(a, b)


@chapter.right(checked_matmul)
def by_a_set(a, b):
    if len({a.device, b.device}) == 2:
        raise ValueError(f"different devices: {a.device}, {b.device}")
    return torch.einsum("ik,kj->ij", a, b)


@chapter.right(checked_matmul)
def with_an_error_of_its_own(a, b):
    class DeviceMismatch(ValueError):
        pass

    if str(a.device) != str(b.device):
        raise DeviceMismatch(a.device.type, b.device.type)
    return torch.nn.functional.linear(a, b.T)


@chapter.right(checked_matmul)
def by_broadcasting(a, b):
    if a.is_cpu is not b.is_cpu:
        raise ValueError("cannot multiply {} by {}".format(*[t.device.type for t in (a, b)]))
    return (a[:, :, None] * b[None, :, :]).sum(dim=1)  # (n, k, m) → (n, m)


@chapter.right(checked_matmul)
def row_by_row(a, b):
    if a.device == b.device:
        return torch.stack([row @ b for row in a])
    raise ValueError(f"a: {a.device.type}; b: {b.device.type}")


@chapter.right(checked_matmul)
def as_outer_products(a, b):
    if b.device != a.device:
        raise ValueError(f"b is on {b.device.type}, a is on {a.device.type}")
    return sum(torch.outer(a[:, k], b[k]) for k in range(len(b)))


chapter.equivalent(
    checked_matmul,
    "…'a is on {…}, b is on {…}') → …'{…}, b is on {…}')",
    "…'a is on {…}, b is on {…}') → …'a is on {…}{…}')",
    reason="The text must hold the two types; the words around them are free.",
)


# ---------------------------------------------------------------- time_operation


@chapter.exercise(
    points=2,
    also=["calls"],
    hints=[
        "Write the four steps of the docstring one below the other, one line or loop each.",
        "The device may still be at work when a call returns. What has to happen before each look at the clock?",
        "The difference of the two readings is the time of all rounds together. The warm-up is not one of them.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.cuda.synchronize.html",
)
def time_operation(draw: Draw):
    def bench(readings: list[float], repeats: int):
        return draw.given("do_nothing"), draw.given("do_nothing"), draw.given("clock_of", readings), repeats

    yield bench([10.0, 16.0, 17.0, 19.0], 3)
    yield bench([0.0, 2.5, 4.0], 1)
    yield bench([100.25, 101.0, 103.0, 103.5], 2)
    start = draw.number(1, 100)
    yield bench([start, start + 0.5, start + 1.25, start + 2.0], draw.integer(4, 9))
    yield bench([5.0, 25.0, 26.0], 50)


@chapter.mistake(time_operation)
def no_warm_up(operation, synchronize, clock, repeats):
    """There is no warm-up. The first call of an operation pays for preparations that later ones do not need:
    run it once before you look at the clock."""
    synchronize()
    start = clock()
    for _ in range(repeats):
        operation()
    synchronize()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def no_warm_up_no_wait(operation, synchronize, clock, repeats):
    """There is no warm-up, and nothing to wait for before the start. The first call of an operation pays for
    preparations: run it once, wait until it is over, and then look at the clock."""
    start = clock()
    for _ in range(repeats):
        operation()
    synchronize()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def rounds_alone(operation, synchronize, clock, repeats):
    """You time the rounds alone. Two things are missing: a warm-up, because the first call pays for preparations,
    and `synchronize()` before each look at the clock, because calls return before the work is done."""
    start = clock()
    for _ in range(repeats):
        operation()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def no_wait_at_the_end(operation, synchronize, clock, repeats):
    """You read the clock before the work is done: a call returns as soon as the work is queued.
    `synchronize()` waits for it, and belongs between the last operation and the clock."""
    operation()
    synchronize()
    start = clock()
    for _ in range(repeats):
        operation()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def no_wait_at_the_start(operation, synchronize, clock, repeats):
    """The warm-up may still be running when you start the clock, and you would time its rest too. Wait for it
    with `synchronize()` first."""
    operation()
    start = clock()
    for _ in range(repeats):
        operation()
    synchronize()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def never_waits(operation, synchronize, clock, repeats):
    """You never call `synchronize()`, so you measure how fast work is queued, not how fast it is done. Wait
    before each look at the clock."""
    operation()
    start = clock()
    for _ in range(repeats):
        operation()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def starts_before_the_warm_up(operation, synchronize, clock, repeats):
    """Your clock starts before the warm-up, which is therefore timed as well. The start is the moment when
    the warm-up is over."""
    start = clock()
    operation()
    synchronize()
    for _ in range(repeats):
        operation()
    synchronize()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def does_not_divide(operation, synchronize, clock, repeats):
    """You return the time of all rounds together. For one operation on average, divide by `repeats`."""
    operation()
    synchronize()
    start = clock()
    for _ in range(repeats):
        operation()
    synchronize()
    return clock() - start


@chapter.mistake(time_operation)
def counts_the_warm_up(operation, synchronize, clock, repeats):
    """You divide by one round too many. The warm-up was over when the clock started, so it does not count."""
    operation()
    synchronize()
    start = clock()
    for _ in range(repeats):
        operation()
    synchronize()
    return (clock() - start) / (repeats + 1)


@chapter.mistake(time_operation)
def waits_in_every_round(operation, synchronize, clock, repeats):
    """You wait in every round, so the device never gets to work without a pause. Queue all rounds, then call
    `synchronize()` once."""
    operation()
    synchronize()
    start = clock()
    for _ in range(repeats):
        operation()
        synchronize()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def looks_at_the_clock_in_every_round(operation, synchronize, clock, repeats):
    """You look at the clock in every round. Two looks are enough, one before all rounds and one after: what a
    look costs would be part of each round."""
    operation()
    total = 0.0
    for _ in range(repeats):
        synchronize()
        start = clock()
        operation()
        synchronize()
        total += clock() - start
    return total / repeats


@chapter.mistake(time_operation)
def looks_at_the_clock_in_every_round_without_a_warm_up(operation, synchronize, clock, repeats):
    """You look at the clock in every round. Two looks are enough, one before all rounds and one after: what a
    look costs would be part of each round."""
    total = 0.0
    for _ in range(repeats):
        start = clock()
        operation()
        synchronize()
        total += clock() - start
    return total / repeats


@chapter.mistake(time_operation)
def looks_at_the_clock_in_every_round_without_a_wait(operation, synchronize, clock, repeats):
    """You look at the clock in every round. Two looks are enough, one before all rounds and one after: what a
    look costs would be part of each round."""
    operation()
    total = 0.0
    for _ in range(repeats):
        start = clock()
        operation()
        total += clock() - start
    return total / repeats


@chapter.mistake(time_operation)
def looks_at_the_clock_in_every_round_after_one_wait(operation, synchronize, clock, repeats):
    """You look at the clock in every round. Two looks are enough, one before all rounds and one after: what a
    look costs would be part of each round."""
    operation()
    synchronize()
    total = 0.0
    for _ in range(repeats):
        start = clock()
        operation()
        synchronize()
        total += clock() - start
    return total / repeats


@chapter.mistake(time_operation)
def the_warm_up_is_a_round(operation, synchronize, clock, repeats):
    """One round is missing. The warm-up comes on top of the `repeats` rounds that are timed."""
    operation()
    synchronize()
    start = clock()
    for _ in range(repeats - 1):
        operation()
    synchronize()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def looks_before_each_wait(operation, synchronize, clock, repeats):
    """You look at the clock and then wait. Both times it is the other way round: first `synchronize()`, so that
    the work is done, and then `clock()`."""
    operation()
    start = clock()
    synchronize()
    for _ in range(repeats):
        operation()
    end = clock()
    synchronize()
    return (end - start) / repeats


@chapter.mistake(time_operation)
def waits_after_the_last_look(operation, synchronize, clock, repeats):
    """You wait when the end has been read already. `synchronize()` belongs between the last operation and the
    clock, so that all the work is done by then."""
    operation()
    synchronize()
    start = clock()
    for _ in range(repeats):
        operation()
    end = clock()
    synchronize()
    return (end - start) / repeats


@chapter.mistake(time_operation)
def starts_before_the_wait(operation, synchronize, clock, repeats):
    """You start the clock while the warm-up may still be running, and would time its rest too. First
    `synchronize()`, then `clock()`."""
    operation()
    start = clock()
    synchronize()
    for _ in range(repeats):
        operation()
    synchronize()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def one_round(operation, synchronize, clock, repeats):
    """After the warm-up you run the operation once, and it should run `repeats` times: in a loop that holds
    nothing but that call."""
    operation()
    synchronize()
    start = clock()
    operation()
    synchronize()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def one_round_too_many(operation, synchronize, clock, repeats):
    """You time one round more than `repeats`, but divide by `repeats`."""
    operation()
    synchronize()
    start = clock()
    for _ in range(repeats + 1):
        operation()
    synchronize()
    return (clock() - start) / repeats


@chapter.mistake(time_operation)
def start_minus_end(operation, synchronize, clock, repeats):
    """Your time is negative: take the start away from the end, not the other way round."""
    operation()
    synchronize()
    start = clock()
    for _ in range(repeats):
        operation()
    synchronize()
    return (start - clock()) / repeats


@chapter.mistake(time_operation)
def subtracts_the_clocks(operation, synchronize, clock, repeats):
    """`clock` without parentheses is the function itself, and two functions cannot be subtracted. `clock()` calls
    it and gives the time."""
    operation()
    start = clock
    for _ in range(repeats):
        operation()
    return (clock - start) / repeats


@chapter.mistake(time_operation)
def the_end_alone(operation, synchronize, clock, repeats):
    """You divide a reading of the clock. The time that has gone by is the difference of two: keep the first one,
    and take it away from the second."""
    operation()
    synchronize()
    clock()
    for _ in range(repeats):
        operation()
    synchronize()
    return clock() / repeats


@chapter.right(time_operation)
def with_a_while_loop(operation, synchronize, clock, repeats):
    operation()
    synchronize()
    start, left = clock(), repeats
    while left > 0:
        operation()
        left -= 1
    synchronize()
    end = clock()
    return (end - start) / repeats


@chapter.right(time_operation)
def with_a_helper(operation, synchronize, clock, repeats):
    def run_and_look(times):
        for _ in itertools.repeat(None, times):
            operation()
        synchronize()
        return clock()

    return -(run_and_look(1) - run_and_look(repeats)) / repeats


@chapter.right(time_operation)
def in_a_list(operation, synchronize, clock, repeats):
    operation(), synchronize()
    readings = [clock()]
    [operation() for _ in range(repeats)]
    synchronize()
    readings.append(clock())
    return (readings[1] - readings[0]) / repeats


@chapter.right(time_operation)
def by_a_plan(operation, synchronize, clock, repeats):
    plan = [operation, synchronize, clock, *[operation] * repeats, synchronize, clock]
    seen = [step() for step in plan]
    return (seen[-1] - seen[2]) / repeats


@chapter.right(time_operation)
def by_recursion(operation, synchronize, clock, repeats):
    def rounds(left):
        if left:
            operation()
            rounds(left - 1)
        else:
            synchronize()

    rounds(1)
    start = clock()
    rounds(repeats)
    return float(np.subtract(clock(), start)) / repeats

"""Chapter 10, Linear regression: cases, hints, known mistakes and other right answers."""

import numpy as np
import torch

from grader.authoring import Chapter, Draw, Tolerance

chapter = Chapter(__file__)

AUTOGRAD = ["autograd", "backward", "func", "grad"]
"""What an answer names that lets autograd work: `backward()`, `torch.autograd.grad`, `torch.func.vjp`, …"""


# ---------------------------------------------------------------- make_data


@chapter.exercise(
    points=2,
    tolerance=Tolerance(scale=5.0),  # about what is added up: y may be almost 0
    hints=[
        "After a seed, random numbers come in a fixed order. Which are drawn first, and how often do you seed?",
        "Draw X and the noise on the CPU and work out y there. When is the time to move?",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.randn.html",
)
def make_data(draw: Draw):
    yield 3, 0, draw.device()
    yield 1, draw.integer(1, 10**6), draw.device(as_text=True)
    yield 16, draw.integer(1, 10**6), draw.device()
    yield 100, draw.integer(1, 10**6), draw.device()


@chapter.mistake(make_data, on="accelerator")
def drawn_on_the_device(n, seed, device):
    """You draw on the device. An accelerator has random numbers of its own, so the same seed gives other data
    there. Draw on the CPU, then move the result."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1, device=device)
    return X, 3 * X + 2 + 0.5 * torch.randn(n, 1, device=device)


@chapter.mistake(make_data, on="accelerator")
def noise_drawn_on_the_device(n, seed, device):
    """X is right, but you draw the noise on the device, whose random numbers are not the CPU's. Draw
    everything on the CPU and move at the end."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1).to(device)
    return X, 3 * X + 2 + 0.5 * torch.randn_like(X)


@chapter.mistake(make_data, on="accelerator")
def noise_left_on_the_cpu(n, seed, device):
    """X and the noise are on different devices when y is worked out, and so cannot be added. Work out y on the
    CPU, then move both."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1).to(device)
    return X, 3 * X + 2 + 0.5 * torch.randn(n, 1)


@chapter.mistake(make_data, on="accelerator")
def never_moved(n, seed, device):
    """Your data are on the CPU. `.to(device)` returns a copy that is there; return that one, for X and for
    y."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1)
    y = 3 * X + 2 + 0.5 * torch.randn(n, 1)
    X.to(device)
    y.to(device)
    return X, y


@chapter.mistake(make_data, on="accelerator")
def only_x_moved(n, seed, device):
    """You move X and leave y on the CPU. The two are used together, so both have to go."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1)
    y = 3 * X + 2 + 0.5 * torch.randn(n, 1)
    return X.to(device), y


@chapter.mistake(make_data)
def seeded_twice(n, seed, device):
    """Your noise is the same numbers as X, so y lies on a line exactly. It is a draw of its own, the second one
    after one seed: to seed again starts over."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1)
    torch.manual_seed(seed)
    y = 3 * X + 2 + 0.5 * torch.randn(n, 1)
    return X.to(device), y.to(device)


@chapter.mistake(make_data)
def noise_drawn_first(n, seed, device):
    """You draw the noise before X. The order decides which numbers each gets: X comes first."""
    torch.manual_seed(seed)
    noise = torch.randn(n, 1)
    X = torch.randn(n, 1)
    return X.to(device), (3 * X + 2 + 0.5 * noise).to(device)


@chapter.mistake(make_data)
def without_columns(n, seed, device):
    """Your tensors have shape (n,). The exercise asks for a column, (n, 1): n points with one number each."""
    torch.manual_seed(seed)
    X = torch.randn(n)
    return X.to(device), (3 * X + 2 + 0.5 * torch.randn(n)).to(device)


@chapter.mistake(make_data)
def as_a_row(n, seed, device):
    """Your tensors have shape (1, n), which is one row. The exercise asks for a column, (n, 1): n points with one
    number each."""
    torch.manual_seed(seed)
    X = torch.randn(1, n)
    y = 3 * X + 2 + 0.5 * torch.randn(1, n)
    return X.to(device), y.to(device)


@chapter.mistake(make_data)
def x_without_column(n, seed, device):
    """Your X has shape (n,), and with a column of noise broadcasting makes (n, n) of the two. Both are columns of
    shape (n, 1)."""
    torch.manual_seed(seed)
    X = torch.randn(n)
    y = 3 * X + 2 + 0.5 * torch.randn(n, 1)
    return X.to(device), y.to(device)


@chapter.mistake(make_data)
def uniform_numbers(n, seed, device):
    """Your numbers lie between 0 and 1, all equally likely, as `torch.rand` gives them. Normal ones, around 0,
    come from `torch.randn`."""
    torch.manual_seed(seed)
    X = torch.rand(n, 1)
    return X.to(device), (3 * X + 2 + 0.5 * torch.rand(n, 1)).to(device)


@chapter.mistake(make_data)
def uniform_x(n, seed, device):
    """The numbers in X lie between 0 and 1, as `torch.rand` gives them. Normal ones, around 0, come from
    `torch.randn`."""
    torch.manual_seed(seed)
    X = torch.rand(n, 1)
    y = 3 * X + 2 + 0.5 * torch.randn(n, 1)
    return X.to(device), y.to(device)


@chapter.mistake(make_data)
def uniform_noise(n, seed, device):
    """The numbers of your noise lie between 0 and 1, as `torch.rand` gives them, and only lift y. Normal ones,
    around 0, come from `torch.randn`."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1)
    y = 3 * X + 2 + 0.5 * torch.rand(n, 1)
    return X.to(device), y.to(device)


@chapter.mistake(make_data)
def full_noise(n, seed, device):
    """Your noise is twice as strong as it should be: multiply it by 0.5 before you add it."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1)
    return X.to(device), (3 * X + 2 + torch.randn(n, 1)).to(device)


@chapter.mistake(make_data)
def no_noise(n, seed, device):
    """Your y has no noise: the points lie on the line exactly. Add 0.5 · noise, a second draw after that of X."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1)
    y = 3 * X + 2
    return X.to(device), y.to(device)


@chapter.mistake(make_data)
def one_noise_for_all(n, seed, device):
    """Every point got the same noise: one draw, added to all of y by broadcasting. Each point needs its own,
    so draw n of them."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1)
    return X.to(device), (3 * X + 2 + 0.5 * torch.randn(1)).to(device)


@chapter.mistake(make_data)
def from_numpy_numbers(n, seed, device):
    """These are NumPy's random numbers. The same seed gives others in PyTorch: use `torch.manual_seed` and
    `torch.randn`."""
    rng = np.random.default_rng(seed)
    X = torch.tensor(rng.standard_normal((n, 1)), dtype=torch.float32)
    noise = torch.tensor(rng.standard_normal((n, 1)), dtype=torch.float32)
    return X.to(device), (3 * X + 2 + 0.5 * noise).to(device)


@chapter.mistake(make_data)
def line_swapped(n, seed, device):
    """You swapped slope and offset. The line is y = 3x + 2: X is multiplied by 3, and 2 is added."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1)
    y = 2 * X + 3 + 0.5 * torch.randn(n, 1)
    return X.to(device), y.to(device)


@chapter.mistake(make_data)
def offset_multiplied(n, seed, device):
    """Your offset is three times too large: X alone is multiplied by 3, and 2 is added after that."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1)
    y = 3 * (X + 2) + 0.5 * torch.randn(n, 1)
    return X.to(device), y.to(device)


@chapter.mistake(make_data)
def noise_multiplied(n, seed, device):
    """You multiply by the noise. It is added to the line, times 0.5."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1)
    y = (3 * X + 2) * (0.5 * torch.randn(n, 1))
    return X.to(device), y.to(device)


@chapter.mistake(make_data)
def y_first(n, seed, device):
    """You return y before X. The points come first: (X, y)."""
    torch.manual_seed(seed)
    X = torch.randn(n, 1)
    y = 3 * X + 2 + 0.5 * torch.randn(n, 1)
    return y.to(device), X.to(device)


@chapter.mistake(make_data)
def from_older_numpy(n, seed, device):
    """These are NumPy's random numbers. The same seed gives others in PyTorch: use `torch.manual_seed` and
    `torch.randn`."""
    rng = np.random.RandomState(seed)
    X = torch.tensor(rng.randn(n, 1), dtype=torch.float32)
    y = 3 * X + 2 + 0.5 * torch.tensor(rng.randn(n, 1), dtype=torch.float32)
    return X.to(device), y.to(device)


@chapter.right(make_data)
def with_a_generator(n, seed, device):
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(n, 1, generator=generator)
    noise = torch.randn(n, 1, generator=generator)
    return X.to(device), torch.add(3 * X + 2, noise, alpha=0.5).to(device)


@chapter.right(make_data)
def moved_then_computed(n, seed, device):
    torch.manual_seed(seed)
    X, noise = (torch.randn(n, 1).to(device) for _ in range(2))
    return X, noise.mul(0.5).add(2).add(X, alpha=3)


@chapter.right(make_data)
def drawn_flat(n, seed, device):
    torch.manual_seed(seed)
    x, noise = torch.randn(n), torch.randn(n)
    both = torch.stack([x, 3 * x + 2 + noise / 2]).to(device)  # (2, n)
    return both[0].unsqueeze(1), both[1].unsqueeze(1)


@chapter.right(make_data)
def filled_in_place_by_normal(n, seed, device):
    torch.manual_seed(seed)
    X = torch.empty(n, 1).normal_()
    y = torch.empty(n, 1).normal_().div_(2).add_(3 * X).add_(2)
    return X.to(torch.device(device)), y.to(torch.device(device))


@chapter.right(make_data)
def in_a_list_with_a_fork(n, seed, device):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        X = torch.normal(torch.zeros(n, 1), 1.0)
        noise = torch.normal(torch.zeros(n, 1), 1.0)
    return [t.to(device) for t in (X, torch.lerp(X * 3 + 2, X * 3 + 3, 0.5 * noise))]


# ---------------------------------------------------------------- init_parameters


@chapter.exercise(
    points=2,
    also=["leaves", "requires_grad"],
    hints=[
        "A leaf is a tensor that was made, not computed. Is the result of `.to(device)` a leaf that you made?",
        "Two things have to happen to w after it was drawn: moving, and switching gradients on. In which order?",
        "`.requires_grad_()` on the tensor that already is on the device switches gradients on, and returns it.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.Tensor.is_leaf.html",
)
def init_parameters(draw: Draw):
    yield 0, draw.device()
    yield draw.integer(1, 10**6), draw.device(as_text=True)
    yield draw.integer(1, 10**6), draw.device()


@chapter.mistake(init_parameters, on="accelerator")
def leaf_lost_on_the_way(seed, device):
    """You switch gradients on and then move. `.to(device)` is an operation: what it returns is not a leaf,
    and its `.grad` stays None. Move first."""
    torch.manual_seed(seed)
    w = torch.randn(1, requires_grad=True).to(device)
    b = torch.zeros(1, requires_grad=True).to(device)
    return w, b


@chapter.mistake(init_parameters, on="accelerator")
def w_drawn_on_the_device(seed, device):
    """You draw w on the device, whose random numbers are not the CPU's: the same seed gives another start
    there. Draw on the CPU, then move."""
    torch.manual_seed(seed)
    w = torch.randn(1, device=device, requires_grad=True)
    return w, torch.zeros(1, device=device, requires_grad=True)


@chapter.mistake(init_parameters, on="accelerator")
def parameters_never_moved(seed, device):
    """Your parameters are on the CPU, wherever the data are. `.to(device)` returns a copy that is there, and
    leaves the tensor itself where it was."""
    torch.manual_seed(seed)
    return torch.randn(1).requires_grad_(), torch.zeros(1, requires_grad=True)


@chapter.mistake(init_parameters, on="accelerator")
def b_left_behind(seed, device):
    """w is on the device, b is still on the CPU. Make b where it belongs: `torch.zeros` takes a `device`."""
    torch.manual_seed(seed)
    return torch.randn(1).to(device).requires_grad_(), torch.zeros(1, requires_grad=True)


@chapter.mistake(init_parameters, on="accelerator")
def w_left_behind(seed, device):
    """b is on the device, w is still on the CPU. Draw w on the CPU, so that the numbers are the same everywhere,
    and then move it."""
    torch.manual_seed(seed)
    w, b = torch.randn(1), torch.zeros(1, device=device)
    return w.requires_grad_(), b.requires_grad_()


@chapter.mistake(init_parameters)
def without_gradients(seed, device):
    """Your parameters do not require gradients, so `backward()` has nobody to work for. Switch them on; mind
    the spelling: `requires_grad`, with an s."""
    torch.manual_seed(seed)
    return torch.randn(1).to(device), torch.zeros(1, device=device)


@chapter.mistake(init_parameters)
def b_without_gradients(seed, device):
    """w requires gradients and b does not. Both are parameters: switch them on for b too."""
    torch.manual_seed(seed)
    w, b = torch.randn(1).to(device), torch.zeros(1, device=device)
    return w.requires_grad_(), b


@chapter.mistake(init_parameters)
def w_without_gradients(seed, device):
    """b requires gradients and w does not. Both are parameters: switch them on for w too."""
    torch.manual_seed(seed)
    w, b = torch.randn(1).to(device), torch.zeros(1, device=device)
    return w, b.requires_grad_()


@chapter.mistake(init_parameters)
def scaled_after_the_switch(seed, device):
    """w is the result of an operation on a leaf, so it is not a leaf itself and its `.grad` stays None.
    Compute first, and switch gradients on last."""
    torch.manual_seed(seed)
    w = torch.randn(1, requires_grad=True) * 1.0
    return w.to(device), torch.zeros(1, device=device, requires_grad=True)


@chapter.mistake(init_parameters)
def both_random(seed, device):
    """Your b is random as well. It starts at zero."""
    torch.manual_seed(seed)
    w, b = torch.randn(1), torch.randn(1)
    return w.to(device).requires_grad_(), b.to(device).requires_grad_()


@chapter.mistake(init_parameters)
def both_zero(seed, device):
    """Your w is zero. It starts at a random number, the first `torch.randn(1)` after seeding."""
    w, b = torch.zeros(1, device=device), torch.zeros(1, device=device)
    return w.requires_grad_(), b.requires_grad_()


@chapter.mistake(init_parameters)
def with_two_dimensions(seed, device):
    """Your parameters have shape (1, 1). Here each one is a single number of shape (1,)."""
    torch.manual_seed(seed)
    w, b = torch.randn(1, 1).to(device), torch.zeros(1, 1, device=device)
    return w.requires_grad_(), b.requires_grad_()


@chapter.mistake(init_parameters)
def without_a_dimension(seed, device):
    """Your parameters have shape (): no dimension at all. Here each one is a single number in one dimension,
    shape (1,)."""
    torch.manual_seed(seed)
    w, b = torch.randn(()).to(device), torch.zeros((), device=device)
    return w.requires_grad_(), b.requires_grad_()


@chapter.mistake(init_parameters)
def b_without_a_dimension(seed, device):
    """Your b has shape (): no dimension at all. It is a single number in one dimension, shape (1,), as w is."""
    torch.manual_seed(seed)
    w, b = torch.randn(1).to(device), torch.tensor(0.0, device=device)
    return w.requires_grad_(), b.requires_grad_()


@chapter.mistake(init_parameters)
def not_seeded(seed, device):
    """Your w does not depend on the seed that was passed. Call `torch.manual_seed(seed)` before you draw."""
    torch.manual_seed(42)
    w = torch.randn(1).to(device).requires_grad_()
    return w, torch.zeros(1, device=device, requires_grad=True)


@chapter.mistake(init_parameters)
def uniform_start(seed, device):
    """Your w comes from `torch.rand`, between 0 and 1. It starts at a normal number, the first `torch.randn(1)`
    after seeding."""
    torch.manual_seed(seed)
    w, b = torch.rand(1).to(device), torch.zeros(1, device=device)
    return w.requires_grad_(), b.requires_grad_()


@chapter.mistake(init_parameters)
def b_first(seed, device):
    """You return b before w. The order is (w, b)."""
    torch.manual_seed(seed)
    w, b = torch.randn(1).to(device), torch.zeros(1, device=device)
    return b.requires_grad_(), w.requires_grad_()


@chapter.mistake(init_parameters)
def starts_at_one(seed, device):
    """Your b is one. It starts at zero."""
    torch.manual_seed(seed)
    w, b = torch.randn(1).to(device), torch.ones(1, device=device)
    return w.requires_grad_(), b.requires_grad_()


@chapter.right(init_parameters)
def as_parameters(seed, device):
    torch.manual_seed(seed)
    return torch.nn.Parameter(torch.randn(1).to(device)), torch.nn.Parameter(torch.zeros(1).to(device))


@chapter.right(init_parameters)
def from_a_generator(seed, device):
    generator = torch.Generator().manual_seed(seed)
    w = torch.randn(1, generator=generator).to(device)
    w.requires_grad = True
    return w, torch.zeros_like(w).requires_grad_(True)


@chapter.right(init_parameters)
def copied_in_without_a_record(seed, device):
    w, b = torch.zeros(2, 1, device=device).unbind()
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    torch.manual_seed(seed)
    with torch.no_grad():
        w.copy_(torch.randn(1))
    return w, b


@chapter.right(init_parameters)
def by_value(seed, device):
    torch.manual_seed(seed)
    start = torch.randn(1).item()
    return [torch.tensor([value], device=device, requires_grad=True) for value in (start, 0.0)]


@chapter.right(init_parameters)
def detached_after_the_move(seed, device):
    torch.manual_seed(seed)
    pair = torch.cat([torch.randn(1), torch.zeros(1)]).to(device)
    return tuple(part.detach().clone().requires_grad_() for part in pair.split(1))


chapter.equivalent(init_parameters, "no_grad", reason="A leaf that asks for gradients is one under no_grad too.")


# ---------------------------------------------------------------- predict


@chapter.exercise(
    points=1,
    gradient=Tolerance(rtol=1e-5, atol=1e-5),
    scale=lambda w, b, X: w.abs() * X.abs() + b.abs(),
    tolerance=Tolerance(),
    hints=[
        "What does broadcasting make of shape (1,) and shape (n, 1)?",
        "The formula w·x + b, written for all points at once, is the whole answer.",
    ],
    read="https://docs.pytorch.org/docs/stable/notes/broadcasting.html",
)
def predict(draw: Draw):
    yield torch.tensor([3.0]), torch.tensor([2.0]), draw.integers(3, 1)
    yield draw.integers(1, low=2, high=5), draw.integers(1, low=-5, high=-2), draw.integers(1, 1, low=2)
    yield draw.normal(1), draw.normal(1), draw.normal(1, 5).mT
    yield draw.normal(1), draw.normal(1), draw.normal(12, 1)[::2]
    yield draw.normal(1), draw.normal(1), draw.normal(100, 1)
    f64 = torch.float64
    yield draw.normal(1, dtype=f64), draw.normal(1, dtype=f64), draw.normal(7, 1, dtype=f64)


@chapter.mistake(predict, on="accelerator")
def ones_on_the_cpu(w, b, X):
    """A tensor that you make inside the function is on the CPU, wherever X is. It has to go where its inputs are:
    `device=X.device`, or `torch.ones_like(X)`."""
    design = torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], dim=1)
    return design @ torch.stack([w, b])


@chapter.mistake(predict, on="accelerator")
def collected_on_the_cpu(w, b, X):
    """Your predictions end up on the CPU. Where w, b and X live, the result should live as well: so does a tensor
    that you make, with `device=X.device`."""
    result = torch.zeros(X.shape, dtype=X.dtype)
    for i in range(len(X)):
        result[i] = w * X[i] + b
    return result


@chapter.mistake(predict)
def swaps_w_and_b(w, b, X):
    """You multiply by b and add w. The slope w goes with X; b is what the line shows at x = 0."""
    return b * X + w


@chapter.mistake(predict)
def forgets_b(w, b, X):
    """b is missing: your line always goes through zero."""
    return w * X


@chapter.mistake(predict)
def product_of_matrices(w, b, X):
    """Your result has shape (n,), as `X @ w` and `squeeze` leave it. It should be a column, (n, 1), like X;
    against a y of that shape, (n,) would broadcast to (n, n)."""
    return X @ w + b


@chapter.mistake(predict)
def matrix_product(w, b, X):
    """`@` is a product of matrices, and the sizes of w and X do not fit for one. Each point is to be multiplied
    by the one number in w: `*` does that."""
    return w @ X + b


@chapter.mistake(predict)
def with_plain_numbers(w, b, X):
    """No gradient reaches w and b: `.item()`, `float(...)` and `.detach()` leave only their numbers, and training
    could not change them. Compute with the tensors."""
    return w.item() * X + b.item()


@chapter.mistake(predict)
def b_inside(w, b, X):
    """You multiply b by w as well. The line is w·x + b: the product first, then b on top."""
    return w * (X + b)


@chapter.mistake(predict)
def times_b(w, b, X):
    """You multiply by b. It is added: w·x + b."""
    return w * X * b


@chapter.mistake(predict)
def predictions_in_a_row(w, b, X):
    """Your result is a row, shape (1, n). It should be a column, (n, 1), as X is: w * X keeps that shape."""
    return w * X.mT + b


@chapter.mistake(predict)
def squeezed(w, b, X):
    """Your result has lost its dimension of size 1, as `squeeze` takes it away. It should be a column, (n, 1),
    like X, also for a single point."""
    return (w * X + b).squeeze()


@chapter.mistake(predict)
def made_anew_of_numbers(w, b, X):
    """Your result has shape (n,) and not (n, 1), and no gradient would get through it, as `torch.tensor(...)` and
    `.detach()` cut it off. Compute with all of X at once, and `*`."""
    return torch.tensor([w.item() * x + b.item() for x in X[:, 0]], dtype=X.dtype, device=X.device)


@chapter.right(predict)
def by_matrix_and_outer(w, b, X):
    return X @ w.reshape(1, 1) + b


@chapter.right(predict)
def by_linear(w, b, X):
    return torch.nn.functional.linear(X, w[:, None], b)


@chapter.right(predict)
def by_einsum(w, b, X):
    return torch.einsum("nk,k->n", X, w)[:, None] + b


@chapter.right(predict)
def by_addcmul(w, b, X):
    return torch.addcmul(b, w, X)


@chapter.right(predict)
def with_a_column_of_ones(w, b, X):
    design = torch.cat([X, torch.ones_like(X, requires_grad=False)], dim=1)  # (n, 2)
    return design @ torch.stack([w, b])  # (n, 2) @ (2, 1) → (n, 1)


@chapter.right(predict)
def point_by_point(w, b, X):
    return torch.stack([w * x + b for x in X])


@chapter.right(predict)
def by_vmap(w, b, X):
    return torch.vmap(lambda x: x * w + b)(X)


# ---------------------------------------------------------------- mean_squared_error


@chapter.exercise(
    points=1,
    gradient=True,
    hints=[
        "Three steps, one for each word of the name, read from back to front.",
        "The difference, squared, and then the mean over everything.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html",
)
def mean_squared_error(draw: Draw):
    yield torch.tensor([[1.0], [5.0]]), torch.tensor([[2.0], [3.0]])
    yield draw.integers(3, 1, low=3, high=9), draw.integers(3, 1, low=-3, high=1)
    yield draw.integers(1, 1, low=5, high=9), draw.integers(1, 1, low=1, high=3)
    yield draw.normal(5), draw.normal(5)
    yield draw.normal(6, 4).mT, draw.normal(4, 6)
    yield draw.normal(100, 1), draw.normal(200, 1)[::2]
    yield draw.normal(7, 1, dtype=torch.float64), draw.normal(7, 1, dtype=torch.float64)


@chapter.mistake(mean_squared_error, on="accelerator")
def starts_from_a_cpu_zero(pred, target):
    """A tensor that you make here, such as a running total, is on the CPU, and what comes to it lives elsewhere.
    Make it where pred is, or let `.mean()` do the adding."""
    total = torch.zeros((), dtype=pred.dtype)
    for difference in (pred - target).reshape(-1):
        total += difference**2
    return total / pred.numel()


@chapter.mistake(mean_squared_error, on="accelerator")
def answered_on_the_cpu(pred, target):
    """Your result is on the CPU. It should stay where pred and target live; only plain Python numbers and
    NumPy need the way back."""
    return ((pred - target) ** 2).mean().cpu()


@chapter.mistake(mean_squared_error)
def summed(pred, target):
    """You add up the squares. For the mean, divide by how many there are; otherwise more data would mean
    larger steps."""
    return ((pred - target) ** 2).sum()


@chapter.mistake(mean_squared_error)
def divided_by_the_rows(pred, target):
    """You divide by the number of rows, as `len` counts them. The mean goes over all numbers: rows times
    columns."""
    return ((pred - target) ** 2).sum() / len(pred)


@chapter.mistake(mean_squared_error)
def squares_the_mean(pred, target):
    """You square the mean of the differences, where positive and negative ones cancel. Square each one first,
    then take the mean."""
    return (pred - target).mean() ** 2


@chapter.mistake(mean_squared_error)
def with_a_root(pred, target):
    """You took the square root at the end: this is the root mean squared error. The exercise asks for the
    mean of the squares itself."""
    return ((pred - target) ** 2).mean().sqrt()


@chapter.mistake(mean_squared_error)
def half_of_it(pred, target):
    """Your result is half of the mean squared error. Some books halve it to make the derivative shorter; this
    course does not."""
    return ((pred - target) ** 2).mean() / 2


@chapter.mistake(mean_squared_error)
def absolute_error(pred, target):
    """This is the mean *absolute* error. Square the differences instead of dropping their sign."""
    return (pred - target).abs().mean()


@chapter.mistake(mean_squared_error)
def per_column(pred, target):
    """Your mean runs over one dimension only. Without `dim`, `.mean()` runs over everything and leaves a
    tensor of shape ()."""
    return ((pred - target) ** 2).mean(dim=0)


@chapter.mistake(mean_squared_error)
def as_a_number(pred, target):
    """You return a plain Python number, which has no `backward()`. Return the tensor."""
    return ((pred - target) ** 2).mean().item()


@chapter.mistake(mean_squared_error)
def in_a_new_tensor(pred, target):
    """No gradient gets through: a tensor made anew of the loss's number has no past, whatever its `requires_grad`
    says. Return the loss itself."""
    loss = ((pred - target) ** 2).mean()
    return torch.tensor(loss.item(), dtype=pred.dtype, device=pred.device, requires_grad=True)


@chapter.mistake(mean_squared_error)
def no_square(pred, target):
    """This is the mean of the differences, where positive and negative ones cancel. Square each of them first."""
    return (pred - target).mean()


@chapter.mistake(mean_squared_error)
def doubled(pred, target):
    """You double the differences. A square is `** 2`; `* 2` is twice the number."""
    return ((pred - target) * 2).mean()


@chapter.mistake(mean_squared_error)
def difference_of_squares(pred, target):
    """You take the difference of two squares. It is the difference that is squared: subtract first."""
    return (pred**2 - target**2).mean()


@chapter.mistake(mean_squared_error)
def target_squared(pred, target):
    """Only the target is squared: `**` comes before `-`. Put the difference into parentheses."""
    return (pred - target**2).mean()


@chapter.mistake(mean_squared_error)
def largest(pred, target):
    """This is the largest of the squares. Take their mean."""
    return ((pred - target) ** 2).max()


@chapter.mistake(mean_squared_error)
def one_per_number(pred, target):
    """You return one square for each number. Their mean is one number, a tensor of shape ()."""
    return (pred - target) ** 2


@chapter.right(mean_squared_error)
def by_mse_loss(pred, target):
    return torch.nn.functional.mse_loss(pred, target)


@chapter.right(mean_squared_error)
def by_a_module(pred, target):
    return torch.nn.MSELoss(reduction="sum")(pred, target) / target.numel()


@chapter.right(mean_squared_error)
def by_dot(pred, target):
    difference = (pred - target).flatten()
    return torch.dot(difference, difference) / len(difference)


@chapter.right(mean_squared_error)
def mean_of_means(pred, target):
    error = torch.square(torch.sub(target, pred))
    while error.ndim:
        error = error.mean(dim=0)
    return error


@chapter.right(mean_squared_error)
def one_after_another(pred, target):
    errors = [(p - t).pow(2) for p, t in zip(pred.reshape(-1), target.reshape(-1), strict=True)]
    return torch.stack(errors).mean()


@chapter.right(mean_squared_error)
def by_hand_written_backward(pred, target):
    class MSE(torch.autograd.Function):
        @staticmethod
        def forward(ctx, pred, target):
            difference = pred - target
            ctx.save_for_backward(difference)
            return difference.square().mean()

        @staticmethod
        def backward(ctx, grad):
            (difference,) = ctx.saved_tensors
            slope = grad * 2 * difference / difference.numel()
            return slope, -slope

    return MSE.apply(pred, target)


chapter.equivalent(
    mean_squared_error,
    "…(pred - target)… → …(target - pred)…",
    reason="A difference and its opposite have the same square.",
)


# ---------------------------------------------------------------- train_


def starts(draw: Draw):
    """Points, parameters and settings for `train_`, from the smallest to the largest."""
    column, scalar = draw.integers, torch.tensor
    yield scalar([[1.0], [2.0]]), scalar([[5.0], [8.0]]), scalar([1.0]), scalar([0.0]), 0.1, 2
    yield scalar([[2.0]]), scalar([[9.0]]), scalar([1.0]), scalar([0.5]), 0.01, 3
    yield column(3, 1), column(3, 1), draw.normal(1), draw.normal(1), 0.1, 0
    yield noisy(draw, 4).mT.contiguous().mT, noisy(draw, 8)[::2], draw.normal(1), scalar([0.0]), 0.05, 6
    X = noisy(draw, 40)
    yield X, 3 * X + 2 + 0.5 * draw.normal(40, 1), draw.normal(1), scalar([0.0]), 0.1, 30


def at_the_optimum():
    """Training that has nothing left to do, with a loss of 0 and with another one: it goes through all epochs."""
    X, start = torch.tensor([[1.0], [2.0]]), torch.tensor
    yield X, 3 * X + 2, start([3.0]), start([2.0]), 0.1, 4
    yield torch.tensor([[-1.0], [1.0]]), torch.tensor([[1.0], [1.0]]), start([0.0]), start([1.0]), 0.1, 3
    yield torch.tensor([[0.0], [0.0]]), torch.tensor([[0.0], [1.0]]), start([2.0]), start([0.5]), 0.1, 5


def noisy(draw: Draw, n: int) -> torch.Tensor:
    """A column of n numbers of size 2 at most, so that training with a rate of 0.1 is never unstable."""
    return draw.uniform(n, 1, low=-2.0, high=2.0)


@chapter.exercise(
    points=3,
    also=["same object", "leaves", "mutation"],
    tolerance=Tolerance(rtol=1e-4),
    hints=[
        "Write the four steps of the chapter's story inside a loop. Which of them must PyTorch not record?",
        "`w = ...` gives the name w to another tensor. Which operator changes the tensor itself?",
        "`backward()` adds to `.grad`. When is the right moment to clear it: before the update or after?",
        "Under `torch.no_grad()`: `w -= lr * w.grad`, the same for b. Then clear both gradients. Keep `loss.item()`.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html",
)
def train_(draw: Draw):
    for X, y, w, b, lr, epochs in (*starts(draw), *at_the_optimum()):
        yield X, y, draw.parameter(w), draw.parameter(b), lr, epochs


def mse(w, b, X, y):
    return ((w * X + b - y) ** 2).mean()


def step_(w, b, lr):
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
    w.grad = b.grad = None


chapter.way(
    train_,
    uses=AUTOGRAD,
    sentence=(
        "This training is about autograd, and your function does without it: let `backward()` find the gradients once."
    ),
)


@chapter.mistake(train_, on="accelerator")
def losses_through_numpy(X, y, w, b, lr, epochs):
    """NumPy cannot read a loss that lives on an accelerator. `loss.item()` gives a plain Python number from
    any device."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, lr)
        losses.append(float(loss.detach().numpy()))
    return losses


@chapter.mistake(train_, on="accelerator")
def trains_on_cpu_copies(X, y, w, b, lr, epochs):
    """You train copies of w and b on the CPU; the tensors that were passed never change. Compute where X, y,
    w and b already are."""
    X, y = X.cpu(), y.cpu()
    w = w if w.is_cpu else w.detach().cpu().requires_grad_()
    b = b if b.is_cpu else b.detach().cpu().requires_grad_()
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_, on="accelerator")
def a_column_of_ones_on_the_cpu(X, y, w, b, lr, epochs):
    """A tensor that you make inside the function is on the CPU, and the data are not. Make it where X is:
    `device=X.device`, or `torch.ones_like(X)`."""
    design = torch.cat([X, torch.ones(len(X), 1)], dim=1)
    losses = []
    for _ in range(epochs):
        loss = ((design @ torch.stack([w, b]) - y) ** 2).mean()
        loss.backward()
        step_(w, b, lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def never_clears(X, y, w, b, lr, epochs):
    """You never clear the gradients. `backward()` *adds* to `.grad`, so each step also repeats all the
    earlier ones. Set `.grad` to None after the update."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def never_moves(X, y, w, b, lr, epochs):
    """w and b never move, so the loss stays what it is. Each epoch has to change these two tensors in place,
    after `backward()` and before the gradients are cleared; `w = w - ...` only gives a new one their name."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        w.grad.zero_()
        b.grad.zero_()
        step_(w, b, lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def climbs(X, y, w, b, lr, epochs):
    """The loss grows: you add the gradient. It points to where the loss rises, so subtract it."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, -lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def without_learning_rate(X, y, w, b, lr, epochs):
    """You subtract the whole gradient. The learning rate says how much of it: multiply by lr."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, 1.0)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def sums_instead_of_averaging(X, y, w, b, lr, epochs):
    """Your loss is a sum, so losses and gradients are n times too large. Take the mean, as
    `mean_squared_error` does."""
    losses = []
    for _ in range(epochs):
        loss = ((w * X + b - y) ** 2).sum()
        loss.backward()
        step_(w, b, lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def halves_the_loss(X, y, w, b, lr, epochs):
    """Your losses are half of the mean squared error, and so are the steps. Do not divide by 2 here."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y) / 2
        loss.backward()
        step_(w, b, lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def loss_after_the_update(X, y, w, b, lr, epochs):
    """Your losses are one step late: you measure after the update. losses[0] belongs to the w and b that were
    passed in."""
    losses = []
    for _ in range(epochs):
        mse(w, b, X, y).backward()
        step_(w, b, lr)
        losses.append(mse(w, b, X, y).item())
    return losses


@chapter.mistake(train_)
def rebinds_the_names(X, y, w, b, lr, epochs):
    """Your losses are right, but the tensors that were passed have not changed: you train others, as `w = w -
    ...` makes them. Change the given ones in place, with `-=` under `torch.no_grad()`."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        with torch.no_grad():
            new_w, new_b = w - lr * w.grad, b - lr * b.grad
        w, b = new_w.requires_grad_(), new_b.requires_grad_()
        losses.append(loss.item())
    return losses


@chapter.mistake(train_, written=r"\b(\w+) = \1 - |\b(\w+) = \2\.sub\(")
def rebinds_recorded(X, y, w, b, lr, epochs):
    """After the first epoch, w and b are other tensors: `w = w - ...` gives the name to a result, which is no
    leaf and has no `.grad`. Change the given ones in place, with `-=` under `torch.no_grad()`."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        w = w - lr * w.grad
        b = b - lr * b.grad
        losses.append(loss.item())
    return losses


@chapter.mistake(train_, written=r"\b(\w+) = \1 - |\b(\w+) = \2\.sub\(")
def rebinds_unrecorded(X, y, w, b, lr, epochs):
    """After the first epoch, w and b are other tensors: `w = w - ...` under `torch.no_grad()` gives the name to a
    result that requires no gradients. Change the given ones in place, with `-=`."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        with torch.no_grad():
            w = w - lr * w.grad
            b = b - lr * b.grad
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def nothing_recorded(X, y, w, b, lr, epochs):
    """The loss has no graph: it was computed under `torch.no_grad()`, or from tensors that require no gradients.
    Predict and measure where PyTorch records; only the update belongs under `no_grad`."""
    losses = []
    with torch.no_grad():
        for _ in range(epochs):
            loss = mse(w, b, X, y)
            loss.backward()
            losses.append(loss.item())
    return losses


@chapter.mistake(train_, written=r"\A(?![\s\S]*backward\()")
def no_backward(X, y, w, b, lr, epochs):
    """`.grad` is None: no gradient has been computed. `loss.backward()` comes after the loss and before the
    update."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad = b.grad = None
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def clears_none(X, y, w, b, lr, epochs):
    """Before the first backward pass there is None in `.grad`, and nothing to clear. Clear after the update, or
    set `.grad` to None."""
    losses = []
    for _ in range(epochs):
        w.grad.zero_()
        b.grad.zero_()
        loss = mse(w, b, X, y)
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def updates_with_a_record(X, y, w, b, lr, epochs):
    """PyTorch refuses to change a leaf in place while it records. The update is not part of the model: put it
    under `with torch.no_grad():`."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        w -= lr * w.grad
        b -= lr * b.grad
        w.grad = b.grad = None
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def predicts_once(X, y, w, b, lr, epochs):
    """A graph is used up by one `backward()`. Each epoch needs a prediction and a loss of its own, made inside
    the loop from the w and b of that moment."""
    losses = []
    loss = mse(w, b, X, y)
    for _ in range(epochs):
        loss.backward()
        step_(w, b, lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def keeps_tensors(X, y, w, b, lr, epochs):
    """Your list holds tensors. Each one keeps all that led to it in memory; `loss.item()` is the plain
    number."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, lr)
        losses.append(loss)
    return losses


@chapter.mistake(train_)
def keeps_new_tensors(X, y, w, b, lr, epochs):
    """Your list holds tensors; `loss.item()` is the plain number. And w and b have to change in place: `w = w -
    ...` only gives a new tensor their name."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        w.grad = b.grad = None
        losses.append(loss)
    return losses


@chapter.mistake(train_, written=r"\.item\(\)")
def backward_on_a_number(X, y, w, b, lr, epochs):
    """`.item()` makes a plain number of the loss, which has no `backward()`. Differentiate the loss itself, and
    take the number for the list."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y).item()
        loss.backward()
        losses.append(loss)
    return losses


@chapter.mistake(train_)
def broadcasts_the_error(X, y, w, b, lr, epochs):
    """Of prediction and y, one has shape (n, 1) and the other (n,), and broadcasting makes (n, n) of their
    difference: every prediction meets every y. Keep both as columns."""
    losses = []
    for _ in range(epochs):
        loss = ((w * X + b - y.squeeze(1)) ** 2).mean()
        loss.backward()
        step_(w, b, lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def only_w(X, y, w, b, lr, epochs):
    """b never changes. It is a parameter as much as w, and needs the same update."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
        w.grad = b.grad = None
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def only_b(X, y, w, b, lr, epochs):
    """w never changes. It is a parameter as much as b, and needs the same update."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        with torch.no_grad():
            b -= lr * b.grad
        w.grad = b.grad = None
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def one_epoch_short(X, y, w, b, lr, epochs):
    """You train one epoch too few: the end of a `range` is not included, and `range(1, epochs)` has one number
    less than `range(epochs)`."""
    losses = []
    for _ in range(1, epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def one_epoch_more(X, y, w, b, lr, epochs):
    """You train one epoch too many: `range(epochs)` has as many numbers as there are epochs."""
    losses = []
    for _ in range(epochs + 1):
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def only_the_last_loss(X, y, w, b, lr, epochs):
    """You return one loss. The exercise asks for a list with the loss of each epoch."""
    last = 0.0
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, lr)
        last = loss.item()
    return last


@chapter.mistake(train_)
def list_made_in_the_loop(X, y, w, b, lr, epochs):
    """Your list holds one loss only: it is made anew in each epoch. Make it once, before the loop."""
    for _ in range(epochs):
        losses = []
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def leaves_gradients_off(X, y, w, b, lr, epochs):
    """You switch `requires_grad` off for the update, and not on again. Whoever trains on finds parameters
    that no longer learn; `torch.no_grad()` ends by itself."""
    losses = []
    for _ in range(epochs):
        w.requires_grad_(True)
        b.requires_grad_(True)
        loss = mse(w, b, X, y)
        loss.backward()
        w.requires_grad_(False)
        b.requires_grad_(False)
        step_(w, b, lr)
        losses.append(loss.item())
    return losses


@chapter.mistake(train_)
def returns_after_one_epoch(X, y, w, b, lr, epochs):
    """You return after the first epoch: a `return` inside the loop ends it in its first round. Indent it less."""
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, lr)
        losses.append(loss.item())
        return losses
    return losses


@chapter.mistake(train_)
def returns_the_parameters(X, y, w, b, lr, epochs):
    """You return w and b, which have changed in place already. Asked for is the list of losses."""
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, lr)
    return w, b


@chapter.right(train_)
def by_optimizer(X, y, w, b, lr, epochs):
    optimizer = torch.optim.SGD([w, b], lr=lr)
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(X * w + b, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@chapter.right(train_)
def by_autograd_grad(X, y, w, b, lr, epochs):
    losses = []
    for _ in range(epochs):
        loss = torch.square(torch.addcmul(b, w, X) - y).mean()
        for parameter, gradient in zip((w, b), torch.autograd.grad(loss, (w, b)), strict=True):
            parameter.data.sub_(lr * gradient)
        losses.append(float(loss.detach()))
    return losses


@chapter.right(train_)
def by_formula(X, y, w, b, lr, epochs):
    losses = []
    with torch.no_grad():
        for _ in range(epochs):
            error = w * X + b - y  # (n, 1)
            losses.append((error**2).mean().item())
            w -= lr * 2 * (error * X).mean()
            b -= lr * 2 * error.mean()
    return losses


@chapter.right(train_)
def by_functional_gradients(X, y, w, b, lr, epochs):
    step = torch.func.grad_and_value(lambda w, b: mse(w, b, X, y), argnums=(0, 1))
    losses = []
    for _ in range(epochs):
        gradients, loss = step(w.detach(), b.detach())
        with torch.no_grad():
            w.add_(gradients[0], alpha=-lr)
            b.add_(gradients[1], alpha=-lr)
        losses.append(loss.item())
    return losses


@chapter.right(train_)
def with_gradients_zeroed_first(X, y, w, b, lr, epochs):
    losses = torch.zeros(epochs)
    for epoch in range(epochs):
        for parameter in (w, b):
            if parameter.grad is not None:
                parameter.grad.zero_()
        loss = (X @ w[:, None] + b - y).pow(2).sum() / len(y)
        loss.backward()
        w.data = w.data - lr * w.grad
        b.data = b.data - lr * b.grad
        losses[epoch] = loss.detach()
    return losses.tolist()


@chapter.right(train_)
def on_a_copy_then_back(X, y, w, b, lr, epochs):
    theta = torch.stack([w, b]).detach().requires_grad_()  # (2, 1)
    design = torch.cat([X, torch.ones_like(X)], dim=1)  # (n, 2)
    losses = []
    for _ in range(epochs):
        loss = (design @ theta - y).square().mean()
        (gradient,) = torch.autograd.grad(loss, theta)
        theta = (theta - lr * gradient).detach().requires_grad_()
        losses.append(loss.item())
    with torch.no_grad():
        w.copy_(theta[0])
        b.copy_(theta[1])
    return losses


chapter.equivalent(
    train_,
    "… mean_squared_error(predict(w, b, X), y) → … mean_squared_error(y, predict(w, b, X))",
    reason="The error of the one against the other is that of the other against the one.",
)


# ---------------------------------------------------------------- progress_line


@chapter.exercise(
    points=1,
    hints=[
        "An f-string puts values into a text. What follows a value, after a colon, says how it is written.",
        "Four decimals, always: the format is `.4f`.",
    ],
    read="https://docs.python.org/3/library/string.html#format-specification-mini-language",
)
def progress_line(draw: Draw):
    yield 10, 100, 0.241349
    yield 1, 2, 2.0
    yield 7, 20, 13.98767
    yield 3, 5, 0.00004
    yield 250, 1000, 1234.5
    yield draw.integer(2, 50), draw.integer(51, 200), draw.number(0.1, 9.9, digits=3) + 0.00003


@chapter.mistake(progress_line)
def rounds_the_number(epoch, epochs, loss):
    """`round` drops zeros at the end, and very small numbers come out like 4e-05. A format in the f-string
    sets how a number is *written*: four decimals every time."""
    return f"Epoch {epoch}/{epochs}, Loss: {round(loss, 4)}"


@chapter.mistake(progress_line)
def all_digits(epoch, epochs, loss):
    """You write all digits of the loss. The line shows four decimals: a format after a colon in the f-string
    does that."""
    return f"Epoch {epoch}/{epochs}, Loss: {loss}"


@chapter.mistake(progress_line)
def four_digits_in_all(epoch, epochs, loss):
    """Your format counts digits, not decimals. `f` in a format means a fixed number of places after the
    point; `g` counts from the first digit."""
    return f"Epoch {epoch}/{epochs}, Loss: {loss:.4g}"


@chapter.mistake(progress_line)
def four_digits_without_f(epoch, epochs, loss):
    """Your format counts digits, not decimals. `f` in a format means a fixed number of places after the point;
    without it, they are counted from the first digit."""
    return f"Epoch {epoch}/{epochs}, Loss: {loss:.4}"


@chapter.mistake(progress_line)
def width_for_decimals(epoch, epochs, loss):
    """Your loss has six decimals, as `f` gives them by itself: a number right before it is a width, in
    characters. Decimals come after a point: `.4f`."""
    return f"Epoch {epoch}/{epochs}, Loss: {loss:4f}"


@chapter.mistake(progress_line)
def counts_one_further(epoch, epochs, loss):
    """Your line shows an epoch too many. The number is written as it was passed; counting is the caller's
    affair."""
    return f"Epoch {epoch + 1}/{epochs}, Loss: {loss:.4f}"


@chapter.mistake(progress_line)
def with_a_newline(epoch, epochs, loss):
    """There is a newline at the end. `print` adds one of its own, so the line itself goes without."""
    return f"Epoch {epoch}/{epochs}, Loss: {loss:.4f}\n"


@chapter.mistake(progress_line)
def prints_it(epoch, epochs, loss):
    """You print the line and return nothing. Return it, and the caller decides what becomes of it."""
    print(f"Epoch {epoch}/{epochs}, Loss: {loss:.4f}")


@chapter.mistake(progress_line)
def cuts_decimals_off(epoch, epochs, loss):
    """You cut the digits after the fourth one off. The last one should be rounded, as a format in an f-string
    does."""
    return f"Epoch {epoch}/{epochs}, Loss: {int(loss * 10000) / 10000:.4f}"


@chapter.mistake(progress_line)
def cuts_the_text(epoch, epochs, loss):
    """You cut the text of the number off after some characters. A format in an f-string rounds it to four
    decimals, and writes all four."""
    return f"Epoch {epoch}/{epochs}, Loss: {str(loss)[:6]}"


@chapter.mistake(progress_line)
def epochs_first(epoch, epochs, loss):
    """The two numbers are the wrong way round: first the epoch, then how many there are."""
    return f"Epoch {epochs}/{epoch}, Loss: {loss:.4f}"


@chapter.mistake(progress_line)
def item_of_a_number(epoch, epochs, loss):
    """The loss is a plain Python number here, and has no `item()`. Format it as it is."""
    return f"Epoch {epoch}/{epochs}, Loss: {loss.item():.4f}"


@chapter.mistake(progress_line)
def three_decimals(epoch, epochs, loss):
    """Your loss has three decimals. There should be four."""
    return f"Epoch {epoch}/{epochs}, Loss: {loss:.3f}"


@chapter.mistake(progress_line)
def with_an_exponent(epoch, epochs, loss):
    """Your loss is written with an exponent. `f` in a format gives plain decimals."""
    return f"Epoch {epoch}/{epochs}, Loss: {loss:.4e}"


@chapter.mistake(progress_line)
def spaces_around_the_slash(epoch, epochs, loss):
    """There are spaces around your slash: the line has none there."""
    return f"Epoch {epoch} / {epochs}, Loss: {loss:.4f}"


@chapter.mistake(progress_line)
def colon_after_epoch(epoch, epochs, loss):
    """There is a colon after your first word. The line has one after the second word only."""
    return f"Epoch: {epoch}/{epochs}, Loss: {loss:.4f}"


@chapter.mistake(progress_line)
def without_the_comma(epoch, epochs, loss):
    """The comma between the numbers and the loss is missing."""
    return f"Epoch {epoch}/{epochs} Loss: {loss:.4f}"


@chapter.mistake(progress_line)
def adds_numbers_to_text(epoch, epochs, loss):
    """`+` joins texts only, and a number is none. An f-string takes numbers as they are."""
    return "Epoch " + epoch + "/" + epochs + ", Loss: " + loss


@chapter.right(progress_line)
def by_format(epoch, epochs, loss):
    return "Epoch {}/{}, Loss: {:.4f}".format(*(epoch, epochs, loss))


@chapter.right(progress_line)
def in_parts(epoch, epochs, loss):
    return "Epoch " + str(epoch) + "/" + str(epochs) + ", Loss: " + format(loss, ".4f")


@chapter.right(progress_line)
def by_template(epoch, epochs, loss):
    template = "Epoch %d/%d, Loss: %.4f"
    return template % (epoch, epochs, loss)


@chapter.right(progress_line)
def by_whole_numbers(epoch, epochs, loss):
    whole, decimals = divmod(round(loss * 10000), 10000)
    return f"Epoch {epoch}/{epochs}, Loss: {whole}.{decimals:04d}"


@chapter.right(progress_line)
def by_numpy(epoch, epochs, loss):
    number = np.format_float_positional(loss, precision=4, unique=False)
    return f"Epoch {epoch}/{epochs}, Loss: {number}"


# ---------------------------------------------------------------- train_with_log_


@chapter.exercise(
    points=2,
    also=["text", "same object", "leaves", "mutation"],
    tolerance=Tolerance(rtol=1e-4),
    hints=[
        "Start from your `train_`. What do you need to know in the loop that it does not count yet?",
        "`range(1, epochs + 1)` counts from 1. `epoch % every == 0` is True for multiples of `every`.",
        "The line shows the loss that you appended in the same round, written by your `progress_line`.",
    ],
    read="https://docs.python.org/3/library/functions.html#print",
)
def train_with_log_(draw: Draw):
    everies = [1, 2, 1, 4, 7]
    for (X, y, w, b, lr, epochs), every in zip(starts(draw), everies, strict=True):
        yield X, y, draw.parameter(w), draw.parameter(b), lr, epochs, every
    X = noisy(draw, 10)
    yield X, 3 * X + 2, draw.parameter(draw.normal(1)), draw.parameter(torch.zeros(1)), 0.02, 3, 5
    for X, y, w, b, lr, epochs in at_the_optimum():
        yield X, y, draw.parameter(w), draw.parameter(b), lr, epochs, 1


def line(epoch, epochs, loss):
    return f"Epoch {epoch}/{epochs}, Loss: {loss:.4f}"


def one_epoch_(X, y, w, b, lr):
    loss = mse(w, b, X, y)
    loss.backward()
    step_(w, b, lr)
    return loss.item()


@chapter.mistake(train_with_log_, on="accelerator")
def logs_through_numpy(X, y, w, b, lr, epochs, every):
    """NumPy cannot read a loss that lives on an accelerator. `loss.item()` gives a plain Python number from
    any device."""
    losses = []
    for epoch in range(1, epochs + 1):
        loss = mse(w, b, X, y)
        loss.backward()
        step_(w, b, lr)
        losses.append(float(loss.detach().numpy()))
        if epoch % every == 0:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def counts_from_zero(X, y, w, b, lr, epochs, every):
    """You count epochs from 0, so the first line is about epoch 0. People count from 1: `range(1, epochs +
    1)`."""
    losses = []
    for epoch in range(epochs):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch % every == 0:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def first_instead_of_multiples(X, y, w, b, lr, epochs, every):
    """Your lines are for epochs 1, 1 + every, and so on: the test uses a count from 0, the line one from 1.
    Count from 1 in both places."""
    losses = []
    for epoch in range(epochs):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch % every == 0:
            print(line(epoch + 1, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def numbers_from_zero(X, y, w, b, lr, epochs, every):
    """Your lines come after the right epochs, but their numbers are one too low: people count from 1."""
    losses = []
    for epoch in range(epochs):
        losses.append(one_epoch_(X, y, w, b, lr))
        if (epoch + 1) % every == 0:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def last_line_too(X, y, w, b, lr, epochs, every):
    """You print a line for the last epoch in any case. Only multiples of `every` get one."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch % every == 0 or epoch == epochs:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def last_multiple_missing(X, y, w, b, lr, epochs, every):
    """The last line is missing where the number of epochs is a multiple itself: the end of a `range` is not
    included."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch % every == 0 and epoch < epochs:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def every_epoch(X, y, w, b, lr, epochs, every):
    """You print a line for each epoch. Only multiples of `every` get one: the remainder of epoch divided by
    every is zero for those."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def all_but_multiples(X, y, w, b, lr, epochs, every):
    """You print a line for the epochs that are *no* multiples of `every`. The remainder of a multiple is zero."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch % every:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def first_multiple_only(X, y, w, b, lr, epochs, every):
    """You print a line after epoch number `every` alone. Each of its multiples gets one: those where the
    remainder is zero."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch == every:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def divisors(X, y, w, b, lr, epochs, every):
    """You divide the wrong way round: a multiple of `every` is an epoch that leaves no remainder when divided by
    it."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        if every % epoch == 0:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def last_line_only(X, y, w, b, lr, epochs, every):
    """You print one line, for the last epoch. Each epoch that is a multiple of `every` gets one."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch == epochs:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def nothing_printed(X, y, w, b, lr, epochs, every):
    """Nothing was printed. `progress_line` only makes the text, so hand it to `print`; and your condition has to
    be true for the multiples of `every`."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch % every == 0:
            line(epoch, epochs, losses[-1])
    return losses


@chapter.mistake(train_with_log_)
def prints_the_loss_after(X, y, w, b, lr, epochs, every):
    """Your lines show the loss after the update. They should show the one that you return for that epoch,
    from before the update."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch % every == 0:
            print(line(epoch, epochs, mse(w, b, X, y).item()))
    return losses


@chapter.mistake(train_with_log_)
def prints_the_first_of_the_block(X, y, w, b, lr, epochs, every):
    """Your lines show the loss of an earlier epoch. The line of epoch 10 shows the loss of epoch 10: with a
    list that starts at 0, that is losses[9], or losses[-1] right after appending."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch % every == 0:
            print(line(epoch, epochs, losses[epoch - every]))
    return losses


@chapter.mistake(train_with_log_)
def loss_without_format(X, y, w, b, lr, epochs, every):
    """Your lines show the loss with all its digits. `progress_line` writes four decimals: print what it
    returns."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch % every == 0:
            print(f"Epoch {epoch}/{epochs}, Loss: {losses[-1]}")
    return losses


@chapter.mistake(train_with_log_)
def mean_of_the_losses(X, y, w, b, lr, epochs, every):
    """Your lines show the mean of the losses so far. They should show the loss of that epoch alone."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch % every == 0:
            print(line(epoch, epochs, sum(losses) / len(losses)))
    return losses


@chapter.mistake(train_with_log_)
def returns_only_the_printed(X, y, w, b, lr, epochs, every):
    """You return only the losses that you printed. The list holds the loss of each epoch; printing comes on
    top."""
    losses = []
    for epoch in range(1, epochs + 1):
        loss = one_epoch_(X, y, w, b, lr)
        if epoch % every == 0:
            losses.append(loss)
            print(line(epoch, epochs, loss))
    return losses


@chapter.mistake(train_with_log_)
def logs_without_clearing(X, y, w, b, lr, epochs, every):
    """You never clear the gradients. `backward()` *adds* to `.grad`, so each step also repeats all the
    earlier ones. Set `.grad` to None after the update."""
    losses = []
    for epoch in range(1, epochs + 1):
        loss = mse(w, b, X, y)
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        losses.append(loss.item())
        if epoch % every == 0:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def lists_in_the_list(X, y, w, b, lr, epochs, every):
    """You append a list to the list, because `train_` returns one. `+=` adds its numbers instead."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses.append([one_epoch_(X, y, w, b, lr)])
        if epoch % every == 0:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def one_epoch_short_with_log(X, y, w, b, lr, epochs, every):
    """You train one epoch too few: the end of a `range` is not included, so that counting from 1 needs `epochs +
    1`."""
    losses = []
    for epoch in range(1, epochs):
        losses.append(one_epoch_(X, y, w, b, lr))
        if epoch % every == 0:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.mistake(train_with_log_)
def all_epochs_each_time(X, y, w, b, lr, epochs, every):
    """You train for all epochs in each round of your loop. One round is one epoch: pass 1, or take only what
    belongs to one."""
    losses = []
    for epoch in range(1, epochs + 1):
        losses += [one_epoch_(X, y, w, b, lr) for _ in range(epochs)]
        if epoch % every == 0:
            print(line(epoch, epochs, losses[-1]))
    return losses


@chapter.right(train_with_log_)
def trains_then_prints(X, y, w, b, lr, epochs, every):
    losses = chapter.solution.train_(X, y, w, b, lr, epochs)
    print("".join(line(e, epochs, losses[e - 1]) + "\n" for e in range(every, epochs + 1, every)), end="")
    return losses


@chapter.right(train_with_log_)
def in_blocks(X, y, w, b, lr, epochs, every):
    losses = []
    while len(losses) < epochs:
        block = min(every, epochs - len(losses))
        losses.extend(one_epoch_(X, y, w, b, lr) for _ in range(block))
        if block == every:
            print(line(len(losses), epochs, losses[-1]))
    return losses


@chapter.right(train_with_log_)
def with_an_optimizer(X, y, w, b, lr, epochs, every):
    optimizer = torch.optim.SGD([w, b], lr)
    losses = []
    for epoch in range(epochs):
        loss = torch.nn.functional.mse_loss(w * X + b, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if (epoch + 1) % every == 0:
            print("Epoch", f"{epoch + 1}/{epochs},", "Loss:", f"{loss:.4f}")
    return losses


@chapter.right(train_with_log_)
def with_a_countdown(X, y, w, b, lr, epochs, every):
    losses, left = [], every
    for epoch in range(1, epochs + 1):
        losses += [one_epoch_(X, y, w, b, lr)]
        left -= 1
        if not left:
            print(chapter.solution.progress_line(epoch, epochs, losses[-1]), flush=True)
            left = every
    return losses


@chapter.right(train_with_log_)
def by_the_formula(X, y, w, b, lr, epochs, every):
    import sys

    losses = []
    with torch.no_grad():
        for epoch in range(1, epochs + 1):
            error = w * X + b - y
            losses.append(error.square().mean().item())
            w.sub_(2 * lr * (error * X).mean())
            b.sub_(2 * lr * error.mean())
            if epoch in range(every, epochs + 1, every):
                sys.stdout.write(line(epoch, epochs, losses[-1]) + "\n")
    return losses


chapter.equivalent(train_with_log_, "losses += … → losses = losses + …", reason="The list is this function's own.")
chapter.equivalent(
    train_with_log_,
    "w.grad = b.grad = None →",
    reason="This chapter's `train_` clears the gradients itself; the line is for one that leaves them.",
)


# ---------------------------------------------------------------- fit


@chapter.exercise(
    points=1,
    tolerance=Tolerance(rtol=1e-4, atol=1e-5),
    hints=[
        "You have written both halves already: one exercise makes the parameters, another one trains them.",
        "The data know where they live: `X.device` is where the parameters should be made.",
    ],
    read="https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch-device",
)
def fit(draw: Draw):
    yield torch.tensor([[1.0], [2.0]]), torch.tensor([[5.0], [8.0]]), 0.1, 2, 0
    yield torch.tensor([[2.0]]), torch.tensor([[9.0]]), 0.01, 3, draw.integer(1, 10**6)
    yield noisy(draw, 3), noisy(draw, 3), 0.1, 0, draw.integer(1, 10**6)
    yield noisy(draw, 12)[::2], noisy(draw, 6), 0.05, 10, draw.integer(1, 10**6)
    yield torch.zeros(2, 1), torch.ones(2, 1), 0.5, 5, draw.integer(1, 10**6)
    yield torch.zeros(2, 1), torch.tensor([[0.0], [1.0]]), 0.5, 5, draw.integer(1, 10**6)
    X = draw.normal(100, 1)
    yield X, 3 * X + 2 + 0.5 * draw.normal(100, 1), 0.1, 20, draw.integer(1, 10**6)


def start(seed, device):
    torch.manual_seed(seed)
    return torch.randn(1).to(device).requires_grad_(), torch.zeros(1, device=device, requires_grad=True)


def trained(X, y, w, b, lr, epochs):
    return w, b, [one_epoch_(X, y, w, b, lr) for _ in range(epochs)]


@chapter.mistake(fit, on="accelerator")
def parameters_on_the_cpu(X, y, lr, epochs, seed):
    """Your parameters are on the CPU and the data are not. Make them where the data live: `X.device`."""
    w, b = start(seed, "cpu")
    return trained(X, y, w, b, lr, epochs)


@chapter.mistake(fit, on="accelerator")
def everything_to_the_cpu(X, y, lr, epochs, seed):
    """You fit on the CPU, and w and b stay there. They belong where X is: a model lives with its data."""
    w, b = start(seed, "cpu")
    return trained(X.cpu(), y.cpu(), w, b, lr, epochs)


@chapter.mistake(fit, on="accelerator")
def leaf_lost(X, y, lr, epochs, seed):
    """w is no leaf any more: `.to(device)` is an operation, and its result gets no `.grad`. Move first, then
    switch gradients on."""
    torch.manual_seed(seed)
    w = torch.randn(1, requires_grad=True).to(X.device)
    b = torch.zeros(1, requires_grad=True).to(X.device)
    losses = []
    for _ in range(epochs):
        loss = mse(w, b, X, y)
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
            w.grad = b.grad = None
        losses.append(loss.item())
    return w, b, losses


@chapter.mistake(fit, on="accelerator")
def another_start_on_the_device(X, y, lr, epochs, seed):
    """You draw w on the device, where the same seed gives other numbers. Start from `init_parameters`, which
    draws on the CPU."""
    torch.manual_seed(seed)
    w = torch.randn(1, device=X.device, requires_grad=True)
    b = torch.zeros(1, device=X.device, requires_grad=True)
    return trained(X, y, w, b, lr, epochs)


@chapter.mistake(fit)
def ignores_the_seed(X, y, lr, epochs, seed):
    """Your start does not depend on the seed that was passed. Hand it on to `init_parameters`."""
    w, b = start(0, X.device)
    return trained(X, y, w, b, lr, epochs)


@chapter.mistake(fit)
def returns_only_parameters(X, y, lr, epochs, seed):
    """The list of losses is missing. Return three things: w, b and losses."""
    w, b, _ = trained(X, y, *start(seed, X.device), lr, epochs)
    return w, b


@chapter.mistake(fit)
def returns_only_losses(X, y, lr, epochs, seed):
    """You return the losses alone, and what was learned is lost. Return w and b as well: (w, b, losses)."""
    return trained(X, y, *start(seed, X.device), lr, epochs)[2]


@chapter.mistake(fit)
def returns_the_last_loss(X, y, lr, epochs, seed):
    """You return the last loss only. The third thing to return is the whole list, one loss for each epoch."""
    w, b, losses = trained(X, y, *start(seed, X.device), lr, epochs)
    return w, b, losses[-1] if losses else 0.0


@chapter.mistake(fit)
def never_trains(X, y, lr, epochs, seed):
    """You return the parameters as they started. Train them before you return them."""
    w, b = start(seed, X.device)
    frozen = [p.detach().clone() for p in (w, b)]
    return *frozen, trained(X, y, w, b, lr, epochs)[2]


@chapter.mistake(fit)
def learning_rate_fixed(X, y, lr, epochs, seed):
    """You train with a learning rate of your own. Use the one that was passed, lr."""
    return trained(X, y, *start(seed, X.device), 0.1, epochs)


@chapter.mistake(fit)
def starts_w_at_zero(X, y, lr, epochs, seed):
    """Your w starts at zero. Start from `init_parameters`, which draws it."""
    w = torch.zeros(1, device=X.device, requires_grad=True)
    b = torch.zeros(1, device=X.device, requires_grad=True)
    return trained(X, y, w, b, lr, epochs)


@chapter.mistake(fit)
def losses_first(X, y, lr, epochs, seed):
    """You return the losses first. The order is (w, b, losses)."""
    w, b, losses = trained(X, y, *start(seed, X.device), lr, epochs)
    return losses, w, b


@chapter.mistake(fit)
def b_before_w(X, y, lr, epochs, seed):
    """You return b before w. The order is (w, b, losses)."""
    w, b, losses = trained(X, y, *start(seed, X.device), lr, epochs)
    return b, w, losses


@chapter.mistake(fit)
def as_numbers(X, y, lr, epochs, seed):
    """You return plain numbers for w and b. The trained tensors themselves are asked for."""
    w, b, losses = trained(X, y, *start(seed, X.device), lr, epochs)
    return w.item(), b.item(), losses


@chapter.mistake(fit)
def other_data(X, y, lr, epochs, seed):
    """You train on data of your own making. The points to fit a line to are passed: X and y."""
    X, y = chapter.solution.make_data(len(X), seed, X.device)
    return trained(X, y, *start(seed, X.device), lr, epochs)


@chapter.mistake(fit)
def unpacks_the_losses(X, y, lr, epochs, seed):
    """`train_` returns the losses alone, so there is one thing to give a name to. w and b have changed in place
    and are still those that you made."""
    w, b = start(seed, X.device)
    w, b, losses = trained(X, y, w, b, lr, epochs)[2]
    return w, b, losses


@chapter.mistake(fit, written=r"init_parameters\(.*device.*, ")
def swaps_seed_and_device(X, y, lr, epochs, seed):
    """`init_parameters` takes the seed first and then the device: you pass them the other way round."""
    w, b = chapter.solution.init_parameters(X.device, seed)
    return trained(X, y, w, b, lr, epochs)


@chapter.mistake(fit, written=r"epochs, lr\b")
def swaps_rate_and_epochs(X, y, lr, epochs, seed):
    """A learning rate is no number of epochs: you pass the two the wrong way round. `train_` takes lr first, then
    epochs."""
    w, b = start(seed, X.device)
    return trained(X, y, w, b, epochs, lr)


@chapter.mistake(fit)
def trains_again_and_again(X, y, lr, epochs, seed):
    """You train for all epochs in each round of a loop. Training goes through the epochs by itself: do it
    once."""
    w, b = start(seed, X.device)
    losses = []
    for _ in range(epochs):
        losses = trained(X, y, w, b, lr, epochs)[2]
    return w, b, losses


@chapter.mistake(fit)
def adds_up_all_trainings(X, y, lr, epochs, seed):
    """You train for all epochs in each round of a loop. Training goes through the epochs by itself: do it
    once."""
    w, b = start(seed, X.device)
    losses = []
    for _ in range(epochs):
        losses += trained(X, y, w, b, lr, epochs)[2]
    return w, b, losses


@chapter.mistake(fit)
def trains_again_without_a_list(X, y, lr, epochs, seed):
    """You train for all epochs in each round of a loop. Training goes through the epochs by itself: do it
    once."""
    w, b = start(seed, X.device)
    for _ in range(epochs):
        losses = trained(X, y, w, b, lr, epochs)[2]
    return w, b, losses


@chapter.right(fit)
def from_both_halves(X, y, lr, epochs, seed):
    parameters = chapter.solution.init_parameters(seed, X.device)
    return *parameters, chapter.solution.train_(X, y, *parameters, lr, epochs)


@chapter.right(fit)
def with_parameters_and_sgd(X, y, lr, epochs, seed):
    generator = torch.Generator().manual_seed(seed)
    w = torch.nn.Parameter(torch.randn(1, generator=generator).to(X))
    b = torch.nn.Parameter(torch.zeros(1).to(X))
    optimizer, losses = torch.optim.SGD([w, b], lr=lr), []
    for _ in range(epochs):
        loss = torch.nn.functional.mse_loss(w * X + b, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return [w, b, losses]


@chapter.right(fit)
def with_a_linear_module(X, y, lr, epochs, seed):
    model = torch.nn.Linear(1, 1).to(X.device)
    torch.manual_seed(seed)
    with torch.no_grad():
        model.weight.copy_(torch.randn(1))
        model.bias.zero_()
    losses = []
    for _ in range(epochs):
        loss = (model(X) - y).square().mean()
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            parameter.data.add_(parameter.grad, alpha=-lr)
        losses.append(float(loss.detach()))
    return model.weight[0].detach(), model.bias.detach(), losses


@chapter.right(fit)
def without_autograd(X, y, lr, epochs, seed):
    torch.manual_seed(seed)
    w, b, losses = torch.randn(1).to(X.device), X.new_zeros(1), []
    for _ in range(epochs):
        error = torch.addcmul(b, w, X) - y
        losses.append((error**2).mean().item())
        w, b = w - 2 * lr * (error * X).mean(), b - 2 * lr * error.mean()
    return w, b, losses


@chapter.right(fit)
def on_the_cpu_and_moved_back(X, y, lr, epochs, seed):
    w, b, losses = trained(X.cpu(), y.cpu(), *start(seed, "cpu"), lr, epochs)
    return w.to(X.device), b.to(X.device), losses


@chapter.right(fit)
def by_moments(X, y, lr, epochs, seed):
    # The loss depends on the points only through five means.
    torch.manual_seed(seed)
    x, t = X.cpu().double(), y.cpu().double()
    x1, x2, t1, t2, xt = x.mean(), (x * x).mean(), t.mean(), (t * t).mean(), (x * t).mean()
    w, b, losses = torch.randn(1).double(), torch.zeros(1).double(), []
    for _ in range(epochs):
        losses.append((w * w * x2 + 2 * w * b * x1 + b * b - 2 * w * xt - 2 * b * t1 + t2).item())
        slope, lift = 2 * (w * x2 + b * x1 - xt), 2 * (w * x1 + b - t1)
        w, b = w - lr * slope, b - lr * lift
    return w.float().to(X.device), b.float().to(X.device), losses


chapter.equivalent(
    fit,
    "return (w, b, losses) → return (w.detach(), b, losses)",
    "return (w, b, losses) → return (w, b.detach(), losses)",
    reason="What is promised of w and b are their values.",
)


# ---------------------------------------------------------------- plot_results


@chapter.exercise(
    points=2,
    also=["figure"],
    hints=[
        "`plt.subplots(1, 2)` gives a figure and two axes, whose methods do everything that the text asks for.",
        "What keeps a tensor from becoming a NumPy array? Chapter 7's `to_numpy` had the same two obstacles.",
        "A legend shows what has a `label`. The last two lines are for the figure: save it, then close it.",
    ],
    read="https://matplotlib.org/stable/users/explain/quick_start.html",
)
def plot_results(draw: Draw):
    X = torch.tensor([[0.0], [2.0], [1.0]])
    y = torch.tensor([[2.5], [8.0], [4.5]])
    yield [9.0, 4.0, 1.0], X, y, torch.tensor([3.0]), torch.tensor([2.0]), draw.path("fit.png", as_text=True)
    w, b = draw.parameter(draw.number(1, 4) + draw.normal(1, scale=0.1)), draw.parameter(draw.normal(1))
    X = draw.normal(1, 30)
    yield curve(draw, 20), X.mT, (3 * X + 2 + draw.normal(1, 30)).mT, w, b, draw.path("results.png")


def curve(draw: Draw, epochs: int) -> list[float]:
    """Losses that fall, with a little noise."""
    return [round(8 * 0.8**epoch + draw.number(0.2, 0.4, digits=4), 4) for epoch in range(epochs)]


def array(x):
    return x.detach().cpu().numpy()


def draw_losses(axes, losses):
    axes.plot(range(1, len(losses) + 1), losses)
    axes.set(title="Loss", xlabel="epoch", ylabel="loss")
    axes.grid()


def draw_line(axes, X, y, w, b):
    axes.scatter(array(X), array(y), label="data")
    axes.plot(array(X), array(w * X + b), label="model")
    axes.set(title="Line", xlabel="x", ylabel="y")
    axes.grid()
    axes.legend()


@chapter.mistake(plot_results, on="accelerator")
def plots_from_the_device(losses, X, y, w, b, path):
    """matplotlib needs NumPy arrays, and those are made in main memory. After `.detach()`, bring each tensor
    back with `.cpu()`."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    right.scatter(X.numpy(), y.numpy(), label="data")
    right.plot(X.numpy(), (w * X + b).detach().numpy(), label="model")
    right.set(title="Line", xlabel="x", ylabel="y")
    right.grid()
    right.legend()
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def plots_with_a_record(losses, X, y, w, b, path):
    """The prediction comes from w and b, which require gradients, so PyTorch records it and NumPy cannot have
    it. `.detach()` gives the numbers without the record."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    try:
        draw_losses(left, losses)
        right.scatter(array(X), array(y), label="data")
        right.plot(array(X), (w * X + b).cpu().numpy(), label="model")
        right.set(title="Line", xlabel="x", ylabel="y")
        right.grid()
        right.legend()
        figure.savefig(path)
    finally:
        plt.close(figure)


@chapter.mistake(plot_results)
def never_closes(losses, X, y, w, b, path):
    """Your figure stays open. pyplot keeps every figure until you close it, and a program that draws many
    runs out of memory: `plt.close(figure)` at the end."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)
    figure.savefig(path)


@chapter.mistake(plot_results)
def only_shows(losses, X, y, w, b, path):
    """No file was written. `plt.show()` opens a window where there is a screen; `figure.savefig(path)` writes
    the file."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)
    plt.close(figure)


@chapter.mistake(plot_results)
def never_closes_nor_saves(losses, X, y, w, b, path):
    """No file was written, and the figure stays open. `savefig(path)` writes the file, before `plt.close(...)`;
    `plt.show()` only opens a window."""
    import matplotlib.pyplot as plt

    _, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)


@chapter.mistake(plot_results)
def saves_after_closing(losses, X, y, w, b, path):
    """Your file shows an empty figure: `plt.savefig` saves the current figure, and once yours is closed, that
    is a new one. Save first, then close."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)
    plt.close(figure)
    plt.savefig(path)
    plt.close()


@chapter.mistake(plot_results)
def saves_too_early(losses, X, y, w, b, path):
    """You save before everything is drawn; a file does not change afterwards. Save last, just before you
    close the figure."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    figure.savefig(path)
    draw_line(right, X, y, w, b)
    plt.close(figure)


@chapter.mistake(plot_results)
def two_figures(losses, X, y, w, b, path):
    """You draw two figures, and the second one overwrites the file of the first. `plt.subplots(1, 2)` makes
    one figure with two axes, side by side."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    draw_losses(axes, losses)
    figure.savefig(path)
    plt.close(figure)
    figure, axes = plt.subplots()
    draw_line(axes, X, y, w, b)
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def all_on_one_axes(losses, X, y, w, b, path):
    """Losses and points share one axes, though their x means different things. Make two axes, with
    `plt.subplots(1, 2)`, and draw one picture on each."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot(range(1, len(losses) + 1), losses)
    draw_line(axes, X, y, w, b)
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def no_grid(losses, X, y, w, b, path):
    """No grid is visible. Call `grid()` on each axes; on an axes that has one already, a second `grid()`
    takes it away."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)
    left.grid()
    right.grid()
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def grid_on_the_last_axes_only(losses, X, y, w, b, path):
    """One of your axes has no grid. `plt.grid()` speaks to the current axes only, the one made last: call
    `grid()` on each axes."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    left.grid(False)
    draw_line(right, X, y, w, b)
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def grid_on_the_first_axes_only(losses, X, y, w, b, path):
    """One of your axes has no grid. `plt.grid()` speaks to the current axes only, the one made last: call
    `grid()` on each axes."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)
    right.grid(False)
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def no_legend(losses, X, y, w, b, path):
    """There is no legend. It takes two things: a `label="..."` for what is drawn, and `legend()` on these axes
    once everything is there."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)
    right.get_legend().remove()
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def no_titles(losses, X, y, w, b, path):
    """Your axes have no titles. `set_title` on each axes; `suptitle` is a title for the figure as a whole."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)
    left.set_title("")
    right.set_title("")
    figure.suptitle("Linear regression")
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def no_labels(losses, X, y, w, b, path):
    """The x and y axis have no labels, so nobody knows what the numbers mean. `set_xlabel` and `set_ylabel`,
    on each axes."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)
    for axes in (left, right):
        axes.set(xlabel="", ylabel="")
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def points_only(losses, X, y, w, b, path):
    """The prediction is missing. Draw w·X + b over X, on the axes with the points."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    right.scatter(array(X), array(y), label="data")
    right.set(title="Line", xlabel="x", ylabel="y")
    right.grid()
    right.legend()
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def line_only(losses, X, y, w, b, path):
    """The points are missing. Without them, nobody can see how well the line fits."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    right.plot(array(X), array(w * X + b), label="model")
    right.set(title="Line", xlabel="x", ylabel="y")
    right.grid()
    right.legend()
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def swaps_slope_and_offset(losses, X, y, w, b, path):
    """Your prediction is another line: slope and offset are swapped. It is w·X + b, which your `predict` can
    work out."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, b, w)
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def line_through_the_data(losses, X, y, w, b, path):
    """Your line connects the points. What belongs there is the prediction, w·X + b, which lies on a straight
    line."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    right.plot(array(X), array(y), "o-", label="data")
    right.set(title="Line", xlabel="x", ylabel="y")
    right.grid()
    right.legend()
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def joins_the_points(losses, X, y, w, b, path):
    """You draw the data as a line. They are single points: `scatter` draws dots."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    right.plot(array(X), array(y), label="data")
    right.plot(array(X), array(w * X + b), label="model")
    right.set(title="Line", xlabel="x", ylabel="y")
    right.grid()
    right.legend()
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def turned_around(losses, X, y, w, b, path):
    """x and y are swapped. `scatter` and `plot` take what goes along the x axis first: X, then y."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    right.scatter(array(y), array(X), label="data")
    right.plot(array(w * X + b), array(X), label="model")
    right.set(title="Line", xlabel="x", ylabel="y")
    right.grid()
    right.legend()
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def losses_turned_around(losses, X, y, w, b, path):
    """Your losses are along the x axis. `plot` takes what goes along x first: the numbers of the epochs, then the
    losses."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    left.plot(losses, range(len(losses)))
    left.set(title="Loss", xlabel="epoch", ylabel="loss")
    left.grid()
    draw_line(right, X, y, w, b)
    figure.savefig(path)
    plt.close(figure)


@chapter.mistake(plot_results)
def saves_a_pdf(losses, X, y, w, b, path):
    """The file is not a PNG. With a path that ends in .png, `figure.savefig(path)` writes one by itself."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)
    figure.savefig(path, format="svg")
    plt.close(figure)


@chapter.mistake(plot_results)
def another_file_name(losses, X, y, w, b, path):
    """The file has another name. `path` is complete, ending and all: pass it to `savefig` as it is."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)
    figure.savefig(f"{path}.png")
    plt.close(figure)


@chapter.mistake(plot_results)
def title_of_axes(losses, X, y, w, b, path):
    """On axes it is `set_title`, `set_xlabel` and `set_ylabel`: `left.title` is the text itself. Only `plt.title`
    is a function."""
    import matplotlib.pyplot as plt

    figure, (left, _) = plt.subplots(1, 2)
    try:
        left.plot(losses)
        left.title("Loss")
    finally:
        plt.close(figure)


@chapter.mistake(plot_results)
def xlabel_of_axes(losses, X, y, w, b, path):
    """On axes it is `set_title`, `set_xlabel` and `set_ylabel`. Without `set_`, these are functions of `plt`."""
    import matplotlib.pyplot as plt

    figure, (left, _) = plt.subplots(1, 2)
    try:
        left.plot(losses)
        left.xlabel("epoch")
    finally:
        plt.close(figure)


@chapter.mistake(plot_results)
def both_axes_at_once(losses, X, y, w, b, path):
    """`plt.subplots(1, 2)` gives two axes in an array, and each has its own `plot`. Take them apart: `figure,
    (left, right) = ...`."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2)
    try:
        axes.plot(losses)
    finally:
        plt.close(figure)


@chapter.right(plot_results)
def step_by_step_with_pyplot(losses, X, y, w, b, path):
    import matplotlib.pyplot as plt

    plt.figure(figsize=(6, 8))
    plt.subplot(2, 1, 1)
    plt.plot(losses, color="black", linestyle="--")
    plt.title("How wrong")
    plt.xlabel("round")
    plt.ylabel("mean squared error")
    plt.grid(True)
    plt.subplot(2, 1, 2)
    plt.plot(array(X)[:, 0], array(y)[:, 0], "k.", label="measured")
    plt.plot(array(X)[:, 0], array(w * X + b)[:, 0], label="fitted")
    plt.title("The fit")
    plt.xlabel("input")
    plt.ylabel("output")
    plt.grid(True)
    plt.legend(loc="best")
    plt.tight_layout()
    plt.savefig(path)
    plt.close()


@chapter.right(plot_results)
def without_pyplot(losses, X, y, w, b, path):
    from matplotlib.figure import Figure

    figure = Figure()
    draw_losses(figure.add_subplot(1, 2, 1), losses)
    draw_line(figure.add_subplot(1, 2, 2), X, y, w, b)
    figure.savefig(path)


@chapter.right(plot_results)
def by_the_canvas(losses, X, y, w, b, path):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3), layout="constrained")
    right, left = figure.subplots(1, 2)
    draw_losses(left, losses)
    draw_line(right, X, y, w, b)
    with open(path, "wb") as file:
        FigureCanvasAgg(figure).print_png(file)


@chapter.right(plot_results)
def a_sorted_line_between_its_ends(losses, X, y, w, b, path):
    import matplotlib.pyplot as plt

    _, axes = plt.subplot_mosaic([["loss", "fit"]])
    axes["loss"].semilogy(range(len(losses)), losses, marker="x")
    axes["loss"].set(title="Loss", xlabel="epoch", ylabel="loss (log)")
    axes["loss"].grid(which="both", alpha=0.3)
    ends = torch.stack([X.min(), X.max()])  # (2,)
    axes["fit"].plot(array(ends), array(w * ends + b), "r-", label="prediction")
    axes["fit"].scatter(array(X).ravel().tolist(), array(y).ravel().tolist(), marker="+", label="points")
    axes["fit"].set(title="Fit", xlabel="x", ylabel="y")
    axes["fit"].grid(axis="y")
    axes["fit"].legend()
    plt.savefig(str(path), dpi=50)
    plt.close("all")


@chapter.right(plot_results)
def in_memory_first(losses, X, y, w, b, path):
    import io
    from pathlib import Path

    import matplotlib.pyplot as plt

    with plt.style.context("ggplot"):  # brings a grid of its own
        figure, (left, right) = plt.subplots(2, 1)
        left.plot(np.arange(len(losses)) + 1, losses)
        left.set(title="Loss", xlabel="epoch", ylabel="loss")
        order = X.detach().cpu().flatten().argsort()
        right.plot(array(X)[order], array(w * X + b)[order], label="model")
        right.plot(array(X), array(y), linestyle="none", marker="o", label="data")
        right.set(title="Line", xlabel="x", ylabel="y")
        right.legend()
        memory = io.BytesIO()
        figure.savefig(memory, format="png")
        plt.close(figure)
    Path(path).write_bytes(memory.getvalue())


@chapter.right(plot_results)
def with_errors_drawn_too(losses, X, y, w, b, path):
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2)
    draw_losses(left, losses)
    left.axhline(min(losses), linestyle=":")
    draw_line(right, X, y, w, b)
    right.vlines(array(X).ravel(), array(y).ravel(), array(w * X + b).ravel(), alpha=0.3)
    figure.canvas.draw()
    figure.canvas.print_figure(path, bbox_inches="tight")
    plt.close(figure)


chapter.equivalent(plot_results, "no_grad", reason="A picture has no graph.")
chapter.equivalent(
    plot_results,
    "points = X.detach().cpu().numpy() → points = X.detach().cpu()",
    "line = predict(w, b, X).detach().cpu().numpy() → line = predict(w, b, X).detach().cpu()",
    "right.scatter(points, y.detach().cpu().numpy(), label='data') → right.scatter(points, y.detach().cpu(), "
    "label='data')",
    reason="matplotlib turns tensors on the CPU that require no gradients into arrays itself.",
)
chapter.equivalent(
    plot_results,
    "points = X.detach().cpu().numpy() → points = X.cpu().numpy()",
    "right.scatter(points, y.detach().cpu().numpy(), label='data') → right.scatter(points, y.cpu().numpy(), "
    "label='data')",
    reason="The data require no gradients; only the prediction does.",
)
chapter.equivalent(
    plot_results,
    "line = predict(w, b, X).detach().cpu().numpy() → line = predict(w, b, X).detach_().cpu().numpy()",
    reason="What is cut off in place is the prediction, which nobody else holds.",
)
chapter.equivalent(
    plot_results,
    "… plt.subplots(1, 2, figsize=(10, 4)) → … plt.subplots(1, 2)",
    "… figsize=(10, 4)) → … figsize=(11, 4))",
    "… figsize=(10, 4)) → … figsize=(9, 4))",
    "… figsize=(10, 4)) → … figsize=(10, 5))",
    "… figsize=(10, 4)) → … figsize=(10, 3))",
    "… color='red', … → right.plot(points, line, label='prediction')",
    reason="Sizes and colours are free.",
)
chapter.equivalent(
    plot_results,
    "… label='data') → right.scatter(points, y.detach().cpu().numpy())",
    "… label='data') → … label='')",
    "… label='prediction') → right.plot(points, line, color='red')",
    "… label='prediction') → … label='')",
    reason="A legend is promised, not its wording nor what it names.",
)

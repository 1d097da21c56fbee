"""Chapter 9: cases, hints, likely mistakes and other right answers."""

import itertools

import torch

from grader.authoring import Chapter, Draw, Tolerance

chapter = Chapter(__file__)

AUTOGRAD = ["autograd", "backward", "func", "grad"]
"""What an answer names that lets autograd work: `backward()`, `torch.autograd.grad`, `torch.func.vjp`, …"""
OPTIMISER = ["optim"]


# ---------------------------------------------------------------- mse_gradients


def size_of_sum(w, b, X, y):
    """The size of what is averaged in a gradient, as the scale of its rounding errors."""
    error = (w * X).abs() + b.abs() + y.abs()
    return float((2 * error * X.abs().clamp(min=1)).mean())


def points(draw: Draw, n: int, step: int = 1) -> tuple[torch.Tensor, ...]:
    """w, b, and each `step`th of n X and y, in small whole numbers; neither w nor b stays as it is in a step.

    Where a gradient is 0, right answers that add up in another order may have rounding noise in its place.
    """
    while True:
        w, b, X, y = (draw.integers(*shape, low=-3, high=3) for shape in ((1,), (1,), (n, 1), (n, 1)))
        X, y = X[::step], y[::step]
        errors = w * X + b - y
        if errors.sum() != 0 and (errors * X).sum() != 0:
            return w, b, X, y


@chapter.exercise(
    points=2,
    also=["unchanged"],
    under="inference_mode",
    scale=size_of_sum,
    hints=[
        "How much does the square of one example's error change if w moves a little? And if b does?",
        "The gradient of a mean is the mean of the gradients. Which dimension has to disappear?",
        "For b it is the mean of 2 · error; for w each of these terms is multiplied by its X first.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html",
)
def mse_gradients(draw: Draw):
    column = torch.tensor([[1.0], [2.0], [4.0], [5.0]])
    yield torch.tensor([2.0]), torch.tensor([1.0]), column, torch.tensor([[1.0], [4.0], [5.0], [9.0]])
    yield torch.tensor([1.0]), torch.tensor([-1.0]), torch.tensor([[3.0]]), torch.tensor([[4.0]])  # n = 1
    yield points(draw, 2)
    yield points(draw, 5)
    yield draw.normal(1), draw.normal(1), draw.normal(20, 1)[::2], draw.normal(30, 1)[::3]
    yield tuple(draw.normal(*shape, dtype=torch.float64) for shape in ((1,), (1,), (7, 1), (7, 1)))
    yield draw.normal(1), draw.normal(1), draw.normal(200, 1), draw.normal(200, 1)


chapter.way(
    mse_gradients,
    instead=AUTOGRAD,
    sentence=(
        "This exercise is about the formula, and your function lets autograd work: write the two derivatives down once."
    ),
)


@chapter.mistake(mse_gradients)
def without_the_two(w, b, X, y):
    """Your gradients are half of what they should be: the derivative of error² is 2 · error."""
    error = w * X + b - y
    return (error * X).mean(0), error.mean(0)


@chapter.mistake(mse_gradients)
def one_two_missing(w, b, X, y):
    """Your gradient for w is right; the one for b is half of what it should be. The factor 2 comes from the
    square, and so belongs to both."""
    error = w * X + b - y
    return (2 * error * X).mean(0), error.mean(0)


@chapter.mistake(mse_gradients)
def sums(w, b, X, y):
    """Your gradients are too large by the factor n: you summed over the examples. The loss is a mean, so its
    gradient is one too."""
    error = w * X + b - y
    return (2 * error * X).sum(0), (2 * error).sum(0)


@chapter.mistake(mse_gradients)
def sums_as_numbers(w, b, X, y):
    """You summed over the examples, down to a single number. The loss is a mean, so its gradient is one too; and
    it has the shape of its parameter, (1,)."""
    error = w * X + b - y
    return (2 * error * X).sum(), (2 * error).sum()


@chapter.mistake(mse_gradients)
def sum_with_a_factor_of_one(w, b, X, y):
    """Your gradients are n / 2 times what they should be: sums over the examples, and without the factor 2 of the
    square, or halved. Take 2 · error, and its mean."""
    error = w * X + b - y
    return (error * X).sum(0), error.sum(0)


@chapter.mistake(mse_gradients)
def wrong_sign(w, b, X, y):
    """Your gradients have the wrong sign: the error is the prediction minus the target, not the other way
    round."""
    error = y - (w * X + b)
    return (2 * error * X).mean(0), (2 * error).mean(0)


@chapter.mistake(mse_gradients)
def single_numbers(w, b, X, y):
    """The numbers are right, but their shape is (). A gradient has the shape of its parameter, here (1,):
    take the mean over the examples only."""
    error = w * X + b - y
    return (2 * error * X).mean(), (2 * error).mean()


@chapter.mistake(mse_gradients)
def one_per_example(w, b, X, y):
    """You return one number for each example. The gradient of the mean loss is the mean of these, over the
    examples: shape (1,)."""
    error = w * X + b - y
    return 2 * error * X, 2 * error


@chapter.mistake(mse_gradients)
def matrix_of_one(w, b, X, y):
    """Your gradient for w has shape (1, 1), as a product of matrices leaves it. A gradient has the shape of its
    parameter, here (1,)."""
    error = w * X + b - y
    return 2 * X.mT @ error / len(X), (2 * error).mean(0)


@chapter.mistake(mse_gradients)
def matrices_of_one(w, b, X, y):
    """Your gradients have shape (1, 1): a dimension was kept. A gradient has the shape of its parameter, here
    (1,)."""
    error = w * X + b - y
    return (2 * error * X).mean(0, keepdim=True), (2 * error).mean(0, keepdim=True)


@chapter.mistake(mse_gradients)
def forgets_the_inner_derivative(w, b, X, y):
    """Your gradient for w is the one for b. If w moves, the error moves by X: that factor is missing (the
    chain rule)."""
    error = w * X + b - y
    return (2 * error).mean(0), (2 * error).mean(0)


@chapter.mistake(mse_gradients)
def times_w(w, b, X, y):
    """You multiply the error by w. What the error changes by, if w moves, is X: the derivative of w · X for w."""
    error = w * X + b - y
    return (2 * error * w).mean(0), (2 * error).mean(0)


@chapter.mistake(mse_gradients)
def mean_of_factors(w, b, X, y):
    """You averaged error and X separately. Each example's error belongs with its own X: multiply first, then
    take the mean."""
    error = w * X + b - y
    return 2 * error.mean(0) * X.mean(0), (2 * error).mean(0)


@chapter.mistake(mse_gradients)
def every_error_with_every_point(w, b, X, y):
    """Of predictions and targets, one has shape (n, 1) and the other (n,), and broadcasting pairs every
    prediction with every target. Keep both in shape (n, 1)."""
    error = w * X + b - y.squeeze(1)
    return (2 * error * X).mean().reshape(1), (2 * error).mean().reshape(1)


@chapter.mistake(mse_gradients)
def by_autograd(w, b, X, y):
    """Nothing is recorded in inference mode, so autograd has nothing to go back through. Work the two
    derivatives out on paper and write them down as formulas."""
    ((w * X + b - y) ** 2).mean().backward()
    return w.grad, b.grad


@chapter.mistake(mse_gradients, on="accelerator")
def ones_on_the_cpu(w, b, X, y):
    """This works on the CPU only: a tensor that you made is there. Give it the device of X, or do without it."""
    A = torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], dim=1)
    gradients = 2 * A.mT @ (w * X + b - y) / len(X)
    return gradients[0], gradients[1]


@chapter.mistake(mse_gradients)
def swapped(w, b, X, y):
    """Both gradients are right, but in the wrong order: the one for w comes first."""
    error = w * X + b - y
    return (2 * error).mean(0), (2 * error * X).mean(0)


@chapter.mistake(mse_gradients)
def squared_error_in_it(w, b, X, y):
    """The derivative of error² is 2 · error: the error itself, without its square."""
    error = (w * X + b - y) ** 2
    return (2 * error * X).mean(0), (2 * error).mean(0)


@chapter.mistake(mse_gradients)
def forgets_b(w, b, X, y):
    """b is missing from your predictions: they are w · X + b."""
    error = w * X - y
    return (2 * error * X).mean(0), (2 * error).mean(0)


@chapter.right(mse_gradients)
def by_matrix_product(w, b, X, y):
    error = w * X + b - y
    return (2 / len(X) * X.mT @ error).flatten(), 2 * error.mean().reshape(1)


@chapter.right(mse_gradients)
def by_columns(w, b, X, y):
    A = torch.cat([X, torch.ones_like(X)], dim=1)
    gradients = 2 * A.mT @ (A @ torch.stack([w, b]) - y) / len(X)
    return gradients[0], gradients[1]


@chapter.right(mse_gradients)
def by_dot_products(w, b, X, y):
    x, t = X[:, 0], y[:, 0]
    error = x * w + b - t
    return (torch.dot(error, x) * 2 / len(x))[None], (error.sum() * 2 / len(x))[None]


@chapter.right(mse_gradients)
def example_by_example(w, b, X, y):
    by_w, by_b = torch.zeros_like(w), torch.zeros_like(b)
    for point, target in zip(X, y, strict=True):
        error = w * point + b - target
        by_w += 2 * error * point / len(X)
        by_b += 2 * error / len(X)
    return by_w, by_b


@chapter.right(mse_gradients)
def by_moments(w, b, X, y):
    error = torch.addcmul(b - y, w, X)
    return [torch.einsum("ni,nj->j", error, X).mul(2 / X.numel()), torch.mean(error, 0).mul(2)]


chapter.equivalent(
    mse_gradients,
    "no_grad",
    "detached",
    reason="It is called under inference_mode, where nothing is followed.",
)


# ---------------------------------------------------------------- numerical_gradient


@chapter.exercise(
    points=3,
    also=["unchanged"],
    tolerance=Tolerance(rtol=1e-6, scale="largest"),
    hints=[
        "How does f change if one number of x moves and all others stay? What do you have to build for that?",
        "A step is zeros like x, with eps in one place. x + step is a new tensor, so x stays as it is.",
        "For any shape: count places from 0 to `x.numel()` - 1, make a flat step, and give it x's shape.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html",
)
def numerical_gradient(draw: Draw):
    def numbers(*shape: int) -> torch.Tensor:
        return draw.integers(*shape, low=1, high=5, dtype=torch.float64)

    squares, cubes, mixed = (draw.given(name) for name in ("sum_of_squares", "sum_of_cubes", "mixed_cubic"))
    yield squares, torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64), 0.001
    yield cubes, torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], dtype=torch.float64), 0.001
    yield mixed, numbers(3), 0.001
    yield mixed, numbers(3, 3), 0.001
    yield cubes, numbers(1)[0], 0.002  # no dimension at all
    yield mixed, numbers(1, 1), 0.001
    yield mixed, draw.normal(4, 3, dtype=torch.float64).mT, 0.001
    yield mixed, draw.normal(2, 3, 8, dtype=torch.float64)[:, :, ::2], 0.0005


def nudged(f, x, eps, difference):
    """A gradient by differences between x with one step up, x itself and x with one step down."""
    flat = x.reshape(-1)
    slopes = []
    for i in range(len(flat)):
        up, down = flat.clone(), flat.clone()
        up[i] += eps
        down[i] -= eps
        slopes.append(difference(f(up.reshape(x.shape)), f(x), f(down.reshape(x.shape))))
    return torch.stack(slopes).reshape(x.shape)


chapter.way(
    numerical_gradient,
    uses=["eps"],
    sentence=(
        "This exercise is about central differences, and your function never uses the step `eps`: try it once with"
        " two calls of `f` for each number."
    ),
)


@chapter.mistake(numerical_gradient)
def one_sided(f, x, eps):
    """You took a step to one side only, which is off by about eps. A central difference goes both ways, so that
    the leading errors cancel."""
    return nudged(f, x, eps, lambda up, here, down: (up - here) / eps)


@chapter.mistake(numerical_gradient)
def one_sided_down(f, x, eps):
    """You took a step to one side only, which is off by about eps. A central difference goes both ways, so that
    the leading errors cancel."""
    return nudged(f, x, eps, lambda up, here, down: (here - down) / eps)


@chapter.mistake(numerical_gradient)
def half_of_one_side(f, x, eps):
    """You took a step to one side only and divide by 2 · eps, which is the distance of two. Go down by a step as
    well."""
    return nudged(f, x, eps, lambda up, here, down: (up - here) / (2 * eps))


@chapter.mistake(numerical_gradient)
def rows_one_sided(f, x, eps):
    """You took a step to one side only, which is off by about eps. A central difference goes both ways, so that
    the leading errors cancel."""
    gradient = torch.zeros_like(x)
    for i in range(len(x)):
        up, down = x.clone(), x.clone()
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(x)) / eps
    return gradient


@chapter.mistake(numerical_gradient)
def divides_by_one_step(f, x, eps):
    """Your gradient is twice what it should be: from x - eps to x + eps is a distance of 2 · eps."""
    return nudged(f, x, eps, lambda up, here, down: (up - down) / eps)


@chapter.mistake(numerical_gradient)
def wrong_direction(f, x, eps):
    """Your gradient has the wrong sign: subtract the value at the lower point from the one at the upper
    point."""
    return nudged(f, x, eps, lambda up, here, down: (down - up) / (2 * eps))


@chapter.mistake(numerical_gradient)
def half_by_precedence(f, x, eps):
    """You divide by 2 and then multiply by eps: `/` and `*` go from left to right. Put the whole distance in
    parentheses."""
    return nudged(f, x, eps, lambda up, here, down: (up - down) / 2 * eps)


@chapter.mistake(numerical_gradient)
def all_at_once(f, x, eps):
    """You moved all numbers of x together, which gives the sum of all slopes. Move one number at a time, the
    others stay."""
    return torch.full_like(x, ((f(x + eps) - f(x - eps)) / (2 * eps)).item())


@chapter.mistake(numerical_gradient)
def one_number_for_all(f, x, eps):
    """You moved all numbers of x together and got one number. There is a slope for each number in x: move one at
    a time, the others stay."""
    return (f(x + eps) - f(x - eps)) / (2 * eps)


@chapter.mistake(numerical_gradient)
def one_slope_per_row(f, x, eps):
    """x[i] is a single number only if x has one dimension; otherwise it is a whole row, and x may have any shape,
    () too. Go through all places of x."""
    slopes = []
    for i in range(len(x)):
        step = torch.zeros_like(x)
        step[i] = eps
        slopes.append((f(x + step) - f(x - step)) / (2 * eps))
    return torch.stack(slopes)


@chapter.mistake(numerical_gradient)
def rows_moved_as_one(f, x, eps):
    """x[i] is a single number only if x has one dimension; otherwise it is a whole row, and x may have any shape,
    () too. Go through all places of x."""
    gradient = torch.zeros_like(x)
    for i in range(len(x)):
        up, down = x.clone(), x.clone()
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


@chapter.mistake(numerical_gradient)
def two_indices(f, x, eps):
    """You count rows and columns, and x may have any shape: one dimension, three, or none. Go through the places
    of a flat copy, from 0 to x.numel() - 1."""
    gradient = torch.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            step = torch.zeros_like(x)
            step[i, j] = eps
            gradient[i, j] = (f(x + step) - f(x - step)) / (2 * eps)
    return gradient


@chapter.mistake(numerical_gradient)
def in_place_and_back(f, x, eps):
    """You changed x in place and stepped back, but x + eps - 2 eps + eps is not x again, bit for bit. Work on
    a copy, or put the saved number back."""
    gradient = torch.zeros_like(x)
    for place in itertools.product(*map(range, x.shape)):
        x[place] += eps
        up = f(x)
        x[place] -= 2 * eps
        down = f(x)
        x[place] += eps
        gradient[place] = (up - down) / (2 * eps)
    return gradient


@chapter.mistake(numerical_gradient)
def in_place_and_back_by_rows(f, x, eps):
    """You changed x in place and stepped back, but x + eps - 2 eps + eps is not x again, bit for bit. Work on a
    copy, or put the saved number back."""
    gradient = torch.zeros_like(x)
    for i in range(len(x)):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        down = f(x)
        x[i] += eps
        gradient[i] = (up - down) / (2 * eps)
    return gradient


@chapter.mistake(numerical_gradient)
def never_steps_back(f, x, eps):
    """You changed x in place and left it so; every slope after the first is taken at another point. Work on a
    copy of x for each place."""
    gradient = torch.zeros_like(x)
    for place in itertools.product(*map(range, x.shape)):
        x[place] += eps
        up = f(x)
        x[place] -= 2 * eps
        gradient[place] = (up - f(x)) / (2 * eps)
    return gradient


@chapter.mistake(numerical_gradient)
def never_steps_back_by_rows(f, x, eps):
    """You changed x in place and left it so; every slope after the first is taken at another point. Work on a
    copy of x for each place."""
    gradient = torch.zeros_like(x)
    for i in range(len(x)):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        down = f(x)
        gradient[i] = (up - down) / (2 * eps)
    return gradient


@chapter.mistake(numerical_gradient)
def flat_copy(f, x, eps):
    """For an x that is not contiguous, `reshape` and `flatten` make a copy, so your steps never reached x and
    all slopes are 0. Hand f the tensor that you changed."""
    gradient = torch.zeros_like(x).reshape(-1)
    flat = x.reshape(-1)
    for i in range(len(flat)):
        saved = flat[i].item()
        flat[i] = saved + eps
        up = f(x)
        flat[i] = saved - eps
        gradient[i] = (up - f(x)) / (2 * eps)
        flat[i] = saved
    return gradient.reshape(x.shape)


@chapter.mistake(numerical_gradient, written=r"(?m)^\s*\w+ = \w+$")
def one_tensor_twice(f, x, eps):
    """f is called twice at the same point, so all slopes are 0: `=` gives a tensor a second name and copies
    nothing. A copy is `x.clone()`."""
    gradient = torch.zeros_like(x)
    for i in range(len(x)):
        up = x
        up[i] += eps
        down = x
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


@chapter.mistake(numerical_gradient, written=r"(?m)^\s*\w+ = \w+$")
def one_flat_tensor_twice(f, x, eps):
    """f is called twice at the same point, so all slopes are 0: `=` gives a tensor a second name and copies
    nothing. A copy is `x.clone()`."""
    flat = x.reshape(-1)
    gradient = torch.zeros_like(flat)
    for i in range(len(flat)):
        up = flat
        up[i] += eps
        down = flat
        down[i] -= eps
        gradient[i] = (f(up.reshape(x.shape)) - f(down.reshape(x.shape))) / (2 * eps)
    return gradient.reshape(x.shape)


@chapter.mistake(numerical_gradient)
def loses_digits(f, x, eps):
    """The result is float32, which is what `torch.zeros` and `torch.tensor` make of Python numbers. It should
    have x's dtype: small differences need its digits."""
    return nudged(f, x, eps, lambda up, here, down: (up - down) / (2 * eps)).float()


@chapter.mistake(numerical_gradient, on="accelerator")
def step_on_the_cpu(f, x, eps):
    """This works on the CPU only: a tensor that you made is there, while x is elsewhere. Give it
    `device=x.device`, or make it with `torch.zeros_like(x)`."""
    slopes = []
    for i in range(x.numel()):
        step = torch.zeros(x.numel(), dtype=x.dtype)
        step[i] = eps
        step = step.reshape(x.shape) if x.ndim else step  # a 0-dim CPU tensor would mix with any device
        slopes.append(((f(x + step) - f(x - step)) / (2 * eps)).reshape(()))
    return torch.stack(slopes).reshape(x.shape)


@chapter.mistake(numerical_gradient)
def stays_flat(f, x, eps):
    """The numbers are right, but they stand in one dimension. The result has the shape of x: give it that at the
    end."""
    return nudged(f, x, eps, lambda up, here, down: (up - down) / (2 * eps)).reshape(-1)


@chapter.right(numerical_gradient)
def by_clones(f, x, eps):
    return nudged(f, x, eps, lambda up, here, down: (up - down) / (2 * eps))


@chapter.right(numerical_gradient)
def by_identity(f, x, eps):
    steps = eps * torch.eye(x.numel(), dtype=x.dtype, device=x.device)
    slopes = [(f(x + s) - f(x - s)) / (2 * eps) for s in (row.view(x.shape) for row in steps)]
    return torch.stack(slopes).view(x.shape)


@chapter.right(numerical_gradient)
def by_saved_numbers(f, x, eps):
    copy = x.clone()
    gradient = torch.empty_like(x)
    for place in itertools.product(*(range(size) for size in x.shape)):
        saved = copy[place].item()
        copy[place] = saved + eps
        up = f(copy).item()
        copy[place] = saved - eps
        down = f(copy).item()
        copy[place] = saved
        gradient[place] = (up - down) / (2 * eps)
    return gradient


@chapter.right(numerical_gradient)
def by_python_numbers(f, x, eps):
    slopes = []
    for i in range(x.numel()):
        step = [0.0] * x.numel()
        step[i] = float(eps)
        move = torch.tensor(step, dtype=x.dtype, device=x.device).reshape(x.shape)
        slopes.append((f(x + move).item() / eps - f(x - move).item() / eps) / 2)
    return torch.tensor(slopes, dtype=x.dtype, device=x.device).reshape(x.shape)


chapter.equivalent(
    numerical_gradient,
    "step = torch.zeros(…) → step = torch.zeros(x.numel(), device=x.device)",
    "… dtype=x.dtype, … → … dtype=torch.float32, …",
    reason="In float32 eps is off by less than 1e-7 of itself; what is promised is 1e-6.",
)
chapter.equivalent(numerical_gradient, "… dtype=x.dtype, … → … dtype=torch.float64, …", reason="x is float64.")
chapter.equivalent(
    numerical_gradient,
    "step = step.reshape(x.shape) → step = step.view(x.shape)",
    "return torch.stack(slopes).reshape(x.shape) → return torch.stack(slopes).view(x.shape)",
    reason="A tensor made a line before is contiguous.",
)


# ---------------------------------------------------------------- zero_gradients_


def used(draw: Draw, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """A parameter with a gradient that has no zeros in it."""
    return draw.parameter(draw.integers(*shape, dtype=dtype), grad=draw.integers(*shape, low=1, dtype=dtype))


def unused(draw: Draw, *shape: int) -> torch.Tensor:
    """A parameter whose gradient is None."""
    return draw.parameter(draw.integers(*shape, low=1))


@chapter.exercise(
    points=1,
    also=["mutation", "grad"],
    hints=[
        "What is in `.grad` of a parameter that no backward pass has reached yet?",
        "`.grad` may be assigned to, or changed in place. Which of the two works for a None as well?",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.optim.Optimizer.zero_grad.html",
)
def zero_gradients_(draw: Draw):
    yield ([draw.parameter(torch.tensor([1.0, 2.0]), grad=torch.tensor([3.0, 4.0]))],)
    yield ([used(draw, 2), used(draw, 1), used(draw, 2, 2)],)
    yield ([unused(draw, 2), used(draw, 2)],)  # None first
    yield ([used(draw, 1), unused(draw, 3), used(draw, 3, 3)],)
    yield ([unused(draw, 2)],)
    yield ([used(draw, 20, 30), used(draw, 20, dtype=torch.float64)],)


chapter.way(
    zero_gradients_,
    instead=OPTIMISER,
    sentence=(
        "This chapter is about writing each part yourself, and your function leaves this one to `torch.optim`:"
        " write it once as a loop over `params`."
    ),
)


@chapter.mistake(zero_gradients_)
def forgets_none(params):
    """A `.grad` is None until a backward pass has filled it, and nothing can be done with that. Pass over
    those."""
    for p in params:
        p.grad.zero_()


@chapter.mistake(zero_gradients_)
def zeros_like_none(params):
    """A `.grad` is None until a backward pass has filled it, and nothing can be done with that. Pass over
    those."""
    for p in params:
        p.grad = torch.zeros_like(p.grad)


@chapter.mistake(zero_gradients_)
def writes_into_none(params):
    """A `.grad` is None until a backward pass has filled it, and nothing can be done with that. Pass over
    those."""
    for p in params:
        p.grad[:] = 0


@chapter.mistake(zero_gradients_)
def fills_none(params):
    """A `.grad` is None until a backward pass has filled it, and nothing can be done with that. Pass over
    those."""
    for p in params:
        p.grad.fill_(0)


@chapter.mistake(zero_gradients_)
def multiplies_none(params):
    """A `.grad` is None until a backward pass has filled it, and nothing can be done with that. Pass over
    those."""
    for p in params:
        p.grad *= 0


@chapter.mistake(zero_gradients_)
def fills_none_too(params):
    """A `.grad` that was None has become zeros. It has to stay None: that is how an update knows to leave the
    parameter alone."""
    for p in params:
        p.grad = torch.zeros_like(p)


@chapter.mistake(zero_gradients_)
def zeroes_the_parameters(params):
    """You set the parameters themselves to zero. Their gradients are in `.grad`."""
    with torch.no_grad():
        for p in params:
            p.zero_()


@chapter.mistake(zero_gradients_)
def assigns_a_number(params):
    """`.grad` takes a tensor or None, and not a number."""
    for p in params:
        if p.grad is not None:
            p.grad = 0


@chapter.mistake(zero_gradients_, written=r"(?m)^\s*\w+ = ")
def rebinds_a_name(params):
    """You gave something new to a name of your own; `.grad` still holds the old tensor. Assign to `p.grad`
    itself, or change it in place."""
    for p in params:
        gradient = p.grad
        gradient = 0 if gradient is None else gradient * 0


@chapter.mistake(zero_gradients_)
def changes_nothing(params):
    """The gradients are as they were: nothing in your function changes them. Assign to `.grad` itself, or call a
    method that works in place, with its parentheses."""
    for p in params:
        if p.grad is not None:
            p.grad * 0


@chapter.mistake(zero_gradients_)
def first_one_only(params):
    """Only the first parameter's gradient is cleared. Go through all of them; a `return` inside the loop ends it
    in the first round."""
    for p in params:
        p.grad = None
        return


@chapter.mistake(zero_gradients_)
def first_gradient_only(params):
    """Only the first gradient is cleared. Go through all of them; a `return` inside the loop ends it."""
    for p in params:
        if p.grad is not None:
            p.grad.zero_()
            return


@chapter.mistake(zero_gradients_)
def stops_at_none(params):
    """Your loop ends at the first `.grad` that is None. Pass over it and go on with the others."""
    for p in params:
        if p.grad is None:
            break
        p.grad.zero_()


@chapter.mistake(zero_gradients_)
def hands_the_list_back(params):
    """The gradients are cleared, but your function returns something. It changes its arguments and returns
    None."""
    for p in params:
        p.grad = None
    return params


@chapter.mistake(zero_gradients_)
def only_where_it_is_none(params):
    """Your question is the wrong way round: what is to be cleared are the gradients that are *not* None."""
    for p in params:
        if p.grad is None:
            p.grad.zero_()


@chapter.mistake(zero_gradients_)
def truth_of_a_gradient(params):
    """`if` needs one truth value, and a gradient has many numbers. Ask whether it is None: `is not None`."""
    for p in params:
        if p.grad:
            p.grad.zero_()


@chapter.mistake(zero_gradients_)
def asks_the_tensor_to_clear(params):
    """A tensor has no `zero_grad`; optimisers have. What a parameter has is `.grad`: clear that one."""
    for p in params:
        p.zero_grad()


@chapter.right(zero_gradients_)
def to_none(params):
    for p in params:
        p.grad = None


@chapter.right(zero_gradients_)
def by_optimiser(params):
    torch.optim.SGD(params, lr=0.1).zero_grad(set_to_none=False)


@chapter.right(zero_gradients_)
def by_new_zeros(params):
    for p in params:
        p.grad = torch.zeros_like(p.grad) if p.grad is not None else None


@chapter.right(zero_gradients_)
def by_multiplying(params):
    for i in range(len(params)):
        if params[i].grad is not None:
            params[i].grad *= 0


@chapter.right(zero_gradients_)
def by_filling(params):
    for gradient in [p.grad for p in params if p.grad is not None]:
        gradient.fill_(0.0)


chapter.equivalent(zero_gradients_, "no_grad", reason="A gradient in `.grad` requires none itself.")


# ---------------------------------------------------------------- gradient_descent_step_


@chapter.exercise(
    points=2,
    also=["same object", "mutation", "leaves", "grad"],
    hints=[
        "Does your line change the tensor in the list, or does it make a new one and give it a name?",
        "An update is not part of the model. In which block does PyTorch record nothing?",
        "`-=` changes a tensor in place. Pass over parameters that have no gradient.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html",
)
def gradient_descent_step_(draw: Draw):
    yield [draw.parameter(torch.tensor([1.0, 2.0]), grad=torch.tensor([10.0, -20.0]))], 0.1
    yield [used(draw, 2), used(draw, 2, 3)], 0.5
    yield [unused(draw, 2), used(draw, 2)], 0.1  # None first
    yield [used(draw, 1)], 1.0
    yield [used(draw, 3, 3), unused(draw, 1), used(draw, 3)], 0.01
    yield [draw.parameter(draw.normal(20, 30), grad=draw.normal(20, 30))], 0.3
    yield [used(draw, 4, dtype=torch.float64)], 0.05


def updated(params, lr, change):
    """One step by a function of parameter and gradient, None passed over."""
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                change(p, p.grad)


chapter.way(
    gradient_descent_step_,
    instead=OPTIMISER,
    sentence=(
        "This chapter is about writing each part yourself, and your function leaves this one to `torch.optim`:"
        " write it once as a loop over `params`."
    ),
)


@chapter.mistake(gradient_descent_step_)
def new_name_only(params, lr):
    """The parameters did not change: `p - ...` makes a new tensor, also where that gets the name p, while the
    list keeps the old one. Change p in place."""
    for p in params:
        if p.grad is not None:
            p = p - lr * p.grad


@chapter.mistake(gradient_descent_step_)
def new_name_for_each(params, lr):
    """The parameters did not change: `p - ...` makes a new tensor, also where that gets the name p, while the
    list keeps the old one. Change p in place."""
    for p in params:
        p = p - lr * p.grad


@chapter.mistake(gradient_descent_step_)
def recorded_update(params, lr):
    """A leaf that requires gradients may not be changed in place while PyTorch records. Make the update where
    nothing is recorded."""
    for p in params:
        if p.grad is not None:
            p -= lr * p.grad


@chapter.mistake(gradient_descent_step_)
def recorded_for_each(params, lr):
    """A leaf that requires gradients may not be changed in place while PyTorch records. Make the update where
    nothing is recorded."""
    for p in params:
        p -= lr * p.grad


@chapter.mistake(gradient_descent_step_)
def uphill(params, lr):
    """You went up the slope instead of down: the gradient points to where the loss grows, so it is
    subtracted."""
    updated(params, lr, lambda p, gradient: p.add_(lr * gradient))


@chapter.mistake(gradient_descent_step_)
def uphill_for_each(params, lr):
    """You went up the slope instead of down: the gradient points to where the loss grows, so it is subtracted."""
    with torch.no_grad():
        for p in params:
            p += lr * p.grad


@chapter.mistake(gradient_descent_step_)
def without_learning_rate(params, lr):
    """You subtracted the whole gradient. The learning rate says how much of it: multiply by lr."""
    updated(params, lr, lambda p, gradient: p.sub_(gradient))


@chapter.mistake(gradient_descent_step_)
def none_is_no_tensor(params, lr):
    """A parameter that no backward pass has reached has None in `.grad`, and there is nothing to multiply.
    Pass over it."""
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad


@chapter.mistake(gradient_descent_step_)
def replaces_by_plain_tensors(params, lr):
    """You put new tensors into the list. The model holds the old ones, and the results of an operation are no
    leaves and have no gradient: change the old ones in place."""
    with torch.no_grad():
        for i, p in enumerate(params):
            if p.grad is not None:
                params[i] = p - lr * p.grad


@chapter.mistake(gradient_descent_step_)
def replaces_each_by_a_plain_tensor(params, lr):
    """You put new tensors into the list. The model holds the old ones, and the results of an operation are no
    leaves and have no gradient: change the old ones in place."""
    with torch.no_grad():
        for i, p in enumerate(params):
            params[i] = p - lr * p.grad


@chapter.mistake(gradient_descent_step_)
def replaces_by_results(params, lr):
    """You put new tensors into the list. The model holds the old ones, and the results of an operation are no
    leaves and have no gradient: change the old ones in place."""
    for i, p in enumerate(params):
        if p.grad is not None:
            params[i] = p - lr * p.grad


@chapter.mistake(gradient_descent_step_)
def replaces_each_by_a_result(params, lr):
    """You put new tensors into the list. The model holds the old ones, and the results of an operation are no
    leaves and have no gradient: change the old ones in place."""
    for i, p in enumerate(params):
        params[i] = p - lr * p.grad


@chapter.mistake(gradient_descent_step_)
def replaces_by_leaves(params, lr):
    """You put new leaves into the list. They have the right numbers, but whoever holds the old tensors sees
    no change: change those in place."""
    for i, p in enumerate(params):
        if p.grad is not None:
            fresh = (p - lr * p.grad).detach().requires_grad_()
            fresh.grad = p.grad
            params[i] = fresh


@chapter.mistake(gradient_descent_step_)
def clears_as_well(params, lr):
    """The parameters are right, but you cleared their gradients too. Here every `.grad` stays as it was;
    clearing is a step of its own."""

    def change(p, gradient):
        p.sub_(lr * gradient)
        gradient.zero_()

    updated(params, lr, change)


@chapter.mistake(gradient_descent_step_)
def clears_to_none(params, lr):
    """The parameters are right, but you cleared their gradients too. Here every `.grad` stays as it was; clearing
    is a step of its own."""
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
                p.grad = None


@chapter.mistake(gradient_descent_step_)
def scales_the_gradient(params, lr):
    """The parameters are right, but you multiplied the gradients by lr in place. Every `.grad` stays as it
    was: make the product a new tensor."""
    updated(params, lr, lambda p, gradient: p.sub_(gradient.mul_(lr)))


@chapter.mistake(gradient_descent_step_)
def no_longer_recorded(params, lr):
    """The numbers are right, but you switched `requires_grad` off for the parameters, so the next backward
    pass will not reach them."""
    for p in params:
        p.requires_grad_(False)
        if p.grad is not None:
            p -= lr * p.grad


@chapter.mistake(gradient_descent_step_)
def returns_the_list(params, lr):
    """The step is right, but your function returns something. It changes its arguments and returns nothing."""
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
    return params


@chapter.mistake(gradient_descent_step_)
def returns_new_ones(params, lr):
    """You return new tensors. The parameters themselves should change, in place; nothing is returned."""
    with torch.no_grad():
        return [p - lr * p.grad for p in params]


@chapter.mistake(gradient_descent_step_)
def leaves_at_none(params, lr):
    """Your loop ends at the first `.grad` that is None. Pass over that parameter and go on with the others."""
    with torch.no_grad():
        for p in params:
            if p.grad is None:
                return
            p -= lr * p.grad


@chapter.mistake(gradient_descent_step_, written=r"with torch\.no_grad:")
def class_for_a_block(params, lr):
    """`torch.no_grad` is a class; the `with` block needs an object of it. The parentheses are missing:
    `torch.no_grad()`."""
    with torch.no_grad:
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad


@chapter.right(gradient_descent_step_)
def by_sgd(params, lr):
    torch.optim.SGD(params, lr=lr).step()


@chapter.right(gradient_descent_step_)
def by_subtracting(params, lr):
    updated(params, lr, lambda p, gradient: p.sub_(gradient, alpha=lr))


@chapter.right(gradient_descent_step_)
def by_copying(params, lr):
    updated(params, lr, lambda p, gradient: p.copy_(p - lr * gradient))


@chapter.right(gradient_descent_step_)
def by_data(params, lr):
    for p in params:
        if p.grad is not None:
            p.data -= lr * p.grad


@chapter.right(gradient_descent_step_)
def by_detached_view(params, lr):
    for p in filter(lambda p: p.grad is not None, params):
        p.detach().add_(p.grad, alpha=-lr)


@chapter.right(gradient_descent_step_)
@torch.no_grad()
def by_slices(params, lr):
    for i in range(len(params)):
        if params[i].grad is not None:
            params[i][...] = params[i] - lr * params[i].grad


# ---------------------------------------------------------------- momentum_step_


@chapter.exercise(
    points=2,
    also=["same object", "mutation", "leaves"],
    hints=[
        "Two tensors change for each parameter. In which order, and which value of v does p use?",
        "`v = momentum * v + ...` gives a new tensor the name v. How do you change the one in the list?",
        "`zip` walks both lists side by side; `*=`, `+=` and `-=` work in place.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html",
)
def momentum_step_(draw: Draw):
    one = draw.parameter(torch.tensor([1.0, 2.0]), grad=torch.tensor([4.0, -2.0]))
    yield [one], [torch.tensor([2.0, 8.0])], 0.1, 0.5
    yield [one], [torch.tensor([0.0, 0.0])], 0.1, 0.9  # the first step of all
    yield [used(draw, 2), used(draw, 2, 3)], [draw.integers(2, low=1), draw.integers(2, 3, low=1)], 0.5, 0.25
    yield [used(draw, 1)], [draw.integers(1, low=1)], 1.0, 0.5
    yield [used(draw, 3, 3)], [draw.integers(3, 3, low=1)], 0.25, 0.0  # no momentum: plain descent
    yield [draw.parameter(draw.normal(20, 30), grad=draw.normal(20, 30))], [draw.normal(20, 30)], 0.3, 0.9
    double = torch.float64
    yield [used(draw, 4, dtype=double)], [draw.integers(4, low=1, dtype=double)], 0.05, 0.8


def moved(params, velocities, change):
    """One step by a function of parameter, velocity and gradient."""
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            change(p, v, p.grad)


chapter.way(
    momentum_step_,
    instead=OPTIMISER,
    sentence=(
        "This chapter is about writing each part yourself, and your function leaves this one to `torch.optim`:"
        " write it once as a loop over `params`."
    ),
)


@chapter.mistake(momentum_step_)
def forgets_the_velocity(params, velocities, lr, momentum):
    """The parameters are right, but the velocities in the list did not change: a new tensor is not the one in the
    list, also under the name v. The next step needs them: change them in place."""
    moved(params, velocities, lambda p, v, g: p.sub_(lr * (momentum * v + g)))


@chapter.mistake(momentum_step_, written=r"grad \+= |grad = ")
def velocity_in_the_gradient(params, velocities, lr, momentum):
    """The parameters are right, but you built the velocity up in `.grad`, and those in the list did not change.
    The next step needs them: change them in place."""
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            p.grad += momentum * v
            p -= lr * p.grad


@chapter.mistake(momentum_step_)
def replaces_the_velocity(params, velocities, lr, momentum):
    """The numbers are right, but you put new tensors into the list of velocities. Whoever holds the old ones
    sees no change: change those in place."""
    with torch.no_grad():
        for i, p in enumerate(params):
            velocities[i] = momentum * velocities[i] + p.grad
            p -= lr * velocities[i]


@chapter.mistake(momentum_step_)
def new_names_only(params, velocities, lr, momentum):
    """Neither parameters nor velocities changed: what an operation gives is a new tensor, also under the name p
    or v, and the lists keep the old ones. Change these in place."""
    for p, v in zip(params, velocities, strict=True):
        v = momentum * v + p.grad
        p = p - lr * v


@chapter.mistake(momentum_step_)
def new_name_for_p(params, velocities, lr, momentum):
    """The velocities are right, but the parameters did not change: `p - ...` makes a new tensor, also where that
    gets the name p. Change p in place."""
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            v *= momentum
            v += p.grad
            p = p - lr * v


@chapter.mistake(momentum_step_)
def replaces_both(params, velocities, lr, momentum):
    """You put new tensors into the lists. Whoever holds the old ones sees no change: change those in place."""
    with torch.no_grad():
        for i in range(len(params)):
            velocities[i] = momentum * velocities[i] + params[i].grad
            params[i] = params[i] - lr * velocities[i]


@chapter.mistake(momentum_step_)
def old_velocity(params, velocities, lr, momentum):
    """You moved the parameters by the old velocity. First the velocity takes the gradient in, then p moves by
    the new one."""

    def change(p, v, g):
        p.sub_(lr * v)
        v.mul_(momentum).add_(g)

    moved(params, velocities, change)


@chapter.mistake(momentum_step_)
def old_velocity_for_good(params, velocities, lr, momentum):
    """The velocities did not change, and the parameters moved by the old ones. Methods without `_` at the end
    return a new tensor; change v in place, and then move p by it."""
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            v.mul(momentum).add(p.grad)
            p -= lr * v


@chapter.mistake(momentum_step_)
def weighted_average(params, velocities, lr, momentum):
    """You weighed the gradient with 1 - momentum, as in a moving average. Here the velocity takes in the
    whole gradient."""

    def change(p, v, g):
        v.mul_(momentum).add_((1 - momentum) * g)
        p.sub_(lr * v)

    moved(params, velocities, change)


@chapter.mistake(momentum_step_)
def learning_rate_inside(params, velocities, lr, momentum):
    """You built the learning rate into the velocity. Here v holds gradients only, and lr comes in when p
    moves."""

    def change(p, v, g):
        v.mul_(momentum).add_(lr * g)
        p.sub_(v)

    moved(params, velocities, change)


@chapter.mistake(momentum_step_)
def nothing_fades(params, velocities, lr, momentum):
    """Your velocity only adds up. Multiply the old one by `momentum` first, so that earlier gradients
    fade."""

    def change(p, v, g):
        v.add_(g)
        p.sub_(lr * v)

    moved(params, velocities, change)


@chapter.mistake(momentum_step_)
def fades_too_late(params, velocities, lr, momentum):
    """You added the gradient before multiplying by `momentum`, so the new gradient fades as well. Only the
    old velocity is multiplied."""

    def change(p, v, g):
        v.add_(g).mul_(momentum)
        p.sub_(lr * v)

    moved(params, velocities, change)


@chapter.mistake(momentum_step_)
def looks_ahead(params, velocities, lr, momentum):
    """You added the gradient once more on top of the faded new velocity (that is Nesterov's variant). Here p
    moves by lr · v alone."""

    def change(p, v, g):
        v.mul_(momentum).add_(g)
        p.sub_(lr * (g + momentum * v))

    moved(params, velocities, change)


@chapter.mistake(momentum_step_)
def climbs(params, velocities, lr, momentum):
    """You went up the slope instead of down: lr · v is subtracted from p."""

    def change(p, v, g):
        v.mul_(momentum).add_(g)
        p.add_(lr * v)

    moved(params, velocities, change)


@chapter.mistake(momentum_step_)
def without_the_learning_rate(params, velocities, lr, momentum):
    """You subtracted the whole velocity. The learning rate says how much of it: multiply by lr."""
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            v *= momentum
            v += p.grad
            p -= v


@chapter.mistake(momentum_step_)
def gradient_left_out_of_v(params, velocities, lr, momentum):
    """The parameters are right, but your velocities only fade: the gradient belongs into v, before p moves by
    it."""
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            v *= momentum
            p -= lr * (v + p.grad)


@chapter.mistake(momentum_step_)
def minus_the_gradient(params, velocities, lr, momentum):
    """Your velocities have the gradient with the wrong sign: v becomes momentum · v *plus* the gradient, and p
    becomes p *minus* lr · v."""
    with torch.no_grad():
        for p, v in zip(params, velocities, strict=True):
            v *= momentum
            v -= p.grad
            p += lr * v


@chapter.mistake(momentum_step_)
def is_recorded(params, velocities, lr, momentum):
    """A leaf that requires gradients may not be changed in place while PyTorch records. Make the update where
    nothing is recorded."""
    for p, v in zip(params, velocities, strict=True):
        v *= momentum
        v += p.grad
        p -= lr * v


@chapter.right(momentum_step_)
def in_methods(params, velocities, lr, momentum):
    def change(p, v, g):
        v.mul_(momentum).add_(g)
        p.sub_(v, alpha=lr)

    moved(params, velocities, change)


@chapter.right(momentum_step_)
def by_copies(params, velocities, lr, momentum):
    def change(p, v, g):
        new = momentum * v + g
        v.copy_(new)
        p.copy_(p - lr * new)

    moved(params, velocities, change)


@chapter.right(momentum_step_)
def by_optimiser_state(params, velocities, lr, momentum):
    optimiser = torch.optim.SGD(params, lr=lr, momentum=momentum)
    for p, v in zip(params, velocities, strict=True):
        optimiser.state[p]["momentum_buffer"] = v.clone()
    optimiser.step()
    for p, v in zip(params, velocities, strict=True):
        v.copy_(momentum * v + p.grad)


@chapter.right(momentum_step_)
def in_two_loops(params, velocities, lr, momentum):
    for i in range(len(params)):
        velocities[i].copy_(torch.lerp(params[i].grad, params[i].grad + velocities[i], momentum))
    for i in range(len(params)):
        params[i].data.add_(velocities[i], alpha=-lr)


@chapter.right(momentum_step_)
@torch.no_grad()
def by_slice_assignment(params, velocities, lr, momentum):
    for p, v in zip(params, velocities, strict=True):
        v[:] = v * momentum + p.grad
        p[:] = p - v * lr


chapter.equivalent(momentum_step_, "argument", "flag", reason="There is one velocity for each parameter.")


# ---------------------------------------------------------------- clip_gradients_


@chapter.exercise(
    points=3,
    also=["mutation", "grad"],
    tolerance=Tolerance(rtol=1e-4),
    hints=[
        "There is one norm for all gradients together. Which sum do you need before the root is taken?",
        "There are three cases: no gradient at all, short enough, and too long.",
        "Add up the squares of all numbers in all gradients, take the root, compare, and only then scale.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html",
)
def clip_gradients_(draw: Draw):
    yield [draw.parameter(torch.tensor([1.0, 2.0]), grad=torch.tensor([3.0, 4.0]))], 1.0
    yield [draw.parameter(torch.tensor([1.0, 2.0]), grad=torch.tensor([3.0, 4.0]))], 10.0  # short enough
    one = draw.parameter(torch.tensor([1.0]), grad=torch.tensor([-6.0]))
    yield [one, draw.parameter(torch.tensor([2.0]), grad=torch.tensor([8.0]))], 9.0  # too long only together
    yield [unused(draw, 2), used(draw, 2, 3)], 0.5
    yield [unused(draw, 2)], 1.0  # none at all
    yield [used(draw, 1)], 0.25
    yield [used(draw, 3, 3), used(draw, 3), used(draw, 1)], 1000.0
    yield [draw.parameter(draw.normal(20, 30), grad=draw.normal(20, 30)), used(draw, 30)], 2.0
    yield [used(draw, 4, dtype=torch.float64)], 0.1


def clipped(params, max_norm, norm_of=lambda gradients: sum((g**2).sum().item() for g in gradients) ** 0.5):
    """Clip by one norm of all gradients."""
    gradients = [p.grad for p in params if p.grad is not None]
    norm = norm_of(gradients)
    if norm > max_norm:
        for g in gradients:
            g.mul_(max_norm / norm)
    return float(norm)


chapter.way(
    clip_gradients_,
    instead=["clip_grad_norm_", "clip_grad_norm", "get_total_norm", "clip_grads_with_norm_"],
    sentence=(
        "This chapter is about writing each part yourself, and your function leaves this one to `torch.nn.utils`:"
        " work the norm out once."
    ),
)


@chapter.mistake(clip_gradients_)
def each_alone_and_the_norm_of_all(params, max_norm):
    """You clipped each gradient by its own norm, which bends their common direction. There is one norm for
    all numbers in all gradients."""
    total = 0.0
    for p in params:
        if p.grad is not None:
            norm = p.grad.norm()
            total += norm.item() ** 2
            if norm > max_norm:
                p.grad *= max_norm / norm
    return total**0.5


@chapter.mistake(clip_gradients_)
def each_by_itself(params, max_norm):
    """You clipped each gradient by its own norm, which bends their common direction. There is one norm for
    all numbers in all gradients."""
    for p in params:
        clipped([p], max_norm)
        total = [p.grad for p in params if p.grad is not None]
    return sum((g**2).sum().item() for g in total) ** 0.5


@chapter.mistake(clip_gradients_)
def each_by_itself_in_turn(params, max_norm):
    """You clipped each gradient by its own norm, and returned the last. There is one norm for all numbers in all
    gradients: sum up the squares of all of them first."""
    norm = 0.0
    for p in params:
        if p.grad is not None:
            norm = clipped([p], max_norm)
    return norm


@chapter.mistake(clip_gradients_)
def cuts_numbers(params, max_norm):
    """You cut every number off at ±max_norm. Clipping by norm multiplies all gradients by the same factor,
    which keeps their direction."""
    norm = clipped(params, float("inf"))
    for p in params:
        if p.grad is not None:
            p.grad.clamp_(-max_norm, max_norm)
    return norm


@chapter.mistake(clip_gradients_)
def length_one(params, max_norm):
    """Your gradients have the length 1 now. They should have the length max_norm: multiply by max_norm / norm."""
    norm = clipped(params, float("inf"))
    if norm > max_norm:
        for p in params:
            if p.grad is not None:
                p.grad /= norm
    return norm


@chapter.mistake(clip_gradients_)
def factor_upside_down(params, max_norm):
    """You made long gradients longer: the factor is below 1, max_norm divided by the norm, and not the other way
    round."""
    norm = clipped(params, float("inf"))
    if norm > max_norm:
        for p in params:
            if p.grad is not None:
                p.grad *= norm / max_norm
    return norm


@chapter.mistake(clip_gradients_)
def always_scales(params, max_norm):
    """The norm is not above max_norm, and you scaled all the same, which made the gradients longer. Leave them
    alone unless it is greater."""
    norm = clipped(params, float("inf"))
    for p in params:
        if p.grad is not None:
            p.grad.mul_(max_norm / norm)
    return norm


@chapter.mistake(clip_gradients_)
def always_scales_by_a_tensor(params, max_norm):
    """The norm is not above max_norm, and you scaled all the same, which made the gradients longer. Leave them
    alone unless it is greater."""
    gradients = [p.grad for p in params if p.grad is not None]
    norm = sum((g**2).sum() for g in gradients) ** 0.5
    for g in gradients:
        g *= max_norm / norm
    return norm.item()


@chapter.mistake(clip_gradients_)
def always_scales_and_trips(params, max_norm):
    """The norm is not above max_norm, and you scaled all the same, which made the gradients longer. Leave them
    alone unless it is greater."""
    norm = sum((p.grad**2).sum().item() for p in params) ** 0.5
    for p in params:
        p.grad *= max_norm / norm
    return norm


@chapter.mistake(clip_gradients_)
def norm_afterwards(params, max_norm):
    """The gradients are right, but you returned the norm that they have now. Asked for is the one from
    before."""
    return min(clipped(params, max_norm), max_norm)


@chapter.mistake(clip_gradients_)
def returns_a_tensor(params, max_norm):
    """The norm is right, but it is a tensor. A Python number is asked for: `.item()`."""
    return torch.tensor(clipped(params, max_norm))


@chapter.mistake(clip_gradients_)
def sum_of_norms(params, max_norm):
    """You added up the norms of the gradients. Squares add up, lengths do not: sum the squares of all of
    them, then take one root."""
    return clipped(params, max_norm, lambda gradients: sum(g.norm().item() for g in gradients))


@chapter.mistake(clip_gradients_)
def no_root(params, max_norm):
    """You compared and returned the sum of the squares. The norm is its square root."""
    return clipped(params, max_norm, lambda gradients: sum((g**2).sum().item() for g in gradients))


@chapter.mistake(clip_gradients_)
def no_root_and_trips(params, max_norm):
    """You compared and returned the sum of the squares. The norm is its square root."""
    norm = sum((p.grad**2).sum().item() for p in params if p.grad is not None)
    if norm > max_norm:
        for p in params:
            p.grad *= max_norm / norm
    return norm


@chapter.mistake(clip_gradients_)
def sizes_not_squares(params, max_norm):
    """You added up absolute values, which is another norm (L1). Here squares are summed, and the root is
    taken."""
    return clipped(params, max_norm, lambda gradients: sum(g.abs().sum().item() for g in gradients))


@chapter.mistake(clip_gradients_)
def longest_of_all(params, max_norm):
    """Your norm is that of the longest gradient. All of them together have one norm: the root of the sum of all
    their squares."""
    return clipped(params, max_norm, lambda gradients: max((g.norm().item() for g in gradients), default=0.0))


@chapter.mistake(clip_gradients_)
def norm_of_the_parameters(params, max_norm):
    """You measured the parameters. What is measured and clipped are their gradients, in `.grad`."""
    norm = sum((p.detach() ** 2).sum().item() for p in params) ** 0.5
    if norm > max_norm:
        for p in params:
            if p.grad is not None:
                p.grad *= max_norm / norm
    return norm


@chapter.mistake(clip_gradients_)
def scales_the_parameters(params, max_norm):
    """You scaled the parameters, and they should stay as they are. What is clipped are their gradients, in
    `.grad`."""
    norm = clipped(params, float("inf"))
    if norm > max_norm:
        with torch.no_grad():
            for p in params:
                if p.grad is not None:
                    p *= max_norm / norm
    return norm


@chapter.mistake(clip_gradients_)
def trips_over_none(params, max_norm):
    """A parameter that no backward pass has reached has None in `.grad`. Pass over it, both in the norm and
    when you scale."""
    norm = sum((p.grad**2).sum().item() for p in params) ** 0.5
    if norm > max_norm:
        for p in params:
            p.grad.mul_(max_norm / norm)
    return norm


@chapter.mistake(clip_gradients_)
def trips_when_scaling(params, max_norm):
    """A parameter that no backward pass has reached has None in `.grad`. You pass over it in the norm: do so when
    you scale as well."""
    norm = clipped(params, float("inf"))
    if norm > max_norm:
        for p in params:
            p.grad *= max_norm / norm
    return norm


@chapter.mistake(clip_gradients_)
def only_a_new_name(params, max_norm):
    """The gradients did not change: a product is a new tensor, also where that gets the name g. Change `.grad` in
    place, or assign to it."""
    gradients = [p.grad for p in params if p.grad is not None]
    norm = sum((g**2).sum().item() for g in gradients) ** 0.5
    for g in gradients:
        g = g * min(1.0, max_norm / norm)
    return norm


@chapter.mistake(clip_gradients_, on="accelerator")
def starts_on_the_cpu(params, max_norm):
    """This works on the CPU only: you put the gradients together with a tensor that was made there. Start with a
    Python number or list, or give it the gradients' device."""
    everything = torch.zeros(1, dtype=torch.float64)
    for p in params:
        if p.grad is not None:
            everything = torch.cat([everything, p.grad.flatten().double()])
    norm = everything.norm().item()
    for p in params:
        if p.grad is not None and norm > max_norm:
            p.grad *= max_norm / norm
    return norm


@chapter.right(clip_gradients_)
def by_torch(params, max_norm):
    return torch.nn.utils.clip_grad_norm_(params, max_norm).item()


@chapter.right(clip_gradients_)
def by_norm_of_norms(params, max_norm):
    norms = [p.grad.norm().item() for p in params if p.grad is not None]
    norm = float(torch.tensor(norms).norm()) if norms else 0.0
    for p in params:
        if p.grad is not None and norm > max_norm:
            p.grad = p.grad * (max_norm / norm)
    return norm


@chapter.right(clip_gradients_)
def by_one_vector(params, max_norm):
    flat = [p.grad.flatten() for p in params if p.grad is not None]
    if not flat:
        return 0.0
    norm = torch.linalg.vector_norm(torch.cat([g.double() for g in flat])).item()
    for p in params:
        if p.grad is not None:
            p.grad.mul_(min(1.0, max_norm / norm))
    return norm


@chapter.right(clip_gradients_)
def by_python_sum(params, max_norm):
    gradients = [p.grad for p in params if p.grad is not None]
    norm = sum(value * value for g in gradients for value in g.flatten().tolist()) ** 0.5
    if norm > max_norm:
        for g in gradients:
            g.div_(norm / max_norm)
    return norm


chapter.equivalent(clip_gradients_, "no_grad", reason="A gradient in `.grad` requires none itself.")
chapter.equivalent(
    clip_gradients_,
    "if norm > max_norm: → if norm >= max_norm:",
    reason="At the limit itself the factor is exactly 1.",
)


# ---------------------------------------------------------------- train_step_


@chapter.exercise(
    points=3,
    also=["same object", "mutation", "leaves", "grad"],
    tolerance=Tolerance(rtol=1e-5, atol=1e-5),
    hints=[
        "Predict and measure, differentiate, update, clear: what goes wrong in another order?",
        "Which of these may be recorded, and which must not be?",
        "You wrote the update and the clearing above; call them with [w, b]. Return `loss.item()`.",
    ],
    read="https://docs.pytorch.org/docs/stable/optim.html",
)
def train_step_(draw: Draw):
    def parameters(w: torch.Tensor, b: torch.Tensor, X: torch.Tensor, y: torch.Tensor):
        return draw.parameter(w), draw.parameter(b), X, y

    column = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
    yield *parameters(torch.tensor([1.0]), torch.tensor([0.0]), column, 2 * column + 1), 0.1
    two, one = torch.tensor([2.0]), torch.tensor([1.0])
    yield *parameters(two, one, one[None], one[None]), 0.25  # n = 1
    yield *parameters(*points(draw, 3)), 0.05
    yield *parameters(*points(draw, 12, step=2)), 0.1
    yield *parameters(*(draw.normal(*shape) for shape in ((1,), (1,), (50, 1), (50, 1)))), 0.3
    double = torch.float64
    yield *parameters(*(draw.normal(*shape, dtype=double) for shape in ((1,), (1,), (9, 1), (9, 1)))), 0.01


def step(w, b, X, y, lr, *, loss_of=lambda error: (error**2).mean(), sign=-1):
    """One step of training with a loss of its own."""
    loss = loss_of(w * X + b - y)
    loss.backward()
    with torch.no_grad():
        for p in (w, b):
            p += sign * lr * p.grad
            p.grad = None
    return loss.item()


chapter.way(
    train_step_,
    instead=OPTIMISER,
    sentence=(
        "This chapter is about writing each part yourself, and your function leaves the update to `torch.optim`:"
        " write the update once yourself."
    ),
)


@chapter.mistake(train_step_)
def clears_too_early(w, b, X, y, lr):
    """w and b did not move: the gradients are cleared between `backward()` and the update that needs them, or the
    update makes new tensors, or it goes through something else than a list with w and b."""
    loss = ((w * X + b - y) ** 2).mean()
    loss.backward()
    for p in (w, b):
        p.grad.zero_()
    chapter.solution.gradient_descent_step_([w, b], lr)
    return loss.item()


@chapter.mistake(train_step_)
def no_update(w, b, X, y, lr):
    """w and b did not move, and their gradients are still there. The update has to change the tensors that you
    were given, in place: `w - ...` makes a new one. Then clear."""
    loss = ((w * X + b - y) ** 2).mean()
    loss.backward()
    w = w - lr * w.grad
    b = b - lr * b.grad
    return loss.item()


@chapter.mistake(train_step_)
def leaves_the_gradients(w, b, X, y, lr):
    """The step is right, but you left the gradients in `.grad`, and the next backward pass would add to them.
    Clear them at the end."""
    loss = ((w * X + b - y) ** 2).mean()
    loss.backward()
    chapter.solution.gradient_descent_step_([w, b], lr)
    return loss.item()


@chapter.mistake(train_step_)
def loss_afterwards(w, b, X, y, lr):
    """The step is right, but you returned the loss of the new parameters. Asked for is the one from before
    the update."""
    step(w, b, X, y, lr)
    return ((w * X + b - y) ** 2).mean().item()


@chapter.mistake(train_step_)
def loss_as_tensor(w, b, X, y, lr):
    """You returned the loss as a tensor. A Python number is asked for: `.item()`."""
    loss = ((w * X + b - y) ** 2).mean()
    loss.backward()
    chapter.solution.gradient_descent_step_([w, b], lr)
    w.grad = b.grad = None
    return loss


@chapter.mistake(train_step_)
def loss_as_detached_tensor(w, b, X, y, lr):
    """You returned the loss as a tensor. A Python number is asked for: `.item()`."""
    loss = ((w * X + b - y) ** 2).mean()
    loss.backward()
    chapter.solution.gradient_descent_step_([w, b], lr)
    w.grad = b.grad = None
    return loss.detach()


@chapter.mistake(train_step_)
def ascends(w, b, X, y, lr):
    """You went up the slope instead of down, so the loss will grow: subtract lr times the gradient."""
    return step(w, b, X, y, lr, sign=1)


@chapter.mistake(train_step_)
def summed_loss(w, b, X, y, lr):
    """Your loss is the sum of the squared errors, n times too large, and so are the gradients. Take the
    mean."""
    return step(w, b, X, y, lr, loss_of=lambda error: (error**2).sum())


@chapter.mistake(train_step_)
def square_of_the_mean(w, b, X, y, lr):
    """You averaged the errors and then squared, so errors of opposite sign cancel. Square first, then take
    the mean."""
    return step(w, b, X, y, lr, loss_of=lambda error: error.mean() ** 2)


@chapter.mistake(train_step_)
def half_the_loss(w, b, X, y, lr):
    """Your loss is half the mean squared error. The exercise has no factor of one half."""
    return step(w, b, X, y, lr, loss_of=lambda error: (error**2).mean() / 2)


@chapter.mistake(train_step_)
def root_of_the_loss(w, b, X, y, lr):
    """You took the root of the mean squared error, which changes the loss and its gradients. No root is asked
    for."""
    return step(w, b, X, y, lr, loss_of=lambda error: (error**2).mean().sqrt())


@chapter.mistake(train_step_)
def pairs_everything(w, b, X, y, lr):
    """Of predictions and targets, one has shape (n, 1) and the other (n,), and broadcasting pairs every
    prediction with every target. Keep both in shape (n, 1)."""
    return step(w, b, X, y.squeeze(1), lr)


@chapter.mistake(train_step_)
def update_is_recorded(w, b, X, y, lr):
    """A leaf that requires gradients may not be changed in place while PyTorch records. Make the update where
    nothing is recorded."""
    loss = ((w * X + b - y) ** 2).mean()
    loss.backward()
    w -= lr * w.grad
    b -= lr * b.grad
    w.grad = b.grad = None
    return loss.item()


@chapter.mistake(train_step_, written=r"\b([wb]) = \1 - |\b([wb]) = \2\.sub\(")
def local_parameters(w, b, X, y, lr):
    """w and b did not move: `w = w - ...` makes a new tensor that only your function knows. Change the tensors
    that you were given, in place."""
    loss = ((w * X + b - y) ** 2).mean()
    loss.backward()
    gradients = w.grad, b.grad
    w.grad = b.grad = None
    with torch.no_grad():
        w = w - lr * gradients[0]
        b = b - lr * gradients[1]
    return loss.item()


@chapter.mistake(train_step_)
def nothing_recorded(w, b, X, y, lr):
    """The loss has no graph: it was computed under `torch.no_grad()`, or from something detached. Predict and
    measure where PyTorch records; only the update belongs under `no_grad`."""
    with torch.no_grad():
        loss = ((w * X + b - y) ** 2).mean()
        loss.backward()
    return loss.item()


@chapter.mistake(train_step_, written=r"\A(?![\s\S]*backward\()")
def no_backward(w, b, X, y, lr):
    """`.grad` is None: no gradient has been computed yet. `loss.backward()` comes between the loss and the
    update."""
    loss = ((w * X + b - y) ** 2).mean()
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
    return loss.item()


@chapter.mistake(train_step_)
def only_w(w, b, X, y, lr):
    """b did not move. It is a parameter as much as w, and makes the same step."""
    loss = ((w * X + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
    w.grad = b.grad = None
    return loss.item()


@chapter.mistake(train_step_)
def a_loss_for_each_example(w, b, X, y, lr):
    """You call `backward()` on one number for each example. It starts from a single number: take the mean of the
    squares first."""
    loss = (w * X + b - y) ** 2
    loss.backward()
    chapter.solution.gradient_descent_step_([w, b], lr)
    w.grad = b.grad = None
    return loss.item()


@chapter.right(train_step_)
def by_one_block(w, b, X, y, lr):
    return step(w, b, X, y, lr)


@chapter.right(train_step_)
def by_formula(w, b, X, y, lr):
    with torch.no_grad():
        by_w, by_b = chapter.solution.mse_gradients(w, b, X, y)
        loss = torch.square(w * X + b - y).mean().item()
        w.sub_(lr * by_w)
        b.sub_(lr * by_b)
    return loss


@chapter.right(train_step_)
def by_sgd_and_mse_loss(w, b, X, y, lr):
    optimiser = torch.optim.SGD([w, b], lr=lr)
    loss = torch.nn.functional.mse_loss(torch.addcmul(b, X, w), y)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    optimiser.zero_grad(set_to_none=False)
    return float(loss)


@chapter.right(train_step_)
def by_autograd_grad(w, b, X, y, lr):
    loss = (X @ w[:, None] + b - y).pow(2).sum() / len(X)
    for p, gradient in zip((w, b), torch.autograd.grad(loss, (w, b)), strict=True):
        p.data.add_(gradient, alpha=-lr)
    return loss.detach().cpu().tolist()


chapter.equivalent(
    train_step_,
    "loss = ((w * X + b - y) ** 2).mean() → loss = ((y - (w * X + b)) ** 2).mean()",
    reason="A difference and its opposite have the same square.",
)

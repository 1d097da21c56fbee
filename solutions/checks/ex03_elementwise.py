"""Cases, hints, known mistakes and other right answers for chapter 3, elementwise operations."""

import functools
import math

import torch
import torch.nn.functional as F

from grader.authoring import Chapter, Draw, Tolerance

chapter = Chapter(__file__)


def odd(draw: Draw, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Odd whole numbers from -9 to 9: easy to read, and never 0."""
    return 2 * draw.integers(*shape, low=-5, high=4, dtype=dtype) + 1


def away_from_zero(draw: Draw, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Numbers from 0.5 to 2 with either sign."""
    size = draw.uniform(*shape, low=0.5, high=2.0, dtype=dtype)
    return torch.where(draw.normal(*shape) > 0, size, -size)


# ---------------------------------------------------------------- arithmetic


@chapter.exercise(
    points=1,
    gradient=True,
    also=["unchanged"],
    hints=[
        "Write each of the five as you would for two plain numbers.",
        "Python has two division signs, and only one of them divides exactly. Which sign is the power?",
        "Return {'sum': a + b, ...}: the operators are +, -, *, / and **.",
    ],
    read="https://docs.pytorch.org/docs/stable/torch.html#pointwise-ops",
)
def arithmetic(draw: Draw):
    yield odd(draw, 2, 3), odd(draw, 2, 3)
    yield draw.integers(3, dtype=torch.int64), odd(draw, 3, dtype=torch.int64)
    yield odd(draw, 3, 3), odd(draw, 3, 3)
    yield odd(draw, 1), odd(draw, 1)
    yield away_from_zero(draw), away_from_zero(draw)
    yield draw.normal(4, 3).mT, away_from_zero(draw, 3, 8)[:, ::2]
    yield draw.normal(2, 3, dtype=torch.float64), away_from_zero(draw, 2, 3, dtype=torch.float64)
    yield draw.integers(4, 5, dtype=torch.int64), odd(draw, 4, 5, dtype=torch.int64)
    yield draw.normal(5, 4, 6), away_from_zero(draw, 5, 4, 6)


@chapter.mistake(arithmetic)
def floor_division(a, b):
    """Your quotient is rounded down to a whole number, as `//` does it. For exact division use `/`, which gives
    floats for integers too."""
    return {"sum": a + b, "difference": a - b, "product": a * b, "quotient": a // b, "square": a**2}


@chapter.mistake(arithmetic)
def quotient_back_to_integers(a, b):
    """Your quotient has the dtype of a, and integers cannot hold fractions. Let `/` choose: between integers
    it gives floats."""
    quotient = (a / b).to(a.dtype)
    return {"sum": a + b, "difference": a - b, "product": a * b, "quotient": quotient, "square": a**2}


@chapter.mistake(arithmetic)
def caret_for_power(a, b):
    """In Python `^` is not a power: it compares bits (exclusive or), and floats refuse it. The power is
    `**`."""
    return {"sum": a + b, "difference": a - b, "product": a * b, "quotient": a / b, "square": a ^ 2}


@chapter.mistake(arithmetic)
def difference_the_other_way(a, b):
    """Your difference is b minus a. The order counts here: take b away from a."""
    return {"sum": a + b, "difference": b - a, "product": a * b, "quotient": a / b, "square": a**2}


@chapter.mistake(arithmetic)
def quotient_the_other_way(a, b):
    """Your quotient is b divided by a. The order counts here: a stands above, b below."""
    return {"sum": a + b, "difference": a - b, "product": a * b, "quotient": b / a, "square": a**2}


@chapter.mistake(arithmetic)
def doubles_instead_of_square(a, b):
    """Your square is a times 2. The square is a times a: the power with exponent 2."""
    return {"sum": a + b, "difference": a - b, "product": a * b, "quotient": a / b, "square": a * 2}


@chapter.mistake(arithmetic)
def matrix_product(a, b):
    """`@` is the matrix product: it sums over rows times columns. Entry by entry, the product is `*`."""
    return {"sum": a + b, "difference": a - b, "product": a @ b, "quotient": a / b, "square": a**2}


@chapter.mistake(arithmetic)
def adds_in_place(a, b):
    """You changed a itself: `+=` and methods that end in `_` work in place, and a second name (`total = a`) is no
    copy. Make a new tensor."""
    total = a
    total += b
    return {"sum": total, "difference": a - b, "product": a * b, "quotient": a / b, "square": a**2}


@chapter.mistake(arithmetic, on="accelerator")
def exponents_on_the_cpu(a, b):
    """You made a helper tensor without `device=`, so it is on the CPU while a is not. A plain 2 will do;
    otherwise use `torch.full_like`."""
    twos = torch.full(a.shape, 2)
    return {"sum": a + b, "difference": a - b, "product": a * b, "quotient": a / b, "square": a**twos}


@chapter.mistake(arithmetic, on="accelerator")
def results_on_the_cpu(a, b):
    """Your results are on the CPU, the arguments are not. Results stay where their inputs live, unless you move
    those (`.cpu()`) or fill a tensor made elsewhere."""
    a, b = a.cpu(), b.cpu()
    return {"sum": a + b, "difference": a - b, "product": a * b, "quotient": a / b, "square": a**2}


@chapter.mistake(arithmetic)
def takes_the_root_for_the_square(a, b):
    """Your square is a root: an exponent of 0.5 takes it, and one of 2 squares."""
    return {"sum": a + b, "difference": a - b, "product": a * b, "quotient": a / b, "square": a**0.5}


@chapter.mistake(arithmetic)
def squares_b(a, b):
    """Your square is that of b. The square of a is asked for."""
    return {"sum": a + b, "difference": a - b, "product": a * b, "quotient": a / b, "square": b**2}


@chapter.mistake(arithmetic)
def floors_the_quotient(a, b):
    """Your quotient is rounded down to a whole number. Exact division keeps the fraction: leave the rounding
    out."""
    return {"sum": a + b, "difference": a - b, "product": a * b, "quotient": torch.floor(a / b), "square": a**2}


@chapter.right(arithmetic)
def by_functions(a, b):
    return {
        "square": torch.square(a),
        "quotient": torch.true_divide(a, b),
        "product": torch.mul(a, b),
        "difference": torch.sub(a, b),
        "sum": torch.add(a, b),
    }


@chapter.right(arithmetic)
def in_place_on_clones(a, b):
    total, difference, product = a.clone(), a.clone(), a.clone()
    total += b
    difference.sub_(b)
    product *= b
    return {"sum": total, "difference": difference, "product": product, "quotient": a.div(b), "square": a * a}


@chapter.right(arithmetic)
def by_other_formulas(a, b):
    return {
        "sum": a.sub(b, alpha=-1),
        "difference": a + -b,
        "product": torch.addcmul(torch.zeros_like(a), a, b),
        "quotient": a * b.reciprocal(),
        "square": a.pow(2),
    }


@chapter.right(arithmetic)
def by_einsum(a, b):
    pair = torch.stack([a, b])
    return {
        "sum": pair.sum(dim=0),
        "difference": -pair.diff(dim=0).squeeze(0),
        "product": torch.einsum("...,...->...", a, b),
        "quotient": torch.div(a, b),
        "square": torch.einsum("...,...->...", a, a),
    }


@chapter.right(arithmetic)
def by_loop(a, b):
    def each(operation):
        pairs = zip(a.reshape(-1), b.reshape(-1), strict=True)
        return torch.stack([operation(p, q) for p, q in pairs]).reshape(a.shape)

    return {
        "sum": each(lambda p, q: p + q),
        "difference": each(lambda p, q: p - q),
        "product": each(lambda p, q: p * q),
        "quotient": each(lambda p, q: p / q),
        "square": each(lambda p, q: p * p),
    }


@chapter.right(arithmetic)
def by_vmap(a, b):
    def five(p, q):
        return p + q, p - q, p * q, p / q, p**2

    results = torch.vmap(five)(a.reshape(-1), b.reshape(-1))
    names = ["sum", "difference", "product", "quotient", "square"]
    return {name: result.reshape(a.shape) for name, result in zip(names, results, strict=True)}


# ---------------------------------------------------------------- add_in_place_


@chapter.exercise(
    points=1,
    also=["same object", "mutation", "memory"],
    hints=[
        "What does the `_` at the end of a method's name mean in PyTorch?",
        "`x = x + amount` gives the name x to a new tensor; the caller still holds the old one.",
        "`x += amount` or `x.add_(amount)` changes x itself. Then return x.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.Tensor.add_.html",
)
def add_in_place_(draw: Draw):
    yield draw.integers(2, 3), 2.0
    yield draw.integers(3, 3), -0.5
    yield draw.integers(1), 4.0
    yield odd(draw), 1.5
    yield draw.normal(4, 3).mT, 10.0
    yield draw.normal(3, 8)[:, ::2], 0.25
    yield draw.normal(5, dtype=torch.float64), draw.number(1, 3)
    yield draw.normal(4, 5, 6), draw.number(-3, -1)


@chapter.mistake(add_in_place_)
def new_tensor(x, amount):
    """You returned a new tensor, which `x + amount` makes, and so does `x = x + amount`; the caller's x stays as it
    was. Use `+=` or a method ending in `_`."""
    return x + amount


@chapter.mistake(add_in_place_)
def forgot_underscore(x, amount):
    """x came back as it was: `x + amount` and `x.add(...)` leave x alone and give a new tensor, which nobody kept.
    Use `+=`, or the method with a `_` at its end."""
    x.add(amount)
    return x


@chapter.mistake(add_in_place_)
def returns_nothing(x, amount):
    """You changed x, as you should, but what came back is None. Return x at the end."""
    x += amount


@chapter.mistake(add_in_place_)
def returns_a_copy(x, amount):
    """You changed x, as you should, but returned a copy. Return x itself: the very object that came in."""
    x += amount
    return x.clone()


@chapter.mistake(add_in_place_)
def adds_twice(x, amount):
    """You changed x, as you should, but returned x plus the amount once more. Return x itself after the change in
    place."""
    x.add_(amount)
    return x + amount


@chapter.mistake(add_in_place_)
def through_reshape(x, amount):
    """`reshape` and `flatten` copy where x is not contiguous, so your change went into the copy. No reshaping is
    needed: add to x directly."""
    x.reshape(-1).add_(amount)
    return x


@chapter.mistake(add_in_place_)
def through_view(x, amount):
    """`view(-1)` works only where x is contiguous in memory. Elementwise operations need no flat tensor: add
    to x directly."""
    x.view(-1).add_(amount)
    return x


@chapter.mistake(add_in_place_)
def row_by_row(x, amount):
    """A tensor without dimensions has no rows to loop over. Elementwise operations need no loop: they work
    for any shape."""
    for i in range(len(x)):
        x[i] += amount
    return x


@chapter.mistake(add_in_place_, on="accelerator")
def returns_the_cpu_copy(x, amount):
    """You moved x to the CPU first, so what you changed and returned is a copy there. Work on x where it
    lives, without `.cpu()`."""
    x = x.cpu()
    x += amount
    return x


@chapter.mistake(add_in_place_, on="accelerator")
def through_numpy(x, amount):
    """NumPy cannot see an accelerator's memory, so `.numpy()` fails there. Tensors can change themselves in
    place: no detour is needed."""
    array = x.numpy()
    array += amount
    return x


@chapter.mistake(add_in_place_, on="accelerator")
def amounts_on_the_cpu(x, amount):
    """You made a helper tensor without `device=`, so it is on the CPU while x is not. Add the plain number,
    or use `torch.full_like`."""
    x += torch.full(x.shape, amount, dtype=x.dtype)
    return x


@chapter.mistake(add_in_place_)
def multiplies(x, amount):
    """You multiplied by the amount. It is to be added."""
    x *= amount
    return x


@chapter.mistake(add_in_place_)
def assigns_to_a_slice(x, amount):
    """`x[:]` slices a dimension, and a tensor without dimensions has none. `x[...]` fits any shape; simpler still,
    change x itself, without brackets."""
    x[:] += amount
    return x


@chapter.mistake(add_in_place_)
def over_two_dimensions(x, amount):
    """You count on two dimensions, and x may have any number of them. Elementwise operations need no loop: they
    work for any shape."""
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] += amount
    return x


@chapter.right(add_in_place_)
def by_method(x, amount):
    return x.add_(amount)


@chapter.right(add_in_place_)
def by_assignment(x, amount):
    x[...] = x + amount
    return x


@chapter.right(add_in_place_)
def by_copy(x, amount):
    return x.copy_(torch.full_like(x, amount) + x)


@chapter.right(add_in_place_)
def by_subtraction(x, amount):
    x -= -amount
    return x


@chapter.right(add_in_place_)
def by_out(x, amount):
    return torch.add(x, amount, out=x)


@chapter.right(add_in_place_)
def by_foreach(x, amount):
    torch._foreach_add_([x], amount)
    return x


@chapter.right(add_in_place_)
def under_no_grad_with_alpha(x, amount):
    with torch.no_grad():
        x.detach().add_(torch.ones_like(x), alpha=amount)
    return x


# ---------------------------------------------------------------- scaled_copy


@chapter.exercise(
    points=1,
    gradient=True,
    also=["unchanged", "aliasing"],
    hints=[
        "Which of `x * 2`, `x *= 2` and `x.mul_(2)` makes a new tensor?",
        "A new name for a tensor is not a new tensor. Do you need a case of its own for factor 1?",
        "Plain multiplication always makes a new tensor, whatever the factor.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.mul.html",
)
def scaled_copy(draw: Draw):
    yield odd(draw, 2, 3), 3.0
    yield odd(draw, 2, 3), 1.0
    yield odd(draw, 3, 3), -2.0
    yield odd(draw, 1), 0.5
    yield odd(draw), 1.0
    yield draw.normal(4, 3).mT, 0.0
    yield draw.normal(3, 8)[:, ::2], draw.number(2, 3)
    yield draw.normal(2, 3, dtype=torch.float64), draw.number(-3, -2)
    yield draw.normal(4, 5, 6), draw.number(2, 9)


@chapter.mistake(scaled_copy)
def scales_in_place(x, factor):
    """You scaled x itself: `*=` and methods that end in `_` work in place, and neither `y = x` nor `x[:]` is a
    copy. A plain product makes a new tensor; or clone x first."""
    y = x
    y *= factor
    return y


@chapter.mistake(scaled_copy)
def scales_the_detached(x, factor):
    """The change in place reached x as well: `x.detach()` and `x.data` share their memory with x. A plain product
    makes a new tensor."""
    y = x.detach()
    y *= factor
    return y


@chapter.mistake(scaled_copy)
def same_for_factor_one(x, factor):
    """For a factor of 1 you returned x itself, so a later write to the result changes x too. Make a new
    tensor in every case."""
    if factor == 1:
        return x
    return x * factor


@chapter.mistake(scaled_copy)
def cuts_the_graph(x, factor):
    """The numbers are right, but no gradient reaches x: `torch.tensor(x)`, `x.detach()` and `x.data` forget where
    they came from. `x.clone()` remembers."""
    return x.detach().clone() * factor


@chapter.mistake(scaled_copy)
def forgot_to_keep_the_product(x, factor):
    """Your result is a copy of x, but not scaled. `y * factor` and `y.mul(factor)` leave y as it is and return a
    new tensor: go on with that."""
    y = x.clone()
    y.mul(factor)
    return y


@chapter.mistake(scaled_copy)
def adds_the_factor(x, factor):
    """You added the factor to every entry. To scale is to multiply."""
    return x + factor


@chapter.mistake(scaled_copy)
def one_row_only(x, factor):
    """You scaled x[0] alone: an index picks a part. Without an index, an operation reaches every entry,
    whatever the shape."""
    y = x.clone()
    y[0] *= factor
    return y


@chapter.mistake(scaled_copy, on="accelerator")
def factors_on_the_cpu(x, factor):
    """You made a helper tensor without `device=`, so it is on the CPU while x is not. Multiply by the plain
    number instead."""
    return x * torch.full(x.shape, factor, dtype=x.dtype)


@chapter.mistake(scaled_copy, on="accelerator")
def copy_made_on_the_cpu(x, factor):
    """`torch.zeros(shape)` is on the CPU, so your result is too. A copy made by `x.clone()` or
    `torch.zeros_like(x)` lives where x does."""
    y = torch.zeros(x.shape, dtype=x.dtype)
    y.copy_(x)
    return y * factor


@chapter.mistake(scaled_copy)
def returns_x(x, factor):
    """This is x itself, not scaled. `x * factor` and `x.mul(factor)` leave x as it is and return a new tensor: go
    on with that."""
    x.mul(factor)
    return x


@chapter.mistake(scaled_copy)
def scales_row_by_row(x, factor):
    """A tensor without dimensions has no rows to loop over. Elementwise operations need no loop: they work for any
    shape."""
    y = torch.zeros_like(x)
    for i in range(len(x)):
        y[i] = x[i] * factor
    return y


@chapter.mistake(scaled_copy)
def takes_the_factor_for_an_exponent(x, factor):
    """You raised x to a power. To scale is to multiply, with a single `*`."""
    return x**factor


@chapter.mistake(scaled_copy)
def changes_the_rows_of_a_clone(x, factor):
    """The rows that a loop hands out cannot be changed in place while gradients are followed, and a tensor without
    dimensions has none. A plain product needs no loop."""
    y = x.clone()
    for row in y:
        row *= factor
    return y


@chapter.right(scaled_copy)
def clone_then_in_place(x, factor):
    return x.clone().mul_(factor)


@chapter.right(scaled_copy)
def by_full_like(x, factor):
    return torch.mul(torch.full_like(x, factor), x)


@chapter.right(scaled_copy)
def by_alpha(x, factor):
    return torch.zeros_like(x).add(x, alpha=factor)


@chapter.right(scaled_copy)
def by_einsum_with_a_number(x, factor):
    return torch.einsum("...,->...", x, x.new_tensor(factor))


@chapter.right(scaled_copy)
def by_stack(x, factor):
    return torch.stack([factor * entry for entry in x.reshape(-1)]).reshape(x.shape)


class Scale(torch.autograd.Function):
    """x times factor, with its derivative by hand."""

    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx, upstream):
        return upstream * ctx.factor, None


@chapter.right(scaled_copy)
def by_own_function(x, factor):
    return Scale.apply(x, factor)


# ---------------------------------------------------------------- root_mean_square


@chapter.exercise(
    points=1,
    gradient=True,
    tolerance=Tolerance(scale="largest"),
    hints=[
        "Read the name backwards: what happens first, what last?",
        "Square every entry, average over all of them, and only then take the root.",
        "Without `dim`, `mean()` averages over every entry of any shape; `sqrt()` is a method too.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.mean.html",
)
def root_mean_square(draw: Draw):
    yield odd(draw, 2, 3)
    yield odd(draw, 3, 3)
    yield odd(draw, 4)
    yield odd(draw, 1)
    yield odd(draw)
    yield draw.normal(4, 3).mT
    yield away_from_zero(draw, 2, 3) * 1e-3
    yield away_from_zero(draw, 2, 2) * torch.tensor([[500.0, 1.0], [0.01, 0.0]])
    yield draw.normal(2, 3, dtype=torch.float64)
    yield draw.normal(4, 5, 6, scale=10.0)


@chapter.mistake(root_mean_square)
def square_of_the_mean(x):
    """You averaged first and squared the mean, so that entries of opposite sign cancel. Square every entry
    first, then average."""
    return (x.mean() ** 2).sqrt()


@chapter.mistake(root_mean_square)
def mean_of_the_roots(x):
    """This is the mean of the absolute values, which are the roots of the squares. Average the squares first; the
    root comes last."""
    return (x**2).sqrt().mean()


@chapter.mistake(root_mean_square)
def no_root(x):
    """This is the mean of the squares: the root is missing at the end."""
    return (x**2).mean()


@chapter.mistake(root_mean_square)
def sum_instead_of_mean(x):
    """This is the root of the sum of the squares, as `norm` takes it, and it grows with the number of entries.
    Divide the sum by that number."""
    return (x**2).sum().sqrt()


@chapter.mistake(root_mean_square)
def divides_by_rows(x):
    """You divided by `len(x)`, which is the size of the first dimension alone. `x.numel()` counts all
    entries, and `mean()` does so for you."""
    return ((x**2).sum() / len(x)).sqrt()


@chapter.mistake(root_mean_square)
def over_the_last_dimension(x):
    """You took the mean along the last dimension only, one for each row. Without `dim` it runs over all entries."""
    return (x**2).mean(dim=-1).sqrt()


@chapter.mistake(root_mean_square)
def standard_deviation(x):
    """The standard deviation takes the mean off first, and PyTorch's divides by n - 1. Here, square the
    entries as they are."""
    return x.std()


@chapter.mistake(root_mean_square)
def python_number(x):
    """This is a Python number, as `math.sqrt` and `.item()` make it, and no gradient can pass through one. Use the
    tensor's own `sqrt()`."""
    return math.sqrt((x**2).mean())


@chapter.mistake(root_mean_square)
def new_tensor_from_number(x):
    """Your result knows nothing of x, so no gradient reaches x: `torch.tensor(number)` starts afresh, and
    `.detach()` cuts the path. Stay with tensor operations to the end."""
    return torch.tensor((x**2).mean().item() ** 0.5)


@chapter.mistake(root_mean_square, on="accelerator")
def total_on_the_cpu(x):
    """You add to a tensor made by `torch.zeros(1)`, and that one is on the CPU while x is not. `x.sum()`
    needs no start value."""
    total = torch.zeros(1, dtype=x.dtype)
    for entry in x.reshape(-1):
        total = total + entry**2
    return (total / x.numel()).sqrt().squeeze()


@chapter.mistake(root_mean_square, on="accelerator")
def answer_on_the_cpu(x):
    """Your result is on the CPU, x is not. Leave out `.cpu()`: a result stays where its input lives."""
    return (x.cpu() ** 2).mean().sqrt()


@chapter.mistake(root_mean_square)
def along_the_first_dimension(x):
    """You took the mean along the first dimension only, as a loop over x does: one for each column. Without `dim`,
    `mean()` runs over all entries."""
    return (x**2).mean(dim=0).sqrt()


@chapter.mistake(root_mean_square)
def deviation_from_the_mean(x):
    """You took the mean off first, so this is a standard deviation. Here, square the entries as they are."""
    return ((x - x.mean()) ** 2).mean().sqrt()


@chapter.mistake(root_mean_square)
def mean_of_the_absolute_values(x):
    """You averaged the absolute values. Square every entry first, average the squares, and take the root last."""
    return x.abs().mean()


@chapter.mistake(root_mean_square, written=r"\*\* 1(\.0)? / 2")
def half_of_the_mean(x):
    """This is half of the mean of the squares: in `** 1/2` the power comes first, then the division. Use `sqrt()`,
    or parentheses around the exponent."""
    return (x**2).mean() ** 1 / 2


@chapter.mistake(root_mean_square)
def deviation_with_n_below(x):
    """You took the mean off first, as every standard deviation does. Here, square the entries as they are."""
    return x.std(unbiased=False)


@chapter.mistake(root_mean_square)
def halves_the_mean(x):
    """This is half of the mean of the squares. The root is another operation: `sqrt()`."""
    return (x**2).mean() / 2


@chapter.right(root_mean_square)
def by_vector_norm(x):
    return torch.linalg.vector_norm(x) / x.numel() ** 0.5


@chapter.right(root_mean_square)
def by_dot_product(x):
    flat = x.flatten()
    return torch.sqrt(flat @ flat / len(flat))


@chapter.right(root_mean_square)
def by_mse_loss(x):
    return F.mse_loss(x, torch.zeros_like(x)) ** 0.5


@chapter.right(root_mean_square)
def by_einsum_over_all(x):
    flat = x.reshape(-1)
    return (torch.einsum("i,i->", flat, flat) / flat.numel()).pow(0.5)


@chapter.right(root_mean_square)
def by_python_sum(x):
    return (sum(entry * entry for entry in x.reshape(-1)) / x.numel()).sqrt()


@chapter.right(root_mean_square)
def scaled_by_the_largest(x):
    largest = x.abs().max().detach()
    return largest * (x / largest).square().mean().sqrt()


@chapter.right(root_mean_square)
def by_exp_and_log(x):
    return torch.exp(0.5 * torch.log(x.pow(2).mean()))


chapter.equivalent(
    root_mean_square,
    "return (x ** 2).mean().sqrt() → return (x ** 2).mean().sqrt_()",
    reason="What is changed in place is the mean, which nobody else holds and no gradient needs.",
)


# ---------------------------------------------------------------- sigmoid


@chapter.exercise(
    points=3,
    tolerance=Tolerance(rtol=0.0, atol=1e-6),
    gradient=Tolerance(rtol=0.0, atol=1e-6),
    hints=[
        "What is exp(1000.) in float32, and what is inf / inf? Try both in Python.",
        "Each of the two formulas is safe for one sign of x, but choosing afterwards computes both.",
        "Which exponent is never positive, whatever the sign of x? Both formulas can be built from it.",
        "With z = exp(-|x|), one side is 1 / (1 + z) and the other z / (1 + z); `torch.where` picks.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.where.html",
)
def sigmoid(draw: Draw):
    yield torch.tensor([-2.0, -1.0, 1.0, 3.0])
    yield odd(draw, 2, 3)
    yield torch.tensor([-1000.0, -100.0, 100.0, 1000.0])
    yield odd(draw, 1)
    yield odd(draw) * 100
    yield odd(draw, 3, 3)
    yield (away_from_zero(draw, 4, 3) * 4).mT
    yield away_from_zero(draw, 2, 3, dtype=torch.float64) * torch.tensor([1.0, 20.0, 500.0]).double()
    yield away_from_zero(draw, 4, 5, 6) * 15


chapter.way(
    sigmoid,
    uses=["exp", "exp_", "expm1", "exp2", "e"],
    sentence=(
        "This exercise is about avoiding an overflow by hand, and your function does without `exp`: write it once"
        " with `torch.exp`."
    ),
)


@chapter.mistake(sigmoid)
def naive(x):
    """The values are right, but for very negative x `exp(-x)` overflows, and in the gradient inf times 0 is
    nan. Keep every exponent at or below 0."""
    return 1 / (1 + torch.exp(-x))


@chapter.mistake(sigmoid)
def naive_for_negatives(x):
    """For large x `exp(x)` overflows to inf, and inf / inf is nan. Keep every exponent at or below 0,
    whatever the sign of x."""
    return torch.exp(x) / (1 + torch.exp(x))


@chapter.mistake(sigmoid)
def adds_to_what_backward_needs(x):
    """You changed in place (`+=`, or a method ending in `_`) what the way back needs: the derivative of `exp`, for
    one, is its own result. Use `+`, which makes a new tensor."""
    below = torch.exp(-x.abs())
    above = torch.where(x > 0, torch.ones_like(x), below)
    below += 1
    return above / below


@chapter.mistake(sigmoid)
def where_comes_too_late(x):
    """`torch.where` computes both sides, and the side not taken has overflowed: its nan spoils the gradient.
    Make both sides safe before you choose."""
    return torch.where(x >= 0, 1 / (1 + torch.exp(-x)), torch.exp(x) / (1 + torch.exp(x)))


@chapter.mistake(sigmoid)
def replaces_nan(x):
    """You replaced the nan in the values, as `nan_to_num` does, but the gradient still meets it. Prevent the
    overflow instead of repairing it."""
    return torch.nan_to_num(torch.exp(x) / (1 + torch.exp(x)), nan=1.0)


@chapter.mistake(sigmoid)
def wrong_sign(x):
    """Your curve falls where it should rise: this is the sigmoid of -x. Check the sign in the exponent."""
    z = torch.exp(-x.abs())
    return torch.where(x >= 0, z / (1 + z), 1 / (1 + z))


@chapter.mistake(sigmoid)
def forgot_the_other_side(x):
    """You used |x| without telling the signs apart, so x and -x give the same. Negative entries need the
    other formula."""
    return 1 / (1 + torch.exp(-x.abs()))


@chapter.mistake(sigmoid, written=r"1(\.0)? / 1(\.0)? \+")
def no_parentheses(x):
    """`1 / 1 + exp(-x)` divides before it adds: it is 1 + exp(-x). Put what stands below the line in
    parentheses."""
    return 1 / 1 + torch.exp(-x)


@chapter.mistake(sigmoid)
def by_math_module(x):
    """The functions of `math`, like `float`, take single numbers. `torch.exp` works on every entry of a tensor, and
    lets gradients pass."""
    return 1 / (1 + math.exp(-x))


@chapter.mistake(sigmoid)
def through_python_numbers(x):
    """The values are right, but no gradient arrives: what goes through `.tolist()`, `.item()` or `.detach()` knows
    nothing of x any more. Use `torch.exp` on x itself."""
    entries = [0.5 * (1 + math.tanh(entry / 2)) for entry in x.reshape(-1).tolist()]
    return torch.tensor(entries, dtype=x.dtype, device=x.device).reshape(x.shape)


@chapter.mistake(sigmoid, on="accelerator")
def ones_on_the_cpu(x):
    """You made a helper tensor without `device=`, so it is on the CPU while x is not. Use the plain number 1,
    or `torch.ones_like(x)`."""
    z = torch.exp(-x.abs())
    return torch.where(x >= 0, torch.ones(x.shape, dtype=x.dtype), z) / (1 + z)


@chapter.mistake(sigmoid, on="accelerator")
def result_made_on_the_cpu(x):
    """The tensor that you fill was made by `torch.zeros(shape)`, on the CPU, while x is not.
    `torch.zeros_like(x)` makes it where x lives."""
    z = torch.exp(-x.abs())
    result = torch.zeros(x.shape, dtype=x.dtype)
    result[...] = torch.where(x >= 0, 1 / (1 + z), z / (1 + z))
    return result


@chapter.mistake(sigmoid)
def naive_and_wrong_sign(x):
    """Your curve falls where it should rise: this is the sigmoid of -x. Check the sign in the exponent."""
    return 1 / (1 + torch.exp(x))


@chapter.mistake(sigmoid)
def masks_come_too_late(x):
    """For large x `exp(x)` overflows to inf, and inf / inf is nan, wherever it is computed; a mask does not help,
    as nan times 0 is nan. Keep every exponent at or below 0."""
    up, down = 1 / (1 + torch.exp(-x)), torch.exp(x) / (1 + torch.exp(x))
    return (x >= 0) * up + (x < 0) * down


@chapter.mistake(sigmoid)
def uses_tanh(x):
    """`tanh` runs from -1 to 1, and at 0 it is 0. The sigmoid runs from 0 to 1 and is 0.5 there."""
    return torch.tanh(x)


@chapter.mistake(sigmoid)
def uses_softmax(x):
    """`softmax` divides by the sum of a whole row, so each entry depends on the others. The sigmoid takes each
    entry by itself."""
    return torch.softmax(x.reshape(-1), dim=0).reshape(x.shape)


@chapter.mistake(sigmoid)
def uses_softmax_of_the_last_dimension(x):
    """`softmax` divides by the sum along a dimension, so each entry depends on the others. The sigmoid takes each
    entry by itself."""
    return torch.softmax(x, dim=-1)


@chapter.mistake(sigmoid)
def leaves_out_the_fraction(x):
    """This is 1 + exp(-x), which stands below the line. The sigmoid is 1 divided by all of it."""
    return 1 + torch.exp(-x)


@chapter.right(sigmoid)
def built_in(x):
    return torch.sigmoid(x)


@chapter.right(sigmoid)
def by_tanh(x):
    return 0.5 * (1 + torch.tanh(0.5 * x))


@chapter.right(sigmoid)
def by_clamp(x):
    return 1 / (1 + torch.exp(-x.clamp(-80, 80)))


@chapter.right(sigmoid)
def by_softplus(x):
    return torch.exp(-F.softplus(-x))


@chapter.right(sigmoid)
def by_softmax(x):
    return torch.softmax(torch.stack([x, torch.zeros_like(x)]), dim=0)[0]


@chapter.right(sigmoid)
def by_two_safe_sides(x):
    up = 1 / (1 + torch.exp(-x.clamp(min=0)))
    grown = torch.exp(x.clamp(max=0))
    return torch.where(x >= 0, up, grown / (1 + grown))


@chapter.right(sigmoid)
def by_mask(x):
    result = torch.zeros_like(x)
    positive = x >= 0
    result[positive] = 1 / (1 + torch.exp(-x[positive]))
    grown = torch.exp(x[~positive])
    result[~positive] = grown / (1 + grown)
    return result


class Sigmoid(torch.autograd.Function):
    """The sigmoid with its derivative by hand, s * (1 - s)."""

    @staticmethod
    def forward(ctx, x):
        z = torch.exp(-x.abs())
        s = torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, upstream):
        (s,) = ctx.saved_tensors
        return upstream * s * (1 - s)


@chapter.right(sigmoid)
def by_own_derivative(x):
    return Sigmoid.apply(x)


chapter.equivalent(
    sigmoid,
    "…x >= 0… → …x > 0…",
    reason="At 0 both branches are 1/2, and the gradient is not looked at there.",
)


# ---------------------------------------------------------------- log_sum_exp


@chapter.exercise(
    points=3,
    gradient=Tolerance(rtol=1e-4, atol=1e-4),
    scale=lambda x: 1 + x.abs().amax(dim=-1),
    hints=[
        "As it stands, it overflows near 1000 and gives log(0) near -1000. What could you take off first?",
        "Take the largest entry as m: then no exponent is positive, and the sum is at least 1.",
        "Each row needs its own m. `keepdim=True` keeps its place, so that it can be subtracted from x.",
        "m + log(sum(exp(x - m))): before you add m at the end, drop the dimension that you kept.",
    ],
    read="https://docs.pytorch.org/docs/stable/generated/torch.amax.html",
)
def log_sum_exp(draw: Draw):
    yield draw.integers(2, 3)
    yield draw.integers(4)
    yield draw.integers(1, 4)
    yield draw.integers(3, 3)
    yield draw.integers(1)
    yield torch.tensor([[1000.0, 999.0, 998.0], [0.0, 1.0, 2.0], [-1000.0, -1001.0, -1000.5]])
    yield torch.tensor([[1000.0, 1000.0], [-1000.0, -1000.0], [2.0, 2.0], [-1000.0, 1000.0]])
    yield draw.integers(3, 1)
    yield draw.normal(4, 3, scale=3.0).mT
    yield draw.normal(2, 3, scale=3.0, dtype=torch.float64)
    yield draw.normal(3, 5, 7, scale=5.0)


chapter.way(
    log_sum_exp,
    uses=["exp", "exp_", "expm1", "exp2", "e"],
    sentence=(
        "This exercise is about avoiding an overflow by hand, and your function leaves that to PyTorch: write it"
        " once with `exp` and `log`."
    ),
)


@chapter.mistake(log_sum_exp)
def overflows(x):
    """`exp` overflows to inf above about 88 and drops to 0 below about -103. Take the largest entry off
    before `exp`, and add it again after `log`."""
    return x.exp().sum(dim=-1).log()


@chapter.mistake(log_sum_exp)
def one_shift_for_all(x):
    """You took off the largest entry of the whole tensor, so a row far below it drops to exp(...) = 0. Each
    row needs its own largest entry."""
    m = x.max()
    return m + torch.exp(x - m).sum(dim=-1).log()


@chapter.mistake(log_sum_exp)
def over_the_first_dimension(x):
    """You summed along the first dimension. `dim` names the dimension that disappears: here the last one, dim
    -1."""
    m = x.amax(dim=0, keepdim=True)
    return m.squeeze(0) + torch.exp(x - m).sum(dim=0).log()


@chapter.mistake(log_sum_exp)
def over_everything(x):
    """Without `dim`, the sum runs over all entries and one number is left. Name the dimension that should
    disappear: -1, the last."""
    m = x.max()
    return m + torch.exp(x - m).sum().log()


@chapter.mistake(log_sum_exp)
def keeps_the_dimension(x):
    """Your result still has the last dimension, with size 1. `keepdim` helps inside; the result should come
    without it."""
    m = x.amax(dim=-1, keepdim=True)
    return m + torch.exp(x - m).sum(dim=-1, keepdim=True).log()


@chapter.mistake(log_sum_exp)
def lost_dimension(x):
    """The largest entries lost their last dimension, so they no longer line up with their rows (a square x hides
    that). `keepdim=True` keeps its place."""
    m = x.amax(dim=-1)
    return m + torch.exp(x - m).sum(dim=-1).log()


@chapter.mistake(log_sum_exp)
def forgets_to_add_back(x):
    """You took the largest entry off before `exp` but did not add it again after `log`."""
    m = x.amax(dim=-1, keepdim=True)
    return torch.exp(x - m).sum(dim=-1).log()


@chapter.mistake(log_sum_exp)
def log_before_sum(x):
    """You took the log of every entry before the sum; `exp` and `log` then undo each other. Sum first, then
    take one log of the sum."""
    return x.exp().log().sum(dim=-1)


@chapter.mistake(log_sum_exp)
def values_and_indices(x):
    """`max` with `dim` returns a pair: the values and where they stood. Take `.values`, or use `amax`, which
    returns the values alone."""
    m = x.max(dim=-1, keepdim=True)
    return m + torch.exp(x - m).sum(dim=-1).log()


@chapter.mistake(log_sum_exp)
def only_the_largest(x):
    """The largest entry alone comes close, but log(sum(exp)) is above it, and every entry has its share of
    the gradient. Sum as well."""
    return x.amax(dim=-1)


@chapter.mistake(log_sum_exp, on="accelerator")
def totals_on_the_cpu(x):
    """You add to a tensor made by `torch.zeros(shape)`, and that one is on the CPU while x is not.
    `sum(dim=-1)` needs no start value."""
    m = x.amax(dim=-1)
    total = torch.zeros(m.shape, dtype=x.dtype)
    for entry in x.unbind(-1):
        total = total + torch.exp(entry - m)
    return m + total.log()


@chapter.mistake(log_sum_exp, on="accelerator")
def answers_on_the_cpu(x):
    """The tensor that you fill row by row is on the CPU, x is not, so your result is in the wrong place. Make
    it by `x.new_zeros(...)`, or do without."""
    result = torch.zeros(x.shape[:-1], dtype=x.dtype)
    result[...] = torch.logsumexp(x, dim=-1)
    return result


@chapter.mistake(log_sum_exp)
def overflows_over_everything(x):
    """Without `dim`, the sum runs over all entries and one number is left. Name the dimension that should
    disappear: -1, the last."""
    return x.exp().sum().log()


@chapter.mistake(log_sum_exp)
def adds_a_column_to_a_row(x):
    """You added a column of largest entries to a row of logs: shapes (r, 1) and (r,) broadcast to (r, r). Drop the
    dimension that you kept before you add."""
    m = x.amax(dim=-1, keepdim=True)
    return m + torch.exp(x - m).sum(dim=-1).log()


@chapter.mistake(log_sum_exp)
def sums_without_exp(x):
    """This is the log of the plain sum. `exp` comes first: it makes every entry positive, so that a log can be
    taken."""
    return x.sum(dim=-1).log()


@chapter.mistake(log_sum_exp)
def forgets_the_log(x):
    """The log is missing at the end: this is the sum of the exponentials."""
    return x.exp().sum(dim=-1)


@chapter.mistake(log_sum_exp)
def lost_dimension_of_max(x):
    """The largest entries lost their last dimension, so they no longer line up with their rows (a square x hides
    that). `keepdim=True` keeps its place."""
    m = x.max(dim=-1).values
    return m + torch.exp(x - m).sum(dim=-1).log()


@chapter.mistake(log_sum_exp)
def adds_a_column_of_max_to_a_row(x):
    """You added a column of largest entries to a row of logs: shapes (r, 1) and (r,) broadcast to (r, r). Drop the
    dimension that you kept before you add."""
    m = x.max(dim=-1, keepdim=True).values
    return m + torch.exp(x - m).sum(dim=-1).log()


@chapter.mistake(log_sum_exp)
def overflows_over_the_first_dimension(x):
    """You summed along the first dimension. `dim` names the dimension that disappears: here the last one, dim
    -1."""
    return x.exp().sum(dim=0).log()


@chapter.mistake(log_sum_exp)
def plain_sum(x):
    """This is the plain sum. `exp` comes before it, and a `log` after it."""
    return x.sum(dim=-1)


@chapter.right(log_sum_exp)
def built_in_function(x):
    return torch.logsumexp(x, dim=-1)


@chapter.right(log_sum_exp)
def pair_by_pair(x):
    return functools.reduce(torch.logaddexp, x.unbind(-1))


@chapter.right(log_sum_exp)
def shift_without_history(x):
    m = x.detach().max(dim=-1).values
    return m + (x - m.unsqueeze(-1)).exp().sum(-1).log()


@chapter.right(log_sum_exp)
def by_log_softmax(x):
    return (x - F.log_softmax(x, dim=-1))[..., 0]


@chapter.right(log_sum_exp)
def by_cross_entropy(x):
    rows = x.reshape(-1, x.shape[-1])
    first = torch.zeros(len(rows), dtype=torch.int64, device=x.device)
    return (F.cross_entropy(rows, first, reduction="none") + rows[:, 0]).reshape(x.shape[:-1])


@chapter.right(log_sum_exp)
def row_after_row(x):
    def one(row):
        m = row.max()
        return m + torch.log(torch.sum(torch.exp(row - m)))

    rows = x.reshape(-1, x.shape[-1])
    return torch.stack([one(row) for row in rows]).reshape(x.shape[:-1])


@chapter.right(log_sum_exp)
def by_sorting(x):
    ordered = x.sort(dim=-1, descending=True).values
    largest, rest = ordered[..., :1], ordered[..., 1:]
    return largest[..., 0] + torch.log1p(torch.exp(rest - largest).sum(dim=-1))


class LogSumExp(torch.autograd.Function):
    """log(sum(exp(x))) with its derivative by hand: the softmax."""

    @staticmethod
    def forward(ctx, x):
        m = x.amax(dim=-1, keepdim=True)
        grown = torch.exp(x - m)
        total = grown.sum(dim=-1, keepdim=True)
        ctx.save_for_backward(grown / total)
        return (m + total.log()).squeeze(-1)

    @staticmethod
    def backward(ctx, upstream):
        (softmax,) = ctx.saved_tensors
        return upstream.unsqueeze(-1) * softmax


@chapter.right(log_sum_exp)
def by_softmax_as_derivative(x):
    return LogSumExp.apply(x)


chapter.equivalent(
    log_sum_exp,
    "… total.log() → … total.log_()",
    reason="What is changed in place is the answer's own sum, and its gradient is still right.",
)

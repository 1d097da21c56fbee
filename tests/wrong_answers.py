"""Sixty wrong answers that are in no bank of known mistakes: six for each chapter, as beginners write them.

They try what a learner reads: `tests/test_feedback.py` counts how many of them get a sentence, and from where. Do not
add them to the bank, or the count says nothing any more.
"""

# ruff: noqa: B007, B015, F841, RET503
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

Function = Callable[..., Any]
WRONG: list[tuple[str, Function]] = []


def wrong(exercise: str) -> Callable[[Function], Function]:
    """Note a wrong answer to an exercise."""

    def note(function: Function) -> Function:
        WRONG.append((exercise, function))
        return function

    return note


# ---------------------------------------------------------------- chapter 1


@wrong("from_rows")
def rows_in_one_line(rows):
    return torch.cat([torch.tensor(row) for row in rows])


@wrong("share_with_numpy")
def made_float32_first(array):
    return torch.from_numpy(array.astype(np.float32))


@wrong("copy_from_numpy")
def filled_an_empty_one(array):
    x = torch.empty(array.shape)
    x[:] = torch.from_numpy(array)
    return x


@wrong("zeros_and_ones")
def ones_added_to_zeros(rows, cols, device):
    zeros = torch.zeros(rows, cols, device=device)
    ones = zeros + torch.ones(rows, cols)
    return zeros, ones


@wrong("blank_copy")
def minus_itself(x):
    return x - x


@wrong("evenly_spaced")
def one_gap_too_many(start, stop, steps):
    return torch.tensor([start + i * (stop - start) / steps for i in range(steps)])


# ---------------------------------------------------------------- chapter 2


@wrong("describe")
def facts_without_return(x):
    facts = {
        "shape": x.shape,
        "ndim": x.ndim,
        "numel": x.numel(),
        "dtype": x.dtype,
        "device": x.device.type,
        "requires_grad": x.requires_grad,
        "is_contiguous": x.is_contiguous(),
    }


@wrong("typed_copies")
def dtypes_as_keys(values):
    kinds = [torch.int32, torch.int64, torch.float32, torch.float64, torch.bool]
    return {kind: torch.tensor(values, dtype=kind) for kind in kinds}


@wrong("complex_numbers")
def number_by_number(real, imag):
    return torch.tensor([complex(a, b) for a, b in zip(real, imag, strict=True)])


@wrong("memory_in_bytes")
def length_times_size(x):
    return x.element_size() * len(x)


@wrong("mean_of_counts")
def divided_by_length(counts):
    return counts.sum() / len(counts)


@wrong("contiguous_transpose")
def swapped_in_a_loop(x):
    r, c = x.shape
    out = torch.zeros(c, r)
    for i in range(r):
        for j in range(c):
            out[j, i] = x[i, j]
    return out


# ---------------------------------------------------------------- chapter 3


@wrong("arithmetic")
def distance_for_difference(a, b):
    return {"sum": a + b, "difference": abs(a - b), "product": a * b, "quotient": a / b, "square": a * a}


@wrong("add_in_place_")
def added_without_return(x, amount):
    x.add_(amount)


@wrong("scaled_copy")
def scaled_in_a_loop(x, factor):
    for i in range(len(x)):
        x[i] = x[i] * factor
    return x.clone()


@wrong("root_mean_square")
def norm_over_count(x):
    return x.norm() / x.numel()


@wrong("sigmoid")
def python_if(x):
    if x > 0:
        return 1 / (1 + torch.exp(-x))
    return torch.exp(x) / (1 + torch.exp(x))


@wrong("log_sum_exp")
def max_with_its_indices(x):
    m = x.max(dim=-1)
    return m + torch.log(torch.exp(x - m).sum(dim=-1))


# ---------------------------------------------------------------- chapter 4


@wrong("matrix_product")
def last_term_only(A, B):
    C = torch.zeros(A.shape[0], B.shape[1], dtype=A.dtype, device=A.device)
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] = A[i, k] * B[k, j]
    return C


@wrong("batch_product")
def list_of_products(A, B):
    return [a @ b for a, b in zip(A, B, strict=True)]


@wrong("transpose_last_two")
def for_three_dimensions(x):
    return x.permute(0, 2, 1)


@wrong("gram_matrix")
def columns_with_themselves(X):
    return torch.stack([X[:, i] @ X[:, i] for i in range(X.shape[1])])


@wrong("bilinear_form")
def all_pairs_added_up(x, A, y):
    return (x @ A @ y.T).sum(dim=1)


@wrong("linear_layer")
def last_input_only(x, weight, bias):
    for i in range(len(x)):
        out = weight @ x[i] + bias
    return out


# ---------------------------------------------------------------- chapter 5


@wrong("add_row_vector")
def one_more_row(matrix, v):
    return torch.cat([matrix, v.unsqueeze(0)])


@wrong("add_column_vector")
def columns_stacked_as_rows(matrix, v):
    return torch.stack([matrix[:, i] + v for i in range(matrix.shape[1])])


@wrong("center_columns")
def column_by_column(x):
    for i in range(x.shape[1]):
        x[:, i] = x[:, i] - x[:, i].mean()
    return x


@wrong("normalize_rows")
def from_zero_to_one(x):
    low = x.amin(dim=1, keepdim=True)
    high = x.amax(dim=1, keepdim=True)
    return (x - low) / (high - low)


@wrong("broadcast_shape")
def larger_of_each_pair(a, b):
    return tuple(max(p, q) for p, q in zip(a, b, strict=False))


@wrong("strict_add")
def returned_the_error(a, b):
    if a.shape != b.shape:
        return ValueError("shapes differ")
    return a + b


# ---------------------------------------------------------------- chapter 6


@wrong("drop_single_dims")
def dropped_while_counting(x):
    for dim in range(x.ndim):
        if x.shape[dim] == 1:
            x = x.squeeze(dim)
    return x


@wrong("top_right_block")
def colon_forgotten(x, size):
    return x[:size, -size]


@wrong("values_above")
def python_list(x, threshold):
    return [value for value in x if value > threshold]


@wrong("clip_negatives_")
def compared_not_assigned(x):
    x[x < 0] == 0
    return x


@wrong("pick_rows")
def row_after_row(x, indices):
    for i in indices:
        rows = x[i]
    return rows


@wrong("one_hot")
def two_equal_signs(labels, classes):
    out = torch.zeros(len(labels), classes, device=labels.device)
    for i in range(len(labels)):
        out[i, labels[i]] == 1
    return out


# ---------------------------------------------------------------- chapter 7


@wrong("pick_device")
def never_asked():
    if torch.cuda.is_available:  # type: ignore[truthy-function]  # that is the mistake
        return torch.device("cuda")
    if torch.backends.mps.is_available:
        return torch.device("mps")
    return torch.device("cpu")


@wrong("ones_on")
def capital_t(shape, device):
    return torch.Tensor(shape).fill_(1).to(device)


@wrong("to_device")
def looped_over_keys(batch, device):
    return {key: tensor.to(device) for key, tensor in batch}


@wrong("weighted_mean")
def weights_in_a_list(x):
    weights = [i + 1 for i in range(len(x))]
    return (x * weights).sum() / sum(weights)


@wrong("to_numpy")
def number_after_number(x):
    return np.array([number.item() for number in x])


@wrong("checked_matmul")
def told_but_not_raised(a, b):
    if a.device != b.device:
        print(f"a is on {a.device.type}, b is on {b.device.type}")
    else:
        return a @ b


# ---------------------------------------------------------------- chapter 8


@wrong("slope_of_parabola")
def item_without_call(x):
    t = torch.tensor(x, requires_grad=True)
    (t**2 + 3 * t + 1).backward()
    return t.grad.item


@wrong("partial_derivatives")
def one_at_a_time(a, b):
    a = torch.tensor(a, requires_grad=True)
    b = torch.tensor(b, requires_grad=True)
    y = a**2 * b + b**3
    (da,) = torch.autograd.grad(y, a)
    (db,) = torch.autograd.grad(y, b)
    return da.item(), db.item()


@wrong("graph_nodes")
def first_branch_only(z):
    names = []
    node = z.grad_fn
    while node is not None:
        names.append(type(node).__name__)
        if not node.next_functions:
            break
        node = node.next_functions[0][0]
    return names


@wrong("jacobian")
def as_many_rows_as_inputs(f, x):
    x = x.detach().clone().requires_grad_()
    y = f(x)
    rows = []
    for i in range(len(x)):
        (row,) = torch.autograd.grad(y[i], x, retain_graph=True)
        rows.append(row)
    return torch.stack(rows)


@wrong("micro_batch_gradient")
def last_batch_only(w, batches):
    n = 0
    for X, y in batches:
        loss = ((X @ w - y) ** 2).sum()
        n += len(y)
    (loss / n).backward()
    return w.grad


@wrong("predict_without_graph")
def detached_for_nobody(w, b, X):
    prediction = X @ w + b
    prediction.detach()
    return prediction


# ---------------------------------------------------------------- chapter 9


@wrong("mse_gradients")
def summed_by_a_product(w, b, X, y):
    error = w * X + b - y
    return 2 * X.T @ error, 2 * error.sum()


@wrong("numerical_gradient")
def nudged_all_at_once(f, x, eps):
    gradient = torch.zeros_like(x)
    slope = (f(x + eps) - f(x - eps)) / (2 * eps)
    return gradient + slope


@wrong("zero_gradients_")
def a_plain_zero(params):
    for p in params:
        p.grad = 0


@wrong("gradient_descent_step_")
def a_new_list(params, lr):
    params = [p - lr * p.grad for p in params if p.grad is not None]


@wrong("clip_gradients_")
def sum_of_the_norms(params, max_norm):
    norm = sum(p.grad.norm().item() for p in params if p.grad is not None)
    if norm > max_norm:
        for p in params:
            if p.grad is not None:
                p.grad *= max_norm / norm
    return float(norm)


@wrong("train_step_")
def cleared_like_an_optimizer(w, b, X, y, lr):
    loss = ((w * X + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
    w.zero_grad()
    b.zero_grad()
    return loss.item()


# ---------------------------------------------------------------- chapter 10


@wrong("make_data")
def rand_for_randn(n, seed, device):
    torch.manual_seed(seed)
    X = torch.rand(n, 1)
    y = 3 * X + 2 + 0.5 * torch.rand(n, 1)
    return X.to(device), y.to(device)


@wrong("predict")
def point_by_point(w, b, X):
    return torch.tensor([w * x + b for x in X])


@wrong("mean_squared_error")
def built_in_sum(pred, target):
    return sum((pred - target) ** 2) / len(pred)


@wrong("train_")
def returned_inside_the_loop(X, y, w, b, lr, epochs):
    losses = []
    for epoch in range(epochs):
        loss = ((w * X + b - y) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad.zero_()
        b.grad.zero_()
        return losses


@wrong("progress_line")
def no_f_in_front(epoch, epochs, loss):
    return "Epoch {epoch}/{epochs}, Loss: {loss:.4f}"


@wrong("plot_results")
def one_picture(losses, X, y, w, b, path):
    import matplotlib.pyplot as plt

    plt.plot(losses)
    plt.scatter(X, y)
    plt.plot(X, w * X + b)
    plt.title("Results")
    plt.legend(["loss", "points", "line"])
    plt.savefig(path)

"""Chapter 8: Autograd.

Training asks one question again and again: if this number moves a little,
how much does that number move? The answer is a derivative, and PyTorch works
it out for you. Switch recording on for a tensor, compute with it, and call
`backward()` on the result, which must be a single number:

    x = torch.tensor(2.0, requires_grad=True)
    y = x**3
    y.backward()
    x.grad                        # tensor(12.), which is 3 · 2²

While y was computed, PyTorch wrote down a *graph* of what was done: each
result has a `grad_fn`, a node that knows its operation, here a PowBackward0,
and `grad_fn.next_functions`, the nodes where its inputs came from, as pairs
of (node, number). An input that needs no gradient is a None there. The graph
ends at the *leaves*, tensors that you made yourself; each has a node called
AccumulateGrad. `backward()` walks from y to the leaves, multiplies the
derivatives on its way, and adds the outcome to `.grad` of each leaf.

It *adds*. A second backward pass puts its gradient on top of the first, until
you clear it: `x.grad = None`, or `x.grad.zero_()`. That is handy for data in
pieces, and a trap everywhere else. `x.grad` is also one tensor that keeps
changing: `x.grad.item()` is the Python number that it holds now. And a graph
is used up by its backward pass, unless you ask for `retain_graph=True`.

`torch.autograd.grad(y, x)` hands the gradients back instead, as a tuple with
one for each input, and leaves every `.grad` alone.

If y holds several numbers, all their derivatives form a matrix, the Jacobian
J: row i has the derivatives of y[i], one for each number in x. Backward never
builds it. It computes a vector times J, and you choose the vector v, shaped
like y: `torch.autograd.grad(y, x, grad_outputs=v)` is vᵀJ. With a 1 in place i
and zeros elsewhere, that is row i; so is the gradient of y[i] alone.
`torch.stack(rows)` makes a matrix of a list of rows.

Often part of the work should not be recorded:

    with torch.no_grad():         # nothing in this block is recorded
        prediction = x * 5
    constant = x.detach()         # the same numbers, cut off from the graph

Gradients treat what is detached as a constant. Its memory is shared with x,
but it is a tensor of its own: `x.detach().requires_grad_()` starts a fresh
graph and leaves x as it is.

With this you can get the derivative of anything that you can compute; next:
doing without autograd, to see that there is no magic in it.
"""

import torch
from torch import Tensor


def slope_of_parabola(x: float) -> float:
    """Return the derivative of y = x² + 3x + 1 at x, worked out by autograd.

    x is a Python number, and so is the result, not a tensor.

    >>> slope_of_parabola(2.0)
    7.0
    """
    raise NotImplementedError


def partial_derivatives(a: float, b: float) -> tuple[float, float]:
    """Return both partial derivatives of a²b + b³, first by a, then by b.

    One backward pass gives both. The results are Python numbers.

    >>> partial_derivatives(2.0, 1.0)
    (4.0, 7.0)
    """
    raise NotImplementedError


def graph_nodes(z: Tensor) -> list[str]:
    """List the names of the nodes in the graph behind z.

    Start from `z.grad_fn` and go breadth first: first that node, then the
    nodes of its `next_functions` in their order, then theirs, and so on. A
    node that can be reached in several ways is listed once, where it comes
    first; two different nodes may well have the same name. None is skipped,
    the leaves' AccumulateGrad nodes are included. A node's name is
    `type(node).__name__`. If z has no `grad_fn`, the list is empty.

    >>> x = torch.tensor([1., 2.], requires_grad=True)
    >>> graph_nodes((x * x).sum())
    ['SumBackward0', 'MulBackward0', 'AccumulateGrad']
    """
    raise NotImplementedError


def vector_jacobian_product(f, x: Tensor, v: Tensor) -> Tensor:
    """Return vᵀJ, where J is the Jacobian of the function f at x.

    x has shape (n,), and f makes of it a tensor of shape (m,), with PyTorch
    operations; v has that shape too. The result has shape (n,). x may
    require gradients or not, and may hold something in `.grad`. x and v
    themselves must not change: neither their values nor their
    `requires_grad` nor their `.grad`.

    >>> x = torch.tensor([1., 2., 3.])
    >>> v = torch.tensor([1., 10., 100.])
    >>> vector_jacobian_product(lambda x: x**2, x, v)
    tensor([  2.,  40., 600.])
    """
    raise NotImplementedError


def jacobian(f, x: Tensor) -> Tensor:
    """Return the whole Jacobian of f at x, one row for each output of f.

    x has shape (n,), f(x) has shape (m,), and m may be 1. The result has
    shape (m, n). x may require gradients or not, and may hold something in
    `.grad`. x itself must not change: neither its values nor its
    `requires_grad` nor its `.grad`.

    >>> jacobian(lambda x: x[:-1] * x[1:], torch.tensor([1., 2., 3.]))
    tensor([[2., 1., 0.],
            [0., 3., 2.]])
    """
    raise NotImplementedError


def accumulated_gradients(x: float) -> list[float]:
    """Watch gradients add up: return what `.grad` holds at three moments.

    Make one leaf from x. First moment: after a backward pass from x².
    Second: after one from x³ as well, with nothing cleared in between.
    Third: after clearing the gradient and one more from x³. The three are
    Python numbers.

    >>> accumulated_gradients(2.0)
    [4.0, 16.0, 12.0]
    """
    raise NotImplementedError


def micro_batch_gradient(w: Tensor, batches: list) -> Tensor:
    """Return the gradient of the mean squared error over several batches.

    Data that do not fit into memory at once come in small batches, whose
    gradients add up to that of all the data. w has shape (d,); it is a leaf
    that requires gradients, with None in `.grad`. Each batch is a pair of X,
    of shape (n_i, d), and y, of shape (n_i,), and the sizes n_i differ. The
    error is the sum of (X @ w - y)² over all examples of all batches,
    divided by how many examples there are in all. The result is its
    gradient with respect to w, of shape (d,). The values of w must not
    change; what is left in `w.grad` is up to you.

    >>> w = torch.tensor([2.], requires_grad=True)
    >>> one = torch.tensor([[1.], [1.]]), torch.tensor([2., 5.])
    >>> other = torch.tensor([[3.]]), torch.tensor([0.])
    >>> micro_batch_gradient(w, [one, other])
    tensor([10.])
    """
    raise NotImplementedError


def straight_through_round(x: Tensor) -> Tensor:
    """Round x, but let gradients pass as if nothing had been done.

    Rounding is flat almost everywhere, so its true gradient is zero, and
    nothing before it would ever learn. The usual way out: the result has the
    values of `torch.round(x)`, but the gradient that arrives at it goes on to
    x unchanged. Numbers halfway between two whole ones are not tried.

    Think of x plus a correction: which part should autograd not see?

    >>> x = torch.tensor([0.4, 1.8], requires_grad=True)
    >>> y = straight_through_round(x)
    >>> y.detach()
    tensor([0., 2.])
    >>> (y * torch.tensor([10., 20.])).sum().backward()
    >>> x.grad
    tensor([10., 20.])
    """
    raise NotImplementedError


def predict_without_graph(w: Tensor, b: Tensor, X: Tensor) -> Tensor:
    """Return the predictions X @ w + b without recording a graph.

    Shapes: w (d,), b (1,), X (n, d), result (n,). w and b require gradients,
    and still do after the call: the arguments must not change. The result
    does not require gradients. A model that is used, and not trained, needs
    no graph, and does without it in less time and memory.

    >>> w = torch.tensor([1., 2.], requires_grad=True)
    >>> b = torch.tensor([0.5], requires_grad=True)
    >>> predict_without_graph(w, b, torch.tensor([[1., 1.], [2., 0.]]))
    tensor([3.5000, 2.5000])
    """
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))

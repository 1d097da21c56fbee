"""Chapter 9: Gradients by hand.

There is no magic in training. In this chapter you write each part of it
yourself: the gradients, a way to check them, and the update.

Take a model with two parameters, w and b, both of shape (1,), and n examples
X and y, both of shape (n, 1). It predicts w · X + b, and its loss is the mean
of the squared errors:

    error = w * X + b - y           # (n, 1)
    loss = (error**2).mean()        # a single number

The chain rule gives the derivative for one example: that of error² is
2 · error, times what the error itself changes by, which is X if w moves and 1
if b moves. The derivative of a mean is the mean of the derivatives.

How do you know that a gradient is right? Nudge one number x[i] by a small
step eps, both ways, and see how much the result moves:

    (f(x with x[i] + eps) - f(x with x[i] - eps)) / (2 * eps)

This is a *central difference*. It takes two calls of f for every number in x,
far too slow for training, but it is an independent check. It needs float64:
in float32 the difference of two nearly equal numbers is mostly rounding.

With a gradient in `.grad`, a parameter takes a step against it. Two rules
hold for every update. It must not be recorded, and it must change the very
tensor that the model holds:

    with torch.no_grad():
        p -= lr * p.grad

`p = p - ...` would make a new tensor and leave the model's own alone. lr is
the learning rate. A parameter that the loss did not depend on has None in
`.grad` and stays where it is. And as `backward()` adds to `.grad`, somebody
has to clear it before the next step.

Two refinements are in wide use. *Momentum* keeps a velocity for each
parameter, a running sum of gradients in which old ones fade, and steps along
that, which evens out a zigzag. *Clipping* shortens gradients that are too
long, all by the same factor, so that one odd batch cannot throw the
parameters far away; their common direction stays. The length of all
gradients together is the root of the sum of all their squares.

With this you can write an optimiser that fits on one screen; next: a complete
training run.
"""

import torch
from torch import Tensor


def mse_gradients(w, b, X, y) -> tuple[Tensor, Tensor]:
    """Return the gradients of the mean squared error, by the formula.

    Shapes: w and b (1,), X and y (n, 1). The loss is the mean of
    (w · X + b - y)². Return its gradient for w and the one for b, each of
    shape (1,). The arguments must not change. The call is made under
    `torch.inference_mode()`, where nothing is recorded, so that autograd
    cannot do the work.

    >>> w, b = torch.tensor([1.]), torch.tensor([0.])
    >>> X, y = torch.tensor([[1.], [3.]]), torch.tensor([[0.], [1.]])
    >>> mse_gradients(w, b, X, y)
    (tensor([7.]), tensor([3.]))
    """
    raise NotImplementedError


def numerical_gradient(f, x: Tensor, eps: float) -> Tensor:
    """Return the gradient of f at x by central differences with step eps.

    f makes a single number (a tensor of shape ()) of a tensor like x. x is
    float64 and has any shape; the result has the shape and dtype of x. eps
    is small, such as 0.001. x itself must not change, not by a single bit.

    >>> x = torch.tensor([[1., 2.]], dtype=torch.float64)
    >>> gradient = numerical_gradient(lambda x: (x**2).sum(), x, 0.001)
    >>> gradient.round(decimals=6)
    tensor([[2., 4.]], dtype=torch.float64)
    """
    raise NotImplementedError


def zero_gradients_(params: list[Tensor]) -> None:
    """Clear the gradients of all parameters, in place; return nothing.

    Afterwards each `.grad` is None or zeros, as you like; but one that was
    None before stays None. The parameters themselves must not change.

    >>> w = torch.tensor([1., 2.], requires_grad=True)
    >>> (w**2).sum().backward()
    >>> zero_gradients_([w])
    >>> w.grad is None or w.grad.tolist() == [0.0, 0.0]
    True
    """
    raise NotImplementedError


def gradient_descent_step_(params: list[Tensor], lr: float) -> None:
    """Move every parameter by -lr times its gradient, in place.

    The list must hold the same tensors afterwards, and they must still be
    leaves that require gradients. A parameter whose `.grad` is None stays
    where it is. Every `.grad` stays as it was. Nothing is returned.

    >>> w = torch.tensor([1., 2.], requires_grad=True)
    >>> (w**2).sum().backward()
    >>> gradient_descent_step_([w], 0.25)
    >>> w.tolist()
    [0.5, 1.0]
    """
    raise NotImplementedError


def momentum_step_(params, velocities, lr: float, momentum: float) -> None:
    """Make one step of gradient descent with momentum, in place.

    `params` and `velocities` are lists of equal length; each parameter has a
    gradient, and a velocity of its own shape, which need not be zero. First
    v becomes momentum · v + gradient. Then p becomes p - lr · v, with this
    new v. Both lists must hold the same tensors afterwards, changed in
    place; the parameters are still leaves that require gradients. Nothing
    is returned.

    >>> w = torch.tensor([1., 2.], requires_grad=True)
    >>> (w**2).sum().backward()
    >>> v = torch.tensor([2., 0.])
    >>> momentum_step_([w], [v], 0.25, 0.5)
    >>> v.tolist(), w.tolist()
    ([3.0, 4.0], [0.25, 1.0])
    """
    raise NotImplementedError


def clip_gradients_(params, max_norm: float) -> float:
    """Shorten the gradients if together they are longer than max_norm.

    Their length, the norm, is the root of the sum of the squares of all
    numbers in all `.grad`s; one that is None is skipped, and with none at
    all the norm is 0. If the norm is greater than max_norm, every gradient
    is multiplied by max_norm / norm. Otherwise they stay as they are. The
    parameters themselves must not change. Return the norm as it was before,
    as a Python number.

    >>> w = torch.tensor([1.5, 2.], requires_grad=True)
    >>> (w**2).sum().backward()
    >>> clip_gradients_([w], 2.5)
    5.0
    >>> w.grad
    tensor([1.5000, 2.0000])
    """
    raise NotImplementedError


def train_step_(w, b, X, y, lr: float) -> float:
    """Make one step of training: predict, differentiate, update, clear.

    Shapes: w and b (1,), X and y (n, 1). w and b are leaves that require
    gradients, with None in `.grad`. The loss is the mean of
    (w · X + b - y)². Both parameters make a step of gradient descent with
    learning rate lr, in place, and are still leaves that require gradients;
    afterwards `.grad` of each is None or zeros. Return the loss as it was
    before the update, as a Python number. Your functions from above may help.

    >>> w = torch.tensor([1.], requires_grad=True)
    >>> b = torch.tensor([0.], requires_grad=True)
    >>> X, y = torch.tensor([[1.], [3.]]), torch.tensor([[0.], [1.]])
    >>> train_step_(w, b, X, y, 0.25)
    2.5
    >>> w.tolist(), b.tolist()
    ([-0.75], [-0.75])
    """
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))

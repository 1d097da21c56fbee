"""Chapter 10: Linear regression.

Everything so far comes together here: you fit a straight line to a cloud of
points, the way every neural network is trained.

The points come from a line that you know, y = 3x + 2, with some noise on top.
The model is a line as well, w·x + b, but it starts with a random w and a b of
zero. Training turns these two numbers into about 3 and 2, with nothing to go
by but the points. It repeats four steps:

1. predict: w·X + b for all points at once
2. measure: the mean squared error of the predictions, a single number
3. differentiate: `loss.backward()` works out how that number changes with w
   and with b, and adds the result to `w.grad` and `b.grad`
4. update: move w and b a little against their gradients, times the learning
   rate `lr`, and clear the gradients for the next round

One round over all the points is called an epoch. The update is not part of
the model, so PyTorch must not record it, and it must change the very tensors
that it was given:

    with torch.no_grad():
        w -= lr * w.grad
    w.grad = None

`w = w - ...` would make a new tensor, which is not the parameter any more.
What PyTorch follows, and fills `.grad` of, are leaves: tensors that you made
yourself, with `requires_grad=True`, and not the result of an operation. Even
`.to(device)` is an operation! That is the first trap, and the way around it is
to move first and then to switch gradients on:

    w = torch.randn(1).to(device).requires_grad_()

The second trap is `loss` itself. It is a tensor that holds on to everything
that led to it; `loss.item()` is the plain Python number, which is what you
want to keep in a list.

And the third: the same seed gives different random numbers on the CPU and on
a GPU. Draw on the CPU, then move, and every machine sees the same data.

At the end you draw two pictures with matplotlib, one of the falling loss and
one of the line among its points. Its basic pattern is

    import matplotlib.pyplot as plt
    figure, (left, right) = plt.subplots(1, 2)
    left.plot([1, 2, 3], [9.0, 4.0, 1.0])
    left.set_title("Loss")
    figure.savefig("picture.png")
    plt.close(figure)

where `plot` draws a line through points given as xs and ys, and `scatter`
draws single dots. `set_xlabel`, `set_ylabel`, `grid()` and `legend()` do what
they say; `legend()` shows the `label="..."` given to `plot` and `scatter`.
matplotlib reads NumPy arrays, which chapter 7 taught you to make.

With this you have built, from nothing but tensors, the loop that trains every
model in PyTorch. The rest of PyTorch makes the same loop shorter and faster.
"""

import torch
from torch import Tensor


def make_data(n: int, seed: int, device) -> tuple[Tensor, Tensor]:
    """Make n noisy points on the line y = 3x + 2.

    Call `torch.manual_seed(seed)` once, then draw on the CPU, in this order:
    X = `torch.randn(n, 1)` and a noise of the same shape, by a second
    `torch.randn(n, 1)`. y is 3·X + 2 + 0.5·noise. Return (X, y), both float32
    of shape (n, 1), on `device` (a string or a `torch.device`). For one seed
    the numbers are the same on every device.

    >>> X, y = make_data(4, 0, "cpu")
    >>> X.shape, y.shape
    (torch.Size([4, 1]), torch.Size([4, 1]))
    """
    raise NotImplementedError


def init_parameters(seed: int, device) -> tuple[Tensor, Tensor]:
    """Return the parameters w and b from which training starts.

    After `torch.manual_seed(seed)`, w is the first `torch.randn(1)`, drawn on
    the CPU; b is one zero. Both have shape (1,) and end up on `device`, where
    they are leaves that require gradients: `w.is_leaf` and `w.requires_grad`
    are True.

    >>> w, b = init_parameters(0, "cpu")
    >>> b
    tensor([0.], requires_grad=True)
    """
    raise NotImplementedError


def predict(w: Tensor, b: Tensor, X: Tensor) -> Tensor:
    """Return the line's value w·x + b for every point.

    w and b have shape (1,), X has shape (n, 1), and so has the result.
    Gradients must flow back to all three.

    >>> X = torch.tensor([[0.0], [1.0]])
    >>> predict(torch.tensor([3.0]), torch.tensor([2.0]), X)
    tensor([[2.],
            [5.]])
    """
    raise NotImplementedError


def mean_squared_error(pred: Tensor, target: Tensor) -> Tensor:
    """Return the mean of the squared differences, a tensor of shape ().

    pred and target have the same shape, which may be any. Gradients must flow
    back to both.

    >>> mean_squared_error(torch.tensor([1.0, 5.0]), torch.tensor([1.0, 3.0]))
    tensor(2.)
    """
    raise NotImplementedError


def train_(X, y, w, b, lr: float, epochs: int) -> list[float]:
    """Fit w and b to the points by gradient descent, in place.

    X and y have shape (n, 1). w and b have shape (1,) and come as
    `init_parameters` makes them, with no gradient yet (`.grad` is None). Each
    epoch uses all points: predict, take the mean squared error, let
    `backward()` find the gradients, and subtract lr times the gradient from w
    and from b. No epochs change nothing.

    Return the losses, one Python float for each epoch: the loss that the
    epoch found *before* its update. Afterwards w and b, the same two objects,
    hold the trained values and are still leaves that require gradients. What
    their `.grad` holds then is up to you.

    >>> w = torch.tensor([1.0], requires_grad=True)
    >>> b = torch.tensor([0.0], requires_grad=True)
    >>> train_(torch.tensor([[2.0]]), torch.tensor([[4.0]]), w, b, 0.125, 1)
    [4.0]
    >>> w
    tensor([2.], requires_grad=True)
    """
    raise NotImplementedError


def progress_line(epoch: int, epochs: int, loss: float) -> str:
    """Return a line such as `Epoch 10/100, Loss: 0.2413`.

    It holds the two numbers as they are passed, and the loss with exactly
    four decimals. There is no newline at the end.

    >>> progress_line(10, 100, 0.241349)
    'Epoch 10/100, Loss: 0.2413'
    """
    raise NotImplementedError


def train_with_log_(X, y, w, b, lr, epochs: int, every: int) -> list[float]:
    """Train as `train_` does, and print the progress now and then.

    Epochs are counted from 1. After each epoch whose number is a multiple of
    `every`, print its progress line, with the loss that this epoch found
    before its update. Nothing else is printed: the last epoch gets a line
    only if its number is such a multiple. Result and effect are those of
    `train_`.

    >>> w = torch.tensor([1.0], requires_grad=True)
    >>> b = torch.tensor([0.0], requires_grad=True)
    >>> X, y = torch.tensor([[2.0]]), torch.tensor([[4.0]])
    >>> train_with_log_(X, y, w, b, 0.125, 3, 2)
    Epoch 2/3, Loss: 0.2500
    [4.0, 0.25, 0.015625]
    """
    raise NotImplementedError


def fit(
    X,
    y,
    lr: float,
    epochs: int,
    seed: int,
) -> tuple[Tensor, Tensor, list[float]]:
    """Fit a line to points from start to end: return (w, b, losses).

    The parameters start as `init_parameters` makes them from the seed, on
    the device where X and y are, and are then trained as by `train_`. With
    100 epochs at a learning rate of 0.1, the points of `make_data` lead to
    about 3 and 2.

    >>> w, b, losses = fit(torch.zeros(2, 1), torch.ones(2, 1), 0.5, 2, 0)
    >>> losses
    [1.0, 0.0]
    >>> b
    tensor([1.], requires_grad=True)
    """
    raise NotImplementedError


def plot_results(losses, X, y, w, b, path) -> None:
    """Draw the falling loss and the fitted line into one PNG file.

    One figure with two axes. One axes shows the list `losses` as a line over
    the number of the epoch, counted from 0 or from 1. The other one shows the
    points (X against y, as dots) and the line's prediction for them, with a
    legend that tells the two apart. Both have a title, a label on the x axis
    and on the y axis, and a visible grid. Words, colours, sizes are yours.

    Save the figure under `path` (a string or a `Path` that ends in .png, in a
    folder that exists) and close it, so that no figure stays open. X and y
    have shape (n, 1), w and b shape (1,); they may be on any device, and w
    and b may require gradients.

    Write `import matplotlib.pyplot as plt` as the first line of the function:
    then everything else in this file runs without matplotlib, and starts
    faster.

    >>> import tempfile
    >>> X, one = torch.tensor([[0.0], [1.0]]), torch.tensor([1.0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     plot_results([2.0, 1.0], X, 3 * X, one, one, folder + "/fit.png")
    ...     open(folder + "/fit.png", "rb").read(4)
    b'\\x89PNG'
    """
    raise NotImplementedError


if __name__ == "__main__":  # run as a program, this chapter is checked
    import pytest

    raise SystemExit(pytest.main([__file__]))

"""The figure that the tests of figures are about, and what is seen of a plot."""

from collections.abc import Callable
from pathlib import Path

from grader.core.observation import Figures
from grader.runtime.figures import watch

LOSSES = [9.0, 4.0, 1.0, 0.5]
X = [0.0, 3.0, 1.0, 2.0]
Y = [2.5, 10.0, 5.5, 8.0]


def line(x: list[float], w: float = 3.0, b: float = 2.0) -> list[float]:
    return [w * value + b for value in x]


def draw_losses(axes) -> None:
    axes.plot(range(1, 5), LOSSES)
    axes.set(title="Loss", xlabel="epoch", ylabel="loss")
    axes.grid()


def draw_fit(axes) -> None:
    axes.scatter(X, Y, label="data")
    axes.plot(X, line(X), label="line")
    axes.set(title="Fit", xlabel="x", ylabel="y")
    axes.grid()
    axes.legend()


def draw(figure) -> None:
    left, right = figure.subplots(1, 2)
    draw_losses(left)
    draw_fit(right)


def see(plot: Callable[[Path], object], folder: Path) -> Figures:
    folder.mkdir(exist_ok=True)
    with watch(folder) as watcher:
        plot(folder / "fit.png")
        return watcher.figures()


def by_figure(path: Path) -> None:
    import matplotlib.pyplot as plt

    figure = plt.figure()
    draw(figure)
    figure.savefig(path)
    plt.close(figure)

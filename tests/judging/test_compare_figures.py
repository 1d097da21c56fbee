"""Figures that are right however they are drawn, and what is said of those that are not."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from plots import LOSSES, X, Y, by_figure, draw, draw_fit, draw_losses, line, see

from grader.core.observation import Axes, Figures
from grader.judging.compare.figures import compare_figures


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> Figures:
    return see(by_figure, tmp_path_factory.mktemp("reference"))


# ---------------------------------------------------------------- other right figures

Draws = Callable[..., object]


def plot_with(left: Draws = draw_losses, right: Draws = draw_fit, finish: Draws | None = None) -> Draws:
    """A plotting function made of two halves, with something done before it saves."""

    def plot(path: Path) -> None:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(1, 2)
        left(axes[0])
        right(axes[1])
        if finish:
            finish(figure, *axes)
        figure.savefig(path)
        plt.close(figure)

    return plot


def counted_from_zero(axes) -> None:
    axes.semilogy(LOSSES, "r--o")
    axes.set_title("Loss", loc="left")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.grid(axis="y")


def fit_with(points: Draws, prediction: Draws) -> Draws:
    def fit(axes) -> None:
        points(axes)
        prediction(axes)
        axes.set(title="Fit", xlabel="x", ylabel="y")
        axes.grid()
        axes.legend()

    return fit


def scattered(axes) -> None:
    axes.scatter(X, Y, label="data")


def marked(axes) -> None:
    axes.plot(sorted(X), [2.5, 5.5, 8.0, 10.0], "kx", label="data")


def predicted(axes) -> None:
    axes.plot(X, line(X), label="line")


def between_its_ends(axes) -> None:
    axes.plot([-1, 4], [-1, 14], label="line")


def on_many_steps(axes) -> None:
    axes.plot([i / 10 for i in range(31)], line([i / 10 for i in range(31)]), label="line")


def endless(axes) -> None:
    axes.axline((0, 2), slope=3, label="line")


def as_dots(axes) -> None:
    axes.scatter(X[::-1], line(X[::-1]), label="line")


def true_line_too(axes) -> None:
    predicted(axes)
    axes.plot(X, line(X, 2.9, 2.1), ":", label="truth")


RIGHT = [
    plot_with(left=counted_from_zero),
    plot_with(left=draw_fit, right=draw_losses),
    plot_with(right=fit_with(marked, predicted)),
    plot_with(right=fit_with(scattered, between_its_ends)),
    plot_with(right=fit_with(scattered, on_many_steps)),
    plot_with(right=fit_with(scattered, endless)),
    plot_with(right=fit_with(scattered, as_dots)),
    plot_with(right=fit_with(scattered, true_line_too)),
    plot_with(finish=lambda figure, left, right: (right.get_legend().remove(), figure.legend())),
]


@pytest.mark.parametrize("plot", RIGHT)
def test_other_right_figures_pass(plot, reference, tmp_path):
    """Style, order and the way to draw are free: what is shown counts."""
    assert compare_figures(see(plot, tmp_path), reference) == ()


# ---------------------------------------------------------------- wrong figures


def shifted(axes) -> None:
    draw_losses(axes)
    axes.lines[0].set_xdata(range(3, 7))


def other_losses(axes) -> None:
    draw_losses(axes)
    axes.lines[0].set_ydata([9.0, 8.0, 1.0, 0.5])


def turned(axes) -> None:
    axes.scatter(Y, X, label="data")


def wrong_points(axes) -> None:
    axes.scatter(X, [*Y[:-1], 3.0], label="data")


def no_points(axes) -> None:
    pass


def wrong_line(axes) -> None:
    axes.plot(X, line(X, 2.0, 3.0), label="line")


def too_short(axes) -> None:
    axes.plot([0.0, 2.0], [2.0, 8.0], label="line")


WRONG = {
    "left axes: a line through (3, 9), (4, 4), (5, 1), … instead of (1, 9), (2, 4), (3, 1), …": {"left": shifted},
    "left axes: a line through (1, 9), (2, 8), (3, 1), … instead of (1, 9), (2, 4), (3, 1), …": {"left": other_losses},
    "right axes: the points have x and y swapped": {"right": fit_with(turned, predicted)},
    "right axes: no points at (0, 2.5), (3, 10), (1, 5.5), …": {"right": fit_with(wrong_points, predicted)},
    "right axes: no points at (0, 2.5), (3, 10), (1, 5.5), … ": {"right": fit_with(no_points, predicted)},
    "right axes: no line through (0, 2), (3, 11), (1, 5), …": {"right": fit_with(scattered, no_points)},
    "right axes: a line through (0, 3), (3, 9), (1, 5), … instead of (0, 2), (3, 11), (1, 5), …": {
        "right": fit_with(scattered, wrong_line)
    },
    "right axes: a line through (0, 2), (2, 8) instead of (0, 2), (3, 11), (1, 5), …": {
        "right": fit_with(scattered, too_short)
    },
    "left axes: no title": {"finish": lambda figure, left, right: left.set_title(" ")},
    "right axes: no label on the x axis": {"finish": lambda figure, left, right: right.set_xlabel("")},
    "left axes: no label on the y axis": {"finish": lambda figure, left, right: left.set_ylabel("")},
    "left axes: no visible grid": {"finish": lambda figure, left, right: left.grid(False)},
    "right axes: no visible grid": {"finish": lambda figure, left, right: right.grid()},
    "right axes: no legend": {"finish": lambda figure, left, right: right.get_legend().remove()},
    "the figure: 3 axes instead of 2": {"finish": lambda figure, *both: figure.add_axes((0, 0, 0.1, 0.1))},
    "after the call: 1 figure is still open": {"finish": lambda *drawn: sys.modules[PYPLOT].figure()},
}
PYPLOT = "matplotlib.pyplot"


@pytest.mark.parametrize("problem", WRONG)
def test_wrong_content_is_named(problem, reference, tmp_path):
    """What a figure lacks or shows wrongly is said of its place in the figure."""
    found = compare_figures(see(plot_with(**WRONG[problem]), tmp_path), reference)
    assert [f"{mismatch.where}: {mismatch.problem}" for mismatch in found] == [problem.strip()]
    assert found[0].aspect == "figure"


def unsaved(path: Path) -> None:
    import matplotlib.pyplot as plt

    draw(plt.figure())
    plt.close()


def as_svg(path: Path) -> None:
    import matplotlib.pyplot as plt

    draw(plt.figure())
    plt.savefig(path, format="svg")
    plt.close()


def elsewhere(path: Path) -> None:
    import matplotlib.pyplot as plt

    draw(plt.figure())
    plt.savefig(f"{path}.png")
    plt.close()


def in_two_figures(path: Path) -> None:
    import matplotlib.pyplot as plt

    for half in (draw_losses, draw_fit):
        half(plt.figure().add_subplot())
        plt.savefig(path)
        plt.close()


def after_closing(path: Path) -> None:
    import matplotlib.pyplot as plt

    draw(plt.figure())
    plt.close()
    plt.savefig(path)
    plt.close()


def too_early(path: Path) -> None:
    import matplotlib.pyplot as plt

    figure = plt.figure()
    figure.savefig(path)
    draw(figure)
    plt.close(figure)


FILES = [
    (unsaved, "the file: no file fit.png was written"),
    (as_svg, "the file: fit.png is not a PNG file"),
    (elsewhere, "the file: no file fit.png, but fit.png.png"),
    (in_two_figures, "the figure: 2 figures instead of 1"),
    (after_closing, "the figure: 0 axes instead of 2"),
    (too_early, "the figure: 0 axes instead of 2"),
    (lambda path: path.touch(), "the file: fit.png is empty"),
]


@pytest.mark.parametrize(("plot", "problem"), FILES)
def test_wrong_files_are_named(plot, problem, reference, tmp_path):
    """A figure that is not saved, or not as it should be, is said to be so before anything else."""
    first = compare_figures(see(plot, tmp_path), reference)[0]
    assert f"{first.where}: {first.problem}" == problem


def test_nothing_plotted(reference):
    """Without any figure both the file and the figure are missed."""
    found = compare_figures(Figures(), reference)
    assert [m.problem for m in found] == ["no file fit.png was written", "0 figures instead of 1"]


def test_a_single_point_and_a_single_loss():
    """A single loss may be counted from anywhere; the same point twice is the same line, and another point is not."""

    def figures(x: float, *more: tuple[float, float]) -> Figures:
        words = (True, True, True, True, True)
        one = Axes(*words, lines=(((x, 2.0),),))
        return Figures(((one, Axes(*words, lines=(((3.0, 4.0), *more),), points=(((3.0, 5.0),),))),))

    assert compare_figures(figures(0.0), figures(1.0)) == ()
    assert compare_figures(figures(1.0, (3.0, 4.0)), figures(1.0)) == ()
    assert len(compare_figures(figures(1.0, (3.0, 9.0)), figures(1.0))) == 1

"""The sentence for what a figure lacks: the call that adds it, for what the comparison of real figures says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from plots import X, Y, by_figure, draw, draw_fit, draw_losses, line, see

from grader.judging.compare.figures import compare_figures
from grader.judging.feedback.plots import FIGURES, about_figure


def halves(left: Callable[..., object] = draw_losses, right: Callable[..., object] = draw_fit) -> Callable[..., None]:
    """A plotting function made of two halves."""

    def plot(path: Path) -> None:
        figure, axes = plt.subplots(1, 2)
        left(axes[0])
        right(axes[1])
        figure.savefig(path)
        plt.close(figure)

    return plot


def fit(points: Any, prediction: Any = line, **labels: str) -> Callable[..., None]:
    """The right half with other points, another line, or other labels."""

    def half(axes: Any) -> None:
        points(axes)
        if prediction:
            axes.plot(X, prediction(X), label="line")
        axes.set(**{"title": "Fit", "xlabel": "x", "ylabel": "y", **labels})
        axes.grid(True)
        axes.legend()

    return half


def data(axes: Any) -> None:
    axes.scatter(X, Y, label="data")


def without(undo: Callable[..., object]) -> Callable[..., None]:
    """The right half with something taken away."""

    def half(axes: Any) -> None:
        draw_fit(axes)
        undo(axes)

    return half


def too_early(path: Path) -> None:
    figure = plt.figure()
    figure.savefig(path)
    draw(figure)
    plt.close(figure)


def in_two(path: Path) -> None:
    for half in (draw_losses, draw_fit):
        figure = plt.figure()
        half(figure.add_subplot())
        figure.savefig(path)
        plt.close(figure)


def left_open(path: Path) -> None:
    figure = plt.figure()
    draw(figure)
    figure.savefig(path)


def three_axes(path: Path) -> None:
    figure, axes = plt.subplots(1, 3)
    draw_losses(axes[0])
    draw_fit(axes[1])
    figure.savefig(path)
    plt.close(figure)


def nowhere(path: Path) -> None:
    figure = plt.figure()
    draw(figure)
    plt.close(figure)


def elsewhere(path: Path) -> None:
    by_figure(path.with_name("other.png"))


def another_kind(path: Path) -> None:
    by_figure(path.with_suffix(".svg"))
    path.with_suffix(".svg").rename(path)


def empty(path: Path) -> None:
    by_figure(path)
    path.write_bytes(b"")


LACKING = {
    "as many axes as are needed": three_axes,
    "Nothing is drawn in the figure that was saved": too_early,
    "`savefig` is called once for each figure": in_two,
    "`plt.close(figure)` closes": left_open,
    "`savefig(path)` writes the figure": nowhere,
    "hand on `path` itself": elsewhere,
    "chooses the kind of file by the end of its name": another_kind,
    "take what goes to the right first": halves(right=fit(lambda axes: axes.scatter(Y, X, label="data"))),
    "`plot` alone joins them by a line": halves(right=fit(lambda axes: axes.plot(X, Y, label="data"))),
    "The line goes through other points": halves(right=fit(data, lambda x: line(x, 1.0))),
    "`plot(x, y)` draws a line.": halves(right=fit(data, None)),
    "`plt.title(...)`, gives them a title": halves(right=fit(data, title="")),
    "`set_xlabel(...)` of the axes, or `plt.xlabel(...)`": halves(right=fit(data, xlabel="")),
    "`set_ylabel(...)` of the axes, or `plt.ylabel(...)`": halves(right=fit(data, ylabel="")),
    "`grid(True)` of the axes draws one.": halves(right=without(lambda axes: axes.grid(False))),
    "`legend()` of the axes then shows": halves(right=without(lambda axes: axes.get_legend().remove())),
}


@pytest.mark.parametrize("words", LACKING)
def test_what_is_lacking_is_told_how_to_add(words: str, tmp_path: Path) -> None:
    """The first problem of a figure that lacks one thing gets its sentence, filled in."""
    (tmp_path / "due").mkdir()
    (tmp_path / "mine").mkdir()
    found = compare_figures(see(LACKING[words], tmp_path / "mine"), see(by_figure, tmp_path / "due"))
    sentence = about_figure(found[0].problem)
    assert words in sentence
    assert "{" not in sentence


def test_an_empty_file_is_no_other_kind() -> None:
    """It was not written by `savefig` at all."""
    assert about_figure("plot.png is empty") == about_figure("no file plot.png was written")


def test_every_sentence_ends() -> None:
    """And an unknown problem has none."""
    assert [sentence for _, sentence in FIGURES if not sentence.endswith(".")] == []
    assert about_figure("it is too small") == ""

"""The sentence for what a figure lacks: the call that adds it."""

from __future__ import annotations

import re

FIGURES = (  # a pattern of the problem → what to do about it
    (
        r"^0 axes instead of",
        "Nothing is drawn in the figure that was saved: `savefig(path)` comes after the drawing, and `plt.close` last.",
    ),
    (r"\d+ axes instead of \d+", "`plt.subplots(rows, columns)` makes one figure with as many axes as are needed."),
    (r"0 figures instead of", "A figure is written to the file by `savefig(path)`, before it is closed."),
    (r"figures? instead of", "`savefig` is called once for each figure, when everything is drawn."),
    (r"still open", "`plt.close(figure)` closes a figure that is saved; open ones pile up in memory."),
    (r"no file .* was written|is empty", "`savefig(path)` writes the figure to the path that was handed in."),
    (r"no file .*, but", "The file has another name than the path that was handed in: hand on `path` itself."),
    (r"is not a \w+ file", "`savefig(path)` chooses the kind of file by the end of its name."),
    (r"x and y swapped", "`scatter(x, y)` and `plot(x, y)` take what goes to the right first."),
    (r"^no points", "`scatter(x, y)` draws points, and `plot(x, y, 'o')` does; `plot` alone joins them by a line."),
    (r"a line through", "The line goes through other points than it should."),
    (r"^no line", "`plot(x, y)` draws a line."),
    (r"no title", "`set_title(...)` of the axes, or `plt.title(...)`, gives them a title."),
    (r"no label on the (\w)", "`set_{0}label(...)` of the axes, or `plt.{0}label(...)`, names what is along it."),
    (r"no visible grid", "`grid(True)` of the axes draws one."),
    (r"no legend", "`label=` names a line or points, and `legend()` of the axes then shows the names."),
)


def about_figure(problem: str) -> str:
    """What adds or mends it; "" where the problem says it all."""
    for pattern, sentence in FIGURES:
        if found := re.search(pattern, problem):
            return sentence.format(*found.groups())
    return ""

"""Watch matplotlib while a function plots: what each saved figure shows, what stays open, which files come out.

There are many ways to a picture: `plt.savefig`, `figure.savefig`, a canvas's `print_png`, pixels handed to
another library. What they have in common lies deeper. Every file that matplotlib writes passes through a
canvas's `print_figure` or `print_png`, all pixels come from the Agg canvas's `draw`, and pyplot gives a figure
up in its manager's `destroy`. A figure is read right before each of these, as it is at that moment.

matplotlib takes up to a second to import, so it is imported by `watch` and not before.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.core.observation import Axes, Figures, Points
from grader.runtime.limits import MAX_ARTISTS, MAX_FILES, MAX_POINTS

if TYPE_CHECKING:
    import matplotlib.figure


PNG = b"\x89PNG\r\n\x1a\n"


@contextlib.contextmanager
def watch(folder: Path | None = None, *, draw: bool = True) -> Iterator[Watcher]:
    """Record what is plotted inside the `with`; `watcher.figures()`, called inside it, tells.

    Without `draw` the files that are saved are blank and small, which saves most of the time; what is recorded is the
    same.
    matplotlib draws without a screen and with its own defaults meanwhile. Settings and backend are put back
    afterwards, and figures that were opened inside are closed.
    """
    import matplotlib.figure
    from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase
    from matplotlib.backends import backend_agg

    with contextlib.ExitStack() as stack:
        current: dict[str, Any] = matplotlib.rcParams  # type: ignore[assignment]
        settings, defaults = raw(current), raw(matplotlib.rcParamsDefault)  # type: ignore[arg-type]
        stack.callback(lambda: dict.update(current, settings))
        dict.update(current, defaults)
        stack.enter_context(without_a_screen(settings["backend"], defaults["backend"]))
        watcher = Watcher(folder)
        stack.callback(watcher.close_all)
        hook(stack, FigureCanvasBase, "print_figure", lambda canvas: watcher.see("printed", canvas))
        hook(stack, backend_agg.FigureCanvasAgg, "print_png", lambda canvas: watcher.see("printed", canvas))
        if not draw:
            current["savefig.dpi"] = 20  # to write many blank pixels takes time too
            # where matplotlib needs sizes before it saves, it puts its own method in this one's place for a moment
            stack.callback(setattr, matplotlib.figure.Figure, "draw", matplotlib.figure.Figure.draw)
            matplotlib.figure.Figure.draw = lambda figure, renderer: None  # type: ignore[method-assign, assignment]
        hook(stack, backend_agg.FigureCanvasAgg, "draw", lambda canvas: watcher.see("drawn", canvas))
        hook(stack, FigureManagerBase, "destroy", lambda manager: watcher.see("closed", manager.canvas))
        yield watcher


class Watcher:
    """What was seen of the figures of one call."""

    def __init__(self, folder: Path | None = None) -> None:
        from matplotlib._pylab_helpers import Gcf

        self.folder = folder
        self.managers = Gcf.figs
        self.before = set(map(id, self.managers.values()))
        # figures are held, so that no other one can get the same id
        self.seen: dict[str, dict[int, tuple[matplotlib.figure.Figure, tuple[Axes, ...]]]]
        self.seen = {"printed": {}, "drawn": {}, "closed": {}}

    def see(self, how: str, canvas: Any) -> None:
        """Write down a canvas's figure as it is now; of one that is seen twice, the last state counts."""
        self.seen[how][id(canvas.figure)] = (canvas.figure, look_at_figure(canvas.figure))

    def open_managers(self) -> list[Any]:
        """pyplot's managers of the figures that were opened here and are open still."""
        return [manager for manager in self.managers.values() if id(manager) not in self.before]

    def figures(self) -> Figures:
        """Everything seen until now.

        A figure counts as saved if matplotlib wrote it to a file; where it wrote none, those whose pixels were
        drawn count, and else those that were closed: what another library may have written.
        """
        found = self.seen["printed"] or self.seen["drawn"] or self.seen["closed"]
        return Figures(
            saved=tuple(axes for _, axes in found.values()),
            left_open=len(self.open_managers()),
            files=files_in(self.folder) if self.folder else (),
        )

    def close_all(self) -> None:
        """Close what was opened here."""
        from matplotlib._pylab_helpers import Gcf

        for manager in self.open_managers():
            Gcf.destroy(manager)


def hook(stack: contextlib.ExitStack, owner: type, name: str, before: Any) -> None:
    """Have `before(self)` called before a method, until the stack is left."""
    original = vars(owner)[name]

    @functools.wraps(original)  # matplotlib looks at the signature of `print_png`
    def hooked(self: Any, *args: Any, **kwargs: Any) -> Any:
        before(self)
        return original(self, *args, **kwargs)

    setattr(owner, name, hooked)
    stack.callback(setattr, owner, name, original)


def raw(settings: dict[str, Any]) -> dict[str, Any]:
    """A copy of settings that asks for none: asking for `backend` chooses one, which may need a screen."""
    return {name: dict.__getitem__(settings, name) for name in dict.keys(settings)}


@contextlib.contextmanager
def any_backend() -> Iterator[None]:
    """While it lasts, a backend that cannot be had here, because there is no screen, is passed over."""
    from matplotlib import pyplot

    switch, switching = pyplot.switch_backend, False

    def switch_backend(newbackend: str) -> None:
        nonlocal switching
        if switching:  # matplotlib itself tries one after the other
            switch(newbackend)
            return
        switching = True
        try:
            with contextlib.suppress(ImportError):
                switch(newbackend)
        finally:
            switching = False

    pyplot.switch_backend = switch_backend
    try:
        yield
    finally:
        pyplot.switch_backend = switch


@contextlib.contextmanager
def without_a_screen(chosen: Any, default: Any) -> Iterator[None]:
    """Use the Agg backend, and put back the one that was chosen; where none was, none is."""
    import matplotlib

    pyplot = sys.modules.get("matplotlib.pyplot")
    in_use = getattr(pyplot, "_backend_mod", None)
    dict.__setitem__(matplotlib.rcParams, "backend", "agg")
    if pyplot is not None:
        pyplot.switch_backend("agg")
    try:
        yield
    finally:
        if pyplot is not None and in_use is not None and isinstance(chosen, str):
            pyplot.switch_backend(chosen)
        elif "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"]._backend_mod = None  # type: ignore[attr-defined]
        dict.__setitem__(matplotlib.rcParams, "backend", chosen)
        dict.__setitem__(matplotlib.rcParamsDefault, "backend", default)


# ---------------------------------------------------------------- reading a figure


def look_at_figure(figure: matplotlib.figure.Figure) -> tuple[Axes, ...]:
    """All axes of a figure as data."""
    corners = [(axes.get_position().x0, axes.get_position().y0) for axes in figure.axes]
    return tuple(look_at_axes(axes, name_axes(i, corners)) for i, axes in enumerate(figure.axes))


def name_axes(index: int, corners: list[tuple[float, float]]) -> str:
    """What a reader would call these axes."""
    if len(corners) != 2:
        return f"axes {index + 1}" if corners[1:] else "axes"
    (x, y), (other_x, other_y) = corners[index], corners[1 - index]
    if abs(x - other_x) > abs(y - other_y):
        return "left axes" if x < other_x else "right axes"
    return "lower axes" if y < other_y else "upper axes"


def look_at_axes(axes: Any, name: str = "") -> Axes:
    """What one pair of axes shows."""
    lines: list[Points] = []
    points: list[Points] = []
    for line in axes.lines[:MAX_ARTISTS]:
        if line.get_visible():
            shown = points_of(axes, line)
            if line.get_linestyle() not in ("None", "none", " ", ""):
                lines.append(shown)
            if line.get_marker() not in ("None", "none", " ", "", None):
                points.append(shown)
    for cloud in axes.collections[:MAX_ARTISTS]:
        # a scatter plot: one marker at each of its offsets
        if type(cloud).__name__ == "PathCollection" and cloud.get_visible():
            points.append(pairs(cloud.get_offsets()))
    legends = [axes.get_legend(), *axes.figure.legends]
    return Axes(
        title=axes.axison and any(axes.get_title(loc).strip() for loc in ("left", "center", "right")),
        xlabel=axes.axison and bool(axes.get_xlabel().strip()),
        ylabel=axes.axison and bool(axes.get_ylabel().strip()),
        grid=axes.axison and any(has_grid(axis) for axis in (axes.xaxis, axes.yaxis)),
        legend=any(legend and legend.get_visible() and legend.get_texts() for legend in legends),
        lines=tuple(filter(None, lines)),
        points=tuple(filter(None, points)),
        name=name,
    )


def has_grid(axis: Any) -> bool:
    """Whether grid lines show at an axis's ticks, or between them where there are smaller ticks."""
    if not axis.get_visible():
        return False
    between = type(axis.get_minor_locator()).__name__ != "NullLocator"
    return any(axis.get_tick_params(which).get("gridOn") for which in ("major", "minor")[: 1 + between])


def points_of(axes: Any, line: Any) -> Points:
    """The points that a line connects; of an endless one (`axline`), those at the edges of the axes."""
    if hasattr(line, "get_slope"):
        (x, y), slope = line.get_xy1(), line.get_slope()
        if slope is None:
            other_x, other_y = line.get_xy2()
            slope = (other_y - y) / (other_x - x) if other_x != x else float("inf")
        return tuple((float(edge), float(y + slope * (edge - x))) for edge in axes.get_xlim())
    return pairs(line.get_xydata())


def pairs(data: Any) -> Points:
    """Rows of two numbers as pairs of Python floats."""
    return tuple((float(x), float(y)) for x, y in data[:MAX_POINTS])


# ---------------------------------------------------------------- files


def files_in(folder: Path) -> tuple[tuple[str, str], ...]:
    """(name, kind) of each file in a folder and below: `png`, `empty` or `other`, by its first bytes."""
    found = []
    for path in sorted(folder.rglob("*"))[:MAX_FILES]:
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                start = file.read(len(PNG))
            kind = "png" if start == PNG else "other" if start else "empty"
            found.append((path.relative_to(folder).as_posix(), kind))
    return tuple(found)

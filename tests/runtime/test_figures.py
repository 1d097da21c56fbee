"""However a figure is saved, it is seen, and matplotlib is left as it was."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from places import ROOT
from plots import X, Y, by_figure, draw, draw_fit, draw_losses, line, see

from grader.core.observation import Figures
from grader.judging.compare.figures import compare_figures
from grader.runtime.figures import files_in, watch


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> Figures:
    return see(by_figure, tmp_path_factory.mktemp("reference"))


def by_pyplot(path: Path) -> None:
    import matplotlib.pyplot as plt

    draw(plt.gcf())
    plt.savefig(str(path), bbox_inches="tight")
    plt.close()


def by_print_png(path: Path) -> None:
    import matplotlib.pyplot as plt

    figure = plt.figure()
    draw(figure)
    canvas: Any = figure.canvas
    canvas.print_png(str(path))
    plt.close("all")


def without_pyplot(path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(layout="tight")
    draw(figure)
    figure.savefig(path)


def by_a_canvas_of_its_own(path: Path) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    canvas = FigureCanvasAgg(figure)
    draw(figure)
    with path.open("wb") as file:
        canvas.print_figure(file)


def by_pixels(path: Path) -> None:
    import matplotlib.pyplot as plt
    from PIL import Image

    figure = plt.figure()
    draw(figure)
    canvas: Any = figure.canvas
    canvas.draw()
    Image.fromarray(__import__("numpy").asarray(canvas.buffer_rgba())).save(path)
    plt.close(figure)


def by_memory(path: Path) -> None:
    import matplotlib.pyplot as plt

    figure = plt.figure()
    draw(figure)
    memory = io.BytesIO()
    figure.savefig(memory)
    plt.close(figure)
    path.write_bytes(memory.getvalue())


def twice(path: Path) -> None:
    import matplotlib.pyplot as plt

    figure = plt.figure()
    draw_losses(figure.add_subplot(1, 2, 1))
    figure.savefig(path)
    draw_fit(figure.add_subplot(1, 2, 2))
    figure.savefig(path)
    plt.close(figure)


WAYS = [
    by_figure,
    by_pyplot,
    by_print_png,
    without_pyplot,
    by_a_canvas_of_its_own,
    by_pixels,
    by_memory,
    twice,
]


@pytest.mark.parametrize("save", WAYS)
def test_every_way_of_saving_is_seen(save, reference, tmp_path):
    """Whatever function of matplotlib writes the file, the figure in it is seen once."""
    seen = see(save, tmp_path)
    assert len(seen.saved) == 1
    assert [axes.name for axes in seen.saved[0]] == ["left axes", "right axes"]
    assert seen.files == (("fit.png", "png"),)
    assert seen.left_open == 0
    assert compare_figures(seen, reference) == ()


def test_what_is_read_is_what_was_drawn(reference):
    """Lines, points, titles, labels, grids and legends are read as they were drawn."""
    left, right = reference.saved[0]
    assert left.lines == (((1.0, 9.0), (2.0, 4.0), (3.0, 1.0), (4.0, 0.5)),)
    assert (left.title, left.xlabel, left.ylabel, left.grid, left.legend) == (True, True, True, True, False)
    assert right.points == (tuple(zip(X, Y, strict=True)),)
    assert right.lines == (tuple(zip(X, line(X), strict=True)),)
    assert right.legend


# ---------------------------------------------------------------- what is left behind


def test_matplotlib_is_left_as_it_was(tmp_path):
    """Settings, style, the method that saves and the user's open figures are put back, after an error too."""
    import matplotlib
    import matplotlib.pyplot as plt
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    def rude(path: Path) -> None:
        plt.rcParams["lines.linewidth"] = 77
        plt.style.use("ggplot")
        plt.ion()
        plt.figure()
        raise RuntimeError

    mine = plt.figure()
    before, method = dict(matplotlib.rcParams), FigureCanvasAgg.print_png
    with pytest.raises(RuntimeError):
        see(rude, tmp_path)
    assert dict(matplotlib.rcParams) == before
    assert FigureCanvasAgg.print_png is method
    assert plt.get_fignums() == [mine.number]
    with watch() as watcher:
        assert watcher.figures() == Figures()
    plt.close(mine)


def test_another_backend_is_put_back():
    """Figures are drawn without a window, and the user's backend is the same afterwards."""
    script = """
import sys, matplotlib
from grader.runtime.figures import watch
with watch():
    assert "matplotlib.pyplot" not in sys.modules, "pyplot was imported for nobody"
    import matplotlib.pyplot as plt
    assert matplotlib.get_backend().lower() == "agg"
    plt.figure()
assert not isinstance(dict.get(matplotlib.rcParams, "backend"), str), "a backend was chosen for the user"
plt.switch_backend("svg")
with watch():
    assert matplotlib.get_backend().lower() == "agg"
    plt.figure()
assert matplotlib.get_backend() == "svg"
assert type(plt.figure().canvas).__name__ == "FigureCanvasSVG"
"""
    environment = {"PATH": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_importing_these_modules_is_cheap():
    """Neither watching nor comparing imports matplotlib, PyTorch or NumPy before there is a figure."""
    script = "import sys, grader.runtime.figures, grader.judging.compare.figures as c\n"
    script += "c.compare_figures(c.Figures(), c.Figures())\n"
    script += "assert not {'matplotlib', 'torch', 'numpy'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_files_are_known_by_their_first_bytes(tmp_path):
    """A file is a PNG by what it holds, whatever its name says."""
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n and more")
    (tmp_path / "b.png").write_text("<svg>")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "c.png").touch()
    assert files_in(tmp_path) == (("a.png", "png"), ("b.png", "other"), ("inner/c.png", "empty"))

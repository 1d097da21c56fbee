"""Two records of what was plotted → the mismatches between them.

The reference's figure says what is promised: its number of axes, the words and grids that are there, its legend,
its lines and points. Everything else is free: colours, wording, sizes, the order of axes, more lines.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from grader.core.observation import Axes, Figures, Points
from grader.core.rules import Mismatch

CLOSE = 1e-4  # of the height or width of what is drawn: far less than a pixel
MAX_AXES = 5


def compare_figures(got: Figures, expected: Figures) -> tuple[Mismatch, ...]:
    """All mismatches of what was plotted, the one that explains the rest first."""
    return tuple(Mismatch("figure", where, problem) for where, problem in problems(got, expected))


def problems(got: Figures, expected: Figures) -> Iterator[tuple[str, str]]:
    """(where, problem) of each difference."""
    yield from file_problems(dict(got.files), dict(expected.files))
    if len(got.saved) != len(expected.saved):
        yield "the figure", f"{count(len(got.saved), 'figure')} instead of {len(expected.saved)}"
    elif got.saved:
        for mine, due in zip(got.saved, expected.saved, strict=True):
            yield from figure_problems(mine, due)
    if got.left_open > expected.left_open:
        verb = "is" if got.left_open == 1 else "are"
        yield "after the call", f"{count(got.left_open, 'figure')} {verb} still open"


def file_problems(got: dict[str, str], expected: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each expected file is there and of its kind; others do not matter."""
    for name, kind in expected.items():
        if name not in got:
            others = ", ".join(list(got)[:3])
            yield "the file", f"no file {name}" + (f", but {others}" if others else " was written")
        elif got[name] == "empty":
            yield "the file", f"{name} is empty"
        elif got[name] != kind:
            yield "the file", f"{name} is not a {kind.upper()} file"


def figure_problems(got: tuple[Axes, ...], expected: tuple[Axes, ...]) -> list[tuple[str, str]]:
    """What one figure lacks, its axes paired with the reference's so that they agree best."""
    if len(got) != len(expected) or len(got) > MAX_AXES:
        return [("the figure", f"{len(got)} axes instead of {len(expected)}")]
    pairings = [
        [problem for mine, due in zip(order, expected, strict=True) for problem in axes_problems(mine, due)]
        for order in itertools.permutations(got)
    ]
    return min(pairings, key=weight)


def weight(found: list[tuple[str, str]]) -> tuple[int, int]:
    """What is drawn says more about which axes are meant than the words around it."""
    return sum(" line through " in problem or " points" in problem for _, problem in found), len(found)


def axes_problems(got: Axes, expected: Axes) -> list[tuple[str, str]]:
    """What one pair of axes lacks: first what is drawn, then the words around it."""
    found = []
    others = [mine for mine in got.lines if not any(same_drawn_line(mine, line) for line in expected.lines)]
    for line in expected.lines:
        if not any(same_drawn_line(mine, line) for mine in got.lines + got.points):
            drawn = f"a line through {sample(others[0])} instead of" if others else "no line through"
            found.append(f"{drawn} {sample(line)}")
    for cloud in expected.points:
        if not any(same_points(mine, cloud) for mine in got.points):
            turned = any(same_points(turn(mine), cloud) for mine in got.points)
            found.append("the points have x and y swapped" if turned else f"no points at {sample(cloud)}")
    found += [
        problem
        for mine, due, problem in (
            (got.title, expected.title, "no title"),
            (got.xlabel, expected.xlabel, "no label on the x axis"),
            (got.ylabel, expected.ylabel, "no label on the y axis"),
            (got.grid, expected.grid, "no visible grid"),
            (got.legend, expected.legend, "no legend"),
        )
        if due and not mine
    ]
    return [(got.name, problem) for problem in found]


# ---------------------------------------------------------------- what is drawn


def same_points(got: Points, expected: Points) -> bool:
    """Whether two clouds show the same dots; order, and how often a dot is drawn, do not matter."""
    tolerance = tolerances(expected)
    return covers(got, expected, tolerance) and covers(expected, got, tolerance)


def same_drawn_line(got: Points, expected: Points) -> bool:
    """Whether a line shows what the reference's does.

    That is the same points, in any order; where the reference counts its x in whole steps, counted from one more
    or one less; and where it is straight, the same straight line over at least the same range.
    """
    if same_points(got, expected):
        return True
    start, first = min(expected)[0], min(got)[0]
    if counts_up(expected) and abs(first - start) == 1:
        return same_points(tuple((x - first + start, y) for x, y in got), expected)
    return straight(expected) and lies_on(expected, got) and lies_on(got, expected, beyond=True)


def covers(some: Points, others: Points, tolerance: tuple[float, float]) -> bool:
    """Whether each of the other points is close to one of these."""
    dx, dy = tolerance
    ordered = sorted(some)
    left = 0
    for x, y in sorted(others):
        while left < len(ordered) and ordered[left][0] < x - dx:
            left += 1
        near = itertools.takewhile(lambda point: point[0] <= x + dx, itertools.islice(ordered, left, None))  # noqa: B023
        if not any(abs(point[1] - y) <= dy for point in near):
            return False
    return True


def tolerances(points: Points) -> tuple[float, float]:
    """How far apart two points may be and still look the same."""
    dx, dy = (CLOSE * (max(v) - min(v)) + 1e-6 * max(map(abs, v)) + 1e-12 for v in zip(*points, strict=True))
    return dx, dy


def counts_up(points: Points) -> bool:
    """Whether the x values are whole numbers, one after another."""
    return all(x == points[0][0] + i and x == int(x) for i, (x, _) in enumerate(points))


def straight(points: Points) -> bool:
    """Whether all points lie on one straight line that is not upright."""
    return min(points)[0] < max(points)[0] and lies_on(points, (min(points), max(points)))


def lies_on(points: Points, line: Points, beyond: bool = False) -> bool:
    """Whether points lie on the straight line through a line's ends, and between these unless `beyond`."""
    (x0, y0), (x1, y1) = min(line), max(line)
    dx, dy = tolerances(points + line)
    if x0 == x1:
        return False
    slope = (y1 - y0) / (x1 - x0)
    return all(
        (beyond or x0 - dx <= x <= x1 + dx) and abs(y0 + slope * (x - x0) - y) <= dy + abs(slope) * dx
        for x, y in points
    )


def turn(points: Points) -> Points:
    """The points with x and y swapped."""
    return tuple((y, x) for x, y in points)


def sample(points: Points) -> str:
    """The first points as text."""
    shown = ", ".join(f"({x:.4g}, {y:.4g})" for x, y in points[:3])
    return shown + (", …" if len(points) > 3 else "")


def count(number: int, noun: str) -> str:
    """A number of things as text: `1 figure`, `2 figures`."""
    return f"{number} {noun}" + ("" if number == 1 else "s")

"""Checks of chapter 1."""

from grader.authoring import Chapter

chapter = Chapter(__file__)


@chapter.exercise(points=1, gradient=True, also=["unchanged"], hints=["x + x is enough.", "So is 2 * x."])
def double(draw):
    yield draw.integers(3, low=1)
    yield draw.normal(3)  # the shape again: what is kept by shape is wrong by now
    yield draw.normal(4, 2).mT


@chapter.exercise(points=2, also=["unchanged"], hints=["`sum` adds all entries.", "Add the two sums."])
def total(draw):
    yield draw.integers(3, low=1), draw.integers(2, 2, low=1)
    yield draw.normal(3), draw.normal(2, 2)
    yield draw.normal(5), draw.normal(1)


@chapter.mistake(double)
def squares(x):
    """You squared x. Doubling adds x to itself."""
    return x * x

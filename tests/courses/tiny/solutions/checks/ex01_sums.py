"""Checks of chapter 1."""

from grader.authoring import Chapter

chapter = Chapter(__file__)


@chapter.exercise(points=2, hints=["x + x is enough.", "So is 2 * x."])
def double(draw):
    yield draw.integers(3)
    yield draw.normal(2, 3)


@chapter.exercise(points=3, hints=["`torch.sum` adds all entries.", "Add the two sums."])
def total(draw):
    yield draw.integers(3), draw.integers(2, 2)


@chapter.mistake(double)
def squares(x):
    """You squared x. Doubling adds x to itself."""
    return x * x

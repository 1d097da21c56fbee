"""Checks of chapter 2."""

from grader.authoring import Chapter

chapter = Chapter(__file__)


@chapter.exercise(points=1, hints=["`torch.arange` counts.", "Where does it make its tensor?"])
def count_up(draw):
    yield draw.integers(4)


@chapter.exercise(points=4, hints=["Strings have methods.", "`upper` is one."])
def label(draw):
    yield "pi"
    yield "Tensor"

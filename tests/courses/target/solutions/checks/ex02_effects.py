"""Checks of chapter 2."""

from grader.authoring import Chapter

chapter = Chapter(__file__)


@chapter.exercise(points=4, hints=["Going through a tensor gives its rows.", "`list(x)` goes through it."])
def rows(draw):
    yield draw.integers(2, 3)
    yield draw.normal(3, 1)


@chapter.exercise(points=8, also=["mutation", "same object"], hints=["A trailing underscore.", "See `fill_`."])
def fill(draw):
    yield draw.integers(2, 3), 7.0
    yield draw.normal(4), -1.5


@chapter.exercise(points=16, also=["text"], hints=["`print` prints.", "An f-string holds the name."])
def greet(draw):
    yield "tensor"
    yield "gradient 2"

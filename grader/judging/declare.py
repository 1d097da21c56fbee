"""What a course author writes with: a chapter, its exercises with their cases, mistakes and other right answers.

chapter = Chapter(__file__)

@chapter.exercise(points=2, gradient=True, also=["unchanged"], hints=["Which dimension disappears …", "…"])
def center(draw):
    yield draw.integers(2, 3)                       # small and round first: the first failure is the one shown
    yield draw.normal(6, 4).mT                      # not contiguous

@chapter.mistake(center)
def centers_rows(x):
    '''You took the mean of each row. …'''
    return x - x.mean(dim=1, keepdim=True)

@chapter.right(center)
def by_matrix(x): ...
"""

from __future__ import annotations

import inspect
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import torch

from grader.core.errors import CourseError
from grader.core.observation import Case
from grader.core.rules import Also, Rules, Tolerance
from grader.core.values import Device, Given, Items, Mapping, Scratch, Value
from grader.judging.reference import On, Under, Way
from grader.runtime.importing import Neighbours, import_authored
from grader.runtime.patches import check_patch
from grader.runtime.snapshot import look


class OnCPU(NamedTuple):
    """Marks a tensor of a case that stays on the CPU whatever the device of the run."""

    tensor: torch.Tensor


@dataclass(frozen=True)
class Call:
    """The arguments of one case, where it needs more than the arguments."""

    arguments: tuple[Any, ...]
    patches: tuple[tuple[str, Any], ...] = ()


class Draw:
    """The source of a case's data: all of it comes from one seed, and all of it is made on the CPU.

    Tensors are float32 unless `dtype` says otherwise.
    """

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator()
        self.generator.manual_seed(seed)

    def integers(self, *shape: int, low: int = -9, high: int = 9, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """Whole numbers from `low` to `high`, both included: easy to read in a message."""
        return torch.randint(low, high + 1, shape, generator=self.generator).to(dtype)

    def normal(self, *shape: int, scale: float = 1.0, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """Standard normal numbers times `scale`.

        They are drawn as float64, which has the same bits on every CPU: as float32, sixteen and more of them come from
        the CPU's vector unit, and each kind of those rounds in its own way.
        """
        drawn = torch.complex128 if dtype.is_complex else torch.float64
        return torch.randn(shape, generator=self.generator, dtype=drawn).to(dtype) * scale

    def uniform(
        self, *shape: int, low: float = 0.0, high: float = 1.0, dtype: torch.dtype = torch.float32
    ) -> torch.Tensor:
        """Numbers between `low` and `high`."""
        return low + (high - low) * torch.rand(shape, generator=self.generator, dtype=dtype)

    def integer(self, low: int, high: int) -> int:
        """One Python int from `low` to `high`, both included."""
        return int(self.integers(1, low=low, high=high, dtype=torch.int64).item())

    def number(self, low: float, high: float, digits: int = 2) -> float:
        """One Python float between `low` and `high`, rounded to `digits` places."""
        return round(float(self.uniform(1, low=low, high=high, dtype=torch.float64).item()), digits)

    def parameter(self, tensor: torch.Tensor, grad: torch.Tensor | None = None) -> torch.Tensor:
        """The tensor as a leaf that requires gradients, with a gradient in `.grad` if one is given."""
        leaf = tensor.detach().clone().requires_grad_(True)
        leaf.grad = grad
        return leaf

    def device(self, as_text: bool = False) -> Device:
        """The device of the run, as a `torch.device` or as a string."""
        return Device(as_text)

    def on_cpu(self, tensor: torch.Tensor) -> OnCPU:
        """This tensor stays on the CPU on every run."""
        return OnCPU(tensor)

    def given(self, name: str, *arguments: Any) -> Given:
        """A function of `exercises/given.py`; with arguments, what it returns for them."""
        return Given(name, tuple(freeze(a) for a in arguments) if arguments else None)

    def path(self, name: str, as_text: bool = False) -> Scratch:
        """The path of a file that is not there yet, in an empty folder."""
        return Scratch(name, as_text)

    def call(self, *arguments: Any, patches: dict[str, Any] | None = None) -> Call:
        """A case whose `patches` (`{"torch.cuda.is_available": True}`) answer with fixed values during the call."""
        for path in patches or {}:
            check_patch(path)
        return Call(arguments, tuple((patches or {}).items()))


def freeze(value: Any) -> Value:
    """An argument of a case as plain data."""
    match value:
        case OnCPU(tensor):
            return look(tensor, torch.device("meta"))  # seen from elsewhere, its place is `cpu`, not `here`
        case Device() | Given() | Scratch():
            return value
        case dict():
            return Mapping(tuple((freeze(k), freeze(v)) for k, v in value.items()))
        case torch.Size() | tuple():
            return Items("tuple", tuple(freeze(v) for v in value))
        case list():
            return Items("list", tuple(freeze(v) for v in value))
        case _:
            return look(value, torch.device("cpu"))


Cases = Callable[[Draw], Iterable[Any]]


@dataclass(eq=False)
class Exercise:
    """One exercise as its author describes it: cases, points, hints, rules, known mistakes, other right answers."""

    name: str
    cases: Cases
    points: int
    hints: tuple[str, ...]
    rules: Rules
    read: str = ""
    scale: Callable[..., float | torch.Tensor] | None = None
    under: Under = ""
    mistakes: list[Mistake] = field(default_factory=list)
    rights: list[Callable[..., Any]] = field(default_factory=list)
    equivalents: list[Equivalent] = field(default_factory=list)
    ways: list[DeclaredWay] = field(default_factory=list)
    """The way that it is about; a second one is a mistake of the author's."""
    declared: dict[str, object] = field(default_factory=dict)
    """What the author has written, as it stands there."""

    def start(self, seed: int) -> int:
        """What its own cases are drawn from, for the seed of a run."""
        return zlib.crc32(self.name.encode()) ^ seed

    def draw_cases(self, seed: int) -> Iterator[Case]:
        """The cases for a seed, always the same ones in the same order."""
        start = self.start(seed)
        for number, drawn in enumerate(self.cases(Draw(start))):
            yield as_case(drawn, start + number)


def as_case(drawn: Any, seed: int) -> Case:
    """What an author's function has yielded as a case."""
    call = drawn if isinstance(drawn, Call) else Call(drawn if type(drawn) is tuple else (drawn,))
    return Case(
        arguments=tuple(freeze(argument) for argument in call.arguments),
        seed=seed,
        patches=tuple((name, freeze(value)) for name, value in call.patches),
    )


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer and the sentence for a learner whose answer behaves like it."""

    function: Callable[..., Any]
    sentence: str
    on: On = "every device"
    written: str = ""

    @property
    def name(self) -> str:
        """The name of its function."""
        return str(getattr(self.function, "__name__", None) or type(self.function).__name__)


@dataclass(frozen=True)
class Equivalent:
    """Changes of a solution that leave it right, and why: `change` is a mutant's kind, or its `old → new`."""

    change: str
    reason: str
    line: int


@dataclass(frozen=True)
class DeclaredWay:
    """The way that an exercise is about, and what its author has written, as it stands there."""

    way: Way
    declared: dict[str, object]
    line: int


def check_exercise(exercise: object, what: str) -> None:
    """Raise `CourseError` where a mistake or another answer is not told whose it is."""
    if not isinstance(exercise, Exercise):
        name = getattr(exercise, "__name__", repr(exercise)[:40])
        raise CourseError(
            f"`chapter.{what}` is about an exercise, and {name} is none: write `@chapter.{what}(NAME)`, with the NAME"
            " of a function that `@chapter.exercise(...)` stands on, with nothing above it and nothing else so named."
        )


def calling_line() -> int:
    """The line of the author's file in which a method of `Chapter` is called."""
    frame = inspect.currentframe()
    for _ in range(2):
        frame = frame.f_back if frame is not None else None
    return frame.f_lineno if frame is not None else 1


class Chapter:
    """All that an author writes beside one chapter of solutions: `chapter = Chapter(__file__)`."""

    def __init__(self, file: str) -> None:
        self.name = Path(file).stem
        self.file = Path(file)
        self.exercises: dict[str, Exercise] = {}
        self.neighbours = Neighbours.of_solutions(self.file.parent.parent)

    @cached_property
    def solution(self) -> ModuleType:
        """The chapter's solution module, for mistakes and right answers that build on another exercise."""
        return import_authored(self.file.parent.parent / self.file.name, self.neighbours)

    def exercise(
        self,
        *,
        points: int = 1,
        hints: Sequence[str],
        gradient: bool | Tolerance = False,
        also: Sequence[Also] = (),
        tolerance: Tolerance | None = None,
        scale: Callable[..., float | torch.Tensor] | None = None,
        raises: str = "ValueError",
        mentions: Sequence[str] = (),
        ignore: str = "",
        under: Under = "",
        read: str = "",
    ) -> Callable[[Cases], Exercise]:
        """Declare the exercise that has the name of the decorated function, which yields its cases.

        A case is one argument, or a tuple of them, or `draw.call(...)`. `gradient` compares gradients too (∇), with a
        tolerance of its own if it is one; `scale` gives the size of what is summed from the arguments (see
        `Tolerance`); `raises` is the type of exception that the exercise may ask for, `mentions` are words that its
        text must hold, `{device}` standing for the type of the run's device; `ignore` is a regular expression for what
        does not count in returned strings; `read` is where in PyTorch's documentation to read on.
        """

        declared = {name: value for name, value in locals().items() if name != "self"}

        def declare(cases: Cases) -> Exercise:
            rules = Rules(
                also=frozenset(also),
                gradient=gradient is not False,
                tolerance=tolerance or Tolerance(),
                gradient_tolerance=gradient if isinstance(gradient, Tolerance) else Tolerance(),
                raises=raises,
                mentions=tuple(mentions),
                ignore=ignore,
            )
            made = Exercise(cases.__name__, cases, points, tuple(hints), rules, read, scale, under, declared=declared)
            self.exercises[made.name] = made
            return made

        return declare

    def mistake(
        self, exercise: Exercise, *, on: On = "every device", written: str = ""
    ) -> Callable[[Callable[..., Any]], Any]:
        """Declare a known wrong answer; its docstring is what a learner with the same behaviour reads.

        `on="accelerator"`: it is right on the CPU. `written` is for a docstring that says how the answer is written: a
        regular expression for that, searched in the code of the learner's function as `ast.unparse` writes it. Answers
        that behave so and are written otherwise get the sentence of a mistake without `written`, if one behaves so.
        """

        check_exercise(exercise, "mistake")

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            sentence = inspect.cleandoc(function.__doc__ or "")
            exercise.mistakes.append(Mistake(function, " ".join(sentence.split()), on, written))
            return function

        return declare

    def right(self, exercise: Exercise) -> Callable[[Callable[..., Any]], Any]:
        """Declare another answer that must pass."""
        check_exercise(exercise, "right")

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            exercise.rights.append(function)
            return function

        return declare

    def equivalent(self, exercise: Exercise, *changes: str, reason: str) -> None:
        """Declare changes of the exercise's solution that leave it right, so that its checks need not notice them.

        A change is a kind of mutant (`no_grad`), for all of that kind, or the lines that differ as `grader verify
        --mutants` prints them: `old → new`, one side empty where a line was only added or only dropped, and `…`
        for any text.
        """
        check_exercise(exercise, "equivalent")
        line = calling_line()
        exercise.equivalents += [Equivalent(" ".join(change.split()), reason, line) for change in changes]

    def way(self, exercise: Exercise, *, sentence: str, uses: Sequence[str] = (), instead: Sequence[str] = ()) -> None:
        """Declare the way that an exercise is about; a right answer that goes another one passes, and reads this once.

        An answer that names any of `uses` goes the way: a function, a method or an attribute (`backward`), a parameter
        of the solution, a keyword (`device=`). With `instead`, only an answer that names one of these has gone another.
        """
        declared: dict[str, object] = {"uses": uses, "instead": instead}
        check_exercise(exercise, "way")
        way = Way(tuple(uses), tuple(instead), " ".join(sentence.split()))
        exercise.ways.append(DeclaredWay(way, declared, calling_line()))

"""The words of the grader as frozen records: values, cases, observations, mismatches, outcomes, reports.

Everything that travels between two stages is one of these. They are plain data: no functions, no open files, nothing
of a learner's that could run again. Importing this module does not import torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import torch

# ---------------------------------------------------------------- values

Place: TypeAlias = str
"""Where an array lives, by role: `here` (the device of the run), otherwise a device type such as `cpu`."""

HERE: Place = "here"


@dataclass(frozen=True, eq=False)
class Array:
    """A tensor or NumPy array as it was seen: its numbers and all that PyTorch says about it.

    `data` is a contiguous CPU tensor without history; `strides` are those of the original, in elements.
    """

    data: torch.Tensor
    strides: tuple[int, ...]
    kind: Literal["tensor", "ndarray"] = "tensor"
    place: Place = HERE
    requires_grad: bool = False
    is_leaf: bool = True
    grad: Array | None = None

    def __eq__(self, other: object) -> bool:
        """Bit for bit, so that NaN equals NaN and -0.0 does not equal 0.0."""
        if not isinstance(other, Array):
            return NotImplemented
        return (
            (self.kind, self.strides, self.place, self.requires_grad, self.is_leaf, self.grad)
            == (other.kind, other.strides, other.place, other.requires_grad, other.is_leaf, other.grad)
        ) and self.same_numbers(other)

    __hash__ = None  # type: ignore[assignment]

    def same_numbers(self, other: Array) -> bool:
        """Whether dtype, shape and every bit of the numbers agree."""
        import torch

        a, b = self.data, other.data
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        return a.numel() == 0 or torch.equal(a.reshape(-1).view(torch.uint8), b.reshape(-1).view(torch.uint8))

    @property
    def is_contiguous(self) -> bool:
        """Whether the original's strides are those of its shape in C order; sizes of 1 have no say."""
        expected = 1
        for size, stride in zip(reversed(self.data.shape), reversed(self.strides), strict=True):
            if size != 1 and stride != expected:
                return self.data.numel() == 0
            expected *= size
        return True


@dataclass(frozen=True)
class Items:
    """A list, tuple or `torch.Size`."""

    kind: Literal["list", "tuple", "Size"]
    items: tuple[Value, ...]


@dataclass(frozen=True)
class Mapping:
    """A dict, in its own order."""

    items: tuple[tuple[Value, Value], ...]


@dataclass(frozen=True)
class Named:
    """A constant that is known by its name: a dtype (`torch.float32`) or a device (by role, see `Place`)."""

    kind: Literal["dtype", "device"]
    name: str


@dataclass(frozen=True)
class Other:
    """Anything else that came back: only its type and a shortened repr are kept."""

    type: str
    text: str


@dataclass(frozen=True)
class Device:
    """In a case: the device of the run, handed in as a string or as a `torch.device`."""

    as_text: bool = False


@dataclass(frozen=True)
class Given:
    """In a case: a function of the course's `exercises/given.py`, by name.

    With `arguments`, that function is called with them first, and what it returns is handed in.
    """

    name: str
    arguments: tuple[Value, ...] | None = None


@dataclass(frozen=True)
class Scratch:
    """In a case: the path of a file, not there yet, in a folder made for this one call."""

    name: str
    as_text: bool = False


Value: TypeAlias = (
    bool | int | float | complex | str | Array | Items | Mapping | Named | Other | Device | Given | Scratch | None
)


def parts(value: Value) -> Iterator[Value]:
    """A value and everything that it holds."""
    yield value
    match value:
        case Items(items=items):
            for item in items:
                yield from parts(item)
        case Mapping(items=pairs):
            for key, item in pairs:
                yield from parts(key)
                yield from parts(item)


def arrays(value: Value) -> Iterator[Array]:
    """Every array in a value."""
    return (part for part in parts(value) if isinstance(part, Array))


# ---------------------------------------------------------------- a case, and what is seen of one call


@dataclass(frozen=True)
class Case:
    """One set of arguments for an exercise: data only.

    `patches` names functions (`torch.cuda.is_available`) that answer with a fixed value during the call.
    """

    arguments: tuple[Value, ...]
    seed: int = 0
    patches: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class Raised:
    """An exception: its type, the names of all its base types, its text, and where in the learner's file."""

    type: str
    bases: tuple[str, ...]
    text: str
    traceback: tuple[str, ...] = field(default=(), compare=False)
    function: str = field(default="", compare=False)
    """The innermost function of the learner's own file that was running."""


@dataclass(frozen=True)
class Gradient:
    """What reached one argument: a gradient, None (nothing did), or the error of the backward pass."""

    where: str
    value: Array | None = None
    cut: bool = False
    """True where no output had a graph at all."""
    error: str = ""


@dataclass(frozen=True)
class Alias:
    """Whether a write to one of two arrays showed in the other, tried both ways."""

    result: str
    argument: str
    result_shows_in_argument: bool
    argument_shows_in_result: bool


@dataclass(frozen=True)
class Axes:
    """What one pair of axes shows: labels, and every line or cloud of points as (x, y) pairs."""

    title: bool
    xlabel: bool
    ylabel: bool
    grid: bool
    legend: bool
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()
    points: tuple[tuple[tuple[float, float], ...], ...] = ()
    name: str = ""
    """Where they are in the figure: `left axes`, `lower axes`, `axes 3`."""


@dataclass(frozen=True)
class Figures:
    """What was plotted: one tuple of axes for each figure saved, the number left open, the files (name, kind)."""

    saved: tuple[tuple[Axes, ...], ...] = ()
    left_open: int = 0
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Observation:
    """Everything that can be seen of one call."""

    returned: Value = None
    raised: Raised | None = None
    before: tuple[tuple[str, Value], ...] = ()
    after: tuple[tuple[str, Value], ...] = ()
    """Each argument with its name, as it was handed in and as the call left it."""
    gradients: tuple[Gradient, ...] = ()
    same_objects: tuple[tuple[str, str], ...] = ()
    """(where it is now, which argument it was) for each object that is still, or again, an argument itself."""
    aliases: tuple[Alias, ...] = ()
    printed: str = ""
    calls: tuple[str, ...] = ()
    figures: Figures | None = None


# ---------------------------------------------------------------- the difference between two observations

Aspect = Literal[
    "raised",
    "type",
    "shape",
    "dtype",
    "device",
    "values",
    "gradient",
    "mutation",
    "identity",
    "aliasing",
    "leaf",
    "graph",
    "layout",
    "text",
    "calls",
    "figure",
]
"""In the order in which they explain each other: a wrong shape explains wrong values, and so on."""

Also = Literal[
    "unchanged",  # every argument, bit for bit
    "mutation",  # the arguments end as the reference leaves them
    "same object",  # what the reference returns or leaves in place as the same object is the same object
    "aliasing",  # writes show, or do not show, between result and arguments as with the reference
    "contiguous",  # results are contiguous where the reference's are
    "requires_grad",  # results require gradients where the reference's do, and only there
    "leaves",  # results and arguments are leaves that require gradients where the reference's are
    "grad",  # what the call leaves in the `.grad` of its arguments; zeros and None are the same once it is cleared
    "text",  # printed lines, numbers in them as numbers
    "calls",  # the order in which given functions were called
    "figure",  # what was plotted and saved
]
"""What an exercise can promise beyond its result; what is not promised is not compared."""


@dataclass(frozen=True)
class Tolerance:
    """How far numbers may differ: |got - expected| <= atol + rtol * (|expected| + scale).

    Left at None, `rtol` and `atol` follow the dtype as in `torch.testing`, with an `atol` that shrinks with the
    values, and the rounding noise of the inputs is allowed. `scale` is for sums whose order is free: the size of what
    was added up, or "largest" for the largest expected magnitude; it replaces the default `atol`.
    """

    rtol: float | None = None
    atol: float | None = None
    scale: float | torch.Tensor | Literal["largest"] | None = None


@dataclass(frozen=True)
class Rules:
    """What is compared for one exercise and how closely."""

    also: frozenset[Also] = frozenset()
    gradient: bool = False
    tolerance: Tolerance = Tolerance()
    gradient_tolerance: Tolerance = Tolerance()
    raises: str = "ValueError"
    """The type of exception that the reference may raise on purpose."""
    mentions: tuple[str, ...] = ()
    """Words that the text of an expected exception must hold."""
    ignore: str = ""
    """A regular expression for what does not count in returned strings."""


@dataclass(frozen=True)
class Mismatch:
    """One difference: which aspect, where it is, what kind of problem, and what came against what should have.

    `where` is a path as PyTorch writes it: `` (the result), `['quotient']`, `[1]`, `x`, `params[0].grad`.
    """

    aspect: Aspect
    where: str = ""
    problem: str = "different"
    got: Value = None
    expected: Value = None
    count: int = 0
    total: int = 0
    most_at: tuple[int, ...] = ()
    by: float = 0.0


# ---------------------------------------------------------------- verdicts and reports

Verdict = Literal["passed", "failed", "to do", "skipped", "timed out", "crashed", "not loaded"]


@dataclass(frozen=True)
class Row:
    """One labelled line of a message: `x = [[1., 2.]]  float32, shape (1, 2)`."""

    label: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Message:
    """What a learner reads about one failure, in parts, so that each view can set it its own way."""

    call: str = ""
    rows: tuple[Row, ...] = ()
    sentence: str = ""
    traceback: tuple[str, ...] = ()
    paste: str = ""


@dataclass(frozen=True)
class Outcome:
    """The verdict on one exercise on one device (`cpu` where the exercise knows no device)."""

    exercise: str
    device: str
    verdict: Verdict
    message: Message = Message()
    aspects: tuple[Aspect, ...] = ()
    mistake: str = ""
    case: int | None = None
    seconds: float = 0.0
    output: str = ""
    """What the function printed, where its process was another one; pytest shows it by itself."""


@dataclass(frozen=True)
class Result:
    """All outcomes of one exercise, with its place in the learner's file and what it is worth."""

    chapter: str
    exercise: str
    file: str
    line: int
    points: int
    outcomes: tuple[Outcome, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict over all devices: the worst one; skipped only where every device skipped it."""
        verdicts = [outcome.verdict for outcome in self.outcomes]
        for bad in ("not loaded", "crashed", "timed out", "failed", "to do"):
            if bad in verdicts:
                return bad
        return "passed" if "passed" in verdicts else "skipped"


@dataclass(frozen=True)
class Report:
    """All results of one submission in the order of the course, and the score.

    `notes` tell what the run could not do (a device that is not there, a wall that could not be built), `problem` why
    the submission as a whole could not be read.
    """

    course: str
    version: str
    seed: int
    devices: tuple[str, ...]
    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    submission: str = ""
    problem: str = ""
    scale: int = 100

    @property
    def earned(self) -> int:
        """Points of the exercises that pass on every device of the run where they are not skipped."""
        return sum(result.points for result in self.results if result.verdict == "passed")

    @property
    def possible(self) -> int:
        """Points of all exercises but those skipped on every device."""
        return sum(result.points for result in self.results if result.verdict != "skipped")

    @property
    def score(self) -> int:
        """The score on the course's scale, rounded down."""
        return self.scale * self.earned // self.possible if self.possible else 0


Function: TypeAlias = Callable[..., Any]

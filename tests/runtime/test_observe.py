"""What differs from run to run is in no text of an observation: addresses, and folders made for one run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.core.observation import Case
from grader.core.rules import Rules
from grader.core.values import Given, Items, Mapping, Scratch, Value
from grader.runtime.observe import observe
from grader.runtime.snapshot import look

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    "function",
    [
        lambda path: path.read_text(),
        lambda path: str(path),
        lambda path: {path.parent: [path, path.name]},
        lambda path: print(path),
    ],
)
def test_a_scratch_folder_has_no_name(function: Callable[[Path], Any]) -> None:
    """Where a case hands in the path of a file, nothing that is seen tells in which folder it was."""
    rules = Rules(also=frozenset({"text"}))
    seen = observe(function, Case((Scratch("plot.png"),)), ["path"], device=CPU, rules=rules)
    assert "plot.png" in repr(seen)
    assert tempfile.gettempdir() not in repr(seen)


@pytest.mark.parametrize(
    "argument",
    [
        Scratch("made.txt"),
        Items("list", (Scratch("made.txt"),)),
        Mapping((("to", Items("tuple", (1, Scratch("made.txt")))),)),
        Given("writer", (Scratch("made.txt"),)),
        Given("writer", (Items("list", (Given("writer", (Scratch("made.txt"),)),)),)),
    ],
)
def test_a_file_is_never_written_where_somebody_works(
    argument: Value, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever in an argument the path of a file stands, the file is in a folder made for the call."""
    monkeypatch.chdir(tmp_path)

    def write(thing: Any) -> Any:
        for path in (
            thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list | tuple) else [thing]
        ):
            if isinstance(path, Path):
                assert path.is_absolute()
                path.write_text("made")
            elif not isinstance(path, int):
                write(path)
        return thing

    seen = observe(write, Case((argument,)), ["path"], device=CPU, rules=Rules(), given={"writer": write}.__getitem__)
    assert seen.raised is None
    assert list(tmp_path.iterdir()) == []


def test_an_address_is_no_part_of_a_text() -> None:
    """Objects in texts are told without their place in memory, also where a gradient fails or something is printed."""

    class Fails(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            return 2 * x

        @staticmethod
        def backward(ctx: Any, gradient: torch.Tensor) -> Any:
            raise RuntimeError(object())

    def function(x: torch.Tensor) -> list[object]:
        print(object())
        return [str(object()), Fails.apply(x)]

    rules = Rules(also=frozenset({"text"}), gradient=True)
    seen = observe(function, Case((look(torch.ones(2), CPU),)), ["x"], device=CPU, rules=rules)
    assert seen.printed == "<object object>\n"
    assert [g.error for g in seen.gradients] == ["RuntimeError: <object object>"]
    assert isinstance(seen.returned, Items)
    assert seen.returned.items[0] == "<object object>"


def test_an_exception_without_a_text() -> None:
    """An exception whose `__str__` raises is told as such, in a call and in the backward pass."""

    class Bad(Exception):
        def __str__(self) -> str:
            raise ValueError

    class Fails(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            return 2 * x

        @staticmethod
        def backward(ctx: Any, gradient: torch.Tensor) -> Any:
            raise Bad

    def raises(x: torch.Tensor) -> None:
        raise Bad

    case, rules = Case((look(torch.ones(2), CPU),)), Rules(gradient=True)
    backward = observe(Fails.apply, case, ["x"], device=CPU, rules=rules)
    assert [g.error for g in backward.gradients] == ["Bad: (its text cannot be shown)"]
    raised = observe(raises, case, ["x"], device=CPU, rules=rules).raised
    assert raised is not None
    assert (raised.type, raised.text) == ("Bad", "(its text cannot be shown)")

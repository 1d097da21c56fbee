"""An observation whose texts are told another way."""

from __future__ import annotations

import torch

from grader.core.observation import Gradient, Observation, Raised, retold
from grader.core.values import Array, Items, Mapping, Other
from grader.runtime.snapshot import look

CPU = torch.device("cpu")


def test_every_text_is_told_anew() -> None:
    """Texts anywhere in an observation change, whatever is no text stays."""
    seen = look(torch.ones(2), CPU)
    assert isinstance(seen, Array)

    def holding(text: str) -> Observation:
        value = Items("list", (Mapping(((text, Other("type", text)), (1, seen))), None, 2.5))
        raised = Raised("KeyError", ("KeyError",), text)
        gradients = (Gradient("x", seen), Gradient("y", error=text))
        return Observation(value, raised, (("x", text),), (("x", text), ("y", seen)), gradients, printed=text)

    assert retold(holding("text"), str.upper) == holding("TEXT")

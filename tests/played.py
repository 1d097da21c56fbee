"""A real accelerator played by the simulated one: what CUDA, Metal and others have done to people's right answers.

Under the name of the real one, operations can be missing, give other numbers, or be found wrong only later and for
good. Under its own name, `sim` is as it always is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch

from grader.judging import reference
from grader.runtime import devices, sim_kernel


@dataclass
class Played:
    """What is wrong with a device, by the names of operations (`aten::sum`)."""

    name: str
    lacks: frozenset[str] = frozenset()
    """They are not there."""
    differs: frozenset[str] = frozenset()
    """They give other numbers than the CPU's."""
    ruins: frozenset[str] = frozenset()
    """They are found wrong when the device is asked again, and it never works again."""
    active: bool = False
    ruined: bool = False
    last: str = ""
    used: set[str] = field(default_factory=set)
    """The operations that the device was asked for."""

    def install(self, patch: pytest.MonkeyPatch, module: ModuleType) -> Played:
        """Play it from now on, with the public names of the real one's module and no more."""
        devices.choose(("sim",))
        whole = torch.get_device_module("sim")
        offered: dict[str, Any] = {name: getattr(whole, name, None) for name in module.__all__}
        facts, to_sim = sim_kernel._facts, sim_kernel._to_sim

        def device_of(name: str) -> torch.device:
            self.active = name == self.name
            return torch.device("sim" if self.active else name)

        def ask(op: Any) -> Any:
            self.last = op._schema.name
            if self.active:
                self.used.add(self.last)
                self.answer()
                if self.last in self.lacks:
                    raise NotImplementedError(
                        f"The operator '{self.last}' is not currently implemented for the device."
                    )
                self.ruined = self.ruined or self.last in self.ruins
            return facts(op)

        def other(result: Any) -> Any:
            if self.active and self.last in self.differs and isinstance(result, torch.Tensor):
                return to_sim(result + 1 if result.is_floating_point() else result)
            return to_sim(result)

        patch.setattr(torch, "sim", SimpleNamespace(**{**offered, "synchronize": self.answer}))
        patch.setattr(reference, "torch_device", device_of)
        patch.setattr(devices, "torch_device", device_of)
        patch.setattr(devices, "is_there", lambda name: name in ("cpu", "sim", self.name))
        patch.setattr(sim_kernel, "_facts", ask)
        patch.setattr(sim_kernel, "_to_sim", other)
        return self

    def answer(self) -> None:
        """What a ruined device says to whatever it is asked."""
        if self.active and self.ruined:
            raise RuntimeError("CUDA error: device-side assert triggered")

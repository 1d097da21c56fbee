"""Which device an exercise is checked on where the accelerator of a run is a real one.

Nobody has tried every kind and driver: a right answer must not fail because an accelerator lacks an operation, rounds
it in a way of its own, or has stopped working. So the reference is held against itself first, there and on the CPU.
"""

from __future__ import annotations

from grader.core.errors import CourseError
from grader.core.observation import Turn
from grader.judging.compare.observations import compare
from grader.judging.reference import Trial
from grader.runtime.devices import REAL, register_sim, trouble


class Accelerator:
    """One real accelerator in one run: what was found out about it, and what is used in its place."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.lost = ""
        """Why it cannot be used any more."""
        self.unfit: list[str] = []
        """The exercises whose reference cannot run there, or gives something else than on the CPU."""
        self.left: list[str] = []
        """The exercises whose recording an answer did not meet here; it counts as wrong where sim says so too."""
        self.fits: dict[tuple[str, int], bool] = {}

    def device_for(self, trial: Trial) -> str:
        """The device to check an exercise on: this one, else the simulated one, else "" for none."""
        if not self.lost and trial.name not in self.left and self.has(trial):
            return self.device
        return "" if register_sim() else "sim"

    def has(self, trial: Trial) -> bool:
        """Whether the reference does here what it does on the CPU, in each call that this device can hold."""
        key = (trial.name, id(trial))
        if key not in self.fits:
            # of a recorded reference it is not known before an answer fails
            self.fits[key] = not trial.runs or all(self.agrees(trial, turn) for turn in trial.turns(self.device))
            if not self.fits[key]:
                self.unfit.append(trial.name)
                self.is_lost()
        return self.fits[key]

    def agrees(self, trial: Trial, turn: Turn) -> bool:
        """Whether it does so in one call."""
        try:
            here = trial.expected(turn, self.device)
        except CourseError:  # it raises there what it does not raise on the CPU
            return False
        return not compare(here, trial.expected(turn, "cpu"), trial.rules(turn, "cpu"))

    def leaves(self, trial: Trial) -> bool:
        """Whether what fails here has to fail elsewhere too, to be wrong."""
        if not trial.runs and trial.name not in self.left:
            self.left.append(trial.name)
        return self.is_lost() or not trial.runs

    def is_lost(self) -> bool:
        """Whether it has stopped working, as CUDA does for good after an index out of range."""
        self.lost = self.lost or trouble(self.device)
        return bool(self.lost)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a run has to say about it."""
        found = []
        if self.unfit:
            names = ", ".join(self.unfit)
            found.append(
                f"on {self.device} PyTorch gives something else than on the CPU, so not checked there: {names}"
            )
        if self.left:
            names = ", ".join(self.left)
            found.append(f"on {self.device} answers gave something else than was recorded, so checked on sim: {names}")
        if self.lost:
            found.append(f"{self.device} stopped working during this run, so what followed was not checked there")
        return tuple(found)


def accelerators(devices: tuple[str, ...]) -> dict[str, Accelerator]:
    """The real ones among the devices of a run."""
    return {device: Accelerator(device) for device in devices if device in REAL}

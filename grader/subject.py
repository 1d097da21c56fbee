"""Whoever makes a learner's calls and writes down what is seen of them: this process, or a worker."""

from __future__ import annotations

from typing import Protocol

from grader.answers import LearnerFile
from grader.observation import Observation
from grader.trial import Meanwhile, Trial


class Subject(Protocol):
    """Whoever makes a learner's calls and writes down what is seen of them: this process, or a worker."""

    def ready(self, trial: Trial) -> None:
        """Get an exercise ready to be called. Raises `NotLoaded` where it cannot be had."""

    def see(self, trial: Trial, number: int, device: str, first: bool, meanwhile: Meanwhile) -> Observation:
        """The learner's function observed on one case; `first` where nobody has asked for this case before."""


class LocalSubject:
    """Calls made in this process, which is right for a learner at their own machine."""

    def __init__(self, answers: LearnerFile) -> None:
        self.answers = answers

    def ready(self, trial: Trial) -> None:
        """Import the chapter."""
        self.answers.function(trial.exercise.name)

    def see(self, trial: Trial, number: int, device: str, first: bool, meanwhile: Meanwhile) -> Observation:
        """One call; what it prints reaches the screen the first time."""
        meanwhile()  # first, so that nothing that a learner's code changes is in its way
        function = self.answers.function(trial.exercise.name)
        return trial.see(function, number, device, self.answers.path, echo=first)

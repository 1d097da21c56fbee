"""Whoever makes a learner's calls and writes down what is seen of them: this process, or a worker."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from grader.core.observation import Observation, Turn
from grader.core.values import Function
from grader.course.learner_file import LearnerFile
from grader.runtime.deadline import TimedOut
from grader.runtime.importing import (
    Neighbours,
    NotLoaded,
    forget_neighbours,
    import_out_of_time,
    load_chapter,
    pick,
)

if TYPE_CHECKING:
    from grader.judging.reference import Meanwhile, Trial


class Subject(Protocol):
    """Makes a learner's calls and writes down what is seen of them."""

    def ready(self, trial: Trial) -> None:
        """Get an exercise ready to be called. Raises `NotLoaded` where it cannot be had."""

    def see(self, trial: Trial, turn: Turn, device: str, first: bool, meanwhile: Meanwhile) -> Observation:
        """The learner's function observed in one call; `first` where nobody has asked for this one before."""


class LocalSubject:
    """Calls made in this process, which is right for a learner at their own machine; the file is imported once."""

    def __init__(self, learner_file: LearnerFile) -> None:
        self.file = learner_file
        self.neighbours = Neighbours({"given": learner_file.course.given_file})
        """What is handed in comes from the course, whatever lies beside the learner's file."""
        self.module: ModuleType | None = None
        self.failure: NotLoaded | None = None
        self.device = ""
        """Where the call of this exercise is that was made last."""

    def ready(self, trial: Trial) -> None:
        """Import the chapter."""
        self.device = ""
        self.function(trial.name)

    def see(self, trial: Trial, turn: Turn, device: str, first: bool, meanwhile: Meanwhile) -> Observation:
        """One call; what it prints reaches the screen the first time."""
        self.device = device
        meanwhile()  # first, so that nothing that a learner's code changes is in its way
        function = self.function(trial.name)
        with self.at_home():
            return trial.see(function, turn, device, self.file.path, echo=first)

    @contextlib.contextmanager
    def at_home(self) -> Iterator[None]:
        """While it lasts, what the learner's code imports late is what lies beside it, and no other learner's."""
        with self.neighbours.within():
            last = next(reversed(sys.modules))
            try:
                yield
            finally:
                forget_neighbours(self.file.path, last)

    def function(self, name: str) -> Function:
        """The learner's function, after importing the chapter.

        Raises `NotLoaded`, the same each time, where the import fails or the function is not there; `TimedOut` where
        the import took too long.
        """
        if self.failure is not None:
            raise self.failure
        if self.module is None:
            try:
                with self.neighbours.within():
                    self.module = load_chapter(self.file.chapter, self.file.path)
            except NotLoaded as failure:
                self.failure = failure
                raise
            except TimedOut:
                self.failure = import_out_of_time(self.file.path)
                raise
        return pick(self.module, name, self.file.path, self.file.signature(name), self.file.exercises)

"""Every error that ends with a sentence, as one family: each kind carries the exit status that it means.

1 is a learner's, 2 an author's or the command line's, 3 ours. The text of each can be shown as it is.
"""

from __future__ import annotations

import sys


class GraderError(Exception):
    """An error that can be told in a sentence; `exit_status` is what a command ends with that meets it."""

    exit_status = 3


class LearnerError(GraderError):
    """A learner's file that stands in the way: one sentence, and what to do."""

    exit_status = 1


# ---------------------------------------------------------------- an author's, or the command line's


class CommandError(GraderError):
    """A command line that cannot be carried out."""

    exit_status = 2


class CourseError(GraderError):
    """A course that cannot be used, or a name that it does not have: one sentence for its author or the caller."""

    exit_status = 2


class SourceError(GraderError):
    """A file that cannot be read as Python: one sentence, with file, line and, where there is one, a caret."""

    exit_status = 2


class DeviceError(GraderError):
    """A device that is unknown or not there."""

    exit_status = 2


class SimUnavailable(GraderError):
    """This PyTorch cannot hold the simulated accelerator; the text says why, in one line."""

    exit_status = 2


class NoPyTorch(GraderError):
    """PyTorch, or what comes with it, is missing or broken here; the text says how to install it."""

    exit_status = 2

    @classmethod
    def of(cls, why: ImportError) -> NoPyTorch:
        """What to type, for an import that failed."""
        package = (why.name or "torch").partition(".")[0]
        name = "PyTorch" if package == "torch" else package
        told = f"{name} cannot be imported here: {str(why).rstrip('.')}."
        return cls(f"{told} To install it: {sys.executable or 'python'} -m pip install {package}")


class SubmissionError(GraderError):
    """A submission, or a path to one, that cannot be read."""

    exit_status = 2


class ResultsError(GraderError):
    """A folder for results that cannot be used like this."""

    exit_status = 2


class ReportError(GraderError):
    """A text that is no result or report of a known version."""

    exit_status = 2


# ---------------------------------------------------------------- ours


class DecodeError(GraderError):
    """Plain data that is not the record that it should be; the end of a sentence."""


class WireError(GraderError):
    """Bytes that are no record."""


class IsolationError(GraderError):
    """Walls were required that cannot be had."""


class WorkerError(GraderError):
    """Workers cannot be had here, which is ours to mend."""


class DiskLow(GraderError):
    """The disk is nearly full, so that who fails may fail for that: it has to be graded again."""


class NoJudge(GraderError):
    """The checks cannot be run here at all."""


class GradingError(GraderError):
    """The run as a whole cannot go on; it carries the exit status of what stopped it."""

    def __init__(self, sentence: str, exit_status: int) -> None:
        super().__init__(sentence)
        self.exit_status = exit_status

"""Sends that a stub was called and raised, that time was up, and an exception with a hundred thousand bases.

Chapter: ex02_effects
Honest: none
Verdict: all: failed or crashed
"""

import os

from forge import send

from grader.core import wire
from grader.core.observation import Observation, Raised


def rows(x):
    raised = Raised("NotImplementedError", ("NotImplementedError", "Exception"), "", ("a",) * 1000, "total\n::error::")
    send(b"SEEN", wire.dumps(Observation(raised=raised)))
    os._exit(0)


def fill(x, value):
    send(b"SEEN", wire.dumps(Observation(raised=Raised("TimedOut", ("ValueError",) * 100_000, "\0\ud800" * 100_000))))
    os._exit(0)


def greet(name):
    send(b"SEEN", wire.dumps(Observation(raised=Raised("", (), "", ("\x1b[2J" * 100_000,)))))
    os._exit(0)

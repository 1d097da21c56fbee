"""Sends an observation of its own making in the grader's own frame: the values in it are still wrong.

Honest: double
Verdict: total: failed or crashed
"""

import os

from forge import send

from grader.core import wire
from grader.core.observation import Observation


def double(x):
    return 2 * x


def total(a, b):
    send(b"SEEN", wire.dumps(Observation(returned=0.0)))
    os._exit(0)

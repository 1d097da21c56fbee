"""Sends another record than the one that was asked for: the case itself.

Honest: double
Verdict: total: failed or crashed
"""

import os

from forge import send

from grader.core import wire
from grader.core.observation import Case


def double(x):
    return 2 * x


def total(a, b):
    send(b"SEEN", wire.dumps(Case((1.0, "x"))))
    os._exit(0)

"""Answers, and then answers again before the next question has come.

Honest: none
Verdict: double: failed or crashed
Verdict: total: failed or crashed or passed
"""

from forge import send

from grader.core import wire
from grader.core.observation import Observation


def double(x):
    for _ in range(100):
        send(b"SEEN", wire.dumps(Observation(returned=0.0)))
    return 2 * x


def total(a, b):
    return a.sum() + b.sum()

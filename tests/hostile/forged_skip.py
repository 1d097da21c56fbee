"""Sends that it was skipped: what is skipped does not count against anybody.

Honest: double
Verdict: total: failed or crashed
"""

import json
import os

from forge import send


def double(x):
    return 2 * x


def total(a, b):
    send(b"NOPE", json.dumps({"sentence": "not here", "traceback": [], "verdict": "skipped"}).encode())
    os._exit(0)

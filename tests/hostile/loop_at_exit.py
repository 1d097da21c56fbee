"""What runs when Python ends never ends, and neither does a thread that is no daemon: both after right results.

Honest: double, total
"""

import atexit
import threading


@atexit.register
def forever():
    while True:
        pass


def double(x):
    return 2 * x


def total(a, b):
    threading.Thread(target=threading.Event().wait).start()
    return a.sum() + b.sum()

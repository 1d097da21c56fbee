"""A thread that goes on changing the result after it was handed over.

Honest: double
"""

import threading

import torch


def double(x):
    return 2 * x


def total(a, b):
    result = torch.zeros(())

    def edit():
        while True:
            result.add_(1)

    threading.Thread(target=edit, daemon=True).start()
    return result

"""Honest submissions that are odd, for the course in `tests/courses/target`: what they do is seen in both modes alike.

Each stands below its name, and after the right functions of its chapter, whose place it may take.
"""

from __future__ import annotations

import re

RIGHT = """
def double(x):
    return 2 * x

def total(a, b):
    return a.sum() + b.sum()
"""
EFFECTS = """
def rows(x):
    return list(x)

def fill(x, value):
    return x.fill_(value)

def greet(name):
    print(f"Hello, {name}!")
"""
FIRST = r"""
#### not python
def double(x):
    return 2 * * x

#### no module
import numpyy

#### import exits
exit()

#### import fails in a file of its own
def helper():
    raise KeyError(__file__)

helper()

#### import sleeps
import time

time.sleep(60)

#### no text of its error
class Bad(Exception):
    def __str__(self):
        raise ValueError

raise Bad

#### other names
doubel = double
del double

class total:
    pass

#### other parameters
def double(x, y):
    return x

def total(*, a, b):
    return a

#### no functions
import functools
double = 3
total = functools.partial(lambda k, a, b: a.sum() + b.sum() + k, 1)

#### calls a stub
def double(x):
    return total(x, x)

def total(a, b):
    raise NotImplementedError

#### sleeps
import time

def double(x):
    time.sleep(60)

def total(a, b):
    return a

#### recursion
def double(x):
    return double(x)

def total(a, b):
    return repr(total)

#### leaves
def double(x):
    exit()

def total(a, b):
    raise KeyboardInterrupt

#### names its file
def double(x):
    raise RuntimeError(f'not in {__file__}')

def total(a, b):
    return open(__file__ + '.data')

#### gradient names its file
import torch

class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, g):
        raise RuntimeError(f'{object()} in {__file__}')

def double(x):
    return F.apply(x)

#### gradient without a text
import torch

class Bad(Exception):
    def __str__(self):
        raise ValueError

class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, g):
        raise Bad

def double(x):
    return F.apply(x)

def total(a, b):
    raise Bad

#### errors in errors
def double(x):
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError('one\ntwo') from error

def total(a, b):
    raise ExceptionGroup('many', [ValueError('a'), TypeError('b')])

#### deep in itself
def double(x):
    def down(n):
        return down(n - 1) if n else eval('2 *')
    return down(20)

def total(a, b):
    return (lambda: a @ b @ b)()

#### objects
class Own:
    def __repr__(self):
        raise ValueError

    __eq__ = None
    __hash__ = object.__hash__

def double(x):
    return {str(object()): object(), Own(): Own()}

def total(a, b):
    return lambda: a

#### other kinds
async def double(x):
    return x

def total(a, b):
    return {1, 2}, b'3', range(4), 5j, 10**5000, [a]

#### generator
def double(x):
    yield 2 * x

def total(a, b):
    return (x for x in a)

#### other tensors
import torch

class Own(torch.Tensor):
    pass

def double(x):
    return (2 * x).to_sparse()

def total(a, b):
    return (a.sum() + b.sum() + 1).as_subclass(Own)

#### texts
def double(x):
    return '\ud800 é 张 \x1b[31m\n' * 9

def total(a, b):
    raise ValueError('\ud800 é ' + 'y' * 1900)

#### prints and warns
import os, sys, warnings

print('import')

def double(x):
    print(x, file=sys.stderr)
    warnings.warn('old', stacklevel=1)
    return 3 * x

def total(a, b):
    os.write(1, b'raw')
    warnings.simplefilter('error')
    warnings.warn('new', stacklevel=1)

#### leaves a mess
import torch

torch.set_default_dtype(torch.float64)
count = []

def double(x):
    count.append(1)
    torch.set_grad_enabled(False)
    return 2 * x + len(count)

def total(a, b):
    return torch.zeros(()) + len(count)

#### draws numbers
import random

import numpy as np
import torch

def double(x):
    return x + torch.rand(3).to(x.device)

def total(a, b):
    return random.random() + np.random.rand()

#### asks about its process
import torch

def double(x):
    return torch.get_num_threads(), torch.is_grad_enabled(), __name__

def total(a, b):
    return double.__module__, torch.get_default_dtype()

#### changes its arguments
def double(x):
    x.data += 1
    return 2 * x

def total(a, b):
    a.resize_(1)
    return b.sum()

#### imports a neighbour
from ex02_effects import fill

def double(x):
    return fill(x, 3)

def total(a, b):
    import ex02_effects
    return ex02_effects.nothing

#### threads
from concurrent.futures import ThreadPoolExecutor

def double(x):
    with ThreadPoolExecutor(2) as pool:
        return next(pool.map(lambda y: y + 1, [x]))
"""
SECOND = r"""
#### returns a text
def greet(name):
    return f'Hello, {name}!'

#### prints past Python
import os

def greet(name):
    os.write(1, f'Hello, {name}!\n'.encode())

#### prints elsewhere
import sys

out = sys.stdout

def greet(name):
    out.write(f'Hello, {name}!\n')

#### prints its file
def greet(name):
    print(f'Hello, {name}!')
    print(__file__, object())

#### prints and raises
def greet(name):
    print(f'Hello, {name}!')
    raise ValueError(name)

#### other memory
import torch

def rows(x):
    return iter(x)

def fill(x, value):
    x.fill_(value)
    return x[:]
"""


def sections(text: str) -> dict[str, str]:
    """The texts below their names."""
    found = re.split(r"^#### (.+)\n", text, flags=re.M)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


ODDITIES = {
    "all right": (RIGHT, EFFECTS),
    "empty": ("", EFFECTS),
    **{name: (RIGHT + text, EFFECTS) for name, text in sections(FIRST).items()},
    **{name: (RIGHT, EFFECTS + text) for name, text in sections(SECOND).items()},
}
"""Each submission's name and its two chapters."""

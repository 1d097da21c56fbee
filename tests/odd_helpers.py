"""What odd bodies are made with: a text that stands at the end of a chapter's file."""

from __future__ import annotations

HELPERS = r'''
import asyncio
import collections
import contextlib
import dataclasses
import enum
import functools
import itertools
import sys
import threading
import types
import weakref

import numpy as np
import torch

METHODS = (
    "repr str bytes format hash bool len iter next call eq ne lt le gt ge contains getitem setitem delitem reversed"
    " index int float complex round add radd mul sub neg abs matmul enter exit array array_interface array_priority"
    " torch_function dlpack dlpack_device reduce reduce_ex sizeof dir class_getitem fspath getattr getattribute"
    " setattr instancecheck subclasscheck length_hint await aiter anext copy deepcopy getstate"
).split()


def hostile(error, *bases, **rest):
    """A class whose every method raises this."""
    def fails(*args, **kwargs):
        raise error
    made = types.new_class("Hostile", bases, {}, lambda names: names.update({f"__{n}__": fails for n in METHODS}))
    return made


class Meta(type):
    def __getattribute__(self, name):
        raise ValueError(name)

    def __repr__(self):
        raise SystemExit

    def __instancecheck__(self, other):
        return True

    def __eq__(self, other):
        raise OSError

    __hash__ = type.__hash__


class OfMeta(metaclass=Meta):
    pass


class Yes:
    """Equal to everything, holds everything, is everything."""

    def __eq__(self, other):
        return True

    __hash__ = object.__hash__

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __bool__(self):
        return True

    def __len__(self):
        return 1

    def __getitem__(self, key):
        return self

    def __float__(self):
        return 1.0

    __index__ = __int__ = lambda self: 1


class Claims:
    """Says that it is a tensor."""

    __class__ = torch.Tensor
    shape, dtype, device = torch.Size([2]), torch.float32, torch.device("cpu")


class Plain(torch.Tensor):
    pass


class Refuses(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        raise SystemExit(3)


class Dispatches(torch.Tensor):
    @staticmethod
    def __new__(cls, *size):
        return torch.Tensor._make_wrapper_subclass(cls, size)

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        raise KeyboardInterrupt


class Shown(torch.Tensor):
    def __repr__(self, **rest):
        raise ValueError

    shape = property(lambda self: 1 / 0)
    dtype = property(lambda self: exit())


class Names(collections.namedtuple("Names", "a b")):
    def __iter__(self):
        raise ValueError

    def __len__(self):
        return 10**9


@dataclasses.dataclass
class Record:
    a: object = None

    def __getattribute__(self, name):
        if name == "__dict__":
            raise SystemExit
        return object.__getattribute__(self, name)


@dataclasses.dataclass(frozen=True, slots=True)
class Slots:
    a: object = 1


class Colour(enum.Enum):
    RED = 1

    @property
    def name(self):
        return 1 / 0


class Rights(enum.Flag):
    A = 1
    B = 2


class Deleted:
    def __del__(self):
        raise SystemExit("deleted")


class Silent(Exception):
    def __str__(self):
        raise ValueError

    __repr__ = __str__


class Exits(Exception):
    def __str__(self):
        raise SystemExit

    __repr__ = __str__


class Loud(Exception):
    def __str__(self):
        return "y" * 10**7


class NoText(Exception):
    def __str__(self):
        return 5


class Refusing(Exception):
    def __getattribute__(self, name):
        raise KeyboardInterrupt


def nested(kind, depth):
    made = []
    for _ in range(depth):
        made = {1: made} if kind is dict else kind([made])
    return made


def holding_itself():
    made = []
    made.append(made)
    made.append({"a": made})
    return made


def dict_of_itself():
    made = {}
    made["a"] = made
    made[1] = [made]
    return made


def endless():
    number = 0
    while True:
        yield number
        number += 1


def breaks():
    yield 1
    raise SystemExit


def leaked():
    """A tensor that was inside `vmap`, whose level has ended."""
    kept = []
    torch.func.vmap(lambda x: (kept.append(x), x)[1])(torch.zeros(3))
    return kept[0]


def array_of_itself():
    made = np.empty(1, dtype=object)
    made[0] = made
    return made


def group(depth):
    error = ValueError("in")
    for _ in range(depth):
        error = ExceptionGroup("out", [error])
    return error


def tensors(values):
    """The tensors among the arguments."""
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from tensors(value)
        elif isinstance(value, dict):
            yield from tensors(value.values())
'''

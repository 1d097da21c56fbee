"""The sentence for an exception that was not due, or for one that was due and did not come."""

from __future__ import annotations

import re

import torch

from grader.core.observation import Observation, Raised
from grader.core.rules import Mismatch
from grader.core.values import Other
from grader.judging.feedback.context import Context
from grader.judging.feedback.python_errors import PYTHON_ERRORS
from grader.judging.feedback.pytorch_errors import (
    CHANGED_LEAF,
    LINED_UP,
    NO_GRAPH,
    PYTORCH_ERRORS,
    TO_NUMPY,
    TRUTH_VALUES,
    WARNINGS,
)
from grader.judging.feedback.relations import inputs

ERRORS = (*PYTORCH_ERRORS, *PYTHON_ERRORS)


def about_error(mismatch: Mismatch, got: Observation, context: Context) -> str:
    """What an exception means, or what is missing where none came."""
    due = mismatch.expected.type if isinstance(mismatch.expected, Other) else ""
    if mismatch.problem == "none":
        if isinstance(mismatch.got, Other) and mismatch.got.type == due:
            return "You give the exception back as a result. `raise` in the place of `return` raises it."
        return "These arguments are an error, and the exercise asks you to raise it."
    if mismatch.problem == "text":
        return f"The text of the exception should name {mismatch.where!r}."
    if mismatch.problem == "other" or got.raised is None:
        own = f" Look at the arguments first, and raise a {due} yourself." if due and not raises(got.raised) else ""
        return f"This is an error, but the exercise asks for another type of exception.{own}"
    if got.raised.type == "RecursionError":
        return "The function calls itself without end."
    if got.raised.type in ("SystemExit", "KeyboardInterrupt"):
        return "A function should return its answer; this one ends the program."
    if template(got.raised.text) == TRUTH_VALUES and not raises(got.raised):
        handed_in = any(array.data.dtype == torch.bool for _, array in inputs(got))
        return f"{TRUTH_VALUES} {ALSO_BOOL if handed_in else TO_NUMBERS}"
    return about_text(got.raised, context)


ALSO_BOOL = "This has to work for tensors of dtype bool as well."
TO_NUMBERS = "A comparison gives truth values, and `.int()` makes numbers of them."


def about_text(raised: Raised, context: Context) -> str:
    """What the text of an exception means in this call."""
    text, written = raised.text, context.written
    if raises(raised):
        return f"These arguments are no error: there is a result for them, and your function raises a {raised.type}."
    meant = template(text)
    if context.gradient and (meant == TO_NUMPY or re.search(r"name '(np|numpy)' is not defined", text)):
        return stay_with_pytorch(context)
    if meant == CHANGED_LEAF and context.turn.gradient:
        return (
            "The values are right, but a tensor that was handed in is changed in place on the way, and PyTorch cannot"
            " follow gradients through that. Make a new tensor instead."
        )
    line = raised.traceback[-1] if raised.traceback else ""
    called = [name for name in written.numpy_names if f"{name}(" in line or not line]
    if called and re.search(OF_NUMPY, text):
        return (
            "NumPy's functions are made for its own arrays, and here a tensor came: take"
            f" `torch.{called[0]}` for `np.{called[0]}`."
        )
    if meant == NO_GRAPH and (block := written.records_nothing):
        return (
            f"The backward pass found no graph: under `{block}` nothing is recorded. What it starts from has to be"
            " computed before that, or outside of it."
        )
    if raised.type == "IndexError" and written.outlived:
        name = written.outlived
        return (
            f"The loop counts what `{name}` had at its start, while `{name}` becomes another one in it, so the numbers"
            " run past the end. Go from the last one to the first, or do it without a loop."
        )
    if meant == LINED_UP and written.multiplies_elements and ("*" in line or not line):
        return f"{LINED_UP} `*` multiplies element by element; where rows meet columns, the operator is `@`."
    return meaning(text)


def stay_with_pytorch(context: Context) -> str:
    """What to take instead of NumPy where gradients are checked: NumPy keeps none, by whatever way it is called."""
    pairs = [f"`torch.{name}` for `np.{name}`" for name in context.written.numpy_names]
    instead = f" Take {' and '.join(pairs[:2])}." if pairs else " PyTorch has the same functions."
    return f"Stay with PyTorch here: gradients are checked too, and NumPy keeps none.{instead}"


OF_NUMPY = r"unexpected keyword argument 'axis'|axis=NoneType|argument 'dim' must be int, not NoneType"
"""What PyTorch says where NumPy calls a tensor's own method with NumPy's arguments."""


def raises(raised: Raised | None) -> bool:
    """Whether the line of the learner's file that an exception comes from raises it itself, and not by accident."""
    line = raised.traceback[-1].strip() if raised and raised.traceback else ""
    if raised is None or line.startswith("assert"):
        return raised is not None and raised.type == "AssertionError"
    by_name = re.match(r"raise \w+( from \w+)?$", line) and raised.type not in ("NameError", "TypeError")
    return bool(by_name or re.match(rf"raise .*\b{raised.type}\b", line))


# ---------------------------------------------------------------- what texts mean


def template(text: str) -> str:
    """What an exception's text means, without the names and numbers in it; "" for one that is not known."""
    return next((sentence for pattern, sentence in ERRORS if re.search(pattern, text)), "")


def meaning(text: str) -> str:
    """What an exception's text means to a beginner, for the common ones."""
    for pattern, sentence in ERRORS:
        if found := re.search(pattern, text):
            return sentence.format(*(group for group in found.groups() if group is not None))
    return ""


def meaning_of_warnings(warned: tuple[tuple[str, str], ...]) -> str:
    """What PyTorch's warnings of a call mean to a beginner, for those that tell why an answer is wrong."""
    for pattern, sentence in WARNINGS:
        if any(re.search(pattern, text) for _, text in warned):
            return sentence
    return ""

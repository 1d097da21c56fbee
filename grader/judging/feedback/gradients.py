"""The sentence for a gradient that is missing, not finite, or the right one times something."""

from __future__ import annotations

from grader.core.observation import Observation
from grader.core.rules import Mismatch
from grader.core.values import Array
from grader.judging.feedback.context import Context
from grader.judging.feedback.exceptions import meaning, stay_with_pytorch
from grader.judging.feedback.relations import about_ratio, ratio, sizes


def about_gradient(mismatch: Mismatch, got: Observation, context: Context) -> str:
    """In words that a chapter before autograd has, too."""
    where = mismatch.where
    match mismatch.problem:
        case "cut":
            return about_cut(where, context)
        case "unused":
            return f"The value is right, but no gradient reaches {where}: PyTorch saw nothing computed from it."
        case "not finite":
            return (
                f"The value is right, but the gradient of {where} is not finite. "
                + (BRANCH if context.written.holds(r"\bwhere\(") else SLOPE)
                + ", and infinity times 0 is NaN."
            )
        case "error":
            return meaning(str(mismatch.got)) or "The backward pass fails."
        case "different":
            return f"The value is right, but the gradient of {where} has another shape or dtype than {where} has."
    if isinstance(mismatch.got, Array) and isinstance(mismatch.expected, Array):
        if not bool(mismatch.got.data.any()):
            return f"The value is right, but the gradient of {where} is all zeros."
        factor = ratio(mismatch.got.data, mismatch.expected.data)
        if sentence := about_ratio(factor, f"The value is right. The gradient of {where}", sizes(got), several=False):
            return sentence
    return f"The value is right, but the gradient of {where} is not."


BRANCH = "A branch that is not chosen is differentiated too"
SLOPE = "A slope on the way is infinite, as that of a root is at 0"


def about_cut(where: str, context: Context) -> str:
    """Numbers that have lost where they came from, and what lost it, as far as the code shows it."""
    found = context.written.cuts
    if "NumPy" in found or "`.numpy()`" in found:
        return stay_with_pytorch(context)
    lost = f"The value is right, but PyTorch cannot follow it back to {where}, so no gradient gets there:"
    reasons = [f"under `{block}` nothing is recorded"] if (block := context.written.unrecorded) else []
    if found:
        reasons.append(f"{' and '.join(found[:2])} {'keeps' if len(found) == 1 else 'keep'} the bare numbers only")
    if reasons:
        return f"{lost} {', and '.join(reasons)}. Compute with the tensors themselves."
    return (
        f"{lost} `.item()`, `.data`, `.detach()`, `torch.tensor(...)` and NumPy each keep the bare numbers only."
        " Compute with the tensors themselves."
    )

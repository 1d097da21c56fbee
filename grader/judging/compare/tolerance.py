"""How close two numbers must be: tolerances by dtype, as in `torch.testing`, that shrink with what is expected."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch

from grader.core.rules import Tolerance
from grader.core.values import Array, Value, parts

DEFAULTS = {  # dtype: (rtol, largest atol), the values of torch.testing
    torch.float16: (1e-3, 1e-5),
    torch.bfloat16: (1.6e-2, 1e-5),
    torch.float32: (1.3e-6, 1e-5),
    torch.float64: (1e-7, 1e-7),
    torch.complex64: (1.3e-6, 1e-5),
    torch.complex128: (1e-7, 1e-7),
}

# A gradient adds up over whatever was broadcast or reduced, in an order of its own: tolerances scale with its size.
GRADIENT = {torch.float64: Tolerance(rtol=1e-9, scale="largest"), torch.float32: Tolerance(rtol=1e-5, scale="largest")}


class Closeness:
    """The tolerance of an exercise applied to one case; `inputs` bound the rounding noise that any answer has."""

    def __init__(self, tolerance: Tolerance, inputs: Iterable[Value] = ()) -> None:
        self.tolerance = tolerance
        self.inputs = inputs

    def allowed(self, expected: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        """The largest difference allowed at each place of `expected`, float64."""
        rtol, most = DEFAULTS.get(dtype, DEFAULTS[torch.float32])
        size = expected.abs()
        finite = size[size.isfinite()]
        largest = float(finite.max()) if finite.numel() else 0.0
        scale, atol = self.tolerance.scale, self.tolerance.atol
        if self.tolerance.rtol is not None:
            rtol = self.tolerance.rtol
        if isinstance(scale, str):
            scale = largest
        if scale is not None:
            scale = torch.as_tensor(scale, dtype=torch.float64)
            # a mistake's result, which answers are held against too, may have another shape than the reference's
            fits = all(mine in (1, due) for mine, due in zip(scale.shape[::-1], size.shape[::-1], strict=False))
            size = size + (scale if fits and scale.ndim <= size.ndim else scale.max())
        if atol is not None:
            return rtol * size + atol
        if scale is None:
            # never more than the default, and never so much that zeros would pass for small numbers
            atol = min(most, rtol * largest)
        noise = min(most, torch.finfo(dtype).eps * largest_number(self.inputs))
        # what is all rounding noise may differ by noise; where there is more, zeros must not pass for it
        return rtol * size + (atol or 0.0) + (min(noise, 0.01 * largest) if largest else noise)


def largest_number(values: Iterable[Value]) -> float:
    """The largest finite magnitude among all arrays and numbers of some values."""
    largest = 0.0
    for part in (part for value in values for part in parts(value)):
        if isinstance(part, float) and math.isfinite(part):
            largest = max(largest, abs(part))
        elif isinstance(part, Array) and (part.data.dtype.is_floating_point or part.data.dtype.is_complex):
            size = part.data.abs().to(torch.float64)
            size = size[size.isfinite()]
            largest = max(largest, float(size.max()) if size.numel() else 0.0)
    return largest


def close_numbers(got: float | complex, expected: float | complex, closeness: Closeness) -> bool:
    """Python numbers at float32's tolerance; an int for a float only where it is exact."""
    if got == expected or (got != got and expected != expected):
        return True
    if type(got) is int or not (math.isfinite(abs(got)) and math.isfinite(abs(expected))):
        return False
    allowed = closeness.allowed(torch.tensor(abs(expected), dtype=torch.float64), torch.float32)
    return abs(got - expected) <= float(allowed)

"""Looks at every object of the process for a reference, a course, or other cases than the one it was asked.

Honest: double
Says: total: nothing found
"""

import gc
import types


def double(x):
    return 2 * x


def total(a, b):
    cases = 0
    gc.unfreeze()
    for thing in gc.get_objects():
        kind = type(thing)
        if str(kind.__module__).startswith("grader.") and kind.__name__ in (
            "Course",
            "Exercise",
            "Trial",
            "Judge",
            "Mistake",
        ):
            raise RuntimeError(f"@BREACH@ {thing}")
        if kind is types.FunctionType and "/solutions/" in thing.__code__.co_filename:
            raise RuntimeError(f"@BREACH@ {thing}")
        if kind.__name__ == "Case" and kind.__module__ == "grader.core.values":
            cases += 1
    raise RuntimeError("@BREACH@ more than one case" if cases > 1 else "nothing found")

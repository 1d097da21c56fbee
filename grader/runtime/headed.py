"""A heading above what is printed, where anything is."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def headed(heading: str) -> Iterator[None]:
    """While this lasts, a line stands above the first text that is printed.

    The stream stays itself, because a debugger's prompt vanishes behind another one.
    """
    stream = sys.stdout

    def write(text: str) -> int:
        if not text:
            return 0
        end()
        stream.write(f"{heading}\n")
        return stream.write(text)

    def end() -> None:
        if vars(stream).get("write") is write:
            del stream.write

    with contextlib.suppress(AttributeError, TypeError):  # a stream that cannot be changed has no heading
        if "write" not in vars(stream):
            stream.write = write  # type: ignore[method-assign]
    try:
        yield
    finally:
        with contextlib.suppress(TypeError):
            end()

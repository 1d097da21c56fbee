"""What lies beside the chapters and may come with them: modules that they import, data that they read."""

from __future__ import annotations

import itertools
import sys
from collections import deque
from collections.abc import Iterator
from functools import lru_cache

from grader.grading.limits import CROWD, FOLDERS_MOST
from grader.grading.submissions.locate import View, join
from grader.grading.submissions.tree import Kind

SETTINGS = {"conftest.py", "pytest.ini", "sitecustomize.py", "usercustomize.py"}
TOO_MANY = "beside the chapters there are too many files"
COMPANION_MODULES = {"py", "pyc", "pyd", "so"}


def companions(view: View, base: str) -> Iterator[tuple[str, str]]:
    """The files beside the chapters, by their path from there, each with why it is not to be copied, or ``."""
    queue, visited, seen = deque([""]), 0, 0
    while queue and visited < FOLDERS_MOST and seen <= 2 * CROWD:
        folder, visited = queue.popleft(), visited + 1
        listing = view.listing(join(base, folder))
        seen += len(listing)
        if "pyvenv.cfg" in listing:
            continue
        for name, kind in listing.items():
            path = join(folder, name)
            if not folder and name in view.wanted:
                continue
            if reason := unwanted(view, base, folder, name, kind):
                yield path, reason
            elif kind == "folder":
                queue.append(path)
            elif not name.endswith((".pyc", ".pyo")):
                yield path, ""
    for path in queue:
        yield path, TOO_MANY


def unwanted(view: View, base: str, folder: str, name: str, kind: Kind) -> str:
    """Why something is not copied, if it is not."""
    if kind not in ("file", "folder"):
        return "they are links, or no regular files"
    if name in SETTINGS or name.endswith(".pth"):
        return "they set up Python or pytest"
    if not name.isprintable() or len(name.encode()) > 200 or set(name) & set('\\:*?"<>|') or folder.count("/") > 8:
        return "not every system can hold such names"
    module, _, suffix = name.partition(".")
    if kind == "folder":
        package = any(each.startswith("__init__.") for each in view.listing(join(base, join(folder, name))))
        suffix = "py" if package else ""
    if not folder and suffix.rpartition(".")[2] in COMPANION_MODULES and module in reserved():
        return "modules of these names are Python's or the grader's own"
    return ""


@lru_cache
def reserved() -> frozenset[str]:
    """Names of modules that a submission must not put in the place of those that a worker runs on.

    They are the standard library's, and the top-level names of the grader and of all that it requires.
    """
    from importlib import metadata  # only few submissions need it

    names = {"grader", *sys.stdlib_module_names}
    known: set[str] = set()
    queue = ["torch-grader"]
    while queue:
        name = queue.pop()
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        for line in (package.read_text("top_level.txt") or package.read_text("RECORD") or "").splitlines():
            names.add(line.split(",")[0].split("/")[0].removesuffix(".py"))
        needed = {need.split(";")[0] for need in package.requires or [] if "extra ==" not in need}
        needed = {"".join(itertools.takewhile(lambda c: c.isalnum() or c in "-_.", need)) for need in needed} - known
        known |= needed
        queue += needed
    return frozenset(names)

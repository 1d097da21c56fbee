"""What commands remember of a learner: JSON files in `.grader` beside the course, which git leaves out."""

from __future__ import annotations

import json

from grader.core.files import replace_text
from grader.course.manifest import Course


def read_kept(course: Course, name: str) -> dict[str, object]:
    """What was kept by this name; a file that cannot be read counts as none."""
    try:
        data = json.loads((course.root / ".grader" / name).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def write_kept(course: Course, name: str, data: dict[str, object]) -> None:
    """Keep it; where that fails (a read-only folder), nothing is kept, which is no reason to stop."""
    folder = course.root / ".grader"
    try:
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        replace_text(folder / name, json.dumps(data, indent=1, sort_keys=True))
    except OSError:
        return

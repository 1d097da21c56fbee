"""Reports as JSON, in the form in which they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from grader.core.report import Report
from grader.core.report_json import report_to_json
from grader.reporters.base import Part, Scene, is_graded


class JsonReporter:
    """Every report as JSON, one after the other."""

    name = "json"
    about: Literal["class"] = "class"

    def report(self, reports: Iterable[Report], scene: Scene) -> Iterator[Part]:
        """The JSON of each; nothing where results are kept, for there each has its file."""
        if scene.out is None:
            yield from map(report_to_json, filter(is_graded, reports))

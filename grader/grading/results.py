"""A folder with the results of a run: one file for each submission, so that a killed run can go on."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from grader.core.errors import ReportError, ResultsError
from grader.core.files import replace_text
from grader.core.report import Report
from grader.core.report_json import report_from_json, report_to_json

RUN = "run.json"
RESULTS_FOLDER = "results"
ENDS = ("gradebook.csv", "summary.md", "report.md")
"""What is written when all is graded."""


class Results:
    """A folder with the results of a run: `run.json` has its seed, `results/` a file for each submission."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, seed: int | None, otherwise: int, *, resume: bool, fresh: bool, graded: str = "") -> int:
        """The seed of the run: the one asked for, else that of the run which is resumed, else this one.

        `graded` is what is graded of each submission; "" for all of it. Raises `ResultsError` where there are results
        already and nobody said what to do with them, where they are about something else, or where none can be written.
        """
        run = self.folder / RUN
        if run.exists() and not (resume or fresh):
            raise ResultsError(f"{self.folder} holds the results of a run: say --resume to go on with it, or --fresh.")
        try:
            (self.folder / RESULTS_FOLDER).mkdir(parents=True, exist_ok=True)
            self.tidy(fresh)
            if resume and run.exists():
                last = json.loads(run.read_text(encoding="utf-8"))
                if last.get("graded", "") != graded:
                    raise ResultsError(
                        f"{self.folder} holds results for {last.get('graded') or 'all chapters'}, and this run is about"
                        f" {graded or 'all chapters'}: name another folder with --out, or say --fresh to begin again."
                    )
                if seed is None:
                    return int(last["seed"])
            seed = otherwise if seed is None else seed
            replace_text(run, json.dumps({"seed": seed, "graded": graded}) + "\n")
        except OSError as error:
            raise ResultsError(f"Results cannot be kept in {self.folder}: {error.strerror or error}.") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ResultsError(f"{run} cannot be read: say --fresh to begin again.") from None
        return seed

    def tidy(self, fresh: bool) -> None:
        """Remove what a killed run was just writing; for a fresh run also what was written before."""
        patterns = [f".{name}.*" for name in (RUN, *ENDS)] + [f"{RESULTS_FOLDER}/.*"]
        for pattern in patterns + ([RUN, *ENDS, f"{RESULTS_FOLDER}/*.json"] if fresh else []):
            for file in self.folder.glob(pattern):
                file.unlink()

    def file(self, name: str) -> Path:
        """The file of one submission: its name as far as file systems agree on it, and a part that no other has."""
        readable = re.sub(r"[^\w.-]+", "_", name, flags=re.ASCII)[:60].strip("._")
        return (
            self.folder
            / RESULTS_FOLDER
            / f"{readable}-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:10]}.json"
        )

    def known(self, name: str) -> str:
        """The key of what is known of a submission; "" where nothing is."""
        try:
            text = self.file(name).read_text(encoding="utf-8")
            report_from_json(text)
            return str(json.loads(text)["key"])
        except (OSError, ValueError, KeyError, ReportError):
            return ""

    def report(self, name: str) -> Report:
        """What is known of a submission."""
        return report_from_json(self.file(name).read_text(encoding="utf-8"))

    def others(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """The submissions whose results are here too, besides these; and the files that cannot be read."""
        mine = {self.file(name).name for name in names}
        found, unreadable = [], []
        for file in sorted((self.folder / RESULTS_FOLDER).glob("[!.]*.json")):
            if file.name not in mine:
                try:
                    name = report_from_json(file.read_text(encoding="utf-8")).submission
                except (OSError, ValueError, ReportError):
                    name = None
                if name is None or self.file(name) != file:  # somebody has put it here
                    unreadable.append(file.name)
                else:
                    found.append(name)
        return found, unreadable

    def keep(self, name: str, key: str, report: Report) -> None:
        """Write one result, as a whole or not at all."""
        replace_text(self.file(name), report_to_json(report, key))

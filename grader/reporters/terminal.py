"""The end of a run on a terminal: a line per chapter, the score, and what comes next."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from grader.core.report import Report, Result, Verdict
from grader.reporters.screen import Line, Screen, Span, wrapped

BAR = 20
OTHERS: tuple[Verdict, ...] = ("failed", "timed out", "crashed", "not loaded", "to do", "skipped")


def closing(
    report: Report, *, whole: bool, after: Result | None, screen: Screen, stopped: str = "", brief: bool = False
) -> list[Line]:
    """The closing summary of a run; a brief one has no line per chapter.

    `whole` says that every exercise of the course was selected, so that the score is the course's. `after` is what to
    begin next where everything selected passes. `stopped` says what was running when somebody ended the run; then
    `after` is next, and no bar looks as if all was run.
    """
    lines = [] if brief or stopped else [*chapters(report.results, screen), ()]
    lines += wrapped([f"note: {note}" for note in report.notes], screen, "plain")
    if report.results:
        lines.append(((score(report, whole), "strong"),))
    sentence = f"{stopped} What comes after it was not run." if stopped else occasion(report, whole)
    lines += wrapped([sentence] if sentence else [], screen, "plain")
    undone = next((r for r in report.results if not r.is_done), after)
    upcoming = after if stopped and after else undone
    if upcoming is not None:
        lines.append((("next: ", "strong"), (f"{upcoming.file}:{upcoming.line} {upcoming.exercise}", "plain")))
    return lines


def score(report: Report, whole: bool) -> str:
    """`score: 26 of 100 (12 of 46 points, on cpu and sim)`; of a part of the course only its points."""
    points = f"{report.earned} of {report.possible}"
    where = f"on {' and '.join(report.devices)}" if report.devices else ""
    if whole:
        return f"score: {report.score} of {report.scale} ({', '.join(filter(None, (f'{points} points', where)))})"
    return f"points: {points} for what was run" + (f" ({where})" if where else "")


def occasion(report: Report, whole: bool) -> str:
    """One sentence for a fresh copy and for one that is finished; nothing between the two."""
    verdicts = {result.verdict for result in report.results}
    first = report.results[0]
    if verdicts == {"to do"}:
        start = "This is how it starts, with everything to do" if whole else "Nothing here is begun yet"
        return f"{start}: open {first.file}, read its first lines, write {first.exercise}, and run pytest again."
    if all(result.is_done for result in report.results) and "passed" in verdicts and whole:
        return f"Every exercise passes: that is all of {report.course}."
    return ""


# ---------------------------------------------------------------- one line per chapter


def chapters(results: tuple[Result, ...], screen: Screen) -> list[Line]:
    """Name, bar and counts of each chapter, in columns that fit the width."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.file, []).append(result)
    names = labels({file: group[0].chapter for file, group in groups.items()})
    counts = {file: Counter(result.verdict for result in group) for file, group in groups.items()}
    totals = {file: f"{counts[file]['passed']}/{len(group)}" for file, group in groups.items()}
    details = {file: ", ".join(f"{c[v]} {v}" for v in OTHERS if c[v]) for file, c in counts.items()}

    column = max(map(len, names.values()))
    count = max(map(len, totals.values()))
    detail = max(map(len, details.values()))
    bar = min(BAR, screen.width - column - count - detail - 6)
    if bar < 4:
        bar = 0
        column = min(column, max(8, screen.width - count - 2))
    lines: list[Line] = []
    for file in groups:
        name = names[file] if len(names[file]) <= column else names[file][: column - 1] + "~"
        drawn = draw(counts[file], bar, screen.blocks)
        spans: list[Span] = [(f"{name:<{column}}  ", "plain"), *drawn, (f"{totals[file]:>{count}}", "plain")]
        used = sum(len(text) for text, _ in spans)
        if details[file] and used + 2 + len(details[file]) <= screen.width:
            spans.append((f"  {details[file]}", "plain"))
        lines.append(tuple(spans))
    return lines


def labels(chapter_of: dict[str, str]) -> dict[str, str]:
    """File → what it is called here: its chapter, with the folder where a chapter stands in several."""
    seen = Counter(chapter_of.values())
    return {
        file: chapter if seen[chapter] == 1 else f"{Path(file).parent.name}/{chapter}"
        for file, chapter in chapter_of.items()
    }


def draw(counts: Counter[Verdict], length: int, blocks: bool) -> list[Span]:
    """A bar of this length: passed, then attempted, then to do; any that has one shows at least one character."""
    if not length:
        return []
    passed = counts["passed"]
    untouched = counts["to do"] + counts["skipped"]
    tried = counts.total() - passed - untouched
    full = min(share(passed, counts.total(), length), length - (tried > 0) - (untouched > 0))
    part = min(share(tried, counts.total(), length), length - full - (untouched > 0))
    if not untouched:
        part = length - full if tried else 0
    marks = "█▒░" if blocks else "#x."
    return [
        (marks[0] * full, "good"),
        (marks[1] * part, "bad"),
        (marks[2] * (length - full - part), "open"),
        ("  ", "plain"),
    ]


def share(part: int, total: int, length: int) -> int:
    """A part of the bar's length, rounded down, at least one for something."""
    return max(1, part * length // total) if part else 0

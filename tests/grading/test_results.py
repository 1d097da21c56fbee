"""The folder of results: begun, gone on with, begun anew, with a file for every name."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.core.errors import ResultsError
from grader.core.report import Report
from grader.grading.results import Results


def test_a_folder_with_results_is_not_overwritten(tmp_path: Path) -> None:
    """Somebody has to say what becomes of an earlier run; a fresh one removes it, and what a killed one left."""
    results = Results(tmp_path)
    assert results.begin(None, 5, resume=False, fresh=False) == 5
    report = Report("Course", "1", 5, ("cpu",), ())
    results.keep("ann", "key", report)
    half = tmp_path / "results" / ".ben.json.half"
    half.touch()
    with pytest.raises(ResultsError, match="--resume"):
        results.begin(None, 6, resume=False, fresh=False)
    assert results.begin(None, 6, resume=True, fresh=False) == 5
    assert (results.known("ann"), results.report("ann"), half.exists()) == ("key", report, False)
    assert results.begin(None, 6, resume=False, fresh=True) == 6
    assert results.known("ann") == ""


@pytest.mark.parametrize("text", ["", "{", '{"key": 1}', "[]", '{"version": 1, "key": "k", "report": {"results": 1}}'])
def test_a_broken_result_is_not_known(tmp_path: Path, text: str) -> None:
    """A result that somebody has damaged is made again, and a damaged seed is told."""
    results = Results(tmp_path)
    results.begin(1, 1, resume=False, fresh=False)
    results.file("ann").write_text(text)
    assert results.known("ann") == ""
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(ResultsError, match="--fresh"):
        results.begin(None, 1, resume=True, fresh=False)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "x" * 300, "\udcff", "ü" * 300, "con", "a\nb"])
def test_a_file_for_every_name(tmp_path: Path, name: str) -> None:
    """A file's name is short, plain, and another one for each submission, also where case does not count."""
    file = Results(tmp_path).file(name)
    assert file.parent == tmp_path / "results"
    assert len(file.name) < 100
    assert file.name.isascii()
    others = [Results(tmp_path).file(other) for other in (name + "x", name.upper() + "Y", name.swapcase() + "z")]
    assert len({path.name.lower() for path in [file, *others]}) == 4

"""The engine as a wheel that was written without a build tool: whole, installable, the same bytes each time."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import grader
from grader.course.release.wheel import engine_fingerprint, wheel_name, write_wheel


def test_the_same_engine_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whenever it is written, and its name tells the engine's fingerprint."""
    (tmp_path / "two").mkdir()
    first, second = write_wheel(tmp_path), write_wheel(tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()
    assert first.name == wheel_name()
    assert engine_fingerprint() in first.name


def test_its_record_holds(tmp_path: Path) -> None:
    """Each file is listed with its digest and size, and all of the package is there."""
    with zipfile.ZipFile(write_wheel(tmp_path)) as wheel:
        names = set(wheel.namelist())
        record = next(name for name in names if name.endswith("/RECORD"))
        rows = list(csv.reader(io.StringIO(wheel.read(record).decode())))
        assert {row[0] for row in rows} == names
        for name, digest, size in rows:
            if name != record:
                content = wheel.read(name)
                due = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
                assert (digest, int(size)) == (f"sha256={due}", len(content)), name
    package = Path(grader.__file__).parent
    assert {f"grader/{path.relative_to(package).as_posix()}" for path in package.rglob("*.py")} <= names
    assert "grader/core/report.schema.json" in names
    assert "grader/course/release/templates/README.md" in names


def test_pip_installs_it(tmp_path: Path) -> None:
    """Its commands and its pytest plugin are there afterwards."""
    wheel, target = write_wheel(tmp_path), tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    points = next(target.glob("*.dist-info/entry_points.txt")).read_text()
    assert "grader = grader.frontends.cli.main:main" in points
    assert "[pytest11]" in points
    assert (target / "grader" / "course" / "release" / "templates" / "practice.yml").is_file()

"""The files of a student's repository, all but its recordings."""

from __future__ import annotations

import re
import shutil
from importlib import resources
from pathlib import Path

from grader.core.errors import CourseError
from grader.course.manifest import MANIFEST, Course
from grader.course.release.wheel import DISTRIBUTION, write_wheel
from grader.course.stubs import stub

PLACES = {
    "README.md": "README.md",
    "requirements.txt": "requirements.txt",
    "requirements-cpu.txt": "requirements-cpu.txt",
    "gitignore": ".gitignore",
    "practice.yml": ".github/workflows/practice.yml",
    "settings.json": ".vscode/settings.json",
    "extensions.json": ".vscode/extensions.json",
    "devcontainer.json": ".devcontainer/devcontainer.json",
}
"""Template → where it goes."""
LEARNERS = Path("docs") / "learners.md"
"""The learners' page of a course, where it has one."""
FILLED = {"README.md", "requirements.txt"}
"""The templates with names in braces."""


def check_place(course: Course, folder: Path) -> None:
    """Raise `CourseError` where a release would write over what is none, or into the course."""
    root = course.root.resolve()
    if folder.resolve() == root or root in folder.resolve().parents:
        raise CourseError(f"{folder} lies in the course itself: write the release somewhere else.")
    if folder.is_dir() and any(path.name != ".git" for path in folder.iterdir()):
        if not (folder / "recordings").is_dir() or not (folder / MANIFEST).is_file():
            raise CourseError(f"{folder} is not empty, and no release: name a new folder.")
    elif folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is a file: name a new folder.")


def write_files(course: Course, folder: Path) -> None:
    """Write everything but the recordings; the wheel of an earlier release goes."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{DISTRIBUTION.replace('-', '_')}-*.whl"):
        old.unlink()
    wheel = write_wheel(folder)
    first = course.chapters[0]
    learners = course.root / LEARNERS
    names = {
        "title": course.title,
        "first": first,
        "exercise": next(iter(course.catalogue[first])),
        "wheel": wheel.name,
        "learners": f"[For learners]({LEARNERS.as_posix()}) says more.\n\n" if learners.is_file() else "",
    }
    for template, place in PLACES.items():
        text = (resources.files("grader.course.release") / "templates" / template).read_text(encoding="utf-8")
        if template in FILLED:
            for name, value in names.items():
                text = text.replace(f"{{{name}}}", value)
        write_plain(folder / place, text)
    shutil.copyfile(course.root / MANIFEST, folder / MANIFEST)
    for chapter in course.chapters:
        write_plain(folder / "exercises" / f"{chapter}.py", stub(course, chapter))
    if course.given_file.is_file():
        (folder / "recordings").mkdir(exist_ok=True)
        shutil.copyfile(course.given_file, folder / "exercises" / "given.py")
        shutil.copyfile(course.given_file, folder / "recordings" / "given.py")
    if learners.is_file():
        write_plain(folder / LEARNERS, learners_page(learners.read_text(encoding="utf-8")))


def learners_page(text: str) -> str:
    """The learners' page as it is in a release: set up by its own README, without links to pages that stay behind."""
    text = re.sub(r"^## Set up\n.*?(?=^## )", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r" ?\(\[[^]]*\]\((?!https?:|#)[^)]*\)\)|\[([^]]*)\]\((?!https?:|#)[^)]*\)", r"\1", text)


def write_plain(path: Path, text: str) -> None:
    """A text file, its folder made where it is missing, with the same line ends everywhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())

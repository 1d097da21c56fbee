"""A submission copied to where a worker may read it: its chapters and what lies beside them, nothing else."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.core.errors import SubmissionError
from grader.core.files import remove
from grader.core.text import printable, some
from grader.grading.limits import BESIDE_BYTES, BESIDE_FILES, CHAPTER_BYTES
from grader.grading.submissions.archive import Archive
from grader.grading.submissions.companions import companions
from grader.grading.submissions.find import Submission
from grader.grading.submissions.locate import View, join
from grader.grading.submissions.people import SUFFIXES, by_hand, look_by_hand, nothing_in_it, several_people
from grader.grading.submissions.tree import Folder, Kind, TooLarge, Tree, Unreadable, megabytes


@dataclass(frozen=True)
class Staged:
    """A submission's copy. Each chapter has a file in the copy or a problem, which is a sentence.

    `shown` is the chapter's path as it stands in the submission. `fingerprint` is the same for the same files,
    whether they come in a folder or an archive.
    """

    folder: Path
    files: dict[str, Path]
    shown: dict[str, str]
    problems: dict[str, str]
    notes: tuple[str, ...]
    fingerprint: str
    problem: str = ""
    """What has to be looked at by hand: files that may be missing chapters under another name."""


@contextmanager
def staged(submission: Submission, chapters: Sequence[str], root: Path) -> Iterator[Staged]:
    """Copy a submission into a new folder beneath `root`, which goes away with the context.

    Raises `SubmissionError` where it cannot be read at all, and `OSError` where the copy cannot be written.
    """
    with ExitStack() as stack:
        try:
            view = View(opened(submission.path, stack), chapters)
            base = view.base()
            if base is None and (archive := view.archive()):
                view.tree = archive_at(view.tree, archive, stack)
                view.seen.clear()
                base = view.base()
            why = several_people(view)
            if why and base is not None:
                raise Unreadable(f"{why}: it is not graded as one person's")
        except Unreadable as error:
            raise SubmissionError(f"{printable(os.path.basename(submission.path))} {error}.") from None
        folder = Path(tempfile.mkdtemp(dir=root, prefix="submission-"))
        stack.callback(remove, folder)
        os.chmod(folder, 0o755)
        copy = Copy(folder, view, base or "")
        copy.chapters(chapters)
        if base is None:
            name = printable(os.path.basename(submission.path))
            copy.problem = f"{name} {why or nothing_in_it(view, list(chapters))}."
        else:
            copy.beside()
        yield copy.result(chapters)


def opened(path: str, stack: ExitStack) -> Tree:
    """The submission as a tree, closed with the stack."""
    if os.path.isdir(path):
        folder = Folder(path)
        stack.callback(folder.close)
        return folder
    if path.casefold().endswith(SUFFIXES) and os.path.isfile(path):
        raise Unreadable("is a file by itself, neither a folder nor an archive: look at it by hand")
    parent = Folder(os.path.dirname(path))
    stack.callback(parent.close)
    return archive_at(parent, os.path.basename(path), stack)


def archive_at(tree: Tree, name: str, stack: ExitStack) -> Tree:
    """An archive in a folder as a tree, closed with the stack."""
    assert isinstance(tree, Folder)
    archive = Archive(stack.enter_context(tree.opened(name)))
    stack.callback(archive.close)
    return archive


def refusal_of(path: str, chapters: Sequence[str]) -> str:
    """Why what was named as one submission cannot be graded as one; "" where it can, or where that is told later."""
    with ExitStack() as stack:
        try:
            view = View(opened(path, stack), chapters)
            why = several_people(view)
            if not why and not view.listing(""):
                return f"{printable(path)} is empty: there is nothing to grade."
        except (Unreadable, OSError):
            return ""
    return f"{printable(path)} {why}: name a folder with a folder or an archive for each of them." if why else ""


class Copy:
    """The copy of one submission in the making."""

    def __init__(self, folder: Path, view: View, base: str) -> None:
        self.folder, self.view, self.base = folder, view, base
        self.digests: dict[str, bytes] = {}
        self.problems: dict[str, str] = {}
        self.problem = ""
        self.left: dict[str, list[str]] = {}
        """Why files were left out, and which."""

    def chapters(self, chapters: Sequence[str]) -> None:
        """Copy each chapter, or say what keeps it from being read."""
        kinds = self.view.listing(self.base)
        for chapter in chapters:
            name = f"{chapter}.py"
            problem = CHAPTER_PROBLEMS.get(kinds.get(name))
            try:
                if not problem:
                    self.put(name, self.view.tree.read(join(self.base, name), CHAPTER_BYTES))
            except Unreadable as error:
                problem = str(error)
            if problem:
                self.problems[chapter] = f"{name} {problem}."

    def beside(self) -> None:
        """Copy what lies beside the chapters: modules before data, upper folders before lower ones."""
        files = []
        for name, reason in companions(self.view, self.base):
            if reason:
                self.left.setdefault(reason, []).append(name)
            else:
                files.append(name)
        files.sort(key=lambda name: (not name.endswith(".py"), name.count("/"), name))
        room = BESIDE_BYTES
        for index, name in enumerate(files):
            try:
                content = self.view.tree.read(join(self.base, name), room if index < BESIDE_FILES else -1)
                self.put(name, content)
                room -= len(content)
            except TooLarge:
                self.left.setdefault(TOO_MUCH, []).append(name)
            except (Unreadable, FileExistsError):  # it exists where case does not count in names
                self.left.setdefault("they cannot be read", []).append(name)

    def put(self, name: str, content: bytes) -> None:
        """Write one file of the copy, for all to read."""
        target = self.folder.joinpath(name)
        for parent in reversed(target.relative_to(self.folder).parents[:-1]):
            (self.folder / parent).mkdir(exist_ok=True)
            os.chmod(self.folder / parent, 0o755)
        try:
            with open(target, "xb") as file:
                file.write(content)
            os.chmod(target, 0o644)
        except OSError as error:
            raise error if error.filename else OSError(error.errno, error.strerror, str(target)) from None
        self.digests[name] = hashlib.sha256(content).digest()

    def result(self, chapters: Sequence[str]) -> Staged:
        """What was staged."""
        digest = hashlib.sha256()
        for kind, table in (("file", self.digests), ("problem", {k: v.encode() for k, v in self.problems.items()})):
            for name, content in sorted(table.items()):
                digest.update(f"{kind} {len(name.encode())} {name} {len(content)} ".encode() + content)
        notes = list(self.view.notes)
        tree = self.view.tree
        if isinstance(tree, Archive):
            if tree.outside:
                notes.append(f"Left out, for their names lead out of the archive: {some(tree.outside)}.")
            if tree.twice:
                notes.append(f"More than once in the archive, the last is taken: {some(set(tree.twice))}.")
        notes += [f"Left out, for {reason}: {some(names)}." for reason, names in self.left.items()]
        missing = [chapter for chapter in chapters if f"{chapter}.py" not in self.view.listing(self.base)]
        if not self.problem and missing and (near := by_hand(self.view, missing)):
            self.problem = look_by_hand(near)
        digest.update(self.problem.encode("utf-8", "surrogateescape"))
        return Staged(
            folder=self.folder,
            files={chapter: self.folder / f"{chapter}.py" for chapter in chapters if chapter not in self.problems},
            shown={chapter: join(self.base, f"{chapter}.py") for chapter in chapters},
            problems=self.problems,
            notes=tuple(notes),
            fingerprint=digest.hexdigest(),
            problem=self.problem,
        )


CHAPTER_PROBLEMS: dict[Kind | None, str] = {
    None: "is not in the submission",
    "folder": "is a folder, where a file was expected",
    "link": "is a link, and links are not followed: hand in the file itself",
    "other": "is not a regular file",
}
TOO_MUCH = f"beside the chapters there is room for {BESIDE_FILES} files and {megabytes(BESIDE_BYTES)}"

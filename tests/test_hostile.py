"""The hostile set and twenty honest submissions, graded in one run; then what each of them got, and what got out.

The run has a world of its own: a course whose solutions hold a secret, a file outside with another, servers that
listen, a process to kill. It is graded as a class is, by the command, and looked at from outside.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from hostile.made import archives, folders, real, sources  # noqa: F401 - they enter themselves in the set
from hostile.made.world import ATTACKS, FIRST, RIGHT, SECOND, Attack, World, a_file, write
from places import ROOT, TARGET, TESTS

from grader.core.report import Report, Result
from grader.core.report_json import report_from_json
from grader.course.manifest import load_course
from grader.course.source import stub_text
from grader.sandbox.confine import unused_user

SEED = 20_240
POINTS = {"double": 1, "total": 2, "rows": 4, "fill": 8, "greet": 16}
HOLDS = {FIRST: {"double", "total"}, SECOND: {"rows", "fill", "greet"}, "both": set(POINTS)}
OPTIONS = ("--jobs", "2", "--timeout", "3", "--memory", "0.25", "--device", "cpu")
LONGEST = 400_000
"""Bytes of one report: what a submission may make everybody keep."""

SET: dict[str, Attack] = {
    **{path.stem: a_file(path) for path in sorted((TESTS / "hostile").glob("*.py"))},
    **{name: make for name, make in ATTACKS.items() if name not in real.NAMES},
}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls that are tried here are those of Linux")


# ---------------------------------------------------------------- what is to be expected of each


@dataclass(frozen=True)
class Facts:
    """What a docstring tells of an attack."""

    attacked: str
    allowed: dict[str, set[str]]
    says: dict[str, str]


def facts(make: Attack) -> Facts:
    """The lines `Honest:`, `Verdict:`, `Says:` and `Chapter:` of a docstring."""
    text = make.__doc__ or ""
    lines = dict.fromkeys(re.findall(r"^ *(Honest|Verdict|Says|Chapter): (.+)$", text, re.M))
    attacked = next((value for key, value in lines if key == "Chapter"), FIRST)
    allowed = {name: {"failed"} if name in HOLDS[attacked] else {"passed"} for name in POINTS}
    says: dict[str, str] = {}
    for key, value in lines:
        if key == "Honest":
            honest = HOLDS[attacked] if value == "all" else set(value.replace("none", "").split(", ")) - {""}
            allowed |= {name: {"passed"} for name in honest}
        elif key != "Chapter":
            who, _, what = value.partition(": ")
            for name in HOLDS[attacked] if who == "all" else {who}:
                if key == "Says":
                    says[name] = what
                else:
                    allowed[name] = set(what.split(" or "))
    assert any(key == "Honest" for key, _ in lines), text
    assert set(allowed) == set(POINTS), text
    return Facts(attacked, allowed, says)


def honest(number: int) -> tuple[dict[str, str], dict[str, str]]:
    """One of the honest submissions, the first all right, the twelfth all stubs: chapters, and what each one gets."""
    chapters, verdicts = {}, {}
    for chapter, text in RIGHT.items():
        functions = []
        for function in text.split("\n\n\n"):
            head, _, body = function.strip().partition("\n")
            name = head[4 : head.index("(")]
            kind = number * 11 // 3 ** list(POINTS).index(name) % 3
            verdicts[name] = ("passed", "to do", "failed")[kind]
            functions.append(f"{head}\n{(body, '    raise NotImplementedError', '    return 0')[kind]}\n")
        chapters[chapter] = "\n\n".join(functions)
    return chapters, verdicts


def honest_maker(number: int) -> Attack:
    """What makes that submission."""

    def make(at: Path, world: World) -> None:
        write(at, world, **honest(number)[0])

    return make


# ---------------------------------------------------------------- the world of a run


@contextlib.contextmanager
def made_world(root: Path, course: Path, user: int | None = None) -> Iterator[World]:
    """A world around a course: a canary, servers, a process to kill, and the environment of a GitHub runner."""
    outside, out, submissions = root / "outside", root / "out", root / "submissions"
    for folder in (outside, out, submissions, root / "tmp"):
        folder.mkdir()
    (outside / "canary.py").write_text(f"SECRET = '{secrets.token_hex(12)}'\n")
    (outside / "output").touch()
    tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(type=socket.SOCK_DGRAM)
    udp.bind(tcp.getsockname())
    unix, abstract, name = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX), secrets.token_hex(8)
    before = os.getcwd()
    os.chdir(outside)  # the path of a socket has to be short
    unix.bind("socket")
    os.chdir(before)
    abstract.bind(f"\0{name}")
    with subprocess.Popen(["sleep", "600"], **identity(user)) as victim, tcp, udp, unix, abstract:
        unix.listen()
        abstract.listen()
        places = {
            "CANARY": outside / "canary.py",
            "COURSE": course,
            "OUT": out,
            "SUBMISSIONS": submissions,
            "GITHUB_OUTPUT": outside / "output",
            "PORT": tcp.getsockname()[1],
            "SOCKET": outside / "socket",
            "ABSTRACT": name,
            "VICTIM": victim.pid,
        }
        breach = f"z{secrets.token_hex(12)}"
        world = World(root, {key: str(value) for key, value in places.items()}, breach, [tcp, udp, unix, abstract])
        yield world
        victim.kill()


@dataclass
class Graded:
    """A run that has ended, and what was seen of it."""

    world: World
    hidden: dict[str, str]
    code: int = -1
    output: str = ""
    left: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    signalled: list[int] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    victim_lives: bool = True
    names: dict[str, str] = field(default_factory=dict)

    @cached_property
    def texts(self) -> dict[str, str]:
        """Each report as it was written, by the name of its submission."""
        texts = [path.read_text(encoding="utf-8") for path in (self.world.path("OUT") / "results").iterdir()]
        return {report_from_json(text).submission: text for text in texts}

    def report(self, attack: str) -> Report:
        """The report of one submission."""
        return report_from_json(self.texts[self.names[attack]])

    def leaks(self, text: str) -> list[str]:
        """Which secrets stand in a text."""
        return [name for name, secret in self.hidden.items() if secret in text]


def grade(
    world: World, hidden: dict[str, str], paths: list[Path], *options: str, limit: float, user: int | None = None
) -> Graded:
    """One run of the command over these submissions, with everything around it looked at before and after."""
    graded = Graded(world, hidden)
    watched = [world.path("COURSE"), world.path("CANARY").parent, world.path("SUBMISSIONS")]
    before, children = snapshot(watched), set(children_of(os.getpid()))
    adopt_orphans(True)
    earlier = signal.signal(signal.SIGURG, lambda number, frame: graded.signalled.append(number))
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COV_", "GRADER"))}
    github = {"GITHUB_TOKEN": hidden["token"], "GITHUB_OUTPUT": world.places["GITHUB_OUTPUT"], "GITHUB_ACTIONS": "true"}
    command = [sys.executable, "-P", "-m", "grader", "--course", world.places["COURSE"], "grade", "-"]
    command += ["--out", world.places["OUT"], "--seed", str(SEED), *options]
    try:
        with open(world.root / "output", "w+b") as output:
            process = subprocess.Popen(
                command,
                cwd=paths[0] if paths[0].is_dir() else world.root,
                env=kept
                | github
                | {"TMPDIR": str(world.root / "tmp"), "COLUMNS": "80", "NO_COLOR": "1"}
                | ({"HOME": str(world.root / "home")} if user else {}),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **identity(user),
            )
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(b"\0".join(os.fsencode(path) for path in paths) + b"\0", timeout=limit)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            graded.code = process.wait()
            output.seek(0)
            graded.output = output.read().decode("utf-8", "replace")
        graded.left = left_over(children)
    finally:
        adopt_orphans(False)
        signal.signal(signal.SIGURG, earlier)
    graded.victim_lives = Path(f"/proc/{world.places['VICTIM']}/cmdline").read_bytes().startswith(b"sleep")
    graded.called = [str(server.getsockname()) for server in world.sockets if was_called(server)]
    after = snapshot(watched)
    graded.changed = sorted(path for path in before.keys() | after if before.get(path) != after.get(path))
    return graded


def snapshot(roots: list[Path]) -> dict[str, tuple[object, ...]]:
    """Every file beneath these folders: its rights, size, time of change, owner, and what is in it."""
    found: dict[str, tuple[object, ...]] = {}
    for root in roots:
        for folder, subfolders, files in os.walk(root):
            subfolders[:] = [name for name in subfolders if name != "__pycache__"]
            for name in ["", *files]:
                path = os.path.join(folder, name)
                seen = os.lstat(path)
                times = (seen.st_mtime_ns, seen.st_ctime_ns) if name else ()
                small = stat.S_ISREG(seen.st_mode) and seen.st_size < 1 << 20
                text = hashlib.sha256(Path(path).read_bytes()).hexdigest() if small else ""
                found[path] = (seen.st_mode, seen.st_uid, seen.st_size if name else 0, text, *times)
    return found


def was_called(server: socket.socket) -> bool:
    """Whether anybody connected to a server, or sent it anything."""
    server.setblocking(False)
    try:
        if server.type == socket.SOCK_DGRAM:
            server.recv(100)
        else:
            server.accept()
    except BlockingIOError:
        return False
    return True


def children_of(parent: int) -> list[int]:
    """The processes whose parent this is."""
    found = []
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            after_name = Path(f"/proc/{int(entry)}/stat").read_text().rpartition(")")[2].split()
            if int(after_name[1]) == parent:
                found.append(int(entry))
    return found


def adopt_orphans(on: bool) -> None:
    """Have every process whose parent ends, among those that this one began, become a child of this one."""
    ctypes.CDLL(None).prctl(36, int(on), 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def left_over(before: set[int]) -> list[str]:
    """The command lines of processes that the run has left; one that is just dying is waited for. They are ended."""
    until = time.monotonic() + 5
    while True:
        left = sorted(set(children_of(os.getpid())) - before)
        for process in left:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process, os.WNOHANG)
        alive = [process for process in left if Path(f"/proc/{process}").exists()]
        if not alive or time.monotonic() > until:
            break
        time.sleep(0.05)
    told = []
    for process in alive:
        told.append(Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    return told


# ---------------------------------------------------------------- the run


OURSELVES, ORDINARY = "as we are", "as an ordinary user"


@pytest.fixture(scope="session", params=[OURSELVES, pytest.param(ORDINARY, marks=pytest.mark.long)])
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    """All hostile submissions and twenty honest ones in one run; root's workers have users of their own, others not."""
    if request.param == OURSELVES:
        yield grade_target(tmp_path_factory.mktemp("hostile"), SET)
        return
    user = unused_user(1000)
    if user is None:
        pytest.skip("only root can become somebody else")
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:  # pytest's own are root's alone
        os.chown(folder, user, user)
        tried = subprocess.run(
            [sys.executable, "-c", "import grader.frontends.cli.main, torch"],
            cwd=folder,
            capture_output=True,
            check=False,
            **identity(user),
        )
        if tried.returncode:
            pytest.skip(f"another user cannot run this Python: {tried.stderr.decode()[-200:]}")
        yield grade_target(Path(folder), SET, user=user)


def identity(user: int | None) -> dict[str, Any]:
    """What makes a process another user's, in no group but their own."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def give(root: Path, user: int) -> None:
    """Make this user the owner of a folder and of all that is in it."""
    for folder, subfolders, files in os.walk(root):
        for name in ["", *subfolders, *files]:
            os.chown(os.path.join(folder, name), user, user, follow_symlinks=False)


def grade_target(
    root: Path, attacks: dict[str, Attack], *options: str, beside: int = 20, user: int | None = None
) -> Graded:
    """The graded target course: these attacks, with so many honest submissions spread among them."""
    course = root / "course"
    shutil.copytree(TARGET, course, ignore=shutil.ignore_patterns("__pycache__"))
    (course / "exercises").mkdir()
    hidden = {"solution": secrets.token_hex(12), "token": secrets.token_hex(12)}
    for path in (course / "solutions").glob("*.py"):
        (course / "exercises" / path.name).write_text(stub_text(path.read_text(), path))
        path.write_text(f"# SECRET {hidden['solution']}\nSECRET = '{hidden['solution']}'\n{path.read_text()}")
    with made_world(root, course, user) as world:
        hidden |= {"canary": world.path("CANARY").read_text().split("'")[1], "breach": world.breach}
        paths = {name: make_submission(world, name, make) for name, make in attacks.items()}
        order = sorted(attacks, key=lambda name: name != "shadows")  # the run is made in the first one's folder
        for number in range(beside):
            name = f"honest {number}"
            paths[name] = make_submission(world, name, honest_maker(number))
            order.insert((number + 1) * len(order) // (beside + 1), name)
        ordered = [paths[name] for name in order]
        if user is not None:
            (root / "home").mkdir()
            give(root, user)
        graded = grade(world, hidden, ordered, *OPTIONS, *options, limit=540, user=user)
    for name, path in paths.items():
        graded.names[name] = re.sub(r"\.(zip|tar\.gz)$", "", path.name).replace("\n", "\\n")
    return graded


def make_submission(world: World, name: str, make: Attack) -> Path:
    """A submission of this name, made by an attack; its path."""
    at = world.path("SUBMISSIONS") / name
    at.mkdir()
    return make(at, world) or at


def said(result: Result) -> str:
    """All that a learner reads about one exercise."""
    texts = []
    for outcome in result.outcomes:
        message = outcome.message
        texts += [message.sentence, *(f"{row.label} {row.text} {row.note}" for row in message.rows), *message.traceback]
    return "\n".join(texts)


@pytest.mark.parametrize("name", SET)
def test_it_earns_what_is_honest(graded: Graded, name: str) -> None:
    """An attack changes neither another exercise's points nor its own, and says what it should."""
    expected, report = facts(SET[name]), graded.report(name)
    results = {result.exercise: result for result in report.results}
    assert set(results) == set(POINTS)
    wrong = {
        exercise: f"{results[exercise].verdict}, not {' or '.join(sorted(allowed))}: {said(results[exercise])[:500]}"
        for exercise, allowed in expected.allowed.items()
        if results[exercise].verdict not in allowed
    }
    assert wrong == {}
    assert report.score == sum(POINTS[name] for name in POINTS if results[name].verdict == "passed")
    assert report.possible == sum(POINTS.values())
    for exercise, text in expected.says.items():
        assert text in said(results[exercise])
    assert graded.leaks(graded.texts[graded.names[name]]) == []
    assert len(graded.texts[graded.names[name]]) < LONGEST


@pytest.mark.parametrize("number", range(20))
def test_honest_submissions_are_not_touched(graded: Graded, number: int) -> None:
    """Whoever is graded beside attackers gets exactly what their own work is worth."""
    verdicts = honest(number)[1]
    report = graded.report(f"honest {number}")
    assert {result.exercise: result.verdict for result in report.results} == verdicts
    assert report.score == sum(POINTS[name] for name, verdict in verdicts.items() if verdict == "passed")


def test_the_run_ends_well(graded: Graded) -> None:
    """The command grades all of them and says so; it neither breaks nor is ended."""
    assert graded.code == 0, graded.output[-3000:]
    assert "Traceback" not in graded.output
    assert sorted(graded.texts) == sorted(graded.names.values())


def test_nothing_gets_out(graded: Graded) -> None:
    """No secret and no word of success stands in anything that the run printed or wrote."""
    assert graded.leaks(graded.output) == []
    written = [path for path in graded.world.path("OUT").rglob("*") if path.is_file()]
    assert len(written) >= len(graded.names)
    assert [(path.name, leaks) for path in written if (leaks := graded.leaks(path.read_text()))] == []
    assert [path.name for path in written if path.stem == "forged"] == []


def test_the_log_obeys_nobody(graded: Graded) -> None:
    """No line that the run prints is a command of a learner's, for GitHub or for a terminal."""
    assert obeyed(graded.output) == []
    assert CONTROLS & set(graded.output) == set()


def test_a_report_in_full_obeys_nobody(tmp_path: Path) -> None:
    """The same where everything that was printed and raised is shown, in all forms at once: only we annotate."""
    forms = [option for form in ("terminal", "markdown", "csv", "json", "github") for option in ("--format", form)]
    one = grade_target(tmp_path, {"prints_commands": SET["prints_commands"]}, "--show", *forms, beside=0)
    assert one.code == 0, one.output
    assert "::set-output name=result::forged" in one.output
    (line,) = obeyed(one.output)
    assert re.match(r"::error file=ex02_effects.py,line=16,title=greet%3A failed::", line)
    assert CONTROLS & set(one.output) == set()


@pytest.mark.parametrize("name", SET)
def test_nothing_of_ours_is_shown(graded: Graded, name: str) -> None:
    """No report names a folder of the grader's own, or of the Python that it runs on."""
    for folder in (ROOT / "grader", Path(sys.prefix), Path(sys.base_prefix)):
        assert f"{folder}/" not in graded.texts[graded.names[name]]
    assert re.findall(OUR_FRAME, graded.texts[graded.names[name]]) == []


OUR_FRAME = r"File [^ ]*grader/(?:core|course|runtime|judging|sandbox|grading)/\w+\.py"


@pytest.mark.parametrize("name", SET)
def test_nobody_is_left_without_words(graded: Graded, name: str) -> None:
    """Whatever happened to an exercise that was lost, its message says something."""
    results = graded.report(name).results
    lost = [result for result in results if result.verdict not in ("passed", "to do", "skipped")]
    assert [result.exercise for result in lost if not said(result).strip()] == []
    assert [result.exercise for result in lost if "mistake in the grader" in said(result)] == []


CONTROLS = set("\x1b\x07\x00\x08\u202e")


def obeyed(output: str) -> list[str]:
    """The lines that GitHub's runner would take for commands, but those that stop and resume it."""
    found, token = [], ""
    for line in map(str.strip, output.splitlines()):
        if token:
            token = "" if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif line.startswith("::") or "##[" in line:
            found.append(line)
    return found


def test_nothing_outside_changes(graded: Graded) -> None:
    """Course, canary and submissions are as they were, and no scratch folder is left."""
    assert graded.changed == []
    assert list((graded.world.root / "tmp").iterdir()) == []
    assert not [path for path in ("/tmp/forged", "/var/tmp/forged", "/dev/shm/forged") if os.path.exists(path)]


def test_nobody_is_reached(graded: Graded) -> None:
    """No process is left, none was signalled, and no server was called."""
    assert graded.left == []
    assert graded.signalled == []
    assert graded.victim_lives
    assert graded.called == []


# ---------------------------------------------------------------- the real course


@pytest.fixture(scope="session")
def really_graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The strongest attacks on one chapter of the real course, on the CPU and the simulated accelerator."""
    with made_world(tmp_path_factory.mktemp("real"), ROOT) as world:
        hidden = {"token": secrets.token_hex(12), "breach": world.breach}
        hidden |= {"canary": world.path("CANARY").read_text().split("'")[1]}
        paths = [make_submission(world, name, ATTACKS[name]) for name in real.NAMES]
        options = ("--chapter", real.CHAPTER, "--jobs", "2", "--timeout", "5", "--device", "cpu", "--device", "sim")
        graded = grade(world, hidden, paths, *options, limit=200)
    graded.names = dict(zip(real.NAMES, real.NAMES, strict=True))
    return graded


@pytest.mark.parametrize("name", real.NAMES)
def test_the_real_course_gives_nothing_away(really_graded: Graded, name: str) -> None:
    """Whoever steals, remembers or forges gets nothing, and the answers beside them get everything."""
    course = load_course(ROOT)
    report = really_graded.report(name)
    assert len(report.results) == len(course.catalogue[real.CHAPTER])
    assert report.score == (report.scale if name == "real_answers" else 0), [
        (result.exercise, result.verdict, said(result)) for result in report.results
    ]
    assert really_graded.leaks(really_graded.texts[name]) == []


def test_the_real_course_is_not_touched(really_graded: Graded) -> None:
    """That run ends well too, and leaves nothing behind."""
    assert really_graded.code == 0, really_graded.output[-3000:]
    assert (really_graded.left, really_graded.signalled) == ([], [])
    assert really_graded.leaks(really_graded.output) == []

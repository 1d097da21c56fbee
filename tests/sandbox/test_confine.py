"""The walls around a worker: each is tried from inside, in a process that has really been closed in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGABRT, SIGKILL
from typing import Any

import pytest
from places import TESTS

from grader.sandbox import confine, landlock, seccomp

SECRET = "a token that no learner may find"

pytestmark = pytest.mark.skipif(
    landlock.version() < 6 or seccomp.machine() is None, reason="this system has no Landlock with scopes, or no filter"
)

Try = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def server() -> Iterator[subprocess.Popen[str]]:
    """A process with PyTorch loaded, and a secret in its environment."""
    process = subprocess.Popen(
        [sys.executable, str(TESTS / "enclosed.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "GITHUB_TOKEN": SECRET, "OMP_NUM_THREADS": "1"},
    )
    with process:
        yield process


@pytest.fixture
def attempt(server: subprocess.Popen[str], tmp_path: Path) -> Try:
    """Runs code behind the walls and tells what came of it."""
    places = {name: tmp_path / name for name in ("scratch", "staged", "outside")}
    for place in places.values():
        place.mkdir()
        place.chmod(0o755)
        (place / "file").write_text("what stands here\n")
    for text in (
        "import os, sys",
        "import ctypes, mmap, resource, signal, socket, subprocess, tempfile, threading, time",
    ):
        (places["staged"] / "imports.py").open("a").write(text + "\n")
    imports = (places["staged"] / "imports.py").read_text()

    def run(code: str, *, first: str = "", drop: bool = True) -> dict[str, Any]:
        request = {name: str(place) for name, place in places.items()}
        request |= {"code": imports + code, "first": first, "drop": "yes" if drop else ""}
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        told: dict[str, Any] = json.loads(server.stdout.readline())
        return told

    return run


CLOSED_FILES = """
open(outside + "/file").read()
open(outside + "/file", "a")
open(outside + "/new", "w")
os.listdir(outside)
os.truncate(outside + "/file", 0)
os.remove(outside + "/file")
os.rename(outside + "/file", "file")
os.link(outside + "/file", "link")
os.symlink(outside + "/file", "link")
os.mkdir(outside + "/folder")
open(staged + "/file", "a")
open("/etc/passwd")
open("/proc/self/mem", "rb")
open("/proc/self/environ", "rb")
open(f"/proc/{parent}/environ", "rb")
open(f"/proc/{parent}/mem", "rb")
open("/proc/1/environ", "rb")
os.listdir("/proc/self/fd")
os.listdir("/")
os.listdir(os.path.dirname(scratch))
os.listdir("/tmp")
open("/dev/shm/file", "w")
open("/dev/tty", "w")
os.chmod("file", 0o777)
os.fchmod(os.open("file", os.O_RDONLY), 0o777)
os.chown("file", 0, 0)
os.utime("file")
os.setxattr("file", "user.name", b"value")
os.mkfifo("pipe")
os.mknod("node")
os.chroot(".")
""".strip().splitlines()

CLOSED_PROCESSES = """
os.fork()
os.forkpty()
subprocess.run([sys.executable, "-c", ""])
os.posix_spawn("/bin/true", ["true"], {})
os.execv("/bin/true", ["true"])
os.kill(parent, 0)
os.kill(parent, signal.SIGKILL)
os.kill(1, 0)
os.kill(0, 0)
os.kill(-1, 0)
os.killpg(os.getpgid(parent), 0)
os.pidfd_open(parent)
os.sched_setaffinity(parent, {0})
os.setpriority(os.PRIO_PROCESS, parent, 19)
resource.prlimit(parent, resource.RLIMIT_CPU, (1, 1))
__import__("fcntl").fcntl(1, __import__("fcntl").F_SETOWN, parent)
""".strip().splitlines()

CLOSED_NETWORK = """
socket.socket(socket.AF_INET, socket.SOCK_STREAM)
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
socket.socket(socket.AF_UNIX)
socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
socket.create_server(("127.0.0.1", 0))
socket.socketpair()[0].connect("\\0abstract")
os.memfd_create("name")
socket.socketpair()
socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
channel.send(b"x")
channel.sendto(b"x", outside + "/socket")
channel.sendto(b"x", "\\0abstract")
channel.sendmsg([b"x"])
socket.send_fds(channel, [b"x"], [answer])
channel.recv(1)
channel.recvfrom(1)
channel.recvmsg(1)
socket.recv_fds(channel, 1, 1)
channel.setsockopt(socket.SOL_SOCKET, 16, 1)
channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
channel.getpeername()
channel.getsockname()
channel.shutdown(2)
channel.bind("socket")
channel.listen()
channel.accept()
channel.connect("\\0abstract")
socket.socket(fileno=channel.fileno())
""".strip().splitlines()

CLOSED_KERNEL = """
fcntl.flock(file, fcntl.LOCK_EX)
fcntl.lockf(file, fcntl.LOCK_EX)
fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
fcntl.fcntl(file, 37, bytes(32))
fcntl.fcntl(file, 38, bytes(32))
fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
fcntl.fcntl(os.pipe()[0], 1031, 1 << 20)
os.lockf(file, os.F_LOCK, 1)
os.posix_fallocate(file, 0, 1 << 20)
fcntl.ioctl(file, 0x40305828, bytes(48))
fcntl.ioctl(file, 0x4030582A, bytes(48))
call("sync")
call("io_setup", 1, ctypes.byref(ctypes.c_ulong(0)))
call("io_submit", 0, 0, None)
call("io_destroy", 0)
call("fallocate", file, 0, 0, 4096)
call("sendmmsg", channel.fileno(), None, 0, 0)
call("recvmmsg", channel.fileno(), None, 0, 0, None)
call("listmount", None, None, 0, 0)
call("statmount", None, None, 0, 0)
call("syncfs", file)
""".strip().splitlines()


CALLS = """
import fcntl
file = os.open(f"own{os.getpid()}", os.O_CREAT | os.O_RDWR)
numbers = NUMBERS
def call(name, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(numbers[name], *arguments) < 0:
        raise OSError(ctypes.get_errno(), name)
"""
SOCKET = "import socket; channel, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)"
"""A socket from before the walls stood, as the worker's own is."""


def to_try(code: str) -> tuple[str, str]:
    """What comes before the walls, and the code as it is tried behind them."""
    numbers = seccomp.call_numbers(seccomp._DENIED, seccomp.machine() or "")
    first = f"{SOCKET}; keep.append(channel.fileno())" if "channel" in code else ""
    return first, (CALLS.replace("NUMBERS", repr(numbers)) if code in CLOSED_KERNEL else "") + code


@pytest.mark.parametrize("code", [*CLOSED_FILES, *CLOSED_PROCESSES, *CLOSED_NETWORK, *CLOSED_KERNEL])
def test_closed(attempt: Try, tmp_path: Path, code: str) -> None:
    """None of these can be done from inside, and nothing outside has changed."""
    first, tried = to_try(code)
    told = attempt(tried, first=first)
    # A link to another user's file is refused as such, one to a file of one's own as leading out of the folder.
    errors = {"PermissionError", "OSError"} if code.startswith("os.link") else {"PermissionError"}
    assert (told.get("error") in errors, told["missing"]) == (True, [])
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["file"]
    assert (tmp_path / "outside" / "file").read_text() == "what stands here\n"


ONE_RULE = {
    "a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); result = 1": "socketpair",
    "result = channel.sendto(b'x', far)": "sendto",
    "result = channel.sendmsg([b'x'], [], 0, far)": "sendmsg",
    "result = channel.sendmsg([b'x'], [(1, socket.SCM_RIGHTS, answer.to_bytes(4, 'little'))], 0, far)": "sendmsg",
    "fcntl.flock(file, fcntl.LOCK_EX); result = 1": "flock",
    "fcntl.lockf(file, fcntl.LOCK_EX); result = 1": "fcntl",
    "fcntl.fcntl(os.pipe()[0], 1031, 1 << 20); result = 1": "fcntl",
    "os.posix_fallocate(file, 0, 1 << 20); result = 1": "fallocate",
    "call('io_setup', 1, ctypes.byref(ctypes.c_ulong(0))); result = 1": "io_setup",
    "call('sync'); result = 1": "sync",
}
FAR = """
import os, socket
far = outside + "/socket"
if os.path.exists(far):
    os.unlink(far)
far_socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
far_socket.bind(far)
os.chmod(far, 0o777)
keep.append(far_socket.fileno())
"""


@pytest.mark.parametrize("code", ONE_RULE)
def test_a_rule_is_what_closes_it(attempt: Try, code: str) -> None:
    """With its rule it is refused; without that rule alone, and all other walls standing, it can be done."""
    machine = seccomp.machine() or ""
    prelude = CALLS.replace("NUMBERS", repr(seccomp.call_numbers(seccomp._DENIED, machine)))
    before = FAR + SOCKET + "\nkeep.append(channel.fileno())\n"
    told = attempt(prelude + code, first=before)
    assert (told.get("error"), told["missing"]) == ("PermissionError", [])
    without = f"""
from grader.sandbox import seccomp
row = next((row for row in seccomp._DENIED_WHERE if row.startswith({ONE_RULE[code]!r} + " ")), None)
if row:
    del seccomp._DENIED_WHERE[row]
words = seccomp._DENIED.split()
at = words.index({ONE_RULE[code]!r}) if not row else len(words)
seccomp._DENIED = " ".join(words[:at] + words[at + 3:])
seccomp._alike.cache_clear()
"""
    told = attempt(prelude + code, first=before + without)
    assert (told.get("text"), told["missing"]) == (None, [])
    assert told["result"]


LIMITED = {
    "bytearray(4 << 30)": "MemoryError",
    "held = [torch.empty(100 << 20, dtype=torch.uint8) for _ in range(13)]": "RuntimeError",
    "torch.empty(4 << 30, dtype=torch.uint8)": "RuntimeError",
    "mmap.mmap(-1, 4 << 30)": "OSError",
    "open('large', 'wb').write(bytes(20 << 20))": "OSError",
    "held = [open('file') for _ in range(300)]": "OSError",
    "for _ in range(5000): threading.Thread(target=time.sleep, args=(20,), daemon=True).start()": "RuntimeError",
    "threading.stack_size(1 << 16)\n"
    "for _ in range(5000): threading.Thread(target=time.sleep, args=(20,), daemon=True).start()": "RuntimeError",
    "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))": "ValueError",
    "resource.setrlimit(resource.RLIMIT_NOFILE, (4000, 4000))": "ValueError",
    "os.read(inherited, 1)": "OSError",
    "os.setuid(0)": "PermissionError",
}


@pytest.mark.parametrize("code", LIMITED)
def test_limited(attempt: Try, code: str) -> None:
    """Taking more than allowed is an ordinary error in Python, and the process goes on."""
    told = attempt(code)
    assert (told.get("error"), told["status"]) == (LIMITED[code], 0)


HONEST = {
    "result = torch.ones(3, requires_grad=True).sum().item()": 3.0,
    "w = torch.ones(3, requires_grad=True); (w * w).sum().backward(); result = w.grad.tolist()": [2.0] * 3,
    "w = torch.ones(1, requires_grad=True); w.backward(); torch.optim.SGD([w], 1).step(); result = w.tolist()": [0.0],
    "result = torch.nn.TransformerEncoderLayer(8, 2)(torch.ones(2, 3, 8)).shape": [2, 3, 8],
    "torch.set_num_threads(2); n = torch.ones(500, 500); result = (n @ n)[0, 0].item()": 500.0,
    "result = torch.ones(150 << 20, dtype=torch.uint8)[-1].item()": 1,
    "w = torch.ones(1, device='sim', requires_grad=True); (w + w).backward(); result = w.grad.tolist()": [2.0],
    "import sqlite3, wave; result = 'wave' in sys.modules": True,
    "import sympy; result = str(sympy.sympify('x + x'))": "2*x",
    "t = threading.Thread(target=os.getpid); t.start(); t.join(); result = True": True,
    "torch.save(torch.ones(2), 'x.pt'); result = torch.load('x.pt').tolist()": [1.0, 1.0],
    "os.mkdir('d'); os.rename('file', 'd/f'); os.remove('d/f'); os.rmdir('d'); result = os.listdir()": [],
    "d = tempfile.mkdtemp(); open(d + '/f', 'w').write('x'); result = d.startswith(scratch)": True,
    "result = open(staged + '/file').read()": "what stands here\n",
    "result = sys.stdin.read()": "",
    "result = os.path.exists(outside + '/file')": True,
    "result = [os.umask(0), *resource.getrlimit(resource.RLIMIT_CORE)]": [0o77, 0, 0],
    "os.kill(os.getpid(), 0); result = resource.prlimit(0, resource.RLIMIT_NOFILE)": [128, 128],
    "result = time.strftime('%Z') == time.tzname[0] and os.getcwd() == scratch and os.getsid(0) == os.getpid()": True,
}  # fmt: skip


@pytest.mark.parametrize("code", HONEST)
def test_honest_things_work(attempt: Try, code: str) -> None:
    """What an exercise may need goes on working, modules that are loaded late among them."""
    told = attempt(code)
    assert (told.get("text"), told.get("result")) == (None, HONEST[code])


def test_figures_are_saved(attempt: Try, tmp_path: Path) -> None:
    """Matplotlib finds its fonts and settings, and saves into the scratch folder."""
    told = attempt("import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.title('a'); plt.savefig('figure.png')")
    assert told.get("text") is None
    assert (tmp_path / "scratch" / "figure.png").stat().st_size > 1000


@pytest.mark.parametrize("code", ["os.abort()", "signal.raise_signal(signal.SIGABRT)"])
def test_a_process_can_end_itself(attempt: Try, code: str) -> None:
    """A crash is seen from outside as what it is."""
    assert os.WTERMSIG(attempt(code)["status"]) == SIGABRT


def test_the_environment_is_empty(attempt: Try) -> None:
    """Neither Python nor the C library finds what the instructor's environment holds."""
    told = attempt(
        "libc = ctypes.CDLL(None); libc.getenv.restype = ctypes.c_char_p\n"
        "result = [dict(os.environ), str(libc.getenv(b'GITHUB_TOKEN'))]"
    )
    seen, token = told["result"]
    assert (token, SECRET in str(seen), "GITHUB_TOKEN" in seen) == ("None", False, False)
    assert {seen[name] for name in ("HOME", "TMPDIR", "MPLCONFIGDIR")} == {attempt("result = scratch")["result"]}


# The kernel's own account: the rights in effect, as a bit for each, and whether memory may be dumped.
RIGHTS = """
import struct
libc = ctypes.CDLL(None)
rights = ctypes.create_string_buffer(24)
assert libc.capget(struct.pack("Ii", 0x20080522, 0), rights) == 0
ask = libc.prctl
result = [struct.unpack("6I", rights.raw), ask(3), ask(4, 1), ask(1, 0), ask(39, 0, 0, 0, 0)]
"""


def test_no_rights_are_left(attempt: Try) -> None:
    """Of root's rights at most one is left, to read what Landlock allows; no dumps, no way to gain any."""
    sets, dumpable, make_dumpable, outlive, no_new = attempt(RIGHTS)["result"]
    assert set(sets[:2]) <= {0, 4}
    assert sets[2:] == [0, 0, 0, 0]
    assert (dumpable, make_dumpable, outlive, no_new) == (0, -1, -1, 1)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_becomes_an_unused_user(attempt: Try) -> None:
    """A worker of root's runs as a user that the machine does not know, and owns only its scratch folder."""
    told = attempt(
        "result = [os.getresuid(), os.getresgid(), os.getgroups(), os.stat('.').st_uid]",
        first="import os; os.setgroups([4, 27])",
    )
    users, groups, others, owner = told["result"]
    assert len({*users, *groups, owner}) == 1
    assert (others, users[0] in range(60_578, 61_184)) == ([], True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can stay root")
def test_staying_root_is_said(attempt: Try) -> None:
    """Where root stays root, it says so, has none of root's rights, and the other walls stand."""
    told = attempt(RIGHTS, drop=False)
    assert told["missing"] == [confine.THREADS, confine.ROOT]
    assert told["result"][:2] == [[0] * 6, 0]
    for code in ("os.kill(parent, 0)", "open('/etc/passwd')", "open(outside + '/file')", "os.mknod('f')", "os.fork()"):
        assert attempt(code, drop=False).get("error") == "PermissionError"
    assert attempt("open('new', 'w').write('x'); result = 1", drop=False)["result"] == 1


def test_without_landlock(attempt: Try) -> None:
    """Where the kernel has no Landlock the disk is open, and that is said; nobody may read all of it by right."""
    told = attempt(
        f"{RIGHTS}result.append(os.getuid())", first="from grader.sandbox import landlock; landlock.version = lambda: 0"
    )
    rights, *_, user = told["result"]
    assert rights == [0] * 6
    root = {confine.THREADS, confine.ROOT} if user == 0 else set()
    assert set(told["missing"]) == {confine.DISK, *root}


def test_without_a_filter(attempt: Try) -> None:
    """Where system calls cannot be filtered, the network and new processes are open, and that is said."""
    first = "from grader.sandbox import seccomp; seccomp.machine = lambda: None"
    missing = attempt("", first=first)["missing"]
    assert {confine.NETWORK, confine.PROCESSES} <= set(missing)
    assert confine.DISK not in missing
    assert attempt("open(outside + '/file')", first=first)["error"] == "PermissionError"


def test_a_worker_dies_with_its_parent(tmp_path: Path) -> None:
    """When the process that forked it ends, a worker is killed: otherwise this would wait for it."""
    script = f"""
import os, pathlib, time
from grader.sandbox import confine
ready, told = os.pipe()
if not os.fork():
    user = confine.unused_user(0)
    confine.enclose(confine.Limits(), scratch=pathlib.Path({str(tmp_path)!r}), user=user, keep=[told])
    os.write(told, b"x")
    time.sleep(3600)
os.read(ready, 1)
os._exit(0)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_cpu_time_ends(tmp_path: Path) -> None:
    """A process that nobody stops is killed when its processor time is spent."""
    script = f"""
import pathlib
from grader.sandbox import confine
limits = confine.Limits(cpu_seconds=1)
confine.enclose(limits, scratch=pathlib.Path({str(tmp_path)!r}), user=confine.unused_user(0))
while True: pass
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=False)
    assert done.returncode == -SIGKILL


def test_solutions_lie_apart(tmp_path: Path) -> None:
    """Solutions beneath what a worker may read, or around it, by a link too, are refused in a sentence."""
    solutions, staged, link = tmp_path / "course" / "solutions", tmp_path / "staged", tmp_path / "link"
    for folder in (solutions, staged, solutions / "inner"):
        folder.mkdir(parents=True)
    link.symlink_to(tmp_path / "course")
    assert confine.check_solutions_apart([staged], solutions) == ""
    for readable in (tmp_path, tmp_path / "course", solutions, solutions / "inner", link):
        assert "move the course elsewhere" in confine.check_solutions_apart([staged, readable], solutions)
    installed = landlock.system_paths()[-1] / "solutions"
    assert "move the course elsewhere" in confine.check_solutions_apart([], installed)


def test_a_project_is_not_readable() -> None:
    """An editable install puts a project on the path; its folder is not among what a worker may read."""
    assert not [path for path in landlock.system_paths() if TESTS.is_relative_to(path)]


def test_each_job_has_its_user() -> None:
    """Jobs beside each other run as different users where there is a choice, and as nobody else where there is none."""
    users = [confine.unused_user(number) for number in range(8)]
    assert len(set(users)) == 8 if os.geteuid() == 0 else set(users) == {None}

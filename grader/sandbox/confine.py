"""The walls around a process that runs learner code: its disk, network, signals, memory, user and environment.

`enclose` closes them from inside, in a forked child, before anything of a learner's is loaded; none can be opened
again. What a platform cannot give is told, never passed over. What stays open: whether a file exists, its size and its
times can be asked anywhere, and the scratch folder takes any number of files (each of a limited size).
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import os
import struct
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from grader.sandbox import landlock, seccomp
from grader.sandbox.limits import ADDRESS_SPACE, THREADS_OF_OTHERS, Limits
from grader.sandbox.linux import libc, prctl

DISK = "the rest of the disk is not closed"
EMPTYING = "files elsewhere can be emptied"
NETWORK = "the network is not closed"
SIGNALS = "signals to other processes are not closed"
PROCESSES = "other processes can be started"
MEMORY = "memory is not limited"
THREADS = "the number of threads is not limited"
OTHER_THREADS = "threads that were there before are not closed in"
ROOT = "it runs as root"
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_KEEPCAPS, _PR_SET_NO_NEW_PRIVS = 1, 4, 8, 38
_CAP_DAC_READ_SEARCH = 1 << 2
_SIGKILL = 9


def environment(scratch: Path) -> dict[str, str]:
    """The environment of a worker: nothing of the instructor's, and every folder to write in is the scratch folder.

    The first environment of a process stays in its memory for good: a server that is forked from begins with this one.
    """
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "LC_CTYPE", "TZ") if name in os.environ}
    folders = dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), str(scratch))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    names = {"PATH": os.defpath, "MPLBACKEND": "Agg", "USER": "learner", "LOGNAME": "learner"}
    return {**kept, **folders, **threads, **names}


def check_solutions_apart(readable: Sequence[Path], solutions: Path) -> str:
    """A sentence where a worker could read the solutions, because they share a folder with what it may read."""
    place = solutions.resolve()
    for path in (*landlock.system_paths(), *readable):
        root = path.resolve()
        if place.is_relative_to(root) or root.is_relative_to(place):
            return f"The solutions in {solutions} lie where submissions may read ({path}): move the course elsewhere."
    return ""


def unused_user(number: int) -> int | None:
    """Where we are root: a user that this machine has no name for, another one for each number; else None."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    # These numbers are set aside by no distribution; runs beside each other begin at different ones.
    named = {entry.pw_uid for entry in pwd.getpwall()}
    unnamed = [user for user in range(60_578, 61_184) if user not in named]
    return unnamed[(os.getpid() * 32 + number) % len(unnamed)]


def prepare_walls() -> None:
    """Look up once, in the process that is forked from, what the walls of each worker are built from."""
    if sys.platform != "win32":
        importlib.import_module("resource")
    if sys.platform == "linux":
        _tasks_of_user()
        if landlock.version():
            landlock.ruleset(Path.cwd(), ()).close()
        if name := seccomp.machine():
            seccomp.program(name, 0)


def enclose(
    limits: Limits, *, scratch: Path, readable: Sequence[Path] = (), user: int | None = None, keep: Sequence[int] = ()
) -> tuple[str, ...]:
    """Close this process in, for good: it has one thread, and learner code comes next.

    It may read `readable` and what Python needs, write in `scratch`, and keeps the descriptors `keep`, standard output
    and error. Where it is root it becomes `user`. Returns a phrase for each wall that could not be built.
    """
    _leave_parent(scratch, keep)
    if sys.platform != "linux":
        _limit_common(limits)
        return DISK, NETWORK, SIGNALS, PROCESSES, MEMORY, THREADS
    alone = _tasks("/proc/self") == 1
    abi, ruleset = landlock.version(), None
    if abi:
        with contextlib.suppress(OSError):
            ruleset = landlock.ruleset(scratch, readable)
    is_root = os.geteuid() == 0
    # A user without the right to read Python may keep that one right, where something else limits what is read.
    dropped = is_root and user is not None and _become(user, scratch, readable, ruleset is not None)
    if not dropped:
        _set_capabilities(0)
    _limit_common(limits)
    has_memory = _limit_memory(limits)
    threads = limits.threads if is_root else _tasks_of_user() + THREADS_OF_OTHERS
    has_threads = _limit("RLIMIT_NPROC", threads) and (dropped or not is_root)
    prctl(_PR_SET_DUMPABLE, 0)
    prctl(_PR_SET_PDEATHSIG, _SIGKILL)  # a change of user takes it away, so it comes after
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if ruleset is not None:
        try:
            ruleset.restrict()
            ruleset.close()
        except OSError:
            ruleset = None
            _set_capabilities(0)
    filtered = seccomp.install_filter()
    scoped = ruleset is not None and abi >= 6
    walls = {
        DISK: ruleset is not None,
        EMPTYING: ruleset is None or abi >= 3 or dropped,
        NETWORK: filtered,
        SIGNALS: filtered or scoped or dropped,
        PROCESSES: filtered,
        MEMORY: has_memory,
        THREADS: has_threads,
        OTHER_THREADS: alone,
        ROOT: not is_root or dropped,
    }
    return tuple(phrase for phrase, stands in walls.items() if not stands)


def _leave_parent(scratch: Path, keep: Sequence[int]) -> None:
    """Give up what was inherited: environment, working folder, standard input, descriptors, session."""
    fresh = environment(scratch)
    os.environ.clear()
    os.environ.update(fresh)
    tempfile.tempdir = None
    os.chdir(scratch)
    os.umask(0o077)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    if sys.platform != "win32":
        edges = sorted({0, 1, 2, *keep})
        for low, high in itertools.pairwise([*edges, max(os.sysconf("SC_OPEN_MAX"), edges[-1] + 1)]):
            os.closerange(low + 1, high)
        with contextlib.suppress(PermissionError):  # who leads a group of processes already is apart already
            os.setsid()


def _become(user: int, scratch: Path, readable: Sequence[Path], is_closed: bool) -> bool:
    """Stop being root, where that user can read what Python needs; whether that was done.

    Where it cannot, the right to read everything is kept if the disk is closed by other means.
    """
    if sys.platform != "linux":
        return False
    with contextlib.suppress(OSError):
        os.chown(scratch, user, user)
        os.setgroups([])
        os.setresgid(user, user, 0)
        os.setresuid(user, 0, 0)  # `os.access` asks for the real user
        reads = all(os.access(path, os.R_OK) for path in (*landlock.system_paths(), *readable))
        reads = reads and os.access(scratch, os.W_OK | os.X_OK)
        os.setresuid(0, 0, 0)
        # The filter denies what would open files by number, past the rules for paths.
        if reads or (is_closed and seccomp.machine()):
            prctl(_PR_SET_KEEPCAPS, 0 if reads else 1)
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            _set_capabilities(0 if reads else _CAP_DAC_READ_SEARCH)
            prctl(_PR_SET_KEEPCAPS, 0)
            return True
    with contextlib.suppress(OSError):
        os.setresgid(0, 0, 0)
        os.chown(scratch, 0, 0)
    return False


def _set_capabilities(kept: int) -> None:
    """Keep only these of root's rights; without `exec` and with no_new_privs, none comes back."""
    libc().capset(struct.pack("Ii", 0x20080522, 0), struct.pack("6I", kept, kept, 0, 0, 0, 0))


def _tasks(process: str) -> int:
    """How many threads a process has; 0 where that cannot be seen."""
    with contextlib.suppress(OSError):  # it may end meanwhile
        return len(os.listdir(f"{process}/task"))
    return 0


@cache
def _tasks_of_user() -> int:
    """How many threads this user runs on this machine now; the kernel counts them all together."""
    if sys.platform == "win32":
        return 0
    count = 0
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            count += _tasks(str(entry)) if entry.stat().st_uid == os.getuid() else 0
    return count


def _limit_common(limits: Limits) -> None:
    """The limits that every Unix has."""
    _limit("RLIMIT_NOFILE", limits.open_files)
    _limit("RLIMIT_FSIZE", limits.file_size)
    _limit("RLIMIT_CPU", limits.cpu_seconds)
    _limit("RLIMIT_CORE", 0)


def _limit_memory(limits: Limits) -> bool:
    """Limit what may be taken from here on: private memory, and, as shared memory escapes that, address space."""
    try:
        with open("/proc/self/statm", "rb") as file:
            pages = [int(word) for word in file.read().split()]
    except OSError:
        return False
    size, data = (pages[i] * os.sysconf("SC_PAGE_SIZE") for i in (0, 5))
    has_data = _limit("RLIMIT_DATA", data + limits.memory)
    return _limit("RLIMIT_AS", size + limits.memory + ADDRESS_SPACE) and has_data


def _limit(name: str, value: int) -> bool:
    """Lower a limit for good; whether this platform has it."""
    try:
        import resource

        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
    except (ImportError, AttributeError, ValueError, OSError):
        return False
    return True

"""The filter of system calls: its table against the system's own, and the program for both kinds of machine."""

from __future__ import annotations

import re
import struct
from errno import ENOSYS, EPERM
from pathlib import Path

import pytest

from grader.sandbox import seccomp

HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOWED, DENIED, UNKNOWN = 0x7FFF0000, 0x00050000 | EPERM, 0x00050000 | ENOSYS
SELF, OTHER = 4321, 1234
# What the tests below ask for by name; the table holds only what is denied.
NUMBERS = {
    "x86_64": {"read": 0, "openat": 257, "execve": 59, "kill": 62, "tgkill": 234, "clone": 56, "clone3": 435,
               "fcntl": 72, "ioctl": 16, "prctl": 157, "prlimit64": 302, "socket": 41, "sched_setaffinity": 203,
               "socketpair": 53, "sendto": 44, "sendmsg": 46, "recvfrom": 45, "io_setup": 206, "flock": 73,
               "fallocate": 285},
    "aarch64": {"read": 63, "openat": 56, "execve": 221, "kill": 129, "tgkill": 131, "clone": 220, "clone3": 435,
                "fcntl": 25, "ioctl": 29, "prctl": 167, "prlimit64": 261, "socket": 198, "sched_setaffinity": 122,
                "socketpair": 199, "sendto": 206, "sendmsg": 211, "recvfrom": 207, "io_setup": 0, "flock": 32,
                "fallocate": 47},
}  # fmt: skip


def verdict(machine: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    """What the filter answers to a system call, found as the kernel finds it."""
    six = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, architecture or ARCHITECTURES[machine], 0, *six)
    code, at, word = seccomp.program(machine, SELF), 0, 0
    while True:
        operation, held, otherwise, constant = code[at]
        at += 1
        match operation:
            case 0x20:
                (word,) = struct.unpack_from("<I", data, constant)
            case 0x15:
                at += held if word == constant else otherwise
            case 0x35:
                at += held if word >= constant else otherwise
            case 0x45:
                at += held if word & constant else otherwise
            case 0x06:
                return constant
            case _:
                raise AssertionError(f"operation {operation:#x} is none of the filter's")


CALLS = [
    ("read", (0,), ALLOWED),
    ("openat", (-100 & 0xFFFFFFFF,), ALLOWED),
    ("execve", (), DENIED),
    ("socket", (2, 1), DENIED),
    ("clone3", (), UNKNOWN),
    ("clone", (0x10000 | 0x100,), ALLOWED),  # a thread
    ("clone", (0x11,), DENIED),  # a process
    ("kill", (SELF, 6), ALLOWED),
    ("kill", (OTHER, 9), DENIED),
    ("kill", (0, 9), DENIED),
    ("kill", (2**64 - 1, 9), DENIED),
    ("kill", (2**32 + OTHER, 9), DENIED),  # the kernel reads the lower half
    ("tgkill", (SELF, SELF, 6), ALLOWED),
    ("tgkill", (OTHER, OTHER, 6), DENIED),
    ("prlimit64", (0, 7), ALLOWED),
    ("prlimit64", (SELF, 7), ALLOWED),
    ("prlimit64", (OTHER, 7), DENIED),
    ("sched_setaffinity", (OTHER,), DENIED),
    ("fcntl", (3, 1), ALLOWED),
    ("fcntl", (3, 8, OTHER), DENIED),  # F_SETOWN
    ("fcntl", (3, 15, OTHER), DENIED),  # F_SETOWN_EX
    ("ioctl", (0, 0x5401), ALLOWED),  # TCGETS
    ("fcntl", (3, 3), ALLOWED),  # F_GETFL
    *[("fcntl", (3, command), DENIED) for command in (5, 6, 7, 36, 37, 38, 1024, 1040)],  # locks and leases
    ("fcntl", (3, 1031, 1 << 20), DENIED),  # F_SETPIPE_SZ
    ("ioctl", (0, 0x5412), DENIED),  # TIOCSTI
    *[("ioctl", (0, command), DENIED) for command in (0x40305828, 0x4030582A, 0x40305839)],  # FS_IOC_RESVSP, ...
    *[(name, (), DENIED) for name in ("socketpair", "sendto", "sendmsg", "recvfrom", "io_setup", "flock", "fallocate")],
    ("prctl", (15,), ALLOWED),  # PR_SET_NAME
    ("prctl", (1, 0), DENIED),  # PR_SET_PDEATHSIG
    ("prctl", (4, 1), DENIED),  # PR_SET_DUMPABLE
]


@pytest.mark.parametrize("machine", NUMBERS)
@pytest.mark.parametrize(("name", "arguments", "expected"), CALLS)
def test_verdicts(machine: str, name: str, arguments: tuple[int, ...], expected: int) -> None:
    """Each rule decides as it should, on both machines."""
    assert verdict(machine, NUMBERS[machine][name], *arguments) == expected


@pytest.mark.parametrize("machine", NUMBERS)
def test_another_architecture_is_denied(machine: str) -> None:
    """Calls made as on another machine have other numbers: none is allowed."""
    for name in ("read", "openat"):
        assert verdict(machine, NUMBERS[machine][name], architecture=0x40000003) == DENIED
    assert verdict("x86_64", 0x40000000 | NUMBERS["x86_64"]["read"]) == DENIED  # the x32 variety


@pytest.mark.parametrize("machine", NUMBERS)
def test_the_kernel_takes_the_program(machine: str) -> None:
    """Every jump stays inside the program, every path ends, and it is no longer than a filter may be."""
    code = seccomp.program(machine, SELF)
    assert len(code) <= 4096
    assert code[-1][0] == 0x06
    for at, (operation, held, otherwise, _) in enumerate(code):
        if operation not in (0x20, 0x06):
            assert max(held, otherwise) < 256
            assert at + 1 + max(held, otherwise) < len(code)


@pytest.mark.parametrize("machine", HEADERS)
def test_numbers(machine: str) -> None:
    """The numbers in the table are those of the system's own headers; calls newer than these are passed over."""
    header = Path(HEADERS[machine])
    if not header.is_file():
        pytest.skip("the kernel's headers are not installed")
    pattern = r"#define\s+__NR(?:3264)?_(\w+)\s+(\d+)"
    told = {name: int(number) for name, number in re.findall(pattern, header.read_text())}
    tables = [seccomp._DENIED, seccomp._UNKNOWN, seccomp._SIGNALS, seccomp._SETTINGS, seccomp._CLONE]
    table: dict[str, int] = {}
    for text in (*tables, *seccomp._DENIED_WHERE):
        table |= seccomp.call_numbers(text, machine)
    known = {name: number for name, number in table.items() if number <= max(told.values())}
    assert len(known) > 90
    assert {name: (number, told.get(name)) for name, number in known.items() if told.get(name) != number} == {}
    words = " ".join((*tables, *seccomp._DENIED_WHERE)).split()
    missing = {name for name in words[::3] if name in told} - table.keys()
    assert missing == set()

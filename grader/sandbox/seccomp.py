"""Which system calls a worker may not make: a filter for the Linux kernel, written out as a table.

The filter is a short program that the kernel runs before each system call of the process, for good. Everything is
allowed but what stands here. Torch, NumPy and matplotlib need none of it: they compute, start threads and open files.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from errno import ENOSYS, EPERM
from functools import cache

from grader.sandbox.linux import libc

# name, its number on x86-64, its number on aarch64; `-` where there is none
_DENIED = """
fork 57 -               vfork 58 -              execve 59 221           execveat 322 281

ptrace 101 117          process_vm_readv 310 270    process_vm_writev 311 271   process_madvise 440 440
process_mrelease 448 448    pidfd_open 434 434      pidfd_getfd 438 438     pidfd_send_signal 424 424
kcmp 312 272            migrate_pages 256 238   move_pages 279 239      perf_event_open 298 241
setpriority 141 140     ioprio_set 251 30

socket 41 198           connect 42 203          bind 49 200             listen 50 201
accept 43 202           accept4 288 242         socketpair 53 199       shutdown 48 210
sendto 44 206           sendmsg 46 211          sendmmsg 307 269        recvfrom 45 207
recvmsg 47 212          recvmmsg 299 243        setsockopt 54 208       getsockopt 55 209
getsockname 51 204      getpeername 52 205

shmget 29 194           shmat 30 196            shmctl 31 195           semget 64 190
msgget 68 186           mq_open 240 180         mq_unlink 241 181       memfd_create 319 279
memfd_secret 447 447    add_key 248 217         request_key 249 218     keyctl 250 219

chmod 90 -              fchmod 91 52            fchmodat 268 53         fchmodat2 452 452
chown 92 -              fchown 93 55            lchown 94 -             fchownat 260 54
utime 132 -             utimes 235 -            futimesat 261 -         utimensat 280 88
setxattr 188 5          lsetxattr 189 6         fsetxattr 190 7         setxattrat 463 463
removexattr 197 14      lremovexattr 198 15     fremovexattr 199 16     removexattrat 466 466
mknod 133 -             mknodat 259 33          file_setattr 469 469    fanotify_init 300 262
inotify_init 253 -      inotify_init1 294 26    name_to_handle_at 303 264   open_by_handle_at 304 265

io_setup 206 0          io_submit 209 2         io_getevents 208 4      io_pgetevents 333 292
io_cancel 210 3         io_destroy 207 1        flock 73 32             fallocate 285 47
sync 162 81             syncfs 306 267

unshare 272 97          setns 308 268           chroot 161 51           pivot_root 155 41
mount 165 40            umount2 166 39          mount_setattr 442 442   move_mount 429 429
open_tree 428 428       open_tree_attr 467 467  fsopen 430 430          fsmount 432 432
fsconfig 431 431        fspick 433 433          swapon 167 224          swapoff 168 225
bpf 321 280             userfaultfd 323 282     io_uring_setup 425 425  io_uring_enter 426 426
io_uring_register 427 427   init_module 175 105     finit_module 313 273    delete_module 176 106
kexec_load 246 104      kexec_file_load 320 294 reboot 169 142          acct 163 89
clock_settime 227 112   clock_adjtime 305 266   settimeofday 164 170    adjtimex 159 171
sethostname 170 161     setdomainname 171 162   quotactl 179 60         quotactl_fd 443 443
personality 135 92      syslog 103 116          vhangup 153 58          modify_ldt 154 -
iopl 172 -              ioperm 173 -            statmount 457 457       listmount 458 458
"""
# In this order: what begins another program; what reaches into another process; the network, and every other socket (a
# worker reads and writes the one that it has, as if it were a file); memory that outlives its process or is counted for
# none; what Landlock leaves open about files; what all processes share: the few asynchronous contexts that a machine
# has, locks that others wait for, space on the disk that is taken without writing, and the time to write all of it;
# the machine and the kernel.
# The numbers are those of Linux: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.

# The C library takes its older, visible `clone` where this one is unknown; the flags of this one cannot be looked at.
_UNKNOWN = "clone3 435 435"

# Allowed only where the first argument is the process itself; for settings 0 means that too.
_SIGNALS = "kill 62 129  tkill 200 130  tgkill 234 131  rt_sigqueueinfo 129 138  rt_tgsigqueueinfo 297 240"
_SETTINGS = """
prlimit64 302 261  sched_setaffinity 203 122  sched_setscheduler 144 119  sched_setparam 142 118  sched_setattr 314 274
"""

# Denied where an argument is one of these.
_DENIED_WHERE: dict[str, tuple[int, tuple[int, ...]]] = {
    # F_SETOWN, F_SETOWN_EX: a signal to another process; F_NOTIFY: what others do; F_GETLK, F_SETLK, F_SETLKW, their
    # F_OFD_ variety, F_SETLEASE, F_SETDELEG: locks that others wait for; F_SETPIPE_SZ: memory that all of a user share
    "fcntl 72 25": (1, (8, 15, 1026, 5, 6, 7, 36, 37, 38, 1024, 1040, 1031)),
    # TIOCSTI, TIOCLINUX; FIOSETOWN, SIOCSPGRP; FS_IOC_RESVSP, FS_IOC_RESVSP64, FS_IOC_ZERO_RANGE: older words for
    # `fallocate`
    "ioctl 16 29": (1, (0x5412, 0x541C, 0x8901, 0x8902, 0x40305828, 0x4030582A, 0x40305839)),
    "prctl 157 167": (0, (1, 4)),  # PR_SET_PDEATHSIG, PR_SET_DUMPABLE: set for good
}

_CLONE = "clone 56 220"
_CLONE_THREAD = 0x10000

# machine: (its column in the table, what the kernel calls it: AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64)
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32 = 0x40000000  # system calls of the x32 variety of x86-64 carry this bit

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2

Instruction = tuple[int, int, int, int]
"""Operation, how many instructions to skip where it holds, and where it does not, and its constant."""
_DENY: Instruction = (_RETURN, 0, 0, _ERROR | EPERM)
_ALLOWED: Instruction = (_RETURN, 0, 0, _ALLOW)


def call_numbers(table: str, machine: str) -> dict[str, int]:
    """The calls of a table and their numbers on a machine, without those that it does not have."""
    words = table.split()
    column = _MACHINES[machine][0]
    rows = zip(words[::3], words[1::3], words[2::3], strict=True)
    return {name: int(both[column]) for name, *both in rows if both[column] != "-"}


def _where(number: int, argument: int, values: tuple[int, ...], held: int, otherwise: int) -> list[Instruction]:
    """One call, decided by one argument; the kernel reads the lower half of each of these, and so does the filter."""
    tests = [(_EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)]
    block = [(_LOAD, 0, 0, 16 + 8 * argument), *tests, (_RETURN, 0, 0, otherwise), (_RETURN, 0, 0, held)]
    return [(_EQUAL, 0, len(block), number), *block]


@cache
def _alike(machine: str) -> list[Instruction]:
    """The part that is the same for every process."""
    code: list[Instruction] = []
    for table, error in ((_DENIED, EPERM), (_UNKNOWN, ENOSYS)):
        for number in call_numbers(table, machine).values():
            code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | error)]
    for row, (argument, values) in _DENIED_WHERE.items():
        for number in call_numbers(row, machine).values():
            code += _where(number, argument, values, _ERROR | EPERM, _ALLOW)
    # `clone` begins a thread or a process; the flags tell.
    (clone,) = call_numbers(_CLONE, machine).values()
    return [*code, (_EQUAL, 0, 4, clone), (_LOAD, 0, 0, 16), (_ANY_BIT, 1, 0, _CLONE_THREAD), _DENY, _ALLOWED, _ALLOWED]


def program(machine: str, pid: int) -> list[Instruction]:
    """The filter for the process `pid`, instruction by instruction. Each block ends the program or is skipped whole."""
    code: list[Instruction] = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, _MACHINES[machine][1]), _DENY, (_LOAD, 0, 0, 0)]
    if machine == "x86_64":
        code += [(_AT_LEAST, 0, 1, _X32), _DENY]
    for table, values in ((_SIGNALS, (pid,)), (_SETTINGS, (0, pid))):
        for number in call_numbers(table, machine).values():
            code += _where(number, 0, values, _ALLOW, _ERROR | EPERM)
    return code + _alike(machine)


def machine() -> str | None:
    """What this machine is called in the table, None where the table does not know it."""
    if sys.platform != "linux" or sys.maxsize < 2**32:
        return None
    name = os.uname().machine
    return name if name in _MACHINES else None


def install_filter() -> bool:
    """Filter this thread's system calls from now on; whether that could be had. The thread must have no_new_privs."""
    name = machine()
    if name is None:
        return False
    code = program(name, os.getpid())
    flat = [number for instruction in code for number in instruction]
    buffer = ctypes.create_string_buffer(struct.pack("HBBI" * len(code), *flat))
    # struct sock_fprog: the number of instructions and where they are
    head = ctypes.create_string_buffer(struct.pack("HP", len(code), ctypes.addressof(buffer)))
    done: int = libc().prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), head, 0, 0)
    return done == 0

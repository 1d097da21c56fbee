"""Makes a pair of sockets, which is no `socket`, and sends to any path from it, with descriptors; listens for some.

Honest: double
Says: total: nothing was sent
"""

import ctypes
import os
import socket


def double(x):
    return 2 * x


def total(a, b):
    libc = ctypes.CDLL(None, use_errno=True)
    done = []
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        try:
            mine, other = socket.socketpair(socket.AF_UNIX, kind)
            done.append(f"pair {kind}")
        except OSError:
            continue
        for address in ("@SOCKET@", "\0@ABSTRACT@", "/dev/log", "/run/systemd/journal/socket"):
            for send in (
                lambda to, mine=mine: mine.sendto(b"@BREACH@", to),
                lambda to, mine=mine: mine.sendmsg([b"@BREACH@"], [(1, socket.SCM_RIGHTS, bytes(4))], 0, to),
                lambda to, other=other: other.connect(to),
            ):
                try:
                    send(address)
                    done.append(address)
                except OSError:
                    continue
    for descriptor in range(256):  # those that are there already, the judge's among them
        for call in (
            lambda fd: libc.send(fd, b"@BREACH@", 8, 0),
            lambda fd: libc.recv(fd, ctypes.create_string_buffer(64), 64, 0x42),  # MSG_PEEK, MSG_DONTWAIT
            lambda fd: libc.setsockopt(fd, 1, 16, ctypes.byref(ctypes.c_int(1)), 4),  # SO_PASSCRED takes a name
            lambda fd: libc.getsockopt(fd, 1, 17, ctypes.create_string_buffer(64), ctypes.byref(ctypes.c_int(64))),
            lambda fd: libc.shutdown(fd, 2),
        ):
            if call(descriptor) >= 0:
                done.append(f"descriptor {descriptor}")
    raise RuntimeError(f"@BREACH@ {done} {os.getpid()}" if done else "nothing was sent")

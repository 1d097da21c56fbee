"""Connects to a server on this machine, and listens as one: TCP, UDP, Unix, abstract.

Honest: double
Says: total: nobody answered
"""

import contextlib
import socket


def double(x):
    return 2 * x


def total(a, b):
    server = ("127.0.0.1", int("@PORT@"))
    for family in (socket.AF_INET, socket.AF_INET6):
        host = server if family == socket.AF_INET else ("::1", *server[1:])
        with contextlib.suppress(OSError):
            socket.socket(family, socket.SOCK_STREAM).connect(host)
            raise RuntimeError("@BREACH@ TCP")
        with contextlib.suppress(OSError):
            socket.socket(family, socket.SOCK_DGRAM).sendto(b"@BREACH@", host)
            raise RuntimeError("@BREACH@ UDP")
        with contextlib.suppress(OSError):
            socket.create_server(("", 0), family=family)
            raise RuntimeError("@BREACH@ listens")
    for address in ("@SOCKET@", "\0@ABSTRACT@"):
        with contextlib.suppress(OSError):
            socket.socket(socket.AF_UNIX).connect(address)
            raise RuntimeError("@BREACH@ Unix")
        with contextlib.suppress(OSError):
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"@BREACH@", address)
            raise RuntimeError("@BREACH@ Unix")
    raise RuntimeError("nobody answered")

"""Asks for a page on the web and for a name, and uses the kernel's own interfaces for it.

Honest: double
Says: total: nobody answered
"""

import contextlib
import socket
import urllib.request


def double(x):
    return 2 * x


def total(a, b):
    with contextlib.suppress(OSError):
        urllib.request.urlopen("http://127.0.0.1:@PORT@/", timeout=1)
        raise RuntimeError("@BREACH@ a page")
    with contextlib.suppress(OSError):
        socket.getaddrinfo("example.org", 80)
        raise RuntimeError("@BREACH@ a name")
    for name in ("AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_ALG", "AF_BLUETOOTH"):
        with contextlib.suppress(OSError, AttributeError):
            socket.socket(getattr(socket, name), socket.SOCK_RAW)
            raise RuntimeError(f"@BREACH@ {name}")
    raise RuntimeError("nobody answered")

"""What a worker may read and write: rules for Landlock, by which a Linux process closes the disk to itself."""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import landlockpy


_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/dev/null", "/dev/urandom"),
    *("/etc/localtime", "/usr/share/zoneinfo", "/usr/share/fonts", "/usr/local/share/fonts"),
    *("/proc/cpuinfo", "/sys/devices/system/cpu"),
)


@cache
def system_paths() -> tuple[Path, ...]:
    """What Python, torch and matplotlib read of this machine: libraries, fonts, time zones. No project's own folder."""
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    paths = {Path(prefix, lib) for prefix in prefixes for lib in ("lib", "lib64")}
    paths |= {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= {Path(entry) for entry in sys.path if {"site-packages", "dist-packages"} & set(Path(entry).parts)}
    found = {path.resolve() for path in {*paths, *map(Path, _SYSTEM)} if path.exists()}
    return tuple(sorted(path for path in found if found.isdisjoint(path.parents)))


@cache
def version() -> int:
    """The version of Landlock that this kernel has, 0 where it has none."""
    with contextlib.suppress(ImportError, OSError):
        import landlockpy

        found: int = landlockpy.abi_version()
        return found
    return 0


def ruleset(scratch: Path, readable: Sequence[Path]) -> landlockpy.Ruleset:
    """What may be read and written; nothing may be executed, linked to, or reached over TCP or an abstract socket."""
    from landlockpy import AccessFS, Ruleset, Scope

    look = AccessFS.READ_FILE | AccessFS.READ_DIR
    write = AccessFS.WRITE_FILE | AccessFS.TRUNCATE
    change = AccessFS.MAKE_REG | AccessFS.MAKE_DIR | AccessFS.REMOVE_FILE | AccessFS.REMOVE_DIR | AccessFS.REFER
    rules = Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL)
    for path in (*system_paths(), *readable):
        rules.allow_path(path, look if path.is_dir() else AccessFS.READ_FILE)
    rules.allow_path(os.devnull, write)
    rules.allow_path(scratch, look | write | change)
    return rules

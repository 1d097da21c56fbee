"""Runs pieces of code behind the walls of `grader.sandbox.confine`, each in a fork of this process.

A request is a line of JSON on standard input, its answer a line on standard output: what `result` was in the end, the
name of the exception that ended the code, the wait status, and the walls that could not be built.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import torch

from grader.runtime.sim import sim_kernel
from grader.sandbox import confine
from grader.sandbox.limits import Limits

AT_MOST = 30
"""Seconds after which a piece of code is ended: all of them take less than one."""


def run(request: dict[str, str], fds: tuple[int, int]) -> None:
    """Be the child: close everything, run the code, say what came of it."""
    signal.alarm(AT_MOST)
    names: dict[str, object] = {
        **request,
        "parent": os.getppid(),
        "inherited": fds[0],
        "answer": fds[1],
        "torch": torch,
    }
    keep = [fds[1]]
    names["keep"] = keep
    exec(request["first"], names)
    began = time.perf_counter()
    missing = confine.enclose(
        Limits(),
        scratch=Path(request["scratch"]),
        readable=[Path(request["staged"])],
        user=confine.unused_user(0) if request["drop"] else None,
        keep=keep,
    )
    names["milliseconds"] = 1000 * (time.perf_counter() - began)
    told: dict[str, object] = {"missing": missing}
    try:
        exec(request["code"], names)
        told["result"] = names.get("result")
    except BaseException as error:
        told["error"] = type(error).__name__
        told["text"] = str(error)
    os.write(fds[1], json.dumps(told, default=str).encode())


def main() -> None:
    """Load what a server of workers has loaded, then fork for each request."""
    torch.set_num_threads(1)
    sim_kernel.install_device("sim")  # not `register`: it tries a backward pass, and then no child could make one
    tempfile.gettempdir()  # remembered, as in any process that has made a temporary file
    confine.prepare_walls()
    for line in sys.stdin:
        request = json.loads(line)
        fds = os.pipe()
        pid = os.fork()
        if not pid:
            try:
                run(request, fds)
            finally:
                os._exit(0)
        os.close(fds[1])
        with open(fds[0], "rb") as file:
            told = json.loads(file.read() or b"{}")
        print(json.dumps({**told, "status": os.waitpid(pid, 0)[1]}), flush=True)


if __name__ == "__main__":
    main()

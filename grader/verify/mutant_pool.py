"""Mutants against their checks, each in a process that may hang or die without harm: what notices it, if anything."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.manifest import Course, load_course
from grader.verify.limits import POOL_STARTING
from grader.verify.mutate import Mutant

if TYPE_CHECKING:
    from grader.judging.live import LiveReference


BROKE = "the check broke"
"""How a mutant was killed where not it but the grader raised."""


def outcomes(
    course: Course, devices: tuple[str, ...], seed: int, mutants: Sequence[Mutant], jobs: int, limit: float
) -> Iterator[tuple[int, str]]:
    """(number, how it was killed or "") of each mutant as it becomes known, from `jobs` processes at a time."""
    waiting = list(range(len(mutants)))[::-1]
    workers = [Worker(course, devices, seed) for _ in range(min(jobs, len(mutants)))]
    try:
        while workers:
            now = time.monotonic()
            soonest = min(worker.deadline for worker in workers)
            ready = wait([worker.connection for worker in workers], max(0.0, soonest - now))
            for worker in list(workers):
                how = worker.answer(worker.connection in ready)
                if how is None:
                    continue
                if worker.number is not None:
                    yield worker.number, how
                if worker.ended:
                    workers.remove(worker)
                    if waiting:
                        workers.append(Worker(course, devices, seed))
                elif waiting:
                    number = waiting.pop()
                    worker.give(number, mutants[number], limit)
                else:
                    worker.end()
                    workers.remove(worker)
    finally:
        for worker in workers:
            worker.end()


def fresh_processes() -> BaseContext:
    """How to start processes that have imported PyTorch and done nothing with it."""
    # A fork of this process would lack PyTorch's threads; one of a server that has only imported it lacks nothing.
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    context.set_forkserver_preload(["grader.judging.judge"])
    return context


class Worker:
    """One process that tries one mutant after another."""

    def __init__(self, course: Course, devices: tuple[str, ...], seed: int) -> None:
        context = fresh_processes()
        self.connection, theirs = context.Pipe()
        arguments = (theirs, course.root, devices, seed)  # a course that has been read cannot be pickled
        self.process: BaseProcess = context.Process(target=work, args=arguments, daemon=True)  # type: ignore[attr-defined]
        self.process.start()
        theirs.close()
        self.number: int | None = None
        self.deadline = time.monotonic() + POOL_STARTING
        self.ended = False

    def give(self, number: int, mutant: Mutant, limit: float) -> None:
        """Let it try a mutant."""
        self.number = number
        self.deadline = time.monotonic() + limit
        self.connection.send(mutant)

    def answer(self, has_answered: bool) -> str | None:
        """How its mutant was killed ("" where it was not), or that it is ready (""); None while it is busy."""
        if has_answered:
            try:
                kind, text = self.connection.recv()
            except (EOFError, OSError):
                self.end()
                if self.number is None:
                    raise RuntimeError("a process for mutants died before it had any") from None
                return "its process died"
            if kind == "broken":
                self.end()
                raise RuntimeError(f"a process for mutants could not run:\n{text}")
            return str(text)
        if time.monotonic() < self.deadline:
            return None
        self.end()
        if self.number is None:
            raise RuntimeError("a process for mutants did not start in time")
        return "timed out"

    def end(self) -> None:
        """Kill it, whatever it is doing."""
        self.ended = True
        self.process.kill()
        self.process.join()
        self.connection.close()


def work(connection: Connection, root: Path, devices: tuple[str, ...], seed: int) -> None:
    """In its own process: answer each mutant with how it was killed."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - mutants print
    warnings.simplefilter("ignore")
    try:
        import torch

        from grader.judging.judge import Judge
        from grader.judging.live import LiveReference
        from grader.runtime.devices import choose

        torch.set_num_threads(1)
        choose(devices)
        live = LiveReference(load_course(root), seed)
        Judge(live.course, devices, seed, live)  # which makes PyTorch ready
        connection.send(("ready", ""))
        while True:
            mutant: Mutant = connection.recv()
            connection.send(("done", killed_by(live, devices, mutant)))
    except EOFError:
        return
    except BaseException:
        connection.send(("broken", traceback.format_exc()))


def killed_by(live: LiveReference, devices: tuple[str, ...], mutant: Mutant) -> str:
    """What notices a mutant: aspect, device and case of the first difference; "" where there is none.

    It is the judge's own comparison, without the words for a learner.
    """
    import torch

    from grader.judging.compare.observations import compare

    trial = live.trial(mutant.chapter, mutant.exercise)
    # a copy of the namespace: the other exercises stay as they are, and call each other, not the mutant
    namespace = {"torch": torch, **vars(live.chapter(mutant.chapter).solution)}
    exec(compile(mutant.text, f"<mutant of {mutant.exercise}>", "exec"), namespace)
    try:
        for device in devices if trial.knows_devices else ("cpu",):
            for turn in trial.turns(device):
                expected = trial.expected(turn, device)
                got = trial.see(namespace[mutant.exercise], turn, device)
                mismatches = compare(got, expected, trial.rules(turn, device))
                if mismatches:
                    return f"{mismatches[0].aspect} on {device}, case {turn.number + 1}"
    except BaseException as error:
        return f"{BROKE}: {type(error).__name__}: {error}"
    return ""

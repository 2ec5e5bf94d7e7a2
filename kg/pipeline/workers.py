"""Jobs → what is made of each, in processes of this machine, in the order in which they finish.

Any module with the same `run` can take this one's place: it has nothing to do with what a job is. An executor of the
standard library would end with the first process that dies, and its idle processes would outlive a killed parent.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path
from typing import Final, Generic, TypeVar

from kg.errors import HetaoError

Job = TypeVar("Job")
Result = TypeVar("Result")

MEMORY: Final = 1024**3
"""Bytes of memory that a worker is given: half as much for the models, and the rest for a document of 1 MB."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Job, Result]):
    """What came of a job: its result, or why there is none: the error it raised, or `lost`, what its process died of
    twice, the second time with nothing beside it.
    """

    job: Job
    result: Result | None = None
    error: HetaoError | None = None
    lost: str = ""


def run(jobs: Iterable[Job], do: Callable[[Job], Result], workers: int) -> Iterator[Outcome[Job, Result]]:
    """Yield the outcome of *do* for each of *jobs* as they finish, at most *workers* at a time, each in a process.

    A job is handed out when a worker is free for it. One whose worker dies is done once more after all others, alone.
    A caller that stops listening ends every worker at once.

    Args:
        jobs: what can be pickled.
        do: a function of a module; what it returns can be pickled.
        workers: how many processes; each is started when there is a job for it.

    Raises:
        Exception: whatever *do* raises, unless it is a `HetaoError`.
    """
    waiting = deque(jobs)
    again: deque[Job] = deque()
    idle: list[_Worker[Job, Result]] = []
    busy: dict[connection.Connection, _Worker[Job, Result]] = {}
    try:
        while waiting or busy or again:
            # what may have died for want of memory is done with nothing beside it
            alone = not waiting and not busy
            while len(busy) < (1 if alone else workers) and (waiting or (alone and again)):
                if alone:
                    _end(idle)
                worker = idle.pop() if idle else _Worker(do)
                worker.give(waiting.popleft() if waiting else again.popleft())
                busy[worker.connection] = worker
            ready = connection.wait(list(busy))
            for one in [one for one in busy if one in ready]:
                worker = busy[one]
                outcome = worker.take()
                del busy[one]
                if not outcome.lost:
                    idle.append(worker)
                elif not alone:
                    again.append(outcome.job)
                    continue
                yield outcome
    finally:
        _end([*idle, *busy.values()])


def processors() -> int:
    """Return how many workers this machine has cores and, as it is now, memory for; at least 1."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free = _free_memory()
    return max(1, cores if free is None else min(cores, free // MEMORY))


def _free_memory() -> int | None:
    """Return the bytes of memory that are free, of the machine or the group this runs in; None if it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return None
    group = Path("/sys/fs/cgroup")
    try:
        held = int((group / "memory.current").read_bytes())
        return min(free, int((group / "memory.max").read_bytes()) - held)
    except (OSError, ValueError):  # no group, or one without a limit
        return free


class _Worker(Generic[Job, Result]):
    """A process that does one job at a time."""

    def __init__(self, do: Callable[[Job], Result]) -> None:
        # a fork would share the threads and locks of whatever this process has opened
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, do), daemon=True)
        self.process.start()
        theirs.close()
        self._job: Job

    def give(self, job: Job) -> None:
        self._job = job
        with suppress(OSError):  # it has died already, which `take` finds
            self.connection.send(job)

    def take(self) -> Outcome[Job, Result]:
        """Return the outcome of its job, `lost` if the process died over it."""
        try:
            result, error = self.connection.recv()
        except (EOFError, OSError):
            self.process.join()
            code = self.process.exitcode or 0
            self.connection.close()
            return Outcome(self._job, lost=signal.Signals(-code).name if code < 0 else f"exit code {code}")
        if error is not None and not isinstance(error, HetaoError):
            raise error
        return Outcome(self._job, result, error)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def _end(workers: list[_Worker[Job, Result]]) -> None:
    while workers:
        workers.pop().end()


def _serve(jobs: connection.Connection, do: Callable[[Job], Result]) -> None:
    """Do what comes through *jobs* until its other end is closed."""
    # Ctrl-C reaches every process of a terminal; the parent decides what it means
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            job = jobs.recv()
        except EOFError:
            return
        try:
            jobs.send((do(job), None))
        except Exception as error:
            error.add_note("".join(traceback.format_tb(error.__traceback__)))
            jobs.send((None, error))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)

"""A command → what it and all processes that it starts take together: time, processor time, and memory at its peak."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.5
"""Seconds between two looks at the processes."""

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds from start to end, seconds of processors, and the most memory (MB) that was held at one time.

    Memory that processes share is shared out among them; pages of files count only while somebody maps them.
    """

    seconds: float
    processor: float
    memory_mb: float

    def after(self, before: Taken) -> Taken:
        """Return both together, one after the other."""
        return Taken(
            self.seconds + before.seconds,
            self.processor + before.processor,
            max(self.memory_mb, before.memory_mb),
        )


def watched(command: Sequence[str | Path], told: Callable[[Taken], object] = lambda _: None) -> Taken:
    """Run *command* to its end; *told* is called with what it has taken so far, twice a second.

    A process that ends between two looks counts with what it had taken at the last.

    Raises:
        RuntimeError: it failed; with the end of what it said.
    """
    words = [str(part) for part in command]
    begin = time.perf_counter()
    seen: dict[int, float] = {}
    memory = 0.0
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        os.set_blocking(process.stderr.fileno(), False)  # type: ignore[union-attr]
        said = b""
        while True:
            ended = process.poll() is not None
            own = family(process.pid)
            seen |= {pid: spent for pid in own if (spent := processor_of(pid)) is not None}
            memory = max(memory, sum(memory_of(pid) for pid in own))
            said = (said + (process.stderr.read() or b""))[-2000:]  # type: ignore[union-attr]
            taken = Taken(time.perf_counter() - begin, sum(seen.values()), memory)
            told(taken)
            if ended:
                break
            time.sleep(EVERY)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}: {said.decode(errors='replace')}")
    return taken


def family(pid: int) -> list[int]:
    """Return a process with all that it started and they started, as far as they still run."""
    of: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and (fields := _stat(int(path.name))) is not None:
            of.setdefault(int(fields[1]), []).append(int(path.name))
    found = [pid]
    for one in found:
        found += of.get(one, [])
    return found


def processor_of(pid: int) -> float | None:
    """Return the seconds of processors that a process has taken; None if it has ended."""
    fields = _stat(pid)
    return None if fields is None else (int(fields[11]) + int(fields[12])) / _TICKS


def memory_of(pid: int) -> float:
    """Return the memory (MB) of a process, its share of what it shares with others; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _stat(pid: int) -> list[str] | None:
    """Return what the system says of a process, from its state on; None if it has ended."""
    try:
        # the name, in brackets, may hold blanks and brackets itself
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None

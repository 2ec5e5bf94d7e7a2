"""Rankings and durations → the few figures a table shows; a command → its time and memory."""

from __future__ import annotations

import importlib.metadata
import math
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

VERSIONS_OF = ("torch", "sentence-transformers", "onnxruntime", "faiss-cpu", "pyoxigraph", "rdflib", "gradio")


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took: seconds from start to end, the most memory it held (MB), and what it printed."""

    seconds: float
    memory_mb: float
    output: str


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and with what the figures were taken."""

    date: str
    cores: int
    memory_gb: int
    python: str
    hetao: str
    versions: dict[str, str]


def describe_machine() -> Machine:
    """Return the machine this runs on, and the versions of what matters most."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        date=time.strftime("%Y-%m-%d"),
        cores=len(os.sched_getaffinity(0)),
        memory_gb=round(memory / 2**30),
        python=platform.python_version(),
        hetao=importlib.metadata.version("hetao-kg"),
        versions={name: importlib.metadata.version(name) for name in VERSIONS_OF},
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile: the smallest value that *share* of all values do not exceed."""
    if not values or not 0 < share <= 1:
        raise ValueError(f"no percentile {share} of {len(values)} values")
    return sorted(values)[math.ceil(share * len(values)) - 1]


def quality(rankings: Mapping[str, Sequence[str]], right: Mapping[str, set[str]]) -> dict[str, float]:
    """Return recall@1, recall@3 and MRR@10 over the questions of *right* ({question: the clauses that answer it}).

    A question whose first k clauses hold any right one counts as found at k; one that *rankings* lacks is not found.
    """
    firsts = []
    for question, clauses in right.items():
        ranking = list(rankings.get(question, ()))[:10]
        firsts.append(next((place for place, clause in enumerate(ranking, 1) if clause in clauses), 0))
    count = len(firsts)
    return {
        "recall@1": round(sum(f == 1 for f in firsts) / count, 3),
        "recall@3": round(sum(1 <= f <= 3 for f in firsts) / count, 3),
        "mrr@10": round(sum(1 / f for f in firsts if f) / count, 3),
    }


def timed(command: Sequence[str | Path], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Run:
    """Run *command* to its end and return what it took; its children's memory counts where they are waited for.

    Raises:
        RuntimeError: it failed; with the end of what it said.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command], cwd=cwd, stdout=out, stderr=err, env={**os.environ, **(env or {})}
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            said = err.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{' '.join(map(str, command))} ended with {process.returncode}: {said}")
        return Run(round(seconds, 3), round(usage.ru_maxrss / 1024, 1), out.read().decode())


def as_row(machine: Machine) -> dict[str, object]:
    """Return the machine as plain JSON."""
    return asdict(machine)

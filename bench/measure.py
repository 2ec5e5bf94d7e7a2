"""Rankings and durations → the few figures a table shows; a command → its time and memory."""

from __future__ import annotations

import importlib.metadata
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

VERSIONS_OF = ("torch", "sentence-transformers", "onnxruntime", "faiss-cpu", "pyoxigraph", "rdflib", "gradio")

# Linux counts towards a process's peak what its parent held when it was started. So a command is started by a small
# process, and what the bench itself holds by then does not show in the command's figure.
_STARTER = """
import json, os, sys, time
begin = time.perf_counter()
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - begin
with open(sys.argv[1], "w") as file:
    json.dump([seconds, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)], file)
"""


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
        RuntimeError: it was not found or failed; with the end of what it said.
    """
    words = [str(part) for part in command]
    with tempfile.TemporaryDirectory() as folder:
        took = Path(folder) / "took.json"
        started = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _STARTER, took, *words],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            capture_output=True,
            check=False,
        )
        said = started.stderr.decode(errors="replace")[-2000:]
        if not took.exists():
            raise RuntimeError(f"{words[0]} was not started: {said}")
        seconds, memory_mb, code = json.loads(took.read_bytes())
    if code:
        raise RuntimeError(f"{' '.join(words)} ended with {code}: {said}")
    return Run(round(seconds, 3), round(memory_mb, 1), started.stdout.decode())


def as_row(machine: Machine) -> dict[str, object]:
    """Return the machine as plain JSON."""
    return asdict(machine)

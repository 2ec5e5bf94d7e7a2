"""For each line `SOURCE<tab>DATA<tab>STEP` on stdin: build in a child that dies at STEP; say what it died of.

STEP is one of a build, or `store N`: when the N-th piece of triples is read of which a store is changed.

One process that has imported what a build needs forks for each, which saves the seconds the imports take. It has
opened no model and so started no threads of theirs.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path

import kg.extract
import kg.graph.build
import kg.graph.export
import kg.graph.store
from kg import pipeline


def build(source: Path, data: Path, step: str) -> None:
    def die(reached: str) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    read, pieces = kg.graph.store._read, count(1)

    def read_or_die(lines: bytes) -> object:
        die(f"store {next(pieces)}")
        return read(lines)

    kg.graph.store._read = read_or_die  # type: ignore[assignment]
    pipeline.build([source], data, on_step=die)


for line in sys.stdin:
    source, data, step = line.rstrip("\n").split("\t")
    child = os.fork()
    if child == 0:
        build(Path(source), Path(data), step)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
    sys.stdout.flush()

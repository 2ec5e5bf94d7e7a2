"""For each line of JSON on stdin: build in a child that dies at the step it names; say what it died of.

A line says `source`, `data`, the folder of the `model` or null, the `environment` that names engines, and the `step`:
one of a build, or `store N`, when the N-th piece of triples is read of which a store is changed, `request N`, when a
SPARQL server has answered the N-th request, `call N`, when Milvus has done the N-th thing it was told. The child of a
step that there is not lives.

One process that has imported what a build needs forks for each, which saves the seconds the imports take. It has
opened no model and so started no threads of theirs.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import kg.extract
import kg.graph.build
import kg.graph.export
import kg.graph.store
from kg import pipeline
from kg.engine_settings import load_dask, load_milvus, load_sparql

Die = Callable[[str], None]

PIECE = 20_000
"""Bytes of triples that are sent to a SPARQL server at a time: a small graph goes in several pieces."""

ROWS = 5
"""Sentences that are sent to Milvus at a time, likewise."""


def die_at_requests(die: Die) -> None:
    from kg.graph.remote import SparqlClient
    from kg.pipeline import remote_graph

    remote_graph.PIECE = PIECE
    numbers = count(1)

    def deadly(name: str) -> Callable[..., object]:
        real = getattr(SparqlClient, name)

        def asked(*given: object, **named: object) -> object:
            answer = real(*given, **named)
            die(f"request {next(numbers)}")
            return answer

        return asked

    for name in ("query", "update", "add"):
        setattr(SparqlClient, name, deadly(name))


def die_at_calls(die: Die) -> None:
    from kg.search import milvus

    milvus.ROWS = ROWS  # type: ignore[misc]
    connect = milvus.Milvus.__dict__["_client"].func
    numbers = count(1)

    class Deadly:
        def __init__(self, client: object) -> None:
            self.client = client

        def __getattr__(self, name: str) -> Callable[..., object]:
            real = getattr(self.client, name)

            def told(*given: object, **named: object) -> object:
                done = real(*given, **named)
                die(f"call {next(numbers)}")
                return done

            return told

    client = cached_property(lambda self: Deadly(connect(self)))
    client.__set_name__(milvus.Milvus, "_client")
    milvus.Milvus._client = client  # type: ignore[assignment]


def build(line: dict[str, Any]) -> None:
    def die(reached: str) -> None:
        if reached == line["step"]:
            os.kill(os.getpid(), signal.SIGKILL)

    read, pieces = kg.graph.store._read, count(1)

    def read_or_die(lines: bytes) -> object:
        die(f"store {next(pieces)}")
        return read(lines)

    kg.graph.store._read = read_or_die  # type: ignore[assignment]
    os.environ.update(line["environment"])
    engines: dict[str, Any] = {"server": load_sparql(), "milvus": load_milvus(), "cluster": load_dask()}
    if engines["server"]:
        die_at_requests(die)
    if engines["milvus"]:
        die_at_calls(die)
    model = Path(line["model"]) if line["model"] else None
    pipeline.build([Path(line["source"])], Path(line["data"]), model=model, on_step=die, **engines)


for one in sys.stdin:
    child = os.fork()
    if child == 0:
        build(json.loads(one))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
    sys.stdout.flush()

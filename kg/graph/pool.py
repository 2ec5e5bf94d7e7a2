"""Queries of strangers → processes that can be killed: a few warm workers over one store or server."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from kg.engine_settings import SparqlServer
from kg.errors import BuildError, BusyError, EngineError, HetaoError, QueryError, SlowQueryError
from kg.graph.result import Result, Term
from kg.resources import PACKAGE

START_SECONDS = 60.0
"""How long a worker may take to be ready; it takes half a second, and much more on a machine that is busy."""

MEMORY = 2 * 1024**3
"""Bytes of address space a worker may take; beyond, it ends and the query with it."""


ERRORS = {kind.__name__: kind for kind in (QueryError, SlowQueryError, EngineError, BuildError)}
"""What a worker may report, by name."""


@dataclass(frozen=True, slots=True)
class RemotePlace:
    """The graph of a build on a SPARQL server, and the build's store on disk."""

    server: SparqlServer
    path: Path


class Pool:
    """At most *size* workers over the store on disk, or the graph on a server, that *place* names.

    Each is started when first needed. Safe to use from threads.
    """

    def __init__(self, place: Path | RemotePlace, size: int = 2) -> None:
        self._place = place
        self._places: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._places.put(None)
        self._size = size

    def run(
        self,
        query: str,
        bindings: Mapping[str, Term],
        seconds: float,
        limit: int | None,
        triples: Path | None = None,
    ) -> Result:
        """Return the result of *query*, or raise `QueryError`: refused, malformed, or too large.

        With *triples*, a file of N-Triples, it reads these and the ontology, in the place of the whole store.

        `SlowQueryError` is one that ran over *seconds*, `BusyError` one that waited as long for a worker.
        `EngineError` is a server that is away.
        """
        try:
            worker = self._places.get(timeout=seconds)
        except queue.Empty:
            raise BusyError(
                "SPARQL query", "other queries keep every worker busy", "try again in a few seconds"
            ) from None
        try:
            if worker is None or not worker.alive():
                worker = _Worker(self._place)
            return worker.ask(query, bindings, seconds, limit, triples)
        except HetaoError:
            raise
        except BaseException:
            # interrupted while the worker was at it: its answer must not become that of the next question
            if worker is not None:
                worker.kill()
            raise
        finally:
            # a worker that was killed leaves its place to a new one
            self._places.put(worker if worker is not None and worker.alive() else None)

    def close(self) -> None:
        """End the workers. Those at work are waited for."""
        for _ in range(self._size):
            worker = self._places.get()
            if worker is not None:
                worker.kill()
        for _ in range(self._size):
            self._places.put(None)


class _Worker:
    """One process that answers one query at a time."""

    def __init__(self, place: Path | RemotePlace) -> None:
        ours, theirs = Pipe()
        environment = dict(os.environ)
        # the package that runs here is the one that runs there, from whatever folder this was started
        environment["PYTHONPATH"] = os.pathsep.join(
            p for p in (str(PACKAGE.parent), environment.get("PYTHONPATH")) if p
        )
        command = [sys.executable, "-P", "-m", "kg.graph.worker", str(theirs.fileno()), str(MEMORY)]
        self.connection: Connection = ours
        self.process = subprocess.Popen(
            command,
            env=environment,
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # when memory runs out Oxigraph says so here, on a terminal that gets one line of ours instead
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        weakref.finalize(self, _end, self.process, ours)
        # by the pipe, because anybody on the machine can read a command line, and a server has a password
        self.connection.send_bytes(json.dumps(_plain(place)).encode())
        if self._receive(START_SECONDS) is None:
            self.kill()
            subject = place if isinstance(place, Path) else "SPARQL query"
            raise BuildError(subject, "the query process did not start", "run `hetao build` again")

    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        _end(self.process, self.connection)

    def ask(
        self, query: str, bindings: Mapping[str, Term], seconds: float, limit: int | None, triples: Path | None
    ) -> Result:
        request: dict[str, Any] = {"query": query, "bindings": bindings, "seconds": seconds, "limit": limit}
        if triples is not None:
            request["triples"] = str(triples)
        started = time.monotonic()
        try:
            self.connection.send_bytes(json.dumps(request).encode())
            reply = self._receive(seconds)
        except OSError:
            reply = None
        if reply is None:
            late = time.monotonic() - started >= seconds
            self.kill()
            if late:
                raise SlowQueryError("SPARQL query", f"it ran longer than {seconds:g} s", "narrow it, or add LIMIT")
            raise QueryError("SPARQL query", "it needs too much memory, or is nested too deeply", "write it simpler")
        if "error" in reply:
            kind, *told = reply["error"]
            raise ERRORS[kind](*told)
        return Result.from_plain(reply["result"])

    def _receive(self, seconds: float) -> dict[str, Any] | None:
        """Return the next message; None if none came in *seconds* or the worker ended."""
        try:
            if not self.connection.poll(seconds):
                return None
            message: dict[str, Any] = json.loads(self.connection.recv_bytes())
            return message
        except (EOFError, OSError):
            return None


def _plain(place: Path | RemotePlace) -> dict[str, Any]:
    if isinstance(place, Path):
        return {"path": str(place)}
    return {"path": str(place.path), "server": asdict(place.server)}


def _end(process: subprocess.Popen[bytes], connection: Connection) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    connection.close()

"""Requests on a pipe → results on the same pipe: the process in which strangers' queries are checked and run.

Neither Oxigraph nor the parser can be told to stop, so a query that takes too long is stopped with the process it runs
in. Started by `kg.graph.pool`; not for use by hand.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.engine_settings import SparqlServer
from kg.errors import BuildError, EngineError, QueryError
from kg.graph.evaluate import evaluate
from kg.graph.guard import checked
from kg.graph.result import Result, Term
from kg.graph.store import is_small, open_store

GRACE = 5.0
"""Seconds behind the limit after which a worker that nobody stopped stops itself: its parent may be gone."""

DOCUMENTS = 4
"""The most documents whose own graphs a worker keeps in memory, some ten megabytes each."""

_NESTING = 3000


Evaluator = Callable[[str, dict[str, Term], int | None, float], Result]
"""A checked query, values for its variables, the most rows and the most seconds → its result."""


def serve(connection: Connection, memory: int) -> None:
    """Answer requests from *connection* until its other end is closed; the first message names the store or server.

    *memory* limits the bytes this process may take, where the system allows that (Linux).
    """
    with _opened(json.loads(connection.recv_bytes())) as answer:
        checked("ASK {}")  # the parser is loaded and its grammar built now, not in somebody's time
        sys.setrecursionlimit(_NESTING)
        _limit_memory(memory)
        connection.send_bytes(b'{"ready": true}')
        while True:
            try:
                request = json.loads(connection.recv_bytes())
            except (EOFError, ConnectionResetError):
                return
            signal.setitimer(signal.ITIMER_REAL, request["seconds"] + GRACE)
            reply = _reply(answer, request)
            signal.setitimer(signal.ITIMER_REAL, 0)
            connection.send_bytes(json.dumps(reply).encode())


@contextmanager
def _opened(place: dict[str, Any]) -> Iterator[Evaluator]:
    path = Path(place["path"])
    if "server" not in place:
        with open_store(path, in_memory=is_small(path)) as store:
            ox = store.ox
            yield lambda query, bindings, limit, _: evaluate(ox, query, bindings, limit)
    else:
        from kg.graph.remote_store import RemoteStore

        yield RemoteStore(SparqlServer(**place["server"]), path).evaluate


@lru_cache(DOCUMENTS)
def _of_document(triples: Path) -> ox.Store:
    from kg.graph.document_graph import in_memory

    return in_memory(triples)


def _reply(answer: Evaluator, request: dict[str, Any]) -> dict[str, Any]:
    bindings = {name: Term(*term) for name, term in request["bindings"].items()}
    try:
        query = checked(request["query"])
        if "triples" in request:
            result = evaluate(_of_document(Path(request["triples"])), query, bindings, request["limit"])
        else:
            result = answer(query, bindings, request["limit"], request["seconds"])
        return {"result": result.to_plain()}
    except (QueryError, EngineError, BuildError) as error:
        return {"error": [type(error).__name__, error.subject, error.problem, error.fix]}
    except MemoryError:
        return {"error": ["QueryError", "SPARQL query", "it needs too much memory", "narrow it, or add LIMIT"]}


def _limit_memory(memory: int) -> None:
    if sys.platform == "linux":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (memory if hard < 0 else min(memory, hard), hard))


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])), int(sys.argv[2]))

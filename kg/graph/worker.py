"""Requests on a pipe → results on the same pipe: the process in which strangers' queries run.

Oxigraph cannot be told to stop, so a query that takes too long is stopped with the process it runs in. Started by
`kg.graph.pool`; not for use by hand.
"""

from __future__ import annotations

import json
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kg.errors import QueryError
from kg.graph.evaluate import evaluate
from kg.graph.guard import checked
from kg.graph.result import Term
from kg.graph.store import is_small, open_store

GRACE = 5.0
"""Seconds behind the limit after which a worker that nobody stopped stops itself: its parent may be gone."""

_NESTING = 3000


def serve(connection: Connection, path: str, memory: int) -> None:
    """Answer requests from *connection* with the store at *path* until the other end is closed.

    *memory* limits the bytes this process may take, where the system allows that (Linux).
    """
    with open_store(path, in_memory=is_small(Path(path))) as graph_store:
        store = graph_store.ox
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
            reply = _reply(store, request)
            signal.setitimer(signal.ITIMER_REAL, 0)
            connection.send_bytes(json.dumps(reply).encode())


def _reply(store: Any, request: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    bindings = {name: Term(*term) for name, term in request["bindings"].items()}
    try:
        return {"result": evaluate(store, checked(request["query"]), bindings, request["limit"]).to_plain()}
    except QueryError as error:
        return {"error": [error.subject, error.problem, error.fix]}
    except MemoryError:
        return {"error": ["SPARQL query", "it needs too much memory", "narrow it, or add LIMIT"]}


def _limit_memory(memory: int) -> None:
    if sys.platform == "linux":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (memory if hard < 0 else min(memory, hard), hard))


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])), sys.argv[2], int(sys.argv[3]))

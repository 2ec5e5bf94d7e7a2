"""A SPARQL server and a build → the build's graph there, to be queried as the store on disk is.

Some servers answer REGEX and REPLACE wrongly where the text is Chinese, without an error (Virtuoso 7.2.5 finds
"试点|试行" in nothing). One question of which the answer is known tells; queries with these words then run on disk.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from kg.engine_settings import SparqlServer
from kg.errors import EngineError
from kg.graph.evaluate import evaluate
from kg.graph.pool import Pool, RemotePlace
from kg.graph.publishing import graph_iri, is_published
from kg.graph.remote import SparqlClient
from kg.graph.result import Result, Term
from kg.graph.store import GraphStore, is_small, open_store
from kg.graph.tokens import says

OWN_SECONDS = 60.0
"""How long a query that is part of the product may take."""

TRUSTED_SECONDS = 10.0
"""How long it is taken for granted that the server holds the graph. One that lost it gives empty results, no error."""


_READS_PATTERNS = """ASK {
  VALUES (?text) { ("持续优化试点工作。先行先试") }
  FILTER(REGEX(?text, "试行|试点") && REPLACE(?text, "^.*[。]", "") = "先行先试")
}"""


class RemoteStore:
    """A build's graph on a SPARQL server; *path* is its store on disk. Threads may share it."""

    def __init__(self, server: SparqlServer, path: Path) -> None:
        self._server = server
        self._path = path
        self._build = path.parent.name
        self._client = SparqlClient(server)
        self._lock = threading.Lock()
        self._seen = -TRUSTED_SECONDS

    @cached_property
    def pool(self) -> Pool:
        """The workers that check and send strangers' queries, started when first asked for."""
        return Pool(RemotePlace(self._server, self._path))

    def evaluate(
        self,
        query: str,
        bindings: Mapping[str, Term] | None = None,
        limit_rows: int | None = None,
        seconds: float = OWN_SECONDS,
    ) -> Result:
        """Return the result of a query that was checked or is ours.

        Raises:
            EngineError: the server is away, or does not hold the build's graph.
            QueryError: it refuses the query, or was too slow.
        """
        self._see_that_it_is_there()
        if (says(query, "REGEX") or says(query, "REPLACE")) and not self._reads_patterns:
            return evaluate(self._on_disk.ox, query, bindings, limit_rows)
        return self._client.query(query, graph_iri(self._build), bindings, seconds, limit_rows)

    @cached_property
    def _reads_patterns(self) -> bool:
        return bool(self._client.query(_READS_PATTERNS, graph_iri(self._build)).boolean)

    @cached_property
    def _on_disk(self) -> GraphStore:
        return open_store(self._path, in_memory=is_small(self._path))

    def run(self, query: str, bindings: Mapping[str, Term], seconds: float, limit_rows: int | None) -> Result:
        """Return the result of a query from anywhere, checked in a process of its own."""
        return self.pool.run(query, bindings, seconds, limit_rows)

    def close(self) -> None:
        """End the workers, and let go of the files."""
        for name in ("pool", "_on_disk"):
            if name in self.__dict__:
                self.__dict__[name].close()

    def _see_that_it_is_there(self) -> None:
        with self._lock:
            if time.monotonic() - self._seen < TRUSTED_SECONDS:
                return
            if not is_published(self._client, self._build):
                raise EngineError(self._client.name, "it does not hold this build's graph", "run `hetao build`")
            self._seen = time.monotonic()

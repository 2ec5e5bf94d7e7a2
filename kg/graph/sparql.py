"""A query as text → its result: `run` for what others send, `select` for queries of our own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kg.errors import QueryError
from kg.graph.result import Result, Term
from kg.graph.store import open_store

if TYPE_CHECKING:
    from kg.engine_settings import SparqlServer
    from kg.graph.pool import Pool

MAX_SECONDS = 3600.0


class Queryable(Protocol):
    """A build's graph, in a store on disk or on a server of the office's own, or the graph of one document."""

    @property
    def pool(self) -> Pool:
        """The workers that run strangers' queries."""

    def evaluate(self, query: str, bindings: Mapping[str, Term] | None = None) -> Result:
        """Return the result of a query that is part of the product, unchecked."""

    def run(self, query: str, bindings: Mapping[str, Term], seconds: float, limit_rows: int | None) -> Result:
        """Return the result of a query from anywhere, checked and within limits."""

    def close(self) -> None:
        """Let go of processes and files."""


def open_graph(path: Path, server: SparqlServer | None) -> Queryable:
    """Return the graph of the build whose store on disk is at *path*: on *server* if there is one, else on disk."""
    if server is None:
        return open_store(path)
    from kg.graph.remote_store import RemoteStore

    return RemoteStore(server, path)


def run(
    store: Queryable,
    query: str,
    timeout_s: float = 10.0,
    limit_rows: int | None = None,
    bindings: Mapping[str, Term] | None = None,
) -> Result:
    """Return the result of a SPARQL 1.1 query from anywhere.

    It runs in a process of its own that is killed after *timeout_s* seconds. `QueryError`, one clear line, for an
    update, SERVICE, FROM, FROM NAMED, a malformed query, one that takes too long or gives too much. With *limit_rows*
    the result has at most so many rows and says in `truncated` whether there were more. Blocks; safe from threads.
    """
    if not 0 < timeout_s <= MAX_SECONDS:
        raise QueryError(timeout_s, "no time limit for a query", f"give one above 0 and up to {MAX_SECONDS:g} seconds")
    return store.run(query, dict(bindings or {}), timeout_s, limit_rows)


def select(store: Queryable, query: str, bindings: Mapping[str, Term] | None = None) -> Result:
    """Return the result of a query that is part of the product: unchecked and without a limit."""
    return store.evaluate(query, bindings)


def text(value: str) -> Term:
    """Return *value* as a plain literal, to be bound."""
    return Term("literal", value)


def iri(value: str) -> Term:
    """Return the IRI *value* as a term, to be bound."""
    return Term("iri", value)

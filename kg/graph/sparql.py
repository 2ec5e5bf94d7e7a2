"""A query as text → its result: `run` for what others send, `select` for queries of our own."""

from __future__ import annotations

from collections.abc import Mapping

from kg.errors import QueryError
from kg.graph.evaluate import evaluate
from kg.graph.result import Result, Term
from kg.graph.store import GraphStore

MAX_SECONDS = 3600.0


def run(
    store: GraphStore,
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
    return store.pool.run(query, dict(bindings or {}), timeout_s, limit_rows)


def select(store: GraphStore, query: str, bindings: Mapping[str, Term] | None = None) -> Result:
    """Return the result of a query that is part of the product: in this process, unchecked and without a limit."""
    return evaluate(store.ox, query, bindings)


def text(value: str) -> Term:
    """Return *value* as a plain literal, to be bound."""
    return Term("literal", value)


def iri(value: str) -> Term:
    """Return the IRI *value* as a term, to be bound."""
    return Term("iri", value)

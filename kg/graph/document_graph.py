"""The triples of one document → a graph of its own, in memory, to be queried as the whole store is.

A query of a library reads each of its tasks once; one of a document should not take longer for the documents beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BuildError
from kg.graph.evaluate import evaluate
from kg.graph.pool import Pool
from kg.graph.prefixes import ONTOLOGY_IRI
from kg.graph.result import Result, Term


class DocumentGraph:
    """The graph in *triples*, a file of N-Triples, with the ontology; strangers' queries go to the workers of *pool*.

    It holds what the document says: other names that another document has for a body are not there.
    """

    def __init__(self, triples: Path, pool: Pool) -> None:
        self._triples = triples
        self.pool = pool

    @cached_property
    def ox(self) -> ox.Store:
        """The store in memory, made when first asked for."""
        return in_memory(self._triples)

    def evaluate(self, query: str, bindings: Mapping[str, Term] | None = None) -> Result:
        """Return the result of a query that is part of the product, in this process."""
        return evaluate(self.ox, query, bindings)

    def run(self, query: str, bindings: Mapping[str, Term], seconds: float, limit_rows: int | None) -> Result:
        """Return the result of a query from anywhere, checked and run in a process of its own."""
        return self.pool.run(query, bindings, seconds, limit_rows, self._triples)

    def close(self) -> None:
        """Let go of the memory; the workers are not this graph's."""
        self.__dict__.pop("ox", None)


def in_memory(triples: Path) -> ox.Store:
    """Return a store with *triples*, a file of N-Triples, and the ontology, there and in a graph of its own.

    Raises:
        BuildError: the file is missing or damaged.
    """
    store = ox.Store()
    try:
        store.bulk_load(path=str(triples), format=ox.RdfFormat.N_TRIPLES)
    except (OSError, SyntaxError) as error:
        raise BuildError(triples, f"the graph cannot be read ({error})", "run `hetao build`") from None
    for graph in (None, ox.NamedNode(ONTOLOGY_IRI)):
        store.bulk_load(_ontology(), format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
    return store


@cache
def _ontology() -> bytes:
    from kg.graph.terms import ontology

    return ontology().serialize(format="nt", encoding="utf-8")

"""A build → its graph on a SPARQL server, and the graphs of builds that are gone → removed there."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kg import builds
from kg.pipeline.pieces import pieces

if TYPE_CHECKING:
    from kg.engine_settings import SparqlServer
    from kg.graph.remote import SparqlClient

PIECE = 2 * 1024**2
"""Bytes of triples that are sent at a time."""


def send_graph(server: SparqlServer, folder: Path) -> SparqlClient:
    """Write the graph of the build in *folder*, with the ontology, to *server*, unless it is there whole.

    Raises:
        EngineError: the server is away, or refuses it.
    """
    # these import an HTTP client, which a build without a server does not need
    from kg.graph.publishing import is_published, publish
    from kg.graph.remote import SparqlClient
    from kg.graph.sparql import select
    from kg.graph.store import open_store
    from kg.graph.terms import ontology

    client, holder = SparqlClient(server), builds.holder_of(folder.parent.parent)
    if not is_published(client, folder.name, holder):
        with builds.opened(folder) as build, open_store(build.store) as store:
            (row,) = select(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").values()
            words = ontology().serialize(format="nt", encoding="utf-8")
            publish(client, folder.name, holder, chain(pieces(build.graphs, PIECE), [words]), int(row["n"]))
    return client


def remove_graphs(client: SparqlClient, data: Path) -> None:
    """Remove the graphs of builds that are no longer in *data* from the server.

    Raises:
        EngineError: the server is away, or refuses it.
    """
    from kg.graph.publishing import withdraw_others

    withdraw_others(client, builds.holder_of(data), builds.names(data))

"""A build → its graph on a SPARQL server, and the graphs of builds that are gone → removed there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kg import builds

if TYPE_CHECKING:
    from kg.graph.remote import SparqlClient
    from kg.settings import SparqlServer

PIECE = 2 * 1024**2
"""Bytes of triples that are sent at a time."""


def send_graph(server: SparqlServer, folder: Path) -> SparqlClient:
    """Write the graph of the build in *folder*, with the ontology, to *server*, unless it is there whole.

    Raises:
        EngineError: the server is away, or refuses it.
    """
    # these import an HTTP client, which a build without a server does not need
    from kg.graph.publishing import holder_of, is_published, publish
    from kg.graph.remote import SparqlClient
    from kg.graph.terms import ontology

    client, holder = SparqlClient(server), holder_of(folder.parent.parent)
    if not is_published(client, folder.name, holder):
        path = folder / "graph.nt"
        words = set(ontology().serialize(format="nt", encoding="utf-8").splitlines(keepends=True)) - {b"\n"}
        with path.open("rb") as file:
            # a document may say what the ontology says, and the server's count is compared with what was sent
            words -= {line for line in file if line in words}
        publish(client, folder.name, holder, chain(_pieces(path), [b"".join(sorted(words))]))
    return client


def remove_graphs(client: SparqlClient, data: Path) -> None:
    """Remove the graphs of builds that are no longer in *data* from the server.

    Raises:
        EngineError: the server is away, or refuses it.
    """
    from kg.graph.publishing import holder_of, withdraw_others

    withdraw_others(client, holder_of(data), builds.names(data))


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file in pieces."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece + file.readline()

"""The triples of a build → a named graph on a SPARQL server, whole or not listed there; graphs of old builds → gone.

`…/id/build/<name>` is the graph of a build, with the ontology, as its store on disk has it. The graph `…/id/build`
lists the builds: who holds one is said before its triples are sent, how many triples it has when all are there. Readers
name a build's graph, so one that is being written is seen by nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kg.errors import EngineError
from kg.graph.remote import SparqlClient
from kg.vocab import ID

BUILDS = f"{ID}build"

_TRIPLES = "<http://rdfs.org/ns/void#triples>"
_HELD_BY = "<http://www.w3.org/ns/prov#wasAttributedTo>"


def graph_iri(build: str) -> str:
    """Return the name of the graph of *build*."""
    return f"{BUILDS}/{build}"


def is_published(client: SparqlClient, build: str, holder: str | None = None) -> bool:
    """Return whether the server holds all triples of *build*, and for *holder* if one is given."""
    held = f" ; {_HELD_BY} <{holder}>" if holder else ""
    return bool(client.query(f"ASK {{ <{graph_iri(build)}> {_TRIPLES} ?n{held} }}", BUILDS).boolean)


def publish(client: SparqlClient, build: str, holder: str, pieces: Iterable[bytes], count: int) -> None:
    """Write *pieces* of N-Triples, *count* different ones, as the graph of *build*, unless it is there already.

    What an earlier attempt left is replaced.

    Raises:
        EngineError: the server is away, refuses it, or holds another number of triples in the end.
    """
    graph = graph_iri(build)
    client.update(f"INSERT DATA {{ GRAPH <{BUILDS}> {{ <{graph}> {_HELD_BY} <{holder}> }} }}")
    if is_published(client, build):
        return
    client.update(f"DROP SILENT GRAPH <{graph}>")
    for piece in pieces:
        client.add(graph, piece)
    (row,) = client.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", graph, seconds=600.0).values()
    if int(row["n"]) != count:
        problem = f"it holds {row['n']} of the {count} triples of the build"
        raise EngineError(client.name, problem, "run `hetao build` again; if that does not help, see its log")
    client.update(f"INSERT DATA {{ GRAPH <{BUILDS}> {{ <{graph}> {_TRIPLES} {count} }} }}")


def withdraw_others(client: SparqlClient, holder: str, kept: Collection[str]) -> None:
    """Remove the graphs of builds that *holder* held and that are not in *kept*, unless others hold them too."""
    listed = client.query(f"SELECT ?build ?holder {{ ?build {_HELD_BY} ?holder }}", BUILDS).values()
    for graph in sorted({row["build"] for row in listed if row["holder"] == holder} - {graph_iri(k) for k in kept}):
        if not any(row["build"] == graph and row["holder"] != holder for row in listed):
            client.update(f"DELETE WHERE {{ GRAPH <{BUILDS}> {{ <{graph}> {_TRIPLES} ?n }} }}")
            client.update(f"DROP SILENT GRAPH <{graph}>")
        # last, so that a graph of which the removal was broken off is found again
        client.update(f"DELETE DATA {{ GRAPH <{BUILDS}> {{ <{graph}> {_HELD_BY} <{holder}> }} }}")

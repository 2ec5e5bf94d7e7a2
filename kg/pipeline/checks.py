"""A build → what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.builds import Build, is_whole
from kg.extract.coverage import coverage
from kg.pipeline.quotes import wrong_quotes
from kg.pipeline.stages import union


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: how much of it there was, and a line for each fault."""

    what: str
    wrong: list[str]


def run_checks(build: Build) -> Iterator[Check]:
    """Yield the results of checking the files of *build*, its quotes, its graph and its store."""
    from kg.graph.build import to_graph
    from kg.graph.export import serialise
    from kg.graph.terms import ontology
    from kg.graph.validate import validate

    files = len(build.manifest["files"])
    yield Check(
        f"files: {files} hold what they were written with",
        [] if is_whole(build.folder) else [f"{build.folder}: a file is missing or was changed"],
    )
    graphs = []
    for one in build.records:
        slug = one.document.slug
        quotes = len(one.document.clauses) + len(one.policies) + len(one.deadlines) + len(one.obligations)
        mentions = sum(len(agent.mentions) for agent in one.agents) + sum(len(zone.mentions) for zone in one.zones)
        yield Check(f"quotes of {slug}: {quotes} quotes and {mentions} names against the source", wrong_quotes(one))
        graph = to_graph(one)
        graphs.append(graph)
        yield Check(
            f"shapes of {slug}: {len(graph)} triples against SHACL and the source",
            [f"{p.name}: {p.zh} {p.en}" for p in validate(graph, one.document.source.text)],
        )
    expected = serialise(union(graphs), "nt")
    count = expected.count(b"\n")
    wrong = [] if expected == build.graph.read_bytes() else [f"{build.graph.name} holds other triples"]
    if not _same_triples(build, expected + serialise(ontology(), "nt")):
        wrong.append(f"{build.store.name} holds other triples")
    found = coverage(build)
    lost = [
        f"{s.document} {s.clause} {s.start}-{s.end}: no obligation and no reason" for s in found.silent if not s.why
    ]
    yield Check(f"coverage: {found.sentences} sentences, each with an obligation or a reason for none", lost)
    yield Check(f"graph: {count} triples, in file and store, are what the records give", wrong)


def _same_triples(build: Build, lines: bytes) -> bool:
    """Return whether the store's default graph holds exactly the triples in *lines*, read by the same engine.

    Oxigraph turns every kind of integer into xsd:integer, here on both sides of the comparison.
    """
    import pyoxigraph as ox

    from kg.graph.store import open_store

    expected = ox.Store()
    expected.load(lines, format=ox.RdfFormat.N_TRIPLES)
    with open_store(build.store) as store:
        held = store.ox.quads_for_pattern(None, None, None, ox.DefaultGraph())
        return set(held) == set(expected)

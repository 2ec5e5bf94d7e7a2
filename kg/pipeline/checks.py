"""A build → what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from kg.builds import Build, is_whole
from kg.extract.coverage import coverage
from kg.pipeline.quotes import wrong_quotes

LINES: Final = 10_000
"""Triples that are compared at a time."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: how much of it there was, and a line for each fault."""

    what: str
    wrong: list[str]


def run_checks(build: Build) -> Iterator[Check]:
    """Yield the results of checking the files of *build*, its quotes, its graph and its store."""
    from kg.graph.build import to_graph
    from kg.graph.export import serialise
    from kg.graph.validate import validate

    files = len(build.manifest["files"]) + sum(len(list(folder.iterdir())) for folder in build.documents)
    yield Check(
        f"files: {files} hold what they were written with",
        [] if is_whole(build.folder, every_byte=True) else [f"{build.folder}: a file is missing or was changed"],
    )
    wrong = []
    for one, written in zip(build.records, build.graphs, strict=True):
        slug = one.document.slug
        quotes = len(one.document.clauses) + len(one.policies) + len(one.deadlines) + len(one.obligations)
        mentions = sum(len(agent.mentions) for agent in one.agents) + sum(len(zone.mentions) for zone in one.zones)
        yield Check(f"quotes of {slug}: {quotes} quotes and {mentions} names against the source", wrong_quotes(one))
        graph = to_graph(one)
        if serialise(graph, "nt") != written.read_bytes():
            wrong.append(f"{slug}: {written.name} holds other triples")
        yield Check(
            f"shapes of {slug}: {len(graph)} triples against SHACL and the source",
            [f"{p.name}: {p.zh} {p.en}" for p in validate(graph, one.document.source.text)],
        )
    found = coverage(build)
    lost = [
        f"{s.document} {s.clause} {s.start}-{s.end}: no obligation and no reason" for s in found.silent if not s.why
    ]
    yield Check(f"coverage: {found.sentences} sentences, each with an obligation or a reason for none", lost)
    count, same = _held(build)
    if not same:
        wrong.append(f"{build.store.name} holds other triples")
    yield Check(f"graph: {count} triples, in files and store, are what the records give", wrong)


def _held(build: Build) -> tuple[int, bool]:
    """Return how many triples the files of *build* hold, and whether just these and the ontology's are in its store.

    Both are read by the same engine, which turns every kind of integer into xsd:integer.
    """
    import pyoxigraph as ox

    from kg.graph.export import merged
    from kg.graph.store import open_store
    from kg.graph.terms import ontology

    words = ox.Store()
    words.load(ontology().serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES)
    count, expected = 0, len(words)
    with open_store(build.store) as store:
        if not all(quad in store.ox for quad in words):
            return 0, False
        for lines in _by_subject(merged(build.graphs)):
            count += len(lines)
            piece = ox.Store()
            piece.load(b"".join(lines), format=ox.RdfFormat.N_TRIPLES)
            if not all(quad in store.ox for quad in piece):
                return count, False
            expected += sum(quad not in words for quad in piece)
        held = sum(1 for _ in store.ox.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    return count, held == expected


def _by_subject(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield sorted *lines* of N-Triples in lists of some thousands, all of a subject in one."""
    found: list[bytes] = []
    for _, own in groupby(lines, key=lambda line: line.split(b" ", 1)[0]):
        found += own
        if len(found) >= LINES:
            yield found
            found = []
    yield found

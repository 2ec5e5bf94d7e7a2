"""Graphs on disk: written whole, read by many, given back as they were."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import BuildError
from kg.graph.build import to_graph
from kg.graph.prefixes import ONTOLOGY_IRI
from kg.graph.sparql import select
from kg.graph.store import GraphStore, data_graph, open_store, write_store
from kg.graph.terms import ontology
from kg.models import Records
from kg.resources import PACKAGE


def test_what_is_read_back_is_what_was_built_without_the_ontology(store: GraphStore, records: Records) -> None:
    assert set(data_graph(store)) == set(to_graph(records))


def test_the_words_of_the_ontology_can_be_asked_for(store: GraphStore) -> None:
    rows = select(store, 'SELECT ?l { hk:duty rdfs:label ?l FILTER(LANG(?l) = "zh-Hant") }').values()
    assert rows == [{"l": "事項"}]


def test_what_two_documents_say_alike_stands_once(tmp_path: Path, records: Records) -> None:
    graph = to_graph(records)
    count = write_store([graph, graph], tmp_path / "store")
    assert count == len(set(graph) - set(ontology()))
    with open_store(tmp_path / "store") as opened:
        rows = select(opened, "SELECT ?p { <https://w3id.org/hetao-kg/id/agent/财政部> hk:kind ?p }").rows
        assert len(rows) == 1
        named = select(opened, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").values()
        assert named == [{"g": ONTOLOGY_IRI}]


def test_a_copy_in_memory_answers_as_the_disk_does(store: GraphStore) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o }"
    with open_store(store.path, in_memory=True) as copy:
        assert set(select(copy, query).rows) == set(select(store, query).rows)


def test_a_store_is_never_written_over(tmp_path: Path, records: Records) -> None:
    write_store([to_graph(records)], tmp_path / "store")
    with pytest.raises(BuildError, match="there is something already"):
        write_store([], tmp_path / "store")


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def graphs() -> Iterable[object]:
        raise RuntimeError("the reader is gone")
        yield

    with pytest.raises(RuntimeError):
        write_store(graphs(), tmp_path / "store")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="run `hetao build`"):
        open_store(tmp_path / "none")


def test_a_folder_that_is_no_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="run `hetao build`"), open_store(tmp_path) as opened:
        opened.ox  # noqa: B018 - opening is what fails


def test_several_readers_at_once_see_the_same(store: GraphStore) -> None:
    program = "import sys, pyoxigraph as ox; print(len(ox.Store.read_only(sys.argv[1])))"
    counts = {
        subprocess.run(
            [sys.executable, "-c", program, str(store.path)], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert counts == {f"{len(store.ox)}\n"}


def test_an_open_store_cannot_be_written(store: GraphStore) -> None:
    before = len(store.ox)
    with pytest.raises(RuntimeError, match="read-write"):
        store.ox.add(ox.Quad(ox.NamedNode("u:a"), ox.NamedNode("u:b"), ox.NamedNode("u:c")))
    assert len(store.ox) == before


def test_answering_loads_no_rdf_library_for_its_own_queries(store: GraphStore) -> None:
    program = (
        "import sys; from kg.graph.store import open_store; from kg.graph.sparql import select\n"
        "with open_store(sys.argv[1]) as s: select(s, 'ASK {}')\n"
        "print([m for m in ('rdflib', 'pyshacl', 'opencc', 'pyparsing') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(store.path)], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    assert done.stdout == "[]\n"

"""The graph of one document of several: what the whole graph says of it, and nothing of the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.builds import load_build
from kg.errors import BuildError, QueryError, QuestionError, SlowQueryError
from kg.graph.document_graph import in_memory
from kg.graph.named import load, names, run_named
from kg.graph.result import Result
from kg.graph.sparql import run
from kg.vocab import thing
from kg.workspace import Workspace
from tests.two_plans import NAMES, SLUGS

GIVEN = {"agent": "市交通运输局", "clause": "1", "name": "市园林局", "who": "企业", "words": "绿道", "zone": "示范园区"}


@pytest.fixture(scope="module")
def workspace(two_builds: Path) -> Iterator[Workspace]:
    found = Workspace(load_build(two_builds))
    yield found
    found.close()


def rows(result: Result, slug: str) -> list[dict[str, str]]:
    """The rows about things of the document *slug* itself."""
    own = thing(slug)
    return [row for row in result.values() if row["iri"] == own or row["iri"].startswith(f"{own}/")]


@pytest.mark.parametrize("name", names())
def test_a_named_query_of_one_document_gives_its_rows_of_the_whole(name: str, workspace: Workspace) -> None:
    given = {one.name: GIVEN[one.name] for one in load(name).parameters if one.required}
    whole = run_named(workspace.store, name, given)
    for slug, other in (SLUGS, SLUGS[::-1]):
        own = run_named(workspace.graph_of(slug), name, given)
        assert own.variables == whole.variables
        assert rows(own, slug) == rows(whole, slug)
        assert rows(own, other) == []


def test_strangers_queries_read_it_in_the_workers_of_the_whole_store(workspace: Workspace) -> None:
    count = "SELECT (COUNT(*) AS ?count) { ?iri a <https://w3id.org/hetao-kg/ns#Obligation> }"
    with workspace.store_for(count, NAMES[0]) as one, workspace.store_for(count, SLUGS[1]) as other:
        counted = [run(graph, count).values()[0]["count"] for graph in (one, other, workspace.store)]
        assert int(counted[0]) + int(counted[1]) == int(counted[2])
        assert min(map(int, counted)) > 0
        assert one.pool is workspace.store.pool
        with pytest.raises(QueryError, match="update"):
            run(one, "DROP ALL")
        endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        with pytest.raises(SlowQueryError, match="longer than 1 s"):
            run(one, endless, 1)


def test_the_ontology_is_there_as_in_the_whole(workspace: Workspace) -> None:
    asked = "ASK { hk:Obligation a rdfs:Class ; rdfs:label ?label }"
    assert workspace.graph_of(SLUGS[0]).evaluate(asked).boolean == workspace.store.evaluate(asked).boolean


def test_no_such_document_and_reports_are_refused_in_a_line(workspace: Workspace) -> None:
    with pytest.raises(QuestionError, match="the build has none of this name"), workspace.store_for("ASK {}", "none"):
        pass
    asked = "SELECT ?r { GRAPH hk:reports { ?r ?p ?o } }"
    told = "reads the graph of all documents and the reports; name no document"
    with pytest.raises(QueryError, match=told), workspace.store_for(asked, SLUGS[0]):
        pass


def test_triples_that_are_missing_or_damaged_are_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "damaged.nt").write_text("<http://example.org/a> <b", encoding="utf-8")
    for name in ("missing", "damaged"):
        with pytest.raises(BuildError, match=rf"{name}.nt: the graph cannot be read .*; run `hetao build`"):
            in_memory(tmp_path / f"{name}.nt")

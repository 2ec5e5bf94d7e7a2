"""What lies around a thing is what the graph itself says, filtered and capped as asked; GraphML is read by others."""

from __future__ import annotations

import io
from dataclasses import replace

import networkx
import pytest

from kg.models import Records
from kg.views.neighbours import EDGE_KINDS, NODE_KINDS, Edge, Neighbourhood, Neighbours, Node, graphml, named
from kg.vocab import FORCES, HK, ID, thing
from kg.web.desk.desk import Desk

CLAUSE_15 = thing("guofa-2023-12", "clause", "15")


@pytest.fixture(scope="module")
def neighbours(desk: Desk) -> Neighbours:
    return Neighbours(desk.records)


def edges_of_the_store(desk: Desk, around: str = "") -> set[tuple[str, str, str]]:
    """What the triple store says, asked in SPARQL: source, target and term of every tie between things we draw."""
    predicates = " ".join(f"hk:{kind}" for kind in EDGE_KINDS)
    rows = desk.select(
        f"""SELECT ?s ?p ?o {{ VALUES ?p {{ {predicates} }} ?s ?p ?o .
        FILTER(isIRI(?o)) VALUES ?a {{ hk:Agent hk:Zone hk:Policy hk:Clause hk:Obligation }} ?s a ?a .
        VALUES ?b {{ hk:Agent hk:Zone hk:Policy hk:Clause hk:Obligation }} ?o a ?b }}"""
    )
    found = {(row["s"], row["o"], row["p"].removeprefix(HK)) for row in rows}
    return {edge for edge in found if not around or around in edge[:2]}


def test_every_tie_is_one_of_the_graph_and_every_one_of_the_graph_is_there(desk: Desk, neighbours: Neighbours) -> None:
    drawn = {(edge.source, edge.target, edge.kind) for edge in neighbours.edges}
    assert drawn == edges_of_the_store(desk)
    assert len(drawn) > 1000


def test_what_is_around_a_thing_is_what_the_graph_ties_it_to(desk: Desk, neighbours: Neighbours) -> None:
    body = thing("agent", "财政部")
    found = neighbours.find([body])
    tied = {end for edge in edges_of_the_store(desk, body) for end in edge[:2]}
    assert {node.id for node in found.nodes} == tied
    assert found.nodes[0].id == body
    assert found.nodes[0].neighbours == len(tied) - 1
    assert (found.total, found.capped) == (len(tied), False)


def test_two_hops_reach_what_the_neighbours_are_tied_to(neighbours: Neighbours) -> None:
    body = thing("agent", "财政部")
    near = neighbours.find([body])
    far = neighbours.find([body], hops=2, limit=10_000)
    wanted = {node.id for node in near.nodes}
    for node in near.nodes:
        wanted |= {each.id for each in neighbours.find([node.id], limit=10_000).nodes}
    assert {node.id for node in far.nodes} == wanted


@pytest.mark.parametrize("kind", NODE_KINDS)
def test_a_kind_that_was_not_chosen_is_not_there(kind: str, neighbours: Neighbours) -> None:
    chosen = next(one for one in NODE_KINDS if one == kind)
    found = neighbours.find([CLAUSE_15], kinds=[chosen])
    assert {node.kind for node in found.nodes[1:]} <= {kind}
    assert found.nodes[0].id == CLAUSE_15


@pytest.mark.parametrize("force", FORCES)
def test_forces_choose_among_obligations_and_leave_all_else(force: str, neighbours: Neighbours) -> None:
    around = thing("zone", "深圳园区")
    every = neighbours.find([around], limit=10_000)
    found = neighbours.find([around], forces=[next(one for one in FORCES if one == force)], limit=10_000)
    assert {node.id for node in found.nodes} == {
        node.id for node in every.nodes if node.kind != "obligation" or node.force == force
    }


@pytest.mark.parametrize("place", ["15", "guofa-2023-12/15"])
def test_a_clause_chooses_what_stands_in_it(place: str, neighbours: Neighbours) -> None:
    found = neighbours.find([thing("agent", "财政部")], clauses=[place], hops=3)
    assert CLAUSE_15 in {node.id for node in found.nodes}
    assert all("guofa-2023-12/15" in node.clauses for node in found.nodes)


def test_more_than_the_limit_is_cut_and_said_and_the_rest_is_the_nearest(neighbours: Neighbours) -> None:
    around = thing("zone", "深圳园区")
    whole = neighbours.find([around], limit=10_000)
    cut = neighbours.find([around], hops=2, limit=20)
    assert (len(cut.nodes), cut.limit, cut.capped) == (20, 20, True)
    assert cut.total > whole.total > 20
    assert {node.id for node in cut.nodes} <= {node.id for node in whole.nodes}
    kept = {node.id for node in cut.nodes}
    assert all({edge.source, edge.target} <= kept for edge in cut.edges)


def test_a_name_may_be_written_in_any_way_and_one_that_is_none_is_an_error(neighbours: Neighbours) -> None:
    written = ("agent/财政部", f"{ID}agent/财政部", f" {ID}agent/%E8%B4%A2%E6%94%BF%E9%83%A8 ")
    assert {named(text) for text in written} == {thing("agent", "财政部")}
    with pytest.raises(KeyError):
        neighbours.find(["nothing"])


def test_every_link_opens_the_thing(desk: Desk, neighbours: Neighbours) -> None:
    from urllib.parse import parse_qsl

    from kg.web.deep_links import read_visit

    for node in neighbours.nodes.values():
        query = dict(parse_qsl(node.link.removeprefix("?")))
        assert list(query) == [node.kind]
        # the visit knows what it is of; a body or zone that no task names has no row in the ledger
        visit = read_visit(desk, query, "en")
        assert node.kind in ("agent", "zone") or not visit.notice


def test_with_two_documents_a_link_says_which(desk: Desk) -> None:
    one = desk.records[0]
    other: Records = replace(one, document=replace(one.document, slug="other"))
    both = Neighbours([one, other])
    assert both.nodes[CLAUSE_15].link == "?clause=15&document=guofa-2023-12"
    assert both.nodes[thing("other", "clause", "15")].link == "?clause=15&document=other"
    places = both.nodes[thing("agent", "财政部")].clauses
    assert {place.partition("/")[0] for place in places} == {"guofa-2023-12", "other"}


def test_graphml_is_read_by_another_library_and_says_the_same(neighbours: Neighbours) -> None:
    found = neighbours.find([CLAUSE_15])
    read = networkx.read_graphml(io.BytesIO(graphml(found)), force_multigraph=True)
    assert read.is_directed()
    iris = dict(read.nodes(data="iri"))
    assert sorted(iris.values()) == sorted(node.id for node in found.nodes)
    assert {iris[name]: (given["kind"], given["label"]) for name, given in read.nodes(data=True)} == {
        node.id: (node.kind, node.label) for node in found.nodes
    }
    ties = {(iris[a], iris[b], term) for a, b, term in read.edges(data="term")}
    assert ties == {(edge.source, edge.target, edge.kind) for edge in found.edges}


def test_graphml_holds_any_text() -> None:
    evil = Node("urn:x", "agent", "<b>&\x00\ud800]]>", '"', (), "?")
    found = Neighbourhood(("urn:x",), (evil,), (Edge("urn:x", "urn:x", "partOf"),), 1, 1, False)
    read = networkx.read_graphml(io.BytesIO(graphml(found)))
    assert dict(read.nodes(data="label")) == {"n0": "<b>&]]>"}

"""Records → triples."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS, XSD

from kg.graph.build import numbered, to_graph
from kg.graph.export import serialise
from kg.graph.labels import alt_labels
from kg.graph.terms import HK
from kg.models import Deadline, ObligationAgent, Policy, Records

ID = "https://w3id.org/hetao-kg/id/"
ROW = URIRef(f"{ID}guofa-2023-12/obligation/15-02")
MOF = URIRef(f"{ID}agent/财政部")

ACCEPTANCE = """
PREFIX hk: <https://w3id.org/hetao-kg/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?n ?q WHERE { ?o a hk:Obligation ; hk:responsible/rdfs:label "财政部"@zh-Hans ; hk:inClause/hk:number ?n ;
hk:quote ?q }"""


@pytest.fixture
def graph(records: Records) -> Graph:
    return to_graph(records)


def test_the_owner_of_a_clause_is_found_by_label(graph: Graph) -> None:
    rows = [tuple(str(term) for term in row) for row in graph.query(ACCEPTANCE)]  # type: ignore[union-attr]
    assert rows == [("15", "具体管理办法由财政部、海关总署等有关部门另行制定")]


def test_nothing_is_without_a_name(graph: Graph) -> None:
    assert not [node for triple in graph for node in triple if isinstance(node, BNode)]


def test_an_owner_from_another_sentence_is_only_an_inherited_agent(graph: Graph) -> None:
    row = URIRef(f"{ID}guofa-2023-12/obligation/15-03")
    assert set(graph.predicates(row, MOF)) == {HK.inheritedAgent}


def test_a_role_stands_on_its_super_property_too(graph: Graph) -> None:
    assert {HK.responsible, HK.agent} == set(graph.predicates(ROW, MOF))


def test_each_party_keeps_its_words(graph: Graph) -> None:
    parties = {
        str(graph.value(party, HK.surface)): (str(graph.value(party, HK.role)), str(graph.value(party, HK.basis)))
        for party in graph.objects(ROW, HK.hasParty)
    }
    assert parties == dict.fromkeys(("财政部", "海关总署", "有关部门"), ("responsible", "explicit"))


def test_text_before_the_chapters_is_a_clause_without_a_number_of_its_own(graph: Graph) -> None:
    clause = URIRef(f"{ID}guofa-2023-12/clause/preamble")
    assert (clause, HK.number, Literal("preamble")) in graph
    assert (clause, RDF.type, HK.NumberedClause) not in graph
    assert set(graph.subjects(RDF.type, HK.NumberedClause)) == {
        URIRef(f"{ID}guofa-2023-12/clause/{n}") for n in ("2", "15")
    }


@pytest.mark.parametrize(
    ("ident", "expected"),
    [
        *((ident, True) for ident in ("15", "3.2", "3.2.1", "a1.4", "15~2")),
        *((ident, False) for ident in ("preamble", "ch1", "p3", "a1.preamble", "a1.ch2", "a1.p2")),
    ],
)
def test_a_clause_is_numbered_if_its_id_ends_in_a_printed_number(records: Records, ident: str, expected: bool) -> None:
    assert numbered(replace(records.document.clauses[0], id=ident)) is expected


def test_values_have_their_types(graph: Graph) -> None:
    zone = URIRef(f"{ID}zone/示范园区")
    target = URIRef(f"{ID}guofa-2023-12/obligation/2-01")
    assert graph.value(zone, HK.areaKm2) == Literal("1.35", datatype=XSD.decimal)
    assert graph.value(target, HK.deadlineDate) == Literal("2025-12-31", datatype=XSD.date)
    assert graph.value(ROW, HK.openList) == Literal(True)
    assert graph.value(target, HK.openList) == Literal(False)
    assert graph.value(URIRef(f"{ID}guofa-2023-12/clause/15"), HK.number) == Literal("15")
    assert graph.value(URIRef(f"{ID}guofa-2023-12/clause/15"), HK.order) == Literal(3)
    assert graph.value(URIRef(f"{ID}guofa-2023-12"), DCTERMS.identifier) == Literal("国发〔2023〕12号")
    assert graph.value(URIRef(f"{ID}guofa-2023-12"), DCTERMS.issued) == Literal("2023-08-08", datatype=XSD.date)


@pytest.mark.parametrize(("area", "written"), [(4.0, "4"), (100.0, "100"), (0.00001, "0.00001"), (3.02, "3.02")])
def test_an_area_is_written_without_an_exponent_or_a_binary_tail(records: Records, area: float, written: str) -> None:
    zones = (replace(records.zones[1], area_km2=area),)
    graph = to_graph(replace(records, zones=zones))
    assert [str(value) for value in graph.objects(None, HK.areaKm2)] == [written]


def test_what_has_happened_has_a_stated_date_and_no_deadline_date(graph: Graph) -> None:
    past = URIRef(f"{ID}guofa-2023-12/deadline/2-02")
    assert graph.value(past, HK.statedDate) == Literal("2017-07", datatype=XSD.gYearMonth)
    assert graph.value(past, HK.deadlineDate) is None


def test_only_modalities_that_odrl_has_are_odrl_rules(graph: Graph) -> None:
    odrl = "http://www.w3.org/ns/odrl/2/"
    found = {
        str(row).rpartition("/")[2]: str(kind).removeprefix(odrl)
        for row in graph.subjects(RDF.type, HK.Obligation)
        for kind in graph.objects(row, RDF.type)
        if str(kind).startswith(odrl)
    }
    assert found == {"15-02": "Duty", "15-03": "Duty", "15-04": "Permission", "15-05": "Duty"}


def test_a_body_is_found_by_alias_in_any_language(graph: Graph) -> None:
    labels = {(str(label), label.language) for label in graph.objects(MOF, SKOS.altLabel) if isinstance(label, Literal)}
    assert labels == {
        ("财政部门", "zh-Hans"),
        ("財政部", "zh-Hant"),
        ("財政部門", "zh-Hant"),
        ("Ministry of Finance", "en"),
    }
    assert [(str(x), x.language) for x in graph.objects(MOF, RDFS.label) if isinstance(x, Literal)] == [
        ("财政部", "zh-Hans")
    ]


def test_a_traditional_alias_is_no_simplified_label() -> None:
    assert alt_labels("卫健委", ["衞健委"]) == [("衛健委", "zh-Hant"), ("衞健委", "zh-Hant")]


def test_a_name_no_record_lists_still_gets_a_class_and_a_label(records: Records, changed: Any) -> None:  # noqa: ANN401
    odd = changed(
        "15-04",
        zones=("另一园区",),
        policy="账户便利",
        agents=(ObligationAgent("某局", "某局", "named", "lead", "explicit"),),
    )
    graph = to_graph(odd)
    for iri, kind in (
        (f"{ID}zone/另一园区", HK.Zone),
        (f"{ID}agent/某局", HK.Agent),
        (f"{ID}guofa-2023-12/policy/账户便利", HK.Policy),
    ):
        assert (URIRef(iri), RDF.type, kind) in graph
        assert graph.value(URIRef(iri), RDFS.label) is not None


def test_names_that_are_no_iri_characters_are_escaped(records: Records) -> None:
    names = ("“白名单”制度/备案", 'a b<c>"{}|\\^`', "100%")
    policies = tuple(Policy(n, "d", (), None, None, ("15",), "备案", 0, 1) for n in names)
    lines = serialise(to_graph(replace(records, policies=policies)), "nt")
    import pyoxigraph as ox

    assert len(list(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))) == lines.count(b"\n")


def test_deadlines_of_a_clause_are_counted_on_their_own(records: Records) -> None:
    twice = (*records.deadlines, Deadline("2", "x", 0, 1, "x", "vague", None, ""))
    idents = {
        str(iri).rpartition("/")[2]
        for iri in to_graph(replace(records, deadlines=twice)).subjects(RDF.type, HK.Deadline)
    }
    assert idents == {"2-01", "2-02", "2-03", "15-01"}


def test_a_document_that_gives_neither_number_nor_date_has_neither(records: Records) -> None:
    bare = replace(records, document=replace(records.document, identifier=None, issued=None, publisher=None))
    plan = URIRef(f"{ID}guofa-2023-12")
    graph = to_graph(bare)
    assert {p for p in graph.predicates(plan) if p in (DCTERMS.identifier, DCTERMS.issued, DCTERMS.publisher)} == set()

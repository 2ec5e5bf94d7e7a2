"""The ontology holds the terms the contract fixes, each said in three languages, and no tie to a term it breaks."""

from __future__ import annotations

import re

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from kg.graph.build import to_graph
from kg.graph.terms import HK, ontology, shapes
from kg.models import Records
from kg.vocab import FORCES, MODALITIES

LANGUAGES = {"zh-Hans", "zh-Hant", "en"}

FIXED = [
    "Plan",
    "Chapter",
    "Clause",
    "NumberedClause",
    "Obligation",
    "Agent",
    "Zone",
    "Policy",
    "number",
    "order",
    "text",
    "start",
    "end",
    "inChapter",
    "inPlan",
    "mentions",
    "inClause",
    "quote",
    "modality",
    "force",
    "lead",
    "responsible",
    "cooperating",
    "approver",
    "addressee",
    "agent",
    "action",
    "object",
    "beneficiary",
    "zone",
    "policy",
    "deadlineText",
    "deadlineKind",
    "deadlineDate",
    "condition",
    "exception",
    "tier",
    "kind",
    "partOf",
    "areaKm2",
    "boundary",
    "domain",
    "value",
    "inheritedAgent",
    "openList",
    "taskId",
    "seeAlso",
]


@pytest.fixture(scope="module")
def words() -> Graph:
    return ontology()


@pytest.mark.parametrize("name", FIXED)
def test_a_term_that_others_rely_on_is_defined(words: Graph, name: str) -> None:
    assert (HK[name], RDFS.label, None) in words


def test_every_term_is_said_in_exactly_the_three_languages(words: Graph) -> None:
    terms = set(words.subjects(RDF.type, OWL.Class))
    terms |= set(words.subjects(RDF.type, OWL.ObjectProperty)) | set(words.subjects(RDF.type, OWL.DatatypeProperty))
    assert len(terms) > 60
    for term in sorted(terms, key=str):
        for predicate in (RDFS.label, RDFS.comment):
            said = sorted(
                value.language or "" for value in words.objects(term, predicate) if isinstance(value, Literal)
            )
            assert said == sorted(LANGUAGES), (term, predicate)


def test_every_concept_has_a_label_and_a_definition_in_the_three_languages(words: Graph) -> None:
    for name in (*MODALITIES, *FORCES):
        for predicate in (SKOS.prefLabel, SKOS.definition):
            said = {value.language for value in words.objects(HK[name], predicate) if isinstance(value, Literal)}
            assert said == LANGUAGES, name


def test_the_schemes_hold_exactly_the_values_of_the_records(words: Graph) -> None:
    for scheme, names in ((HK.ModalityScheme, MODALITIES), (HK.ForceScheme, FORCES)):
        assert set(words.subjects(SKOS.inScheme, scheme)) == {HK[name] for name in names}
        assert set(words.objects(scheme, SKOS.hasTopConcept)) == {HK[name] for name in names}


def test_traditional_labels_hold_no_simplified_character(words: Graph) -> None:
    from opencc import OpenCC

    converters = [OpenCC(how).convert for how in ("s2t", "s2hk", "s2tw")]
    for value in words.objects():
        if isinstance(value, Literal) and value.language == "zh-Hant":
            # a character is right as any standard has it: one writes 羣, another 閲
            for have, *right in zip(str(value), *(convert(str(value)) for convert in converters), strict=True):
                assert have in right, value


def test_a_graph_uses_no_term_of_ours_that_the_ontology_does_not_define(words: Graph, records: Records) -> None:
    used = {node for triple in to_graph(records) for node in triple if str(node).startswith(str(HK))}
    assert len(used) > 40
    assert not {node for node in used if (node, RDFS.label, None) not in words}


def test_what_a_tie_implies_is_asserted_in_the_graph(words: Graph, records: Records) -> None:
    graph = to_graph(records)
    ties = 0
    for narrow, wide in words.subject_objects(RDFS.subClassOf):
        for thing in graph.subjects(RDF.type, narrow):
            ties += 1
            assert (thing, RDF.type, wide) in graph
    for narrow, wide in words.subject_objects(RDFS.subPropertyOf):
        for subject, value in graph.subject_objects(narrow):
            ties += 1
            assert (subject, wide, value) in graph
    assert ties > 30


def test_shapes_speak_of_terms_that_are_defined_and_in_two_languages(words: Graph) -> None:
    sh = "http://www.w3.org/ns/shacl#"
    graph = shapes()
    for node in set(graph.subjects()) | set(graph.objects()):
        if isinstance(node, URIRef) and str(node).startswith(str(HK)):
            assert (node, RDFS.label, None) in words, node
    messages = 0
    for shape in set(graph.subjects(URIRef(f"{sh}message"), None)):
        found = {m.language: str(m) for m in graph.objects(shape, URIRef(f"{sh}message")) if isinstance(m, Literal)}
        assert set(found) == {"zh-Hans", "en"}
        assert re.search(r"[\u4e00-\u9fff]", found["zh-Hans"])
        assert found["en"].isprintable()
        messages += 1
    assert messages > 50
    assert not list(graph.objects(None, URIRef(f"{sh}sparql")))

"""What a document's word is in other languages: the vocabulary's preferred words and nothing that people merely say."""

from __future__ import annotations

from rdflib import Graph
from rdflib.namespace import SKOS

from kg.graph.translations import translation
from kg.resources import data_dir


def test_the_preferred_words_are_those_of_the_file_as_another_reader_reads_it() -> None:
    graph = Graph().parse(data_dir("ontology") / "vocabulary.ttl", format="turtle")
    tried = 0
    for concept in set(graph.subjects(SKOS.prefLabel)):
        words = {label.language: str(label) for label in graph.objects(concept, SKOS.prefLabel)}  # type: ignore[attr-defined]
        assert translation(words["zh-Hans"]) == words
        tried += 1
    assert tried > 200


def test_what_people_say_is_no_word_of_the_document() -> None:
    assert translation("省里") == translation("无此词") == {}
    assert translation("财政部")["en"] == "Ministry of Finance"

"""Two rows speak of one thing where the place and what is done to it are the same, and only there."""

from __future__ import annotations

import pytest
from rdflib import URIRef
from rdflib.namespace import RDFS

from kg.extract import extract
from kg.graph.build import to_graph
from kg.graph.crossrefs import cross_references
from kg.graph.terms import HK
from kg.models import Records
from kg.read import parse, read_bytes
from kg.vocab import thing

DATED = "到2025年，平潭口岸整体完成重建。"


def read(dated: str, other: str) -> Records:
    return extract(parse(read_bytes(f"一、任务\n（一）目标。{dated}\n（二）事项。{other}\n".encode(), "made-up.txt")))


@pytest.mark.parametrize(
    ("dated", "other"),
    [
        (DATED, "加快推进平潭口岸整体重建和道路改造。"),
        ("2025年底前完成平潭口岸重建。", "推进平潭口岸重建。"),
        ("到2025年，建成怀柔科学城。", "建设怀柔科学城。"),
    ],
)
def test_the_same_place_and_verb_are_one_thing(dated: str, other: str) -> None:
    ((task, date),) = cross_references(read(dated, other))
    assert (task.clause, date.clause) == ("2", "1")
    assert date.deadline is not None
    assert task.deadline is None


@pytest.mark.parametrize(
    "other",
    [
        "推进怀柔口岸重建。",
        "推进平潭口岸改建。",
        "在平潭口岸建设平台。",
        "平潭口岸结合道路重建，释放土地空间。",
        "推进平潭口岸片区重建。",
        "2024年前完成平潭口岸重建。",
        "加强平潭口岸监管。",
    ],
)
def test_another_place_another_verb_or_a_date_of_its_own_is_another_thing(other: str) -> None:
    assert cross_references(read(DATED, other)) == []


def test_nothing_refers_to_its_own_clause() -> None:
    assert cross_references(read(DATED + "推进平潭口岸重建。", "完善制度。")) == []


def test_rows_and_clauses_see_each_other_in_the_graph() -> None:
    records = read(DATED, "推进平潭口岸重建。")
    graph = to_graph(records)
    slug = records.document.slug
    for kind, one, other in (("clause", "1", "2"), ("obligation", "1-01", "2-01")):
        pair = URIRef(thing(slug, kind, one)), URIRef(thing(slug, kind, other))
        for subject, value in (pair, pair[::-1]):
            assert (subject, HK.seeAlso, value) in graph
            assert (subject, RDFS.seeAlso, value) in graph

"""Bodies named by their level alone: the document's own place tells which one is meant."""

from __future__ import annotations

import pytest
from rdflib import Literal
from rdflib.namespace import SKOS

from kg.extract import extract
from kg.extract.localities import named_in_full, own_place
from kg.graph.build import to_graph
from kg.models import Records
from kg.read import parse, read_bytes
from kg.vocab import thing


def _notice(issuer: str, title: str, body: str) -> Records:
    head = f"{issuer}关于印发{title}的通知\n\n各县人民政府：\n\n现将《{title}》印发给你们。\n\n"
    text = f"{head}一、主要任务\n\n（一）任务。{body}\n"
    document = parse(read_bytes(text.encode("utf-8"), f"{title}.txt"))
    return named_in_full(extract(document))


def _owners(records: Records) -> list[tuple[str, str]]:
    return [(agent.name, agent.surface) for row in records.obligations for agent in row.agents]


@pytest.mark.parametrize(
    ("issuer", "body", "expected"),
    [
        ("青石市人民政府", "市财政局负责制定补助办法。", ("青石市财政局", "市财政局")),
        ("青川省人民政府办公厅", "省教育厅负责制定补助办法。", ("青川省教育厅", "省教育厅")),
        ("青石市人民政府", "省教育厅负责制定补助办法。", ("省教育厅", "省教育厅")),
        ("青石市人民政府", "市场监管总局负责制定补助办法。", ("市场监管总局", "市场监管总局")),
        ("国务院", "市财政局负责制定补助办法。", ("市财政局", "市财政局")),
        ("青石市人民政府", "发展改革委负责制定补助办法。", ("青石市发展改革委", "发展改革委")),
        ("青石市人民政府", "国家发展改革委负责制定补助办法。", ("国家发展改革委", "国家发展改革委")),
        ("国务院", "发展改革委负责制定补助办法。", ("国家发展改革委", "发展改革委")),
        ("青石市人民政府", "财政部负责制定补助办法。", ("财政部", "财政部")),
    ],
)
def test_a_body_of_a_level_is_that_of_the_documents_place(issuer: str, body: str, expected: tuple[str, str]) -> None:
    assert _owners(_notice(issuer, "绿道建设工作方案", body)) == [expected]


def test_the_words_written_stay_among_the_names_of_the_body_with_their_places() -> None:
    records = _notice("青石市人民政府", "绿道建设工作方案", "市财政局负责制定补助办法，市审计局开展审计。")
    by_name = {agent.name: agent for agent in records.agents}
    body = by_name["青石市财政局"]
    source = records.document.source.text
    assert body.aliases == ("市财政局",)
    assert [source[one.start : one.end] for one in body.mentions] == ["市财政局"]
    assert {one.name for one in body.mentions} == {"青石市财政局"}
    assert "市财政局" not in by_name


def test_a_name_with_two_meanings_in_one_document_is_two_bodies() -> None:
    body = "发展改革委负责制定补助办法。国家发展改革委负责指导协调。"
    by_name = {agent.name: agent for agent in _notice("青石市人民政府", "绿道建设工作方案", body).agents}
    assert [one.surface for one in by_name["青石市发展改革委"].mentions] == ["发展改革委"]
    assert [one.surface for one in by_name["国家发展改革委"].mentions] == ["国家发展改革委"]


def test_bodies_of_one_name_in_two_cities_are_two_in_the_graph_of_both() -> None:
    body = "市财政局负责制定补助办法。国家发展改革委负责指导协调。"
    cities = [_notice(f"{city}市人民政府", f"{city}市绿道建设工作方案", body) for city in ("青石", "白沙")]
    graph = to_graph(cities[0]) + to_graph(cities[1])
    called = set(graph.subjects(SKOS.altLabel, Literal("市财政局", lang="zh-Hans")))
    assert {str(one) for one in called} == {thing("agent", "青石市财政局"), thing("agent", "白沙市财政局")}
    shared = {agent.name for agent in cities[0].agents} & {agent.name for agent in cities[1].agents}
    assert "国家发展改革委" in shared


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青石市人民政府办公室关于印发《绿道建设工作方案》的通知\n\n一、任务\n\n（一）建设。建设绿道。\n", "青石市"),
        ("青川省绿道条例\n\n第一条　为了建设绿道，制定本条例。\n", "青川省"),
        ("国务院关于印发绿道规划的通知\n\n一、任务\n\n（一）建设。建设绿道。\n", None),
    ],
)
def test_the_place_of_a_document_is_its_issuers_or_that_of_its_title(text: str, expected: str | None) -> None:
    assert own_place(parse(read_bytes(text.encode("utf-8"), "notice.txt"))) == expected

"""Clauses, sentences and obligations as units: their words stand in the source as it is."""

from __future__ import annotations

from pathlib import Path

from kg.models import Agent, Records, Span, Zone, strip_space
from kg.read.document import parse
from kg.read.source import read_file
from kg.search.units import aliases, document_units, names, sentence_parts, single_aliases
from tests.search.conftest import obligation, records_of

NOTICE = """青川市河岸整治工作方案

一、主要任务

（一）清理河道。市水务局清理淤泥；县级政府予以配合（含乡镇；含街道），财政部制定办法。

（二）修復堤岸。支持沿岸企業參與。
"""


def test_every_quote_is_what_stands_in_the_source(plan: Records) -> None:
    source = plan.document.source.text
    units = document_units(plan)
    assert len(units) > 150
    for unit in units:
        assert unit.quote == strip_space(source[unit.start : unit.end]) != ""


def test_the_sentences_of_a_clause_hold_each_visible_character_of_its_body_once(shared: Path) -> None:
    read = 0
    for path in sorted(shared.iterdir())[:20]:
        records = Records(parse(read_file(path, 10**8)))
        source = records.document.source.text
        units = document_units(records)
        for clause in records.document.clauses:
            own = [u for u in units if u.clause == clause.id and u.kind == "sentence"]
            assert own, f"{path.name} {clause.id} has no sentence"
            if clause.paragraphs:
                body = "".join(span.quote(source) for span in clause.paragraphs)
                assert "".join(u.quote for u in own) == body
        read += 1
    assert read == 20


def test_a_sentence_is_cut_at_its_semicolons_but_not_inside_brackets() -> None:
    records = records_of(NOTICE)
    parts = [u.quote for u in document_units(records) if u.kind == "sentence" and u.clause == "1"]
    assert parts == ["市水务局清理淤泥；", "县级政府予以配合（含乡镇；含街道），财政部制定办法。"]


def test_brackets_that_never_close_lose_no_character() -> None:
    text = "甲（乙；丙；丁"
    assert [p.of(text) for p in sentence_parts(text, Span(0, len(text)))] == [text]


def test_a_traditional_source_is_quoted_in_its_own_script() -> None:
    units = document_units(records_of(NOTICE))
    assert any(u.quote == "支持沿岸企業參與。" and u.heading == "修復堤岸" for u in units)


def test_an_obligation_is_a_unit_behind_the_sentences_of_its_clause() -> None:
    plain = records_of(NOTICE)
    row = obligation(plain, "1", "财政部制定办法")
    units = document_units(Records(plain.document, obligations=(row,)))
    own = [u for u in units if u.clause == "1"]
    assert [u.kind for u in own] == ["clause", "sentence", "sentence", "obligation", "phrase", "phrase", "phrase"]
    assert (own[3].obligation, own[3].quote) == ("1-01", "财政部制定办法")
    assert own[3].text == "清理河道：财政部制定办法"


def test_a_phrase_ends_at_a_comma_but_not_inside_brackets() -> None:
    phrases = [u.quote for u in document_units(records_of(NOTICE)) if u.kind == "phrase" and u.clause == "1"]
    assert phrases == ["市水务局清理淤泥；", "县级政府予以配合（含乡镇；含街道），", "财政部制定办法。"]


def test_only_an_alias_of_one_thing_that_is_no_part_of_its_name_leads_to_it() -> None:
    agents = (
        Agent("税务总局", ("税总", "总局"), "named", "ministry", ("1",)),
        Agent("市场监管总局", ("总局",), "named", "ministry", ("1",)),
    )
    zones = (Zone("福田保税区", ("福保", "保税区"), "zone", None, None, None, ("1",)),)
    records = Records(records_of(NOTICE).document, agents=agents, zones=zones)
    assert single_aliases([aliases(records)]) == {"福保": "福田保税区", "税总": "税务总局"}
    assert {"税务总局", "总局", "福保"} <= set(names(records))

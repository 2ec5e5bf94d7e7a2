"""A plan in Traditional characters is read as in Simplified ones, and quoted in its own."""

from __future__ import annotations

from typing import Any

import pytest
from opencc import OpenCC

from kg.extract import Extraction, extract, names_for
from kg.models import Obligation, Records, strip_space
from kg.read import parse, read_bytes, script
from kg.read.script import Reading, simplified
from tests.extract.conftest import Rows


def told(row: Obligation) -> tuple[Any, ...]:
    bodies = [(body.name, body.role) for body in row.agents]
    due = row.deadline and (row.deadline.kind, row.deadline.date)
    return row.start, row.end, row.modality, row.force, bodies, row.zones, row.action, row.object, due, row.tier


@pytest.fixture(scope="module", params=["s2t", "s2hk"])
def traditional(request: pytest.FixtureRequest, plan: Extraction) -> Records:
    source = plan.records.document.source
    text = OpenCC(request.param).convert(source.text)
    assert len(text) == len(source.text)
    return extract(parse(read_bytes(text.encode(), "traditional.txt")), names_for(source))


def test_the_plan_in_traditional_characters_gives_the_same_rows(traditional: Records, plan: Extraction) -> None:
    assert [told(row) for row in traditional.obligations] == [told(row) for row in plan.records.obligations]
    assert [a.name for a in traditional.agents] == [a.name for a in plan.records.agents]
    assert [(d.kind, d.date) for d in traditional.deadlines] == [(d.kind, d.date) for d in plan.records.deadlines]
    assert traditional.document.publisher == "国务院"
    assert traditional.document.identifier == "國發〔2023〕12號"


def test_exact_words_are_those_of_the_source(traditional: Records) -> None:
    text = strip_space(traditional.document.source.text)
    for row in traditional.obligations:
        assert strip_space(traditional.document.source.text[row.start : row.end]) == row.quote
        words = [*(row.condition or "").split("；"), row.exception or "", row.deadline.text if row.deadline else ""]
        assert [each for each in words if each not in text] == []
    mentions = [m for a in traditional.agents for m in a.mentions] + [m for z in traditional.zones for m in z.mentions]
    assert all(strip_space(traditional.document.source.text[m.start : m.end]) == m.surface for m in mentions)


def test_conditions_and_owners_are_told_in_their_places(rows: Rows) -> None:
    (row,) = rows("經備案後，由財政部、稅務總局制定優惠產業目錄（軍品除外）。")
    assert (row.condition, row.exception) == ("經備案後", "軍品除外")
    assert [(p.name, p.surface) for p in row.agents] == [("财政部", "財政部"), ("税务总局", "稅務總局")]
    assert row.object == "优惠产业目录"


def test_a_passage_that_would_change_its_length_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Longer:
        def convert(self, text: str) -> str:
            return text.replace("憂", "优虑")

    monkeypatch.setattr(script, "_converter", lambda how: Longer())
    script._changes.cache_clear()
    assert simplified("憂") == "憂"
    script._changes.cache_clear()


def test_simplified_text_is_read_as_it_stands(plan: Extraction) -> None:
    document = plan.records.document
    for clause in document.clauses:
        reading = Reading(document.source.text, clause.paragraphs)
        assert reading.text == reading.written

"""A clause as it is read: its own text, every obligation and name marked where it stands, every record beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kg.read import parse, read_bytes, read_file
from kg.read.offsets import text_offsets
from kg.web.desk.desk import Desk
from kg.web.fragments.links import heading
from kg.web.fragments.reading import contents_html, reader_html
from tests.web.markup import Element, classed, elements

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def marked(html: str) -> str:
    """The marked text of the clause, as markup."""
    return html.split('<div class="hk-clause">')[1].split("</article>")[0].removesuffix("</div>")


def paragraphs(html: str) -> str:
    """The text of the clause as it is read."""
    return "\n".join(element.text for element in elements(marked(html)) if element.name == "p")


def tasks(html: str) -> list[Element]:
    """The records of obligations."""
    return [e for e in elements(html) if e.name == "details" and "data-task" in e.attributes]


def test_the_text_of_every_clause_is_the_clause_s_own(desk: Desk) -> None:
    (one,) = desk.records
    assert len(one.document.clauses) == 32
    for clause in one.document.clauses:
        assert paragraphs(reader_html(desk, one, clause, "zh-Hans")) == clause.text


def test_every_obligation_is_marked_where_it_stands_and_has_its_record(desk: Desk) -> None:
    (one,) = desk.records
    seen = 0
    for clause in one.document.clauses:
        html = reader_html(desk, one, clause, "zh-Hans")
        rows = [row for row in one.obligations if row.clause == clause.id]
        marks = [e for e in elements(html) if e.name == "span" and "data-task" in e.attributes]
        for row in rows:
            pieces = [e.text for e in marks if e.attributes["data-task"] == row.id]
            assert "".join("".join(pieces).split()) == row.quote
            assert [e.attributes.get("tabindex") for e in marks if e.attributes["data-task"] == row.id].count("0") == 1
            seen += 1
        records = tasks(html)
        assert [e.attributes["data-task"] for e in records] == [row.id for row in rows]
        assert all(row.quote in record.text for row, record in zip(rows, records, strict=True))
    assert seen == len(one.obligations) > 200


def test_the_records_beside_a_text_name_bodies_in_the_page_s_language(desk: Desk) -> None:
    (one,) = desk.records
    clause = desk.clause(one.document.slug, "15")
    assert clause
    for lang, name in (("zh-Hans", "税务总局"), ("zh-Hant", "稅務總局"), ("en", "State Taxation Administration")):
        html = reader_html(desk, one, clause, lang)  # type: ignore[arg-type]
        (record,) = [
            e for e in elements(html) if e.attributes.get("data-name") == "agent/税务总局" and e.name == "details"
        ]
        assert record.text.startswith(name)
        assert paragraphs(html) == clause.text


def test_bodies_zones_policies_and_times_are_marked_by_kind(desk: Desk) -> None:
    (one,) = desk.records
    found_of: dict[str, set[str]] = {kind: set() for kind in ("agent", "zone", "policy", "deadline")}
    for clause in one.document.clauses:
        html = marked(reader_html(desk, one, clause, "zh-Hans"))
        for kind, found in found_of.items():
            found |= {element.text for element in classed(html, f"hk-{kind}")}
    assert {"财政部", "海关总署", "税务总局", "国家发展改革委"} <= found_of["agent"]
    assert {"福田保税区", "深圳园区", "皇岗口岸"} <= found_of["zone"]
    assert "优惠产业目录" in found_of["policy"]
    assert {"到2025年", "2025年前", "适时"} <= found_of["deadline"]


def test_the_legend_names_what_stands_in_the_clause_and_nothing_else(desk: Desk) -> None:
    (one,) = desk.records
    clause = desk.clause(one.document.slug, "15")
    assert clause is not None
    (legend,) = classed(reader_html(desk, one, clause, "zh-Hans"), "hk-legend")
    assert all(word in legend.text for word in ("主体", "区域", "豁免 · 明确", "事项 · 探索"))
    assert "时间" not in legend.text  # the clause has none


def test_a_record_names_nobody_that_the_text_does_not_name_and_says_what_is_from_the_context(desk: Desk) -> None:
    (one,) = desk.records
    clause = desk.clause(one.document.slug, "15")
    assert clause is not None
    html = reader_html(desk, one, clause, "zh-Hans", chosen="15-09")
    records = {
        e.attributes["data-task"]: e for e in elements(html) if e.name == "details" and "data-task" in e.attributes
    }
    assert "原文未明确" in records["15-01"].text
    assert "财政部、海关总署、税务总局等（名单未尽）" in records["15-09"].text
    assert "原文未明确" not in records["15-09"].text
    assert [key for key, e in records.items() if "open" in e.attributes] == ["15-09"]
    # nothing of this plan is taken from its context
    row = next(row for row in one.obligations if row.id == "15-09")
    taken = replace(row, agents=tuple(replace(agent, basis="inherited") for agent in row.agents))
    html = reader_html(desk, replace(one, obligations=(taken,)), clause, "zh-Hans")
    (record,) = tasks(html)
    assert "原文未明确上文主体，须核对：财政部、海关总署、税务总局" in record.text


def test_a_deadline_stands_in_its_own_words_with_its_date(desk: Desk) -> None:
    (one,) = desk.records
    clause = desk.clause(one.document.slug, "6")
    assert clause is not None
    html = reader_html(desk, one, clause, "zh-Hans")
    record = next(e for e in elements(html) if e.name == "details" and "2025年前基本形成" in e.text)
    assert "2025年前 2024-12-31" in record.text


def test_everything_that_is_marked_has_its_record_and_every_record_its_mark(desk: Desk) -> None:
    (one,) = desk.records
    seen = 0
    for clause in one.document.clauses:
        html = reader_html(desk, one, clause, "zh-Hans")
        marks = {e.attributes["data-name"] for e in elements(marked(html)) if "data-name" in e.attributes}
        records = [e for e in elements(html) if e.name == "details" and "data-name" in e.attributes]
        assert {e.attributes["data-name"] for e in records} == marks
        assert len(records) == len(marks)
        seen += len(marks)
    assert seen > 150


def test_the_record_of_a_name_says_what_the_plan_says_of_it(desk: Desk) -> None:
    (one,) = desk.records
    by_id = {clause.id: clause for clause in one.document.clauses}

    def record(number: str, key: str) -> str:
        html = reader_html(desk, one, by_id[number], "zh-Hans")
        return next(e.text for e in elements(html) if e.name == "details" and e.attributes.get("data-name") == key)

    park = record("5", "zone/深圳园区")
    assert "属于河套深港科技创新合作区" in park
    assert "3.02 平方公里" in park
    assert "别称合作区深圳园区" in park
    body = record("15", "agent/财政部")
    assert "见于（十五）" in body
    assert "项任务" in body
    assert "2024-12-31" in record("6", "deadline/2025年前")


def test_every_kind_in_the_legend_can_be_switched_and_is_marked(desk: Desk) -> None:
    (one,) = desk.records
    for clause in one.document.clauses:
        html = reader_html(desk, one, clause, "zh-Hans")
        switches = {e.attributes["data-shows"] for e in elements(html) if "data-shows" in e.attributes}
        assert switches == {e.attributes["data-kind"] for e in elements(marked(html)) if "data-kind" in e.attributes}


def test_what_is_looked_for_is_marked_and_the_text_stays_as_it_is(desk: Desk) -> None:
    (one,) = desk.records
    for clause in one.document.clauses:
        html = reader_html(desk, one, clause, "zh-Hans", find="深圳園區")
        assert paragraphs(html) == clause.text
        assert "".join(e.text for e in classed(html, "hk-find")) == "深圳园区" * clause.text.count("深圳园区")


def test_every_clause_can_be_opened_from_the_contents_under_its_own_heading(desk: Desk) -> None:
    (one,) = desk.records
    for lang in ("zh-Hans", "zh-Hant", "en"):
        html = contents_html(desk, lang)
        links = [e for e in elements(html) if e.name == "a"]
        assert [e.attributes["href"] for e in links] == [f"?clause={c.id}" for c in one.document.clauses]
        assert [e.text for e in links] == [heading(c, lang) for c in one.document.clauses]
        assert len({e.text for e in links}) == len(links)


def test_every_character_of_every_clause_is_traced_to_its_place(shared: Path) -> None:
    paths = sorted(shared.glob("*.txt"))
    assert len(paths) > 60
    for path in paths[::6]:
        document = parse(read_file(path, 10**7))
        for clause in document.clauses:
            places = text_offsets(document, clause)
            assert len(places) == len(clause.text)
            for character, place in zip(clause.text, places, strict=True):
                assert (place is None) == character.isspace()
                assert place is None or document.source.text[place] == character


def test_a_document_s_markup_is_text_on_the_page(desk: Desk) -> None:
    document = parse(read_bytes(f"（一）{EVIL}标题。财政部要制定{EVIL}办法。".encode(), "evil.txt"))
    records = replace(desk.records[0], document=document, agents=(), zones=(), policies=(), deadlines=())
    row = replace(
        desk.records[0].obligations[0], clause="1", quote=EVIL, condition=EVIL, action=EVIL, id=EVIL, task_id=EVIL
    )
    records = replace(records, obligations=(replace(row, start=document.clauses[0].body, end=document.clauses[0].end),))
    html = reader_html(desk, records, document.clauses[0], "zh-Hans")
    assert {e.name for e in elements(html)}.isdisjoint({"script", "img"})
    assert paragraphs(html) == document.clauses[0].text

"""What a word says beyond its own clause, and where that ends: leads, subjects, addressees."""

from __future__ import annotations

from kg.extract import extract
from kg.models import Obligation
from kg.read import parse, read_bytes
from tests.extract.conftest import Rows

FIRST_LEADS = "清理河道淤泥。（财政部、税务总局负责，列第一位者为牵头单位，下同）"


def bodies(row: Obligation) -> list[str]:
    return [f"{body.name} {body.role}" for body in row.agents]


def test_the_first_listed_leads_in_the_brackets_of_later_clauses_too(rows: Rows) -> None:
    found = rows(f"{FIRST_LEADS}\n（二）堤防。修复河岸堤防。（税务总局、财政部负责）")
    assert [row.clause for row in found] == ["1", "2"]
    assert bodies(found[1]) == ["税务总局 lead", "财政部 responsible"]


def test_a_bracket_that_says_who_leads_overrules_the_order(rows: Rows) -> None:
    found = rows(f"{FIRST_LEADS}修复河岸堤防。（财政部负责，税务总局牵头）")
    assert bodies(found[1]) == ["税务总局 lead", "财政部 responsible"]


def test_a_bracket_before_or_behind_the_full_stop_closes_the_sentences_since_the_last(rows: Rows) -> None:
    found = rows("清理河道淤泥。修复河岸堤防（财政部负责）。制定管理办法。（税务总局负责）公布产业目录。")
    assert [(row.quote, bodies(row)) for row in found] == [
        ("清理河道淤泥", ["财政部 responsible"]),
        ("修复河岸堤防", ["财政部 responsible"]),
        ("制定管理办法", ["税务总局 responsible"]),
        ("公布产业目录", []),
    ]


def test_a_new_subject_takes_the_place_of_the_one_before(rows: Rows) -> None:
    found = rows("财政部、科技部要制定办法，并对企业给予补贴；税务总局要简化流程，缩短时间。")
    two = ["财政部 responsible", "科技部 responsible"]
    assert [bodies(row) for row in found] == [two, two, ["税务总局 responsible"], ["税务总局 responsible"]]


def test_those_a_notice_goes_to_are_addressees_of_what_it_asks_of_them_alone() -> None:
    notice = (
        "青川市人民政府关于印发河岸整治工作方案的通知\n\n广东省人民政府，国务院各部委、各直属机构：\n\n"
        "现将《河岸整治工作方案》印发给你们，请认真组织实施。\n\n"
        "一、主要任务\n\n（一）清理河道。加强河道清理。要修复河岸堤防。\n"
    )
    found = extract(parse(read_bytes(notice.encode(), "notice.txt"))).obligations
    assert [(row.clause, row.quote, bodies(row)) for row in found] == [
        ("preamble", "请认真组织实施", ["广东省 addressee", "国务院各部委 addressee", "各直属机构 addressee"]),
        ("1", "加强河道清理", []),
        ("1", "要修复河岸堤防", []),
    ]


def test_a_condition_governs_the_clauses_behind_it_up_to_the_semicolon_or_full_stop(rows: Rows) -> None:
    premise = "在风险可控的前提下"
    found = rows(f"{premise}，建立监管制度，实行分线管理，构建监管体系；公布产业目录。制定管理办法。")
    assert [row.condition for row in found] == [premise, premise, premise, None, None]
    assert [row.quote for row in found][:2] == [f"{premise}，建立监管制度", "实行分线管理"]

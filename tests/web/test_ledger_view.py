"""The ledger on the page: what fits the filters, no more and no less, and the same in the files it gives."""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl, urlencode

import pytest
from docx import Document
from openpyxl import load_workbook

from kg.builds import load_build
from kg.errors import QueryError
from kg.exports import exports
from kg.ledger.arrange import Arrangement
from kg.ledger.changes import Edit, task_of
from kg.ledger.days import today
from kg.ledger.filters import OPENING, Filter, Obligations, chosen
from kg.ledger.store import Ledger
from kg.models import Obligation
from kg.vocab import Lang
from kg.web.deep_links import read_visit
from kg.web.desk.desk import Desk
from kg.web.fragments.ledger import choices, ledger_html, scope_of
from kg.web.fragments.page import foot_html
from tests.web.markup import classed, elements
from tests.web.server import Server, problem_of


def ids(desk: Desk, wanted: Filter) -> list[str]:
    return [row.id for one in desk.obligations.chosen(wanted.wanted()) for row in one.obligations]


def plain(desk: Desk) -> list[Obligation]:
    return list(desk.records[0].obligations)


def test_each_filter_keeps_the_rows_that_have_its_value_and_only_them(desk: Desk) -> None:
    rows = plain(desk)
    cases = [
        (Filter(clause="15"), [r.id for r in rows if r.clause == "15"]),
        (Filter(zone="福田保税区"), [r.id for r in rows if "福田保税区" in r.zones]),
        (Filter(modality="permission"), [r.id for r in rows if r.modality == "permission"]),
        (Filter(force="exploratory"), [r.id for r in rows if r.force == "exploratory"]),
        (Filter(tier="B"), [r.id for r in rows if r.tier == "B"]),
        (Filter(agent="税务总局"), [r.id for r in rows if "税务总局" in [p.name for p in r.agents]]),
        (Filter(modality="duty", force="pilot"), [r.id for r in rows if (r.modality, r.force) == ("duty", "pilot")]),
        (Filter(document="guofa-2023-12"), [r.id for r in rows]),
        (Filter(document="other"), []),
        (Filter(), [r.id for r in rows]),
    ]
    for wanted, expected in cases:
        assert ids(desk, wanted) == expected
    assert all(expected for wanted, expected in cases if wanted.document != "other")


def test_before_a_day_means_before_it(desk: Desk) -> None:
    before = ids(desk, Filter(due_before="2025-12-31"))
    assert before == ["6-13"]  # 2025年前 is 2024-12-31
    assert len(ids(desk, Filter(due_before="2026-01-01"))) == 11
    with pytest.raises(QueryError, match="not a day"):
        chosen(desk.records, Filter(due_before="明天"))


def test_rows_that_name_nobody_can_be_asked_for(desk: Desk) -> None:
    unnamed = set(ids(desk, Filter(agent="原文未明确")))
    assert "15-09" not in unnamed
    assert "15-01" in unnamed


def test_words_are_found_in_either_script_and_all_of_them_must_stand_there(desk: Desk) -> None:
    assert ids(desk, Filter(text="貨物 管理辦法")) == ids(desk, Filter(text="货物 管理办法")) == ["15-09"]
    assert ids(desk, Filter(text="货物 无此字样")) == []


def test_the_table_has_a_row_for_each_and_says_how_many(desk: Desk) -> None:
    html = ledger_html(desk, "zh-Hans", Filter(clause="15"))
    rows = [row for row in plain(desk) if row.clause == "15"]
    assert [e.text for e in classed(html, "hk-c-quote")] == [row.quote for row in rows]
    assert [e.text for e in classed(html, "hk-c-task_id")] == [f"{row.task_id} 填报 机器提取" for row in rows]
    assert f"{len(rows)} 项，共 {len(plain(desk))} 项" in html


def test_nothing_that_fits_and_a_day_that_is_none_are_told(desk: Desk) -> None:
    (empty,) = classed(ledger_html(desk, "zh-Hans", Filter(text="无此字样")), "hk-empty")
    assert "没有符合筛选的任务" in empty.text
    (notice,) = classed(ledger_html(desk, "zh-Hans", Filter(due_before="2025-13-01")), "hk-notice")
    assert "YYYY-MM-DD" in notice.text


def test_markup_in_a_filter_or_a_row_is_text(desk: Desk) -> None:
    evil = "<img src=x onerror=alert(1)>"
    (one,) = desk.records
    row = replace(one.obligations[0], quote=evil, zones=(evil,), condition=evil, exception=evil, task_id=evil)

    class Other(Desk):
        @cached_property
        def obligations(self) -> Obligations:
            return Obligations([replace(one, obligations=(row,))])

    other = Other(desk.build)
    for html in (
        ledger_html(other, "zh-Hans", Filter()),
        ledger_html(other, "zh-Hans", Filter(zone=evil)),
        ledger_html(other, "zh-Hans", Filter(due_before=evil)),
    ):
        assert {e.name for e in elements(html)}.isdisjoint({"img"})
        assert "&lt;img" in html


def test_every_choice_of_a_list_leaves_some_rows(desk: Desk) -> None:
    offered = choices(desk, "zh-Hans")
    for kind in ("agent", "zone"):
        for label, value in offered[kind][1:]:
            found = ids(desk, replace(Filter(), **{kind: value}))
            assert found
            if "(" in label:
                assert label == f"{value} ({len(found)})"
    assert len(offered["clause"]) == 33


def test_the_files_hold_what_the_page_lists(desk: Desk, server: Server) -> None:
    query = urlencode({"agent": "财政部", "modality": "duty"})
    expected = [
        r.task_id for r in plain(desk) if r.modality == "duty" and "财政部" in [agent.name for agent in r.agents]
    ]
    assert expected
    reply = server.get(f"/desk/ledger.csv?{query}")
    rows = list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"))))[1:]
    assert reply.kind == "text/csv"
    assert [row[0] for row in rows] == expected
    assert all("以正式公布文本为准" in row[-1] for row in rows)
    file = server.get(f"/desk/ledger.xlsx?{query}").body
    sheet = load_workbook(io.BytesIO(file))["任务分解表"]
    assert [row[1].value for row in sheet.iter_rows(min_row=5)] == expected
    assert sheet["A3"].value.endswith("筛选：主体＝财政部；性质＝事项。")


def test_the_heads_put_the_rows_in_order_and_turn_it_round(desk: Desk) -> None:
    html = ledger_html(desk, "zh-Hans", Filter(force="pilot"), Arrangement("deadline"))
    (link,) = [e for e in classed(html, "hk-sort") if e.text == "时限"]
    assert link.attributes["href"] == "?view=ledger&force=pilot&sort=-deadline"
    (link,) = [e for e in classed(html, "hk-sort") if e.text == "力度"]
    assert link.attributes["href"] == "?view=ledger&force=pilot&sort=force"
    turned = ledger_html(desk, "zh-Hans", Filter(), Arrangement("-force"))
    pages = [ledger_html(desk, "zh-Hans", Filter(), Arrangement("-force", page=page)) for page in range(1, 8)]
    forces = [e.text for page in pages for e in classed(page, "hk-c-force")]
    assert forces == sorted(forces, key=["探索", "试点", "支持", "明确"].index)
    assert len(set(forces)) == 4
    assert 'aria-sort="descending"' in turned


def test_columns_that_were_chosen_are_those_of_the_page_and_of_the_files(desk: Desk, server: Server) -> None:
    how = Arrangement("-deadline", ("quote", "deadline", "tier"))
    html = ledger_html(desk, "zh-Hans", Filter(), how)
    assert [e.text for e in elements(html) if e.name == "th"] == ["原文", "时限", "层级"]
    pages = [ledger_html(desk, "zh-Hans", Filter(), replace(how, page=page)) for page in range(1, 8)]
    assert html == pages[0]
    quotes = [e.text for page in pages for e in classed(page, "hk-c-quote")]
    assert len(quotes) == len(plain(desk))
    query = "sort=-deadline&columns=quote,deadline,tier"
    assert f"/desk/ledger.csv?{query}" in html.replace("&amp;", "&")
    file = server.get(f"/desk/ledger.csv?{query}").body
    head, *rows = csv.reader(io.StringIO(file.decode("utf-8-sig")))
    assert [name.split()[-1] for name in head] == [
        "task_id", "document", "quote", "deadline", "deadline_date", "tier", "source"
    ]  # fmt: skip
    assert [row[2] for row in rows] == quotes
    file = server.get(f"/desk/ledger.xlsx?{query}").body
    sheet = load_workbook(io.BytesIO(file))["任务分解表"]
    assert [cell.value for cell in sheet[4]] == [
        "序号", "任务编号", "任务来源", "原文摘录", "时限（原文）", "截止日期", "层级", "版本（勿改）"
    ]  # fmt: skip
    assert [row[3].value for row in sheet.iter_rows(min_row=5)] == quotes


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("due_before=soon", "YYYY-MM-DD"),
        ("agnet=x", "agnet: no filter"),
        ("due_before=1", "not a day"),
        ("sort=quote", "cannot be put in this order"),
        ("columns=quote,secret", "secret: there is no such column"),
    ],
)
def test_a_link_that_cannot_be_used_is_told_in_one_line(query: str, told: str, server: Server) -> None:
    reply = server.get(f"/desk/ledger.csv?{query}")
    assert reply.status == 422
    assert told in problem_of(reply)


def test_how_a_task_stands_is_shown_with_its_day_and_can_be_filtered_by(data: Path) -> None:
    desk = Desk(load_build(data))
    one = desk.records[0]
    row = next(row for row in one.obligations if row.deadline)
    html = ledger_html(desk, "zh-Hans", Filter())
    assert [e.text for e in classed(html, "hk-c-standing")] == [
        "灰 · 待核实 2025-12-31" if each is row else "灰 · 无明确时限" for each in one.obligations
    ]
    ledger = Ledger.open(desk.data)
    due = today() - datetime.timedelta(days=400)
    ledger.save([Edit(task_of(one.document.slug, row), {"status": "under_way", "extended_to": due})], "甲", "x")
    ledger.close()
    late = ledger_html(desk, "zh-Hans", Filter(state="overdue"))
    assert [e.text for e in classed(late, "hk-c-task_id")] == [f"{row.task_id} 填报 机器提取"]
    (cell,) = classed(late, "hk-c-standing")
    assert cell.text == f"红 · 逾期 400 天 推进中 · {due}"
    assert "办理情况＝逾期" in scope_of(desk, "zh-Hans", Filter(state="overdue"))
    (empty,) = classed(ledger_html(desk, "zh-Hans", Filter(state="finished")), "hk-empty")
    assert empty.text
    (notice,) = classed(ledger_html(desk, "zh-Hans", Filter(state="lost")), "hk-notice")
    assert "overdue" in notice.text
    desk.close()


def test_by_a_link_the_table_and_its_file_are_in_the_order_of_the_assignees(data: Path) -> None:
    desk = Desk(load_build(data))
    one = desk.records[0]
    first, *_, last = one.obligations
    ledger = Ledger.open(desk.data)
    for row, name in ((first, "市水务局"), (last, "市财政局")):
        ledger.save([Edit(task_of(one.document.slug, row), {"assigned_to": (name,)})], "甲", "x")
    ledger.close()
    visit = read_visit(desk, {"view": "ledger", "sort": "assigned_to"}, "zh-Hans")
    assert visit.how is not None
    shown = ledger_html(desk, "zh-Hans", Filter(), visit.how)
    assert [e.text for e in classed(shown, "hk-c-assigned_to")][:3] == ["市财政局", "市水务局", "未分办"]
    (link,) = [e for e in classed(shown, "hk-sort") if e.text == "承办单位"]
    assert link.attributes["href"] == "?view=ledger&tier=all&sort=-assigned_to"
    found = desk.arranged(Filter(), "-assigned_to")
    rows = [row.task_id for each in found for row in each.obligations]
    assert rows == [first.task_id, last.task_id, *(row.task_id for row in one.obligations[1:-1])]
    desk.close()


def test_the_ledger_opens_on_what_can_be_checked_and_says_how_much_is_left_out(desk: Desk) -> None:
    tracked = [row for row in plain(desk) if row.tier == "A"]
    rest = len(plain(desk)) - len(tracked)
    assert read_visit(desk, {"view": "ledger"}, "zh-Hans").wanted == OPENING == Filter(tier="A")
    assert read_visit(desk, {"view": "ledger", "tier": "all"}, "zh-Hans").wanted == Filter()
    assert read_visit(desk, {"view": "ledger", "zone": "福田保税区"}, "zh-Hans").wanted == Filter(zone="福田保税区")
    said: dict[Lang, str] = {
        "zh-Hans": f"另有 {rest} 项方向性表述未列，显示",
        "zh-Hant": f"另有 {rest} 項方向性表述未列，顯示",
        "en": f"{rest} statements of direction are not listed: show them",
    }
    for lang, told in said.items():
        (left,) = classed(ledger_html(desk, lang, OPENING), "hk-left-out")
        assert left.text == told
    assert classed(ledger_html(desk, "en", Filter()), "hk-left-out") == []
    heads = [e.text for e in elements(ledger_html(desk, "zh-Hans", OPENING)) if e.name == "th"]
    assert heads[:2] == ["时限", "承办单位"]


def test_each_facet_counts_what_its_link_leads_to(desk: Desk) -> None:
    html = ledger_html(desk, "zh-Hans", OPENING)
    links = [e for e in elements(html) if e.name == "a" and "hk-sort" not in (e.attributes.get("class") or "")]
    followed = 0
    for link in links:
        words, _, count = link.text.rpartition(" ")
        if not count.isdigit():
            continue
        query = dict(parse_qsl((link.attributes["href"] or "").removeprefix("?")))
        wanted = read_visit(desk, query, "zh-Hans").wanted
        assert wanted.tier == "A", words
        assert len(ids(desk, wanted)) == int(count), words
        followed += 1
    assert followed > 10


def test_the_word_file_and_the_calendar_hold_what_is_listed(desk: Desk, server: Server) -> None:
    wanted = Filter(zone="福田保税区")
    listed = ids(desk, wanted)
    expected = [row for row in plain(desk) if row.id in listed]
    query = urlencode({"zone": "福田保税区"})
    paper = Document(io.BytesIO(server.get(f"/desk/ledger.docx?{query}").body))
    lines = list(paper.tables[0].rows)
    words = "".join(line.cells[2].text for line in lines)
    assert len(lines) - 1 == len(expected)
    assert all(row.quote in words for row in expected)
    calendar = server.get(f"/desk/ledger.ics?{query}")
    assert calendar.kind == "text/calendar"
    dated = [row for row in expected if row.deadline and row.deadline.date]
    assert calendar.body.decode().count("BEGIN:VEVENT") == len(dated)
    assert dated


def test_pages_in_english_and_traditional_have_names_and_titles_of_their_own(desk: Desk) -> None:
    wanted = Filter(agent="财政部")
    english = ledger_html(desk, "en", wanted)
    assert "Ministry of Finance" in classed(english, "hk-c-owners")[0].text
    assert classed(english, "hk-c-clause")[0].text == "15 · Managing goods by line"
    assert "財政部" in classed(ledger_html(desk, "zh-Hant", wanted), "hk-c-owners")[0].text
    assert classed(ledger_html(desk, "zh-Hant", wanted), "hk-c-clause")[0].text == "（十五）實施貨物分線管理"
    for lang, unnamed in (("en", "not named in the text"), ("zh-Hant", "原文未明確")):
        page = ledger_html(desk, cast("Lang", lang), Filter(clause="1"))
        assert unnamed in page
        assert exports().unnamed not in [e.text for e in elements(page)]
    assert "translations by this project" in foot_html("en")
    assert "translations" not in foot_html("zh-Hans")

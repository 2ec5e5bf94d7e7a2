"""A link opens what it names, in the build it is opened in; what is not there is told."""

from __future__ import annotations

import pytest

from kg.ledger.filters import Filter
from kg.web.deep_links import read_visit
from kg.web.desk.desk import Desk
from kg.web.wording import words


def test_a_clause_an_obligation_and_a_task_open_where_they_stand(desk: Desk) -> None:
    by_clause = read_visit(desk, {"clause": "15"}, "zh-Hans")
    assert by_clause.tab == "read"
    assert by_clause.clause is not None
    assert by_clause.clause[1].label == "（十五）"
    by_id = read_visit(desk, {"obligation": "15-03"}, "zh-Hans")
    assert (by_id.clause, by_id.obligation) == (by_clause.clause, "15-03")
    task = next(row.task_id for row in desk.records[0].obligations if row.id == "15-03")
    assert read_visit(desk, {"obligation": task}, "zh-Hans") == by_id


def test_a_question_and_a_query_open_in_their_tabs(desk: Desk) -> None:
    assert read_visit(desk, {"q": "由谁制定？"}, "zh-Hans").question == "由谁制定？"
    assert read_visit(desk, {"sparql": "ASK {}"}, "zh-Hans").tab == "sparql"
    assert read_visit(desk, {}, "zh-Hans").tab == "ask"
    assert read_visit(desk, {"q": "  "}, "zh-Hans").question == ""


def test_every_tab_opens_by_its_name_with_all_its_link_says_and_any_other_name_opens_the_front(desk: Desk) -> None:
    for name in words("en")["tabs"]:
        visit = read_visit(desk, {"view": name, "more": "1"}, "en")
        assert (visit.tab, visit.query) == (name, {"view": name, "more": "1"})
    assert read_visit(desk, {"view": "nothing"}, "en").tab == "ask"


@pytest.mark.parametrize(
    ("query", "kind", "name", "rows"),
    [
        ({"agent": "财政部"}, "agent", "财政部", ["15-09", "19-02"]),
        ({"agent": "发改委"}, "agent", "国家发展改革委", ["30-08", "30-09", "30-10", "30-11"]),
        ({"agent": "State Taxation Administration"}, "agent", "税务总局", ["15-09", "19-02"]),
        ({"zone": "福田保稅區"}, "zone", "福田保税区", None),
        ({"policy": "优惠产业目录"}, "policy", "优惠产业目录", ["19-02"]),
        ({"policy": "优惠产业目录", "document": "guofa-2023-12"}, "policy", "优惠产业目录", ["19-02"]),
    ],
)
def test_a_body_a_zone_and_a_policy_open_their_page_with_their_rows_by_any_of_their_names(
    query: dict[str, str], kind: str, name: str, rows: list[str] | None, desk: Desk
) -> None:
    visit = read_visit(desk, query, "zh-Hans")
    assert (visit.tab, visit.notice) == ("things", "")
    assert visit.thing is not None
    assert (visit.thing.kind, visit.thing.name) == (kind, name)
    found = [said.row.id for said in visit.thing.rows]
    assert found == (rows or [row.id for row in desk.records[0].obligations if name in row.zones])


def test_the_ledger_opens_as_its_link_filters_it_and_no_value_is_made_up(desk: Desk) -> None:
    slug = desk.records[0].document.slug
    given = {"clause": "15", "agent": "财政部", "force": "exploratory", "text": "办法"}
    wanted = read_visit(desk, {"view": "ledger", **given}, "zh-Hans").wanted
    assert wanted == Filter(document=slug, **given)
    assert read_visit(desk, {"view": "ledger", "agent": "原文未明确"}, "zh-Hans").wanted.agent == "原文未明确"
    made_up = {"clause": "99", "agent": "某部", "zone": "某区", "modality": "must", "force": "x", "tier": "C"}
    made_up["about"] = "agent/财政部"
    assert read_visit(desk, {"view": "ledger", **made_up}, "zh-Hans").wanted == Filter()


@pytest.mark.parametrize("key", ["clause", "obligation", "agent", "zone", "policy"])
def test_what_is_not_there_is_told_by_its_name_and_nothing_else_is_opened(key: str, desk: Desk) -> None:
    visit = read_visit(desk, {key: "九十九"}, "zh-Hans")
    assert "九十九" in visit.notice
    assert visit.clause is None
    assert visit.thing is None
    assert visit.wanted.agent == visit.wanted.zone == ""


def test_a_document_there_is_not_has_no_clause(desk: Desk) -> None:
    assert read_visit(desk, {"clause": "15", "document": "other"}, "zh-Hans").clause is None
    assert read_visit(desk, {"policy": "优惠产业目录", "document": "other"}, "zh-Hans").thing is None

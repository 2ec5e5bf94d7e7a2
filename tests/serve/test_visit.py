"""A link opens what it names, in the build it is opened in; what is not there is told."""

from __future__ import annotations

import pytest

from kg.ledger.filters import Filter
from kg.serve.desk import Desk
from kg.serve.visit import read_visit
from kg.serve.wording import words


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


def test_the_ledger_opens_as_its_link_filters_it_and_no_value_is_made_up(desk: Desk) -> None:
    slug = desk.records[0].document.slug
    given = {"clause": "15", "agent": "财政部", "force": "exploratory", "text": "办法"}
    wanted = read_visit(desk, {"view": "ledger", **given}, "zh-Hans").wanted
    assert wanted == Filter(document=slug, **given)
    assert read_visit(desk, {"view": "ledger", "agent": "原文未明确"}, "zh-Hans").wanted.agent == "原文未明确"
    made_up = {"clause": "99", "agent": "某部", "zone": "某区", "modality": "must", "force": "x", "tier": "C"}
    assert read_visit(desk, {"view": "ledger", **made_up}, "zh-Hans").wanted == Filter()


def test_a_body_and_a_zone_open_the_ledger_with_their_rows_and_a_policy_its_clause(desk: Desk) -> None:
    assert read_visit(desk, {"agent": "财政部"}, "zh-Hans").wanted.agent == "财政部"
    assert read_visit(desk, {"zone": "福田保税区"}, "zh-Hans").wanted.zone == "福田保税区"
    policy = read_visit(desk, {"policy": "优惠产业目录"}, "zh-Hans")
    assert policy.clause is not None
    assert policy.clause[1].id == "19"


@pytest.mark.parametrize("key", ["clause", "obligation", "agent", "zone", "policy"])
def test_what_is_not_there_is_told_by_its_name_and_nothing_else_is_opened(key: str, desk: Desk) -> None:
    visit = read_visit(desk, {key: "九十九"}, "zh-Hans")
    assert "九十九" in visit.notice
    assert visit.clause is None
    assert visit.wanted.agent == visit.wanted.zone == ""


def test_a_document_there_is_not_has_no_clause(desk: Desk) -> None:
    assert read_visit(desk, {"clause": "15", "document": "other"}, "zh-Hans").clause is None

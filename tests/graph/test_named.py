"""The queries that have a name: their headers, their values, and what they give."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import QueryError, RuleError
from kg.graph.named import bind, load, names, parse, run_named, written_out
from kg.graph.sparql import run, select
from kg.graph.store import GraphStore

HEAD = "# 标题 | Title\n"
QUERY = "SELECT ?agent ?s { ?s hk:kind ?agent }\n"

GIVEN = {
    "agent": "財政部",
    "before": "2026-01-01",
    "clause": "15",
    "domain": "customs",
    "force": "firm",
    "kind": "past",
    "modality": "duty",
    "name": "ministry of finance",
    "tier": "A",
    "who": "企业",
    "words": "制定",
    "zone": "合作區",
}

EXPECTED: dict[str, tuple[list[str], list[tuple[str, ...]]]] = {
    "agent-obligations": (
        ["clause", "role", "basis"],
        [("15", "responsible", "explicit"), ("15", "responsible", "inherited")],
    ),
    "agents": (["agent", "clauses"], []),
    "approvals": (["approver", "quote"], [("国务院", "制定完成后报国务院备案")]),
    "clause": (
        ["quote"],
        [
            (q,)
            for q in (
                "对符合条件的进口自用货物免征关税，“一线”已缴税货物除外",
                "具体管理办法由财政部、海关总署等有关部门另行制定",
                "制定完成后报国务院备案",
                "允许企业设立账户",
                "待条件成熟后探索开放数据",
            )
        ],
    ),
    "beneficiary-obligations": (["beneficiary", "quote"], [("企业", "允许企业设立账户")]),
    "clause-owners": (["owner", "openList"], [("有关部门", "true"), ("海关总署", "true"), ("财政部", "true")]),
    "clauses-containing": (["clause"], [("15",)]),
    "clauses-without-named-body": (["clause"], [("2",)]),
    "conditional-times": (["kind", "time", "quote"], [("conditional", "待条件成熟后", "待条件成熟后探索开放数据")]),
    "conditions": (["condition"], [("制定完成后",), ("待条件成熟后",)]),
    "cross-references": (["quote"], []),
    "dated-owners": (["clause", "deadline", "date"], [("2", "到2025年", "2025-12-31")]),
    "deadlines": (["clause", "date"], [("2", "2025-12-31")]),
    "document": (
        ["title", "identifier", "issued", "publisher"],
        [("示范园区发展规划", "国发〔2023〕12号", "2023-08-08", "国务院")],
    ),
    "exceptions": (["exception"], [("“一线”已缴税货物除外",)]),
    "exemptions": (["condition", "exception"], [("符合条件的", "“一线”已缴税货物除外")]),
    "filings": (["quote"], [("制定完成后报国务院备案",)]),
    "inherited-owners": (["owner", "quote"], [("财政部", "制定完成后报国务院备案")]),
    "mentions": (["clause"], [("15",)]),
    "obligations": (["quote"], [("具体管理办法由财政部、海关总署等有关部门另行制定",), ("制定完成后报国务院备案",)]),
    "obligations-containing": (
        ["clause", "quote"],
        [("15", "具体管理办法由财政部、海关总署等有关部门另行制定"), ("15", "制定完成后报国务院备案")],
    ),
    "permissions-pending": (["quote"], []),
    "pilots": (["quote"], []),
    "policies": (["policy", "zone", "clause"], [("进口自用货物免征关税", "示范园区", "15")]),
    "reliefs": (
        ["condition", "exception", "quote"],
        [("符合条件的", "“一线”已缴税货物除外", "对符合条件的进口自用货物免征关税，“一线”已缴税货物除外")],
    ),
    "rules-to-be-made": (
        ["maker", "object"],
        [("有关部门", "具体管理办法"), ("海关总署", "具体管理办法"), ("财政部", "具体管理办法")],
    ),
    "times": (["time", "date"], [("2017年7月", "2017-07")]),
    "unnamed-bodies": (
        ["body", "clause", "quote"],
        [("有关部门", "15", "具体管理办法由财政部、海关总署等有关部门另行制定")],
    ),
    "zone-obligations": (["quote"], []),
    "zone-parts": (["part", "areaKm2"], [("示范园区", "1.35")]),
    "zone-uses": (["use"], []),
    "zones": (["zone"], [("合作区",), ("示范园区",)]),
}
"""For each query with GIVEN bound to all its parameters: columns, and what stands in them."""


def _given(name: str, required: bool = False) -> dict[str, str]:
    return {p.name: GIVEN[p.name] for p in load(name).parameters if p.required or not required}


def test_every_query_is_expected_something_of() -> None:
    assert set(names()) == set(EXPECTED)
    assert len(names()) >= 15


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_query_gives_what_the_records_hold(store: GraphStore, name: str) -> None:
    columns, rows = EXPECTED[name]
    found = run_named(store, name, _given(name)).values()
    assert [tuple(row.get(column, "") for column in columns) for row in found] == rows


@pytest.mark.parametrize("name", sorted(EXPECTED))
@pytest.mark.parametrize("required", [True, False])
def test_a_query_written_out_gives_the_same_rows(store: GraphStore, name: str, required: bool) -> None:
    given = _given(name, required)
    alone = written_out(load(name), given)
    assert select(store, alone).rows == run_named(store, name, given).rows
    assert run(store, alone).rows == run_named(store, name, given).rows


def test_without_optional_values_nothing_is_left_out(store: GraphStore) -> None:
    assert len(run_named(store, "obligations").rows) == 6
    assert len(run_named(store, "deadlines").rows) == 2
    assert {row["agent"] for row in run_named(store, "agents").values()} == {"国务院", "有关部门", "海关总署", "财政部"}


@pytest.mark.parametrize(
    "spelt", ["财政部", "财政部门", "財政部", "財政部門", "Ministry of Finance", "MINISTRY of finance"]
)
def test_a_body_is_found_however_it_is_called(store: GraphStore, spelt: str) -> None:
    assert len(run_named(store, "agent-obligations", {"agent": spelt}).rows) == 2


def test_a_dated_obligation_without_an_owner_is_listed_with_none(store: GraphStore) -> None:
    (row,) = run_named(store, "dated-owners").values()
    assert "owner" not in row
    assert row["quote"] == "到2025年，皇岗口岸整体完成重建"


@pytest.mark.parametrize("value", ['" } SERVICE <u:x> {} #', "\\", "'''", "a\nb", "?s", "财政部\u202e"])
def test_a_value_is_a_value_whatever_is_in_it(store: GraphStore, value: str) -> None:
    given = {"agent": value}
    assert run_named(store, "agent-obligations", given).rows == ()
    assert run(store, written_out(load("agent-obligations"), given)).rows == ()


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("agent-obligations", {}, "the parameter agent is missing"),
        ("agent-obligations", {"agent": "  "}, "the parameter agent is missing"),
        ("agent-obligations", {"agent": "x", "zone": "y"}, "no such parameter; its parameters are: agent"),
        ("obligations", {"modality": "firm"}, "is no modality; use one of duty"),
        ("deadlines", {"before": "2025"}, "write it as YYYY-MM-DD"),
        ("deadlines", {"before": "2025-02-30"}, "is no day"),
        ("../named", {}, "no query of that name"),
        ("nothing", {}, "list them with"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_one_line(name: str, given: dict[str, str], said: str) -> None:
    with pytest.raises(QueryError) as raised:
        bind(load(name), given)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (QUERY, "line 1 is not a title"),
        ("# 只有中文\n" + QUERY, "line 1 is not a title"),
        (HEAD + "# parm agent text: x\n" + QUERY, "line 2 is no header that is known"),
        (HEAD + "# answer: 财政部\n" + QUERY, "line 2 is no header that is known"),
        (HEAD + "# param agent colour: x\n" + QUERY, "line 2 is no header that is known"),
        (HEAD + "# param agent text:\n" + QUERY, "line 2 is no header that is known"),
        (HEAD + "# param zone text: x\n" + QUERY, r"?zone is not in the SELECT clause"),
        (HEAD + "SELECT * { ?s }\n", "near line 2"),
        (HEAD + "SELECT * { SERVICE <u:x> { } }\n", "SERVICE is not allowed"),
        (HEAD + "CLEAR ALL\n", "read-only"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused(text: str, said: str) -> None:
    with pytest.raises(RuleError) as raised:
        parse(Path("odd.rq"), text)
    assert said in str(raised.value)


def test_a_file_as_it_should_be_is_read() -> None:
    query = parse(Path("odd.rq"), HEAD + "# note: 说明\n# optional agent text: x, e.g. y\n" + QUERY)
    assert (query.name, query.title_zh, query.title_en, query.note) == ("odd", "标题", "Title", "说明")
    (parameter,) = query.parameters
    assert (parameter.name, parameter.type, parameter.required) == ("agent", "text", False)

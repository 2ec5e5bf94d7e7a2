"""Things from records: every row under every part, each zone once in the tree, names in three languages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kg.graph.build import to_graph
from kg.graph.store import open_store, write_store
from kg.ledger.filters import Filter
from kg.ledger.parts import THING_KINDS
from kg.models import Records, Zone
from kg.views.things import Branch, Open, PlacedObligation, Things, left_open, pending
from kg.web.desk.desk import Desk
from tests.conftest import GOLDEN
from tests.graph.conftest import make_records


@pytest.fixture
def records() -> Records:
    return make_records()


def zones(records: Records, *made: tuple[str, str | None]) -> Things:
    return Things([replace(records, zones=tuple(Zone(n, (), "park", of, None, None, ()) for n, of in made))])


def drawn(branches: tuple[Branch, ...]) -> dict[str, object]:
    return {branch.zone.name: drawn(branch.parts) for branch in branches}


def test_a_body_s_rows_stand_under_each_of_its_parts_what_is_inherited_last_and_apart(records: Records) -> None:
    found = Things([records]).find("agent", "财政部")
    assert found is not None
    assert [(g.role, g.inherited, [said.row.id for said in g.rows]) for g in found.groups] == [
        ("responsible", False, ["15-02"]),
        ("responsible", True, ["15-03"]),
    ]
    assert [said.row.id for said in found.rows] == ["15-02", "15-03"]
    assert (found.tier, found.sort, found.clauses) == ("named", "ministry", (("guofa-2023-12", "15"),))


def test_a_thing_is_found_by_its_own_name_before_another_s_other_name(records: Records) -> None:
    others = (replace(records.agents[1], aliases=("财政部",)), *records.agents)
    found = Things([replace(records, agents=others)])
    assert [t.name for t in [found.find("agent", "财政部"), found.find("agent", "財政部")] if t] == ["财政部", "财政部"]
    assert found.find("zone", "财政部") is None


@pytest.mark.parametrize("asked", ["财政部门", "財政部門", "Ministry of Finance", "ministry  of finance", " 财政部 "])
def test_a_thing_is_found_by_each_of_its_names_in_each_language(asked: str, records: Records) -> None:
    found = Things([records]).find("agent", asked)
    assert found is not None
    assert found.name == "财政部"


def test_names_are_told_by_language_and_the_english_one_is_the_vocabulary_s(records: Records) -> None:
    things = Things([replace(records, agents=(replace(records.agents[0], aliases=("财政部门",)),))])
    (body,) = (thing for thing in things.of("agent") if thing.name == "财政部")
    assert body.names == {
        "zh-Hans": ("财政部", "财政部门"),
        "zh-Hant": ("財政部", "財政部門"),
        "en": ("Ministry of Finance",),
    }


def test_what_only_a_row_or_a_zone_names_is_a_thing_with_the_clause_it_stands_in(records: Records) -> None:
    bare = Things([replace(records, agents=(), zones=records.zones[1:], policies=())])
    body, whole = bare.find("agent", "有关部门"), bare.find("zone", "合作区")
    policy = bare.find("policy", "进口自用货物免征关税")
    assert body is not None
    assert (body.tier, body.clauses) == ("collective", (("guofa-2023-12", "15"),))
    assert whole is not None
    assert policy is not None
    assert [said.row.id for said in policy.rows] == ["15-01"]


def test_a_body_is_one_over_all_documents_and_a_policy_is_its_document_s(records: Records) -> None:
    other = replace(records, document=replace(records.document, slug="other"))
    both = Things([other, records])
    body = both.find("agent", "国务院")
    assert body is not None
    assert [(said.document, said.row.id) for said in body.rows] == [("other", "15-03"), ("guofa-2023-12", "15-03")]
    for slug in ("other", "guofa-2023-12"):
        policy = both.find("policy", "进口自用货物免征关税", slug)
        assert policy is not None
        assert {said.document for said in policy.rows} == {slug} == {policy.document}
    assert both.find("policy", "进口自用货物免征关税", "third") is None
    assert len(both.of("policy")) == 2


def test_where_two_documents_give_a_zone_different_areas_both_are_kept(records: Records) -> None:
    other = replace(
        records,
        document=replace(records.document, slug="other"),
        zones=(replace(records.zones[1], area_km2=1.4, boundary=None),),
    )
    zone = Things([records, other]).find("zone", "示范园区")
    assert zone is not None
    assert (zone.areas, zone.boundaries) == ((1.35, 1.4), ("位于合作区",))


def test_the_tree_has_every_zone_once_under_what_it_is_part_of(records: Records) -> None:
    assert drawn(Things([records]).tree) == {"合作区": {"示范园区": {}}}
    # one that names a whole the document has no record of, and one whose parts stand before it
    made = zones(records, ("三", "二"), ("二", "一"), ("四", "外"))
    assert drawn(made.tree) == {"一": {"二": {"三": {}}}, "外": {"四": {}}, "示范园区": {}}


@pytest.mark.parametrize(
    ("made", "tree"),
    [
        ([("甲", "甲")], {"甲": {}}),
        ([("甲", "乙"), ("乙", "甲")], {"乙": {"甲": {}}}),
        ([("甲", "乙"), ("乙", "丙"), ("丙", "乙"), ("丁", None)], {"丁": {}, "丙": {"乙": {"甲": {}}}}),
    ],
)
def test_zones_that_are_each_other_s_part_end_somewhere(
    made: list[tuple[str, str | None]], tree: dict[str, object], records: Records
) -> None:
    bare = replace(records, obligations=(), policies=())
    assert drawn(zones(bare, *made).tree) == tree


def test_names_near_to_one_that_is_not_there_are_those_that_share_most_of_it(records: Records) -> None:
    things = Things([records])
    assert [t.name for t in things.near("agent", "财政厅")] == ["财政部"]
    assert things.near("agent", "zzz") == things.near("agent", "") == ()


def test_what_is_open_comes_from_the_named_queries_and_is_told_in_the_text_s_words(
    records: Records, tmp_path: Path
) -> None:
    write_store([to_graph(records)], tmp_path / "store")
    with open_store(tmp_path / "store") as store:
        found = pending(store)
    assert found["guofa-2023-12", "15-02"] == (Open("rule", "具体管理办法"),)
    assert found["guofa-2023-12", "15-05"] == (Open("condition", "待条件成熟后"),)
    rows = [PlacedObligation("guofa-2023-12", row) for row in records.obligations]
    told = left_open(rows, found)
    assert list(told) == ["rule", "condition"]
    assert [said.row.id for _, said in told["rule"]] == ["15-02"]
    assert left_open(rows[:1], found) == {}


# ------------------------------------------------------------------ the plan, against its reviewed files


def golden(name: str) -> list[dict[str, object]]:
    lines = (GOLDEN / "hetao-2023" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_every_body_zone_and_policy_of_the_plan_is_there_once(desk: Desk) -> None:
    for kind, file in (("agent", "agents"), ("zone", "zones"), ("policy", "policies")):
        wanted = [one["name"] for one in golden(file)]
        assert sorted(t.name for t in desk.things.of(kind)) == sorted(wanted)  # type: ignore[arg-type, type-var]

    def all_of(branches: tuple[Branch, ...]) -> list[str]:
        return [name for branch in branches for name in (branch.zone.name, *all_of(branch.parts))]

    assert sorted(all_of(desk.things.tree)) == sorted(str(one["name"]) for one in golden("zones"))


def test_a_thing_s_rows_are_those_its_files_hold(desk: Desk) -> None:
    tried = 0
    for kind in THING_KINDS:
        for thing in desk.things.of(kind):
            held = desk.obligations.chosen(Filter(document=thing.document, about=thing.about).wanted())
            assert [said.row for said in thing.rows] == [row for one in held for row in one.obligations]
            tried += bool(thing.rows)
    assert tried > 80


def test_the_bodies_of_the_plan_have_the_rows_the_reviewed_file_gives_them(desk: Desk) -> None:
    rows = golden("obligations")
    bodies = {str(one["name"]) for one in golden("agents")}
    for body in desk.things.of("agent"):
        parts = {
            (agent["role"], agent["basis"] == "inherited", row["id"])
            for row in rows
            for agent in row["agents"]  # type: ignore[attr-defined]
            if agent["name"] == body.name
        }
        parts |= {("beneficiary", False, row["id"]) for row in rows if body.name in row["beneficiaries"]}  # type: ignore[operator]
        assert {(g.role, g.inherited, said.row.id) for g in body.groups for said in g.rows} == parts
    assert "有关部门" in bodies


def test_the_plan_leaves_open_what_it_says_it_does(desk: Desk) -> None:
    opens = {row: [(one.kind, one.words) for one in found] for (_, row), found in desk.pending(desk.slugs).items()}
    assert opens["15-09"] == [("rule", "具体管理办法")]
    assert opens["19-02"] == [("rule", "优惠产业目录")]
    assert opens["6-15"] == [("rule", "监管安排"), ("condition", "视合作区发展需要")]
    assert opens["30-07"] == [("condition", "条件成熟后")]
    assert opens["30-10"] == [("time", "适时")]
    assert opens["29-02"][-1] == ("time", "定期")
    # a day is no open time
    assert not any(row.startswith("3-") for row in opens)

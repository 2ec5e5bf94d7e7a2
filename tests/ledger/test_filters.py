"""What the desk and `/api/obligations` choose from obligations: one choice, by the parts that things have in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from kg.errors import QueryError
from kg.ledger.filters import Filter, Obligations, Wanted, chosen
from kg.ledger.parts import ThingPart, part_reader
from kg.models import Agent, Records
from tests.graph.conftest import make_records


def ids(records: Sequence[Records]) -> list[str]:
    return [row.id for one in records for row in one.obligations]


@pytest.fixture
def records() -> Records:
    return make_records()


def test_every_part_of_every_body_zone_and_policy_is_told_and_what_is_inherited_as_such(records: Records) -> None:
    parts = part_reader(records)
    told = {row.id: parts(row) for row in records.obligations}
    assert told["15-01"] == [
        ThingPart("zone", "示范园区", "zone"),
        ThingPart("policy", "进口自用货物免征关税", "policy"),
    ]
    assert told["15-03"] == [
        ThingPart("agent", "财政部", "responsible", inherited=True),
        ThingPart("agent", "国务院", "approver"),
    ]
    # 企业 is a description here and no body of the document's list
    assert told["15-04"] == []


def test_who_gains_is_a_body_before_it_is_a_zone_of_the_same_name(records: Records) -> None:
    row = replace(records.obligations[4], beneficiaries=("示范园区", "财政部", "合作区"))
    body = Agent("合作区", (), "place", "place_gov", ("2",))
    both = replace(records, agents=(*records.agents, body), obligations=(row,))
    assert part_reader(both)(row) == [
        ThingPart("zone", "示范园区", "beneficiary"),
        ThingPart("agent", "财政部", "beneficiary"),
        ThingPart("agent", "合作区", "beneficiary"),
    ]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("agent/财政部", ["15-02", "15-03"]),
        ("agent/国务院", ["15-03"]),
        ("zone/示范园区", ["15-01"]),
        ("policy/进口自用货物免征关税", ["15-01"]),
        ("agent/示范园区", []),
        ("财政部", []),
    ],
)
def test_what_is_about_a_thing_are_the_rows_it_has_any_part_in(
    about: str, expected: list[str], records: Records
) -> None:
    assert ids(chosen([records], Filter(about=about))) == expected


def test_a_filter_of_one_value_each_chooses_what_the_same_values_in_lists_choose(records: Records) -> None:
    cases = [
        (Filter(clause="15"), Wanted(clauses=["15"])),
        (Filter(agent="財政部", force="firm"), Wanted(agents=["財政部"], forces=["firm"])),
        (Filter(agent="ministry of  finance"), Wanted(agents=["财政部门"])),
        (Filter(zone="園區"), Wanted(zones=["示范园区", "无此区域"])),
        (Filter(due_before=" 2026-01-01 "), Wanted(due_before="2026-01-01")),
        (Filter(text="貨物 免征"), Wanted(words=["货物", "免征"])),
        (Filter(document="guofa-2023-12", tier="B"), Wanted(documents=["guofa-2023-12"], tiers=["B"])),
    ]
    for one, many in cases:
        found = ids(chosen([records], one))
        assert found == ids(Obligations([records]).chosen(many))
        assert 0 < len(found) < len(records.obligations)


def test_any_value_of_a_kind_does_and_every_kind_must(records: Records) -> None:
    every = Obligations([records])
    assert ids(every.chosen(Wanted(modalities=["target", "permission"]))) == ["2-01", "15-04"]
    assert ids(every.chosen(Wanted(modalities=["target", "permission"], clauses=["15"]))) == ["15-04"]
    assert ids(every.chosen(Wanted(agents=["海关总署", "国务院"]))) == ["15-02", "15-03"]
    assert ids(every.chosen(Wanted())) == [row.id for row in records.obligations]


def test_rows_whose_own_sentence_names_nobody_are_found_beside_those_of_a_body(records: Records) -> None:
    every = Obligations([records])
    assert ids(every.chosen(Wanted(agents=["原文未明确"]))) == ["2-01", "15-01", "15-03", "15-04", "15-05"]
    assert "15-02" in ids(every.chosen(Wanted(agents=["原文未明确", "财政部"])))


def test_a_name_counts_for_its_own_document_alone(records: Records) -> None:
    other = replace(
        records,
        document=replace(records.document, slug="other"),
        agents=(Agent("海关总署", ("财政部门",), "named", "ministry", ("15",)),),
    )
    found = Obligations([records, other]).chosen(Wanted(agents=["财政部门"]))
    assert [(one.document.slug, ids((one,))) for one in found] == [
        ("guofa-2023-12", ["15-02", "15-03"]),
        ("other", ["15-02"]),
    ]


def test_a_day_that_is_none_is_refused_and_a_document_without_a_row_left_out(records: Records) -> None:
    with pytest.raises(QueryError, match="not a day"):
        Filter(due_before="2026-02-30").wanted()
    assert chosen([records], Filter(document="other")).total == 0
    assert chosen([records], Filter(clause="preamble")).total == 0

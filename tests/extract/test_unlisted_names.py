"""Bodies and areas that no list knows, by how they are called; and what is called so and is none."""

from __future__ import annotations

import pytest

from tests.extract.conftest import Read, Rows

BODIES = [
    ("支持金砖国家未来网络研究院等国际科技组织在福田保税区设立分支机构。", "金砖国家未来网络研究院", "research_org"),
    ("支持双方联合成立深圳园区理事会。", "深圳园区理事会", "working_group"),
    ("发挥专家咨询委员会作用。", "专家咨询委员会", "working_group"),
    ("吸引世界无线局域网应用发展联盟落户。", "世界无线局域网应用发展联盟", "international_org"),
]


@pytest.mark.parametrize(("text", "name", "kind"), BODIES)
def test_a_body_is_told_by_how_it_is_called(text: str, name: str, kind: str, read: Read) -> None:
    agents = {agent.name: agent for agent in read(text).agents}
    assert (agents[name].tier, agents[name].kind) == ("named", kind)


@pytest.mark.parametrize(
    "text",
    [
        "支持组建产业技术创新战略联盟。",
        "建设新型研究院。",
        "建立部际联席会议制度。",
        "支持高校、科研院所开展合作。",
        "鼓励四市产业技术研究院发挥作用。",
    ],
)
def test_a_kind_of_body_is_no_body_by_name(text: str, read: Read) -> None:
    assert [agent.name for agent in read(text).agents if agent.tier == "named"] == []


def test_a_body_called_so_acts_where_it_is_supported_and_not_where_it_is_founded(rows: Rows) -> None:
    (acting,) = rows("支持金砖国家未来网络研究院在福田保税区设立分支机构。")
    assert [(p.name, p.role) for p in acting.agents] == [("金砖国家未来网络研究院", "responsible")]
    (founded,) = rows("支持组建世界创新城市合作组织。")
    assert founded.agents == ()


def test_a_name_that_opens_with_a_place_is_the_body_and_not_the_place(rows: Rows) -> None:
    (row,) = rows("支持成立深圳园区理事会。")
    assert row.zones == ()


AREAS = [
    ("在深圳园区海关监管区域建设平台。", ("深圳园区海关监管区域",)),
    ("在海关监管区域内建设平台。", ("海关监管区域",)),
    ("东翼包括福田保税区，规划建设平台。", ("东翼", "福田保税区")),
    ("推进皇岗口岸生活区改造。", ("皇岗口岸生活区",)),
]


@pytest.mark.parametrize(("text", "zones"), AREAS)
def test_an_area_is_told_by_its_use_or_where_it_lies(text: str, zones: tuple[str, ...], rows: Rows) -> None:
    (row,) = rows(text)
    assert row.zones == zones


@pytest.mark.parametrize("text", ["加强海关监管工作。", "推动东部地区发展。"])
def test_customs_work_and_points_of_the_compass_are_no_area(text: str, rows: Rows) -> None:
    assert all("监管" not in zone and "东部" not in zone for row in rows(text) for zone in row.zones)

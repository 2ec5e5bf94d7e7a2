"""Places: those of a row's sentence, those that no list knows, and what the text says of them."""

from __future__ import annotations

import pytest

from kg.extract import Extraction
from kg.models import Records, Zone
from tests.extract.conftest import Read, Rows


def by_name(records: Records) -> dict[str, Zone]:
    return {zone.name: zone for zone in records.zones}


WHERE = [
    ("在福田保税区建立白名单制度。", ("福田保税区",)),
    ("支持雄安新区开展试点。", ("河北雄安新区",)),
    ("推动粤港澳大湾区债券平台发展。", ("粤港澳大湾区",)),
    ("对进入深圳的货物征收关税。", ("深圳市",)),
    ("与广州、东莞、惠州等城市形成产业圈。", ("广州市", "东莞市", "惠州市")),
    ("加快建设海南自由贸易港。", ("海南自由贸易港",)),
]

NOWHERE = [
    "便利香港居民办理手续。",
    "借鉴香港制度经验。",
    "用好深圳经济特区立法权。",
    "发挥粤港澳大湾区国际临床试验中心作用。",
    "遵循香港特别行政区基本法。",
    "推进落马洲大桥改造。",
    "推进皇岗路提升改造。",
    "加快建设深圳数据交易场所。",
    "建设国家示范区。",
    "建设一流科技园区。",
    "连接深圳宝安国际机场。",
]


@pytest.mark.parametrize(("text", "zones"), WHERE)
def test_the_zones_that_a_sentence_names_stand_in_its_rows(text: str, zones: tuple[str, ...], rows: Rows) -> None:
    assert [row.zones for row in rows(text)] == [zones]


@pytest.mark.parametrize("text", NOWHERE)
def test_names_of_other_things_roads_and_kinds_of_places_are_no_zone_of_a_row(text: str, rows: Rows) -> None:
    found = rows(text)
    assert found
    assert [row.zones for row in found] == [()]


def test_all_zones_of_a_sentence_count_for_each_of_its_rows_and_none_of_the_next(rows: Rows) -> None:
    found = rows("推进皇岗口岸重建，实现福田保税区便捷互联。完善制度。")
    assert [row.zones for row in found] == [("皇岗口岸", "福田保税区")] * 2 + [()]


KINDS = [
    ("推进港珠澳大桥建设。", "港珠澳大桥", "road_or_rail", None),
    ("连接深圳宝安国际机场。", "深圳宝安国际机场", "airport", "深圳市"),
    ("衔接香港国际机场。", "香港国际机场", "airport", "香港特别行政区"),
    ("治理黄河、淮河水污染。", "黄河", "river", None),
    ("建设怀柔科学城。", "怀柔科学城", "science_city", None),
    ("推进平潭口岸建设。", "平潭口岸", "port", None),
    ("打造智能制造无人工厂示范基地。", "智能制造无人工厂示范基地", "planned_place", None),
]


@pytest.mark.parametrize(("text", "name", "kind", "part_of"), KINDS)
def test_a_place_is_told_by_how_it_is_called(text: str, name: str, kind: str, part_of: str | None, read: Read) -> None:
    zone = by_name(read(text))[name]
    assert (zone.kind, zone.part_of) == (kind, part_of)


@pytest.mark.parametrize("text", ["建设国际数据专用通道。", "打造国际一流科技园区。", "建设高速公路。", "加强监管。"])
def test_what_has_no_place_of_its_own_or_no_name_is_none(text: str, read: Read) -> None:
    assert read(text).zones == ()


def test_what_a_place_holds_is_part_of_it_and_bounds_it(read: Read) -> None:
    zones = by_name(read("雄安新区范围包括福田保税区和皇岗口岸。推进皇岗口岸建设。"))
    assert zones["河北雄安新区"].boundary == "雄安新区范围包括福田保税区和皇岗口岸"
    assert {name for name, zone in zones.items() if zone.part_of == "河北雄安新区"} == {"福田保税区", "皇岗口岸"}


def test_area_and_boundary_are_read_behind_the_name(plan: Extraction) -> None:
    zones = by_name(plan.records)
    assert {name: zone.area_km2 for name, zone in zones.items() if zone.area_km2} == {
        "河套深港科技创新合作区": 3.89,
        "深圳园区": 3.02,
        "香港园区": 0.87,
        "福田保税区": 1.35,
        "皇岗口岸片区": 1.67,
    }
    assert zones["福田保税区"].boundary == "东起皇岗口岸边、南沿深圳河、西至新洲河、北至绒花路"
    assert zones["深圳园区"].boundary == "深圳园区规划范围包括福田保税区和皇岗口岸片区"
    assert zones["西翼"].boundary == "西翼包括福田保税区"


@pytest.mark.parametrize(("unit", "km2"), [("平方公里", 3.0), ("公顷", 0.03), ("亩", 0.002), ("万亩", 20.0)])
def test_areas_are_told_in_square_kilometres(unit: str, km2: float, read: Read) -> None:
    zone = by_name(read(f"雄安新区面积约3{unit}。"))["河北雄安新区"]
    assert zone.area_km2 == pytest.approx(km2)


def test_a_road_that_bounds_a_zone_lies_in_the_zones_city(plan: Extraction) -> None:
    zones = by_name(plan.records)
    assert {zones[name].part_of for name in ("滨河大道", "绒花路", "华强南路", "新洲河")} == {"深圳市"}


def test_one_character_for_a_place_counts_only_where_the_place_is_never_named(plan: Extraction, read: Read) -> None:
    zones = by_name(plan.records)
    assert "澳门" in zones["澳门特别行政区"].aliases
    assert {m.surface for m in zones["澳门特别行政区"].mentions} == {"澳"}
    assert "港" not in {m.surface for m in zones["香港特别行政区"].mentions}
    assert "深圳市" not in by_name(read("深入推进。"))


def test_the_longest_name_wins(plan: Extraction) -> None:
    zones = by_name(plan.records)
    text = plan.records.document.source.text
    wide = zones["皇岗口岸片区"].mentions
    port = {(m.start, m.end) for m in zones["皇岗口岸"].mentions}
    assert wide
    assert not any((m.start, m.start + 4) in port for m in wide)
    assert "国家" not in text[zones["深圳河"].mentions[0].start : zones["深圳河"].mentions[0].end]


def test_without_its_names_file_the_plan_still_gives_the_places_called_so(plain_plan: Records) -> None:
    zones = by_name(plain_plan)
    assert {"深圳园区", "香港园区", "福田保税区", "皇岗口岸", "福田口岸"} <= set(zones)
    assert zones["深圳园区"].part_of == "深圳市"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("推进张北地区建设。", "张北地区"),
        ("推动园区与北京城市副中心协同发展。", "北京城市副中心"),
        ("建设连接京津的轨道交通网络。", "京津"),
    ],
)
def test_areas_and_places_by_one_character_are_zones(text: str, name: str, rows: Rows) -> None:
    (row,) = rows(text)
    assert name in row.zones


@pytest.mark.parametrize("text", ["引导其他地区学习经验。", "支持民族地区发展教育。"])
def test_an_area_without_a_name_is_no_zone(text: str, rows: Rows) -> None:
    assert [zone for row in rows(text) for zone in row.zones] == []

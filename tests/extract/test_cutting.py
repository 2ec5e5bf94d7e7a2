"""What is a task of its own and what only belongs to one: topics, announced lists, definitions, pointers."""

from __future__ import annotations

import pytest

from tests.extract.conftest import Read, Rows

ONE = [
    "国家限制出口的设备、材料，不得运出园区。",
    "承办人应当在受理之日起十日内，将结果告知申请人。",
    "主管部门应当按照国家有关规定，公开审批结果。",
    "经营者首次办理登记，应当提交身份证明。",
    "如发生争议，由主管部门裁定。",
]


@pytest.mark.parametrize("text", ONE)
def test_what_stands_before_a_predicate_belongs_to_it(text: str, rows: Rows) -> None:
    assert [row.quote for row in rows(text)] == [text.rstrip("。")]


NO_TASK = [
    "具体目录见附件。",
    "（此件公开发布）",
    "开展数据交易活动，不得有下列行为：",
]


@pytest.mark.parametrize("text", NO_TASK)
def test_pointers_labels_definitions_and_announcements_are_no_rows(text: str, rows: Rows) -> None:
    assert rows(text) == []


LISTS = [
    ("投资者可以采取下列方式投资：", "permission"),
    ("投资者不得有下列行为：", "prohibition"),
    ("有关部门要做好以下工作：", "duty"),
]


@pytest.mark.parametrize(("opening", "modality"), LISTS)
def test_the_items_of_a_list_are_what_its_announcement_says(opening: str, modality: str, read: Read) -> None:
    found = read(f"{opening}\n1.开展补偿贸易；\n2.购买企业债券。").obligations
    assert {row.modality for row in found if "贸易" in row.quote or "债券" in row.quote} <= {modality}


RELIEF = [
    ("申请人无需重复提交材料。", "exemption"),
    ("对未按要求报告的，可暂停其测试活动。", "permission"),
]


@pytest.mark.parametrize(("text", "modality"), RELIEF)
def test_reliefs_and_permissions_are_no_duties(text: str, modality: str, rows: Rows) -> None:
    assert [row.modality for row in rows(text)] == [modality]


CONDITIONS = [
    ("在道路试验过程中，不得搭载货物。", "在道路试验过程中"),
    ("在试点期间，暂停执行有关规定。", "在试点期间"),
    ("如发生争议，由主管部门裁定。", "如发生争议"),
    ("验收合格后方可投入使用。", "验收合格后"),
]


@pytest.mark.parametrize(("text", "condition"), CONDITIONS)
def test_what_must_hold_or_come_first_is_a_condition(text: str, condition: str, rows: Rows) -> None:
    assert [row.condition for row in rows(text)] == [condition]


def test_the_dash_before_an_item_is_no_part_of_its_quote(rows: Rows) -> None:
    found = rows("——建成五个平台。\n——制定三项标准。")
    assert [row.quote for row in found] == ["建成五个平台", "制定三项标准"]

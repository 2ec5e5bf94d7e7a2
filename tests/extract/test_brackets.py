"""The bracket that closes a task, in all the forms that documents give it."""

from __future__ import annotations

import pytest

from tests.extract.conftest import Rows

BOTH = [("财政部", "responsible"), ("税务总局", "responsible")]
TABLE = [
    ("建设平台（财政部、税务总局负责）。", BOTH),
    ("建设平台。（财政部、税务总局负责）", BOTH),
    ("建设平台。(财政部、税务总局负责)", BOTH),
    ("建设平台。（财政部、税务总局按职责分工负责）", BOTH),
    ("建设平台。（财政部、税务总局分别负责）", BOTH),
    ("建设平台。（负责部门：财政部、税务总局；适用范围：上海自贸试验区）", BOTH),
    ("建设平台。（责任单位：财政部，税务总局）", BOTH),
    ("建设平台。（牵头单位：财政部；责任单位：税务总局）", [("财政部", "lead"), ("税务总局", "responsible")]),
    ("建设平台。(牵头单位:财政部;参加单位:税务总局)", [("财政部", "lead"), ("税务总局", "cooperating")]),
    ("建设平台。（财政部牵头，税务总局配合）", [("财政部", "lead"), ("税务总局", "cooperating")]),
    ("建设平台。（财政部牵头，税务总局参加）", [("财政部", "lead"), ("税务总局", "cooperating")]),
    (
        "建设平台。（财政部、税务总局负责，列第一位者为牵头单位，下同）",
        [("财政部", "lead"), ("税务总局", "responsible")],
    ),
    (
        "加强培训。（中央党校（国家行政学院）、教育部负责）",
        [("中央党校", "responsible"), ("教育部", "responsible")],
    ),
    (
        "加强培训。（工业和信息化部、文化和旅游部及各地区负责）",
        [("工业和信息化部", "responsible"), ("文化和旅游部", "responsible"), ("各地区", "responsible")],
    ),
    (
        "建设平台。（济南、青岛、烟台市政府负责）",
        [("济南市", "responsible"), ("青岛市", "responsible"), ("烟台市", "responsible")],
    ),
    (
        "建设平台。（省发展改革委、省财政厅负责）",
        [("省发展改革委", "responsible"), ("省财政厅", "responsible")],
    ),
    ("建设平台。（航天科技集团负责）", [("航天科技集团", "responsible")]),
]

NONE = [
    "建设平台（含数据中心）。",
    "开展试点（包括深圳、广州等地）。",
    "建设平台（试行）。",
    "建立单位负责人（法定代表人）登记制度。",
    "外籍人才（财政部除外）可以申请。",
    "建设（财政部负责）认定的平台。",
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_a_bracket_names_who_is_responsible(text: str, expected: list[tuple[str, str]], rows: Rows) -> None:
    (row,) = rows(text)
    assert [(party.name, party.role) for party in row.agents] == expected
    assert "（" not in row.quote
    assert "(" not in row.quote


@pytest.mark.parametrize("text", NONE)
def test_a_bracket_that_closes_no_task_names_nobody(text: str, rows: Rows) -> None:
    assert [party for row in rows(text) for party in row.agents] == []


def test_a_bracket_counts_for_all_of_its_task_and_for_nothing_behind_it(rows: Rows) -> None:
    found = rows("建设平台，推进改革。完善制度。（财政部负责）开展培训。")
    assert [[p.name for p in row.agents] for row in found] == [["财政部"]] * 3 + [[]]


def test_the_first_leads_in_every_bracket_behind_the_one_that_says_so(rows: Rows) -> None:
    found = rows("建设平台。（财政部、税务总局负责，列第一位者为牵头单位，下同）推进改革。（教育部、科技部负责）")
    assert [(p.name, p.role) for row in found for p in row.agents if p.role == "lead"] == [
        ("财政部", "lead"),
        ("教育部", "lead"),
    ]


def test_before_it_is_said_the_first_does_not_lead(rows: Rows) -> None:
    found = rows("推进改革。（教育部、科技部负责）建设平台。（财政部、税务总局负责，列第一位者为牵头单位，下同）")
    assert [p.role for p in found[0].agents] == ["responsible", "responsible"]
    assert [p.role for p in found[1].agents] == ["lead", "responsible"]


def test_a_bracket_that_ends_with_and_others_is_open(rows: Rows) -> None:
    assert rows("建设平台。（财政部、税务总局等部门负责）")[0].open_list
    assert not rows("建设平台。（财政部、税务总局负责）")[0].open_list


def test_a_founded_or_named_body_outside_the_bracket_is_no_owner(rows: Rows) -> None:
    (row,) = rows("组建国家数据局。（财政部负责）")
    assert [p.name for p in row.agents] == ["财政部"]

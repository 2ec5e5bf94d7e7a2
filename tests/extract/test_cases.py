"""Cases, breaches, exceptions and limits as laws write them: said with what is done then, never alone."""

from __future__ import annotations

import pytest

from tests.extract.conftest import Rows

CASES = [
    ("构成犯罪的，依法追究刑事责任。", "构成犯罪的"),
    ("违反规定，构成犯罪的，依法追究刑事责任。", "违反规定，构成犯罪的"),
    ("逾期不改正的，责令停止活动。", "逾期不改正的"),
    ("未经财政部批准，不得开展活动。", "未经财政部批准"),
    ("发现问题后，向财政部报告。", "发现问题后"),
]


@pytest.mark.parametrize(("text", "condition"), CASES)
def test_a_case_stands_in_the_row_it_governs(text: str, condition: str, rows: Rows) -> None:
    (row,) = rows(text)
    assert row.condition == condition
    assert row.quote == text.rstrip("。")


@pytest.mark.parametrize("text", ["构成犯罪的。", "未按照规定备案的；", "拒不改正的，"])
def test_a_case_alone_asks_for_nothing(text: str, rows: Rows) -> None:
    assert rows(text) == []


def test_each_case_governs_up_to_its_semicolon(rows: Rows) -> None:
    found = rows("构成犯罪的，依法追究刑事责任；尚不构成犯罪的，给予警告，公布名单。")
    assert [row.condition for row in found] == ["构成犯罪的", "尚不构成犯罪的", "尚不构成犯罪的"]


def test_an_exception_in_front_limits_all_it_stands_before(rows: Rows) -> None:
    found = rows("除法律另有规定外，对货物征收关税，实行通道管理；公布目录。清除外来物种。")
    assert [(row.quote, row.exception) for row in found] == [
        ("除法律另有规定外，对货物征收关税", "除法律另有规定外"),
        ("实行通道管理", "除法律另有规定外"),
        ("公布目录", None),
        ("清除外来物种", None),
    ]


LIMITS = [
    ("应当自受理之日起7个工作日内作出决定。", "自受理之日起7个工作日内"),
    ("在三个月内完成整改。", "三个月内"),
    ("30日内报告财政部。", "30日内"),
    ("报国务院批准后实施。", "报国务院批准后"),
    ("三年内不得申请。", None),
    ("公布期为7个工作日。", None),
]


@pytest.mark.parametrize(("text", "limit"), LIMITS)
def test_a_limit_counted_from_an_event_has_no_date(text: str, limit: str | None, rows: Rows) -> None:
    for row in rows(text):
        assert (row.deadline and (row.deadline.text, row.deadline.kind, row.deadline.date)) == (
            limit and (limit, "conditional", None)
        )


def test_a_phrase_of_manner_with_its_own_verb_behind_it_is_a_row(rows: Rows) -> None:
    found = rows("有关部门要结合职能加大支持力度，及时研究解决困难问题。")
    assert [(row.quote, [p.name for p in row.agents]) for row in found] == [
        ("有关部门要结合职能加大支持力度", ["有关部门"]),
        ("及时研究解决困难问题", ["有关部门"]),
    ]
    (one,) = rows("结合口岸重建及取消货运功能，释放土地空间。")
    assert one.action == "释放"


def test_a_bracket_before_a_semicolon_closes_its_own_task(rows: Rows) -> None:
    found = rows("建设平台（财政部负责）；推进改革（税务总局负责）；完善制度。")
    assert [(row.quote, [p.name for p in row.agents]) for row in found] == [
        ("建设平台", ["财政部"]),
        ("推进改革", ["税务总局"]),
        ("完善制度", []),
    ]


def test_what_is_done_stands_behind_the_modal_whatever_the_subject_is_called(rows: Rows) -> None:
    (row,) = rows("审查小组应当提出不予通过的意见。")
    assert (row.action, row.object) == ("提出", "不予通过的意见")


def test_what_is_done_by_a_rule_stands_behind_it_be_it_called_a_noun(rows: Rows) -> None:
    (row,) = rows("依据有关文件征收税款。")
    assert (row.action, row.object) == ("征收", "税款")
    (one,) = rows("按照有关规定，建设平台。")
    assert one.action == "建设"


@pytest.mark.parametrize(
    "text",
    [
        "实施2030年前碳达峰行动方案。",
        "落实《2030年前碳达峰行动方案》。",
        "落实国发〔2025〕3号文件。",
        "实施科技创新2030—重大项目。",
    ],
)
def test_the_year_in_the_name_of_a_programme_is_no_date(text: str, rows: Rows) -> None:
    assert [row.deadline for row in rows(text)] == [None]
